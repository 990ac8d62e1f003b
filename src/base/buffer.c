/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A buffer: bytes that grow by doubling, up to a hard maximum.
 */
#include "sosh/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"

#define FIRST_CAPACITY ((size_t)128)
#define SHORT_TEXT     ((size_t)64)

void buffer_init(struct buffer *buffer)
{
	*buffer = (struct buffer){0};
}

void buffer_clear(struct buffer *buffer)
{
	free(buffer->bytes);
	buffer_init(buffer);
}

void buffer_empty(struct buffer *buffer)
{
	buffer->length = 0;
	buffer->overflow = false;
	if (buffer->bytes)
		buffer->bytes[0] = '\0';
}

static void grow(struct buffer *buffer, size_t needed)
{
	size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
	while (capacity < needed)
		capacity *= 2;
	if (capacity > BUFFER_MAXIMUM + 1)
		capacity = BUFFER_MAXIMUM + 1;
	buffer->bytes = memory_resize(buffer->bytes, capacity);
	buffer->capacity = capacity;
}

/* Makes room for `length` more bytes and a NUL. Returns how many of them may be added. */
static size_t make_room(struct buffer *buffer, size_t length)
{
	if (length > BUFFER_MAXIMUM - buffer->length) {
		length = BUFFER_MAXIMUM - buffer->length;
		buffer->overflow = true;
	}
	if (buffer->length + length >= buffer->capacity)
		grow(buffer, buffer->length + length + 1);
	return length;
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
	length = make_room(buffer, length);
	if (length)
		memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
}

char *buffer_room(struct buffer *buffer, size_t *length)
{
	*length = make_room(buffer, *length);
	return buffer->bytes + buffer->length;
}

void buffer_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void buffer_char(struct buffer *buffer, char c)
{
	buffer_add(buffer, &c, 1);
}

void buffer_fill(struct buffer *buffer, char c, size_t count)
{
	count = make_room(buffer, count);
	memset(buffer->bytes + buffer->length, c, count);
	buffer->length += count;
	buffer->bytes[buffer->length] = '\0';
}

void buffer_number(struct buffer *buffer, int64_t number)
{
	char digits[20], *digit = digits + sizeof(digits);
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
	do {
		*--digit = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (number < 0)
		*--digit = '-';
	buffer_add(buffer, digit, (size_t)(digits + sizeof(digits) - digit));
}

/* Most texts are short: they are made in place, the long ones a second time when their length is known. */
void buffer_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	size_t left = BUFFER_MAXIMUM - buffer->length;
	size_t room = make_room(buffer, left < SHORT_TEXT ? left : SHORT_TEXT);
	va_start(arguments, format);
	int length = vsnprintf(buffer->bytes + buffer->length, room + 1, format, arguments);
	va_end(arguments);
	if (length > 0 && (size_t)length > room) {
		room = make_room(buffer, (size_t)length);
		va_start(arguments, format);
		vsnprintf(buffer->bytes + buffer->length, room + 1, format, arguments);
		va_end(arguments);
	} else {
		room = length > 0 ? (size_t)length : 0;
	}
	buffer->length += room;
	buffer->bytes[buffer->length] = '\0';
}

const char *buffer_string(const struct buffer *buffer)
{
	return buffer->bytes ? buffer->bytes : "";
}
