/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_BUFFER_H
#define SOSH_BUFFER_H
/*
 * A buffer: bytes that grow, up to a hard maximum. What does not fit is dropped and `overflow`
 * says so; the bytes before it stay valid. `bytes` always has a NUL behind `length`
 * once something was added (before, it is NULL: use buffer_text).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUFFER_MAXIMUM ((size_t)256 << 20)

struct buffer {
	char *bytes; /* owned */
	size_t length, capacity;
	bool overflow; /* something was dropped: over BUFFER_MAXIMUM */
};

void buffer_init(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); /* frees; may be used again */
void buffer_empty(struct buffer *buffer); /* keeps the room, forgets the bytes */
void buffer_add(struct buffer *buffer, const void *bytes, size_t length);
/* Room for `length` more bytes, fewer only at the maximum, for a call that fills it: add what it filled to `length`.
 * Borrowed. */
char *buffer_room(struct buffer *buffer, size_t *length);
void buffer_text(struct buffer *buffer, const char *text); /* adds a C string */
void buffer_char(struct buffer *buffer, char c);
void buffer_fill(struct buffer *buffer, char c, size_t count);
void buffer_number(struct buffer *buffer, int64_t number);
void buffer_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The bytes as a C string, "" when there are none. Borrowed until the next change. */
const char *buffer_string(const struct buffer *buffer);

#endif
