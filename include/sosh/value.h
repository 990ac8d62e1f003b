/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_VALUE_H
#define SOSH_VALUE_H
/*
 * A value: what a name holds, an argument says and a command gives.
 *
 * A value is 16 bytes, passed and kept by value; what does not fit is shared and counted. Whoever
 * keeps a value takes value_keep of it and ends it with value_clear. A zeroed struct is VALUE_NONE.
 */
#include "sosh/buffer.h"

struct address;
struct blob;
struct list;

enum value_kind {
	VALUE_NONE,    /* None */
	VALUE_BOOL,    /* True, False; `number` is 1, 0 */
	VALUE_NUMBER,  /* `number` */
	VALUE_REAL,    /* seconds */
	VALUE_HANDLE,  /* `number`, a handle's */
	VALUE_ERROR,   /* `number`, an errno as a value: 0, or printed as 111 ECONNREFUSED */
	VALUE_BYTES,   /* data, text: `blob`; from here on what the value points to is shared */
	VALUE_WORD,    /* a word printed bare, as LISTEN or SYN,ACK: `blob` */
	VALUE_ADDRESS, /* `address` */
	VALUE_LIST,    /* `list`, names NULL: printed [a, b] */
	VALUE_STRUCT,  /* `list`, each item named: printed {l_onoff=1, l_linger=0} */
};

struct value {
	enum value_kind kind;
	union {
		int64_t number;
		double real;
		unsigned *references; /* of what is shared: each begins with its count */
		struct blob *blob;
		struct address *address; /* shared; see address.h */
		struct list *list;
	};
};

/* Shared bytes; a NUL stands behind them. */
struct blob {
	unsigned references;
	uint32_t hash; /* unused by values; 0 */
	size_t length;
	char bytes[];
};

struct item {
	const char *name; /* borrowed from a plain table; NULL in lists */
	struct value value;
};

struct list {
	unsigned references;
	unsigned count;
	struct item items[];
};

/* Makers: each result is a kept value. */
struct value value_none(void);
struct value value_bool(bool truth);
struct value value_number(int64_t number);
struct value value_real(double seconds);
struct value value_bytes(const char *bytes, size_t length);
struct value value_text(const char *text); /* VALUE_BYTES of a C string */
struct value value_word(const char *word);
struct value value_address(const struct address *address); /* a copy */
struct value value_handle(int number);
struct value value_error(int number);
/* A list with `count` items, all None, to be filled by the maker before anyone else keeps it. */
struct value value_list(unsigned count);
struct value value_struct(unsigned count);

static inline struct value value_keep(struct value value)
{
	if (value.kind >= VALUE_BYTES)
		++*value.references;
	return value;
}
/* Frees what nobody shares any more. Only for value_clear and value_drop. */
void value_free(struct value value) __attribute__((noinline));
static inline void value_clear(struct value *value)
{
	if (value->kind >= VALUE_BYTES && --*value->references == 0)
		value_free(*value);
	value->kind = VALUE_NONE;
	value->number = 0;
}
/* As value_clear, of a value that nobody looks at again. */
static inline void value_drop(struct value value)
{
	if (value.kind >= VALUE_BYTES && --*value.references == 0)
		value_free(value);
}

/* Same kind and same content. 1 and 1.0, handle 1 and number 1 differ here. */
bool value_equal(const struct value *a, const struct value *b);
/* True when it is a number in any form (bool, number, handle, error, real): stored in *number as a double. */
bool value_as_real(const struct value *value, double *number);
/* The part of an address (host, port, path, family) or of a structure. 0, or -1 when there is no such part. */
int value_part(const struct value *value, const char *name, size_t length, struct value *part);
/* Item `index` (from 0, negative from the end) of a list, an address (host, port) or data. 0 or -1. */
int value_item(const struct value *value, int64_t index, struct value *item);

/* Adds the value as a result is printed (the contract's section 4): data between quotes, escaped. */
void value_format(struct buffer *out, const struct value *value);
/*
 * Adds the value as print and a bare word take it: data as its own bytes, not escaped, all else as value_format.
 */
void value_format_plain(struct buffer *out, const struct value *value);
/* Adds seconds in the shortest form that reads back the same: 2, 0.5. */
void value_format_real(struct buffer *out, double real);

#endif
