/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Literals: what a bare word means in its place, and what an evaluated value must be to fit there. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "reader.h"
#include "sosh/symbol.h"
#include "sosh/text.h"

#define COUNT_MOST 0x7ffff000 /* what one read takes at most, MAX_RW_COUNT of read(2) */

/* Text of any length is shown up to this. */
static int shown(size_t length)
{
	return (int)(length > 60 ? 60 : length);
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

/* The power of 1024 that a number's last letter stands for, as a shift; -1 for no such letter. */
static int suffix_shift(char c)
{
	switch (c) {
	case 'K':
	case 'k':
		return 10;
	case 'M':
		return 20;
	case 'G':
		return 30;
	default:
		return -1;
	}
}

static int real_read(const char *text, size_t length, struct value *value)
{
	char copy[64], *end;

	if (!length || length >= sizeof(copy) || !((text[0] >= '0' && text[0] <= '9') || strchr(".-+", text[0])))
		return -1;
	for (size_t i = 0; i < length; i++)
		if (!strchr("0123456789.eE+-", text[i]) || !text[i])
			return -1;
	memcpy(copy, text, length);
	copy[length] = 0;
	errno = 0;
	double real = strtod(copy, &end);
	if (*end || end == copy || errno == ERANGE)
		return -1;
	*value = value_real(real);
	return 0;
}

int number_read(const char *text, size_t length, bool real, struct value *value, const char **problem)
{
	const char *at = text, *end = text + length;
	bool minus = at < end && *at == '-';
	uint64_t number = 0, most = minus ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
	int base = 10, shift = 0;

	*problem = NULL;
	if (at < end && (*at == '-' || *at == '+'))
		at++;
	if (end - at > 2 && at[0] == '0' && (at[1] | 0x20) == 'x') {
		base = 16;
		at += 2;
	} else if (end - at > 1 && suffix_shift(end[-1]) > 0) {
		shift = suffix_shift(*--end);
	}
	if (at == end)
		return -1;
	for (; at < end; at++) {
		int digit = digit_of(*at);
		if (digit >= base)
			return real && base == 10 && !shift ? real_read(text, length, value) : -1;
		if (number > (most - (unsigned)digit) / (unsigned)base) {
			*problem = "it is too large";
			return -1;
		}
		number = number * (unsigned)base + (unsigned)digit;
	}
	if (number > most >> shift) {
		*problem = "it is too large";
		return -1;
	}
	number <<= shift;
	*value = value_number(minus ? (int64_t)(0 - number) : (int64_t)number);
	return 0;
}

static void offer_symbol(const struct symbol *symbol, void *context)
{
	nearest_offer(context, symbol->name);
}

static int unknown_constant(const char *name, size_t length, const char *group, struct error *error)
{
	struct nearest nearest = {.wanted = name, .length = length};

	symbol_each(group ? group : "", offer_symbol, &nearest);
	if (!nearest.best && group)
		symbol_each("", offer_symbol, &nearest);
	if (nearest.best)
		return error_set(error, "unknown constant %.*s; did you mean %s?", shown(length), name, nearest.best);
	return error_set(error, "unknown constant %.*s", shown(length), name);
}

/* One name of a constant; within SHUT_ the prefix may be left out. */
static const struct symbol *one_constant(const char *name, size_t length, const char *group)
{
	const struct symbol *symbol = symbol_find(name, length);
	char whole[32];

	if (symbol || !group || strcmp(group, "SHUT_") || length > 8)
		return symbol;
	memcpy(whole, "SHUT_", 5);
	for (size_t i = 0; i < length; i++)
		whole[5 + i] = name[i];
	return symbol_find(whole, length + 5);
}

/* A constant, an error's name included, with its full name, or a number. 0 or -1. */
static int constant_part(const char *text, size_t length, const char *group, int64_t *number, const char **name)
{
	const struct symbol *symbol = one_constant(text, length, group);
	const char *problem;
	struct value value;

	*name = NULL;
	if (symbol) {
		*number = symbol->number;
		*name = symbol->name;
		return 0;
	}
	if (text[0] == 'E' || text[0] == 'T') {
		*number = error_number(text, length);
		*name = *number ? error_name((int)*number) : NULL;
		return *number ? 0 : -1;
	}
	if (!character_is(text[0], CHARACTER_DIGIT) || number_read(text, length, false, &value, &problem))
		return -1;
	*number = value.number;
	return 0;
}

/* The end of the part of a word that begins here: a | or the word's end. */
static const char *part_end(const char *at, const char *end)
{
	const char *bar = memchr(at, '|', (size_t)(end - at));

	return bar ? bar : end;
}

/* Why a part of the word at `text` is no constant: 1 when none could be meant. */
static int no_constant(const char *text, const char *at, const char *end, const char *group, bool known,
                       struct error *error)
{
	const char *stop = part_end(at, end), *next = stop < end ? stop + 1 : end;
	size_t length = (size_t)(stop - at);

	next += module_length(next, end);
	bool meant = symbol_looks_like(at, length) || symbol_looks_like(next, (size_t)(part_end(next, end) - next));
	if (!known && !meant)
		return 1;
	if (!length || name_length(at, stop) != length)
		return known && text < at ? error_set(error, "after | a constant is due, as MSG_PEEK|MSG_DONTWAIT") : 1;
	return unknown_constant(at, length, group, error);
}

int constants_read(const char *text, size_t length, const char *group, struct value *value, struct buffer *names,
                   struct error *error)
{
	const char *at = text, *end = text + length, *name;
	int64_t number = 0, one;
	bool known = false, named = true;

	if (!length || !character_is(*text, CHARACTER_NAME))
		return 1;
	for (;;) {
		at += module_length(at, end);
		const char *stop = part_end(at, end);
		if (at == stop || constant_part(at, (size_t)(stop - at), group, &one, &name))
			return no_constant(text, at, end, group, known, error);
		number |= one;
		known |= name != NULL;
		named &= name != NULL;
		if (names && name)
			buffer_format(names, "%s%s", at > text && names->length ? "|" : "", name);
		if (stop == end)
			break;
		at = stop + 1;
	}
	if (!known)
		return 1;
	if (names && !named)
		buffer_empty(names);
	*value = value_number(number);
	return 0;
}

static const char *number_wanted(const struct param *param)
{
	switch (param->type) {
	case PARAM_SECONDS:
		return param->group ? "seconds, as 0.5, or None" : "seconds, as 0.5";
	case PARAM_BOOL:
		return "True or False";
	case PARAM_SWITCH:
		return "that word, or True or False";
	case PARAM_JOB:
		return "a job's number, as %1";
	case PARAM_SOCKET:
	case PARAM_END:
		return "a socket's number or name";
	case PARAM_FLAGS:
		return "flags, as MSG_PEEK";
	default:
		return param->group ? "a constant or a number" : "a number";
	}
}

/* The range of a number in its place. What the kernel can judge goes to the kernel. */
static int range_fit(const struct param *param, struct value *value, struct error *error)
{
	int64_t number = value->number;

	if (param->type == PARAM_COUNT && (number < 0 || number > COUNT_MOST))
		return error_set(error, "%s is a number from 0 to %d, not %lld", param->show, COUNT_MOST,
		                 (long long)number);
	if ((param->type == PARAM_NUMBER || param->type == PARAM_FLAGS) && (number < INT_MIN || number > UINT_MAX))
		return error_set(error, "%s does not fit an int: %lld", param->show, (long long)number);
	if (param->type == PARAM_JOB && (number < 1 || number > INT_MAX))
		return error_set(error, "jobs count from %%1");
	return 0;
}

static int seconds_fit(const struct param *param, struct value *value, struct error *error)
{
	double real;

	if (value->kind == VALUE_NONE && param->group)
		return 0;
	if (value->kind == VALUE_NONE || value->kind == VALUE_HANDLE || !value_as_real(value, &real))
		return error_set(error, "%s is %s", param->show, number_wanted(param));
	if (!(real >= 0) || real > 1e9)
		return error_set(error, "%s is a number of seconds from 0 to a billion", param->show);
	*value = value_real(real);
	return 0;
}

/* Numbers of all kinds; `value` is none of text. */
static int number_fit(const struct param *param, struct value *value, struct error *error)
{
	if (param->type == PARAM_SECONDS)
		return seconds_fit(param, value, error);
	if (value->kind != VALUE_NUMBER && value->kind != VALUE_BOOL && value->kind != VALUE_HANDLE &&
	    value->kind != VALUE_ERROR)
		return error_set(error, "%s is %s", param->show, number_wanted(param));
	if (param->type == PARAM_BOOL || param->type == PARAM_SWITCH)
		*value = value_bool(value->number != 0);
	else if (param->type == PARAM_SOCKET || param->type == PARAM_END)
		*value = (struct value){.kind = VALUE_HANDLE, .number = value->number};
	else
		*value = value_number(value->number);
	return range_fit(param, value, error);
}

/* Text in a number's place. */
static int number_of_text(const struct param *param, const char *text, size_t length, struct value *value,
                          struct error *error)
{
	const char *problem = NULL;
	int found;

	if (param->type == PARAM_JOB && length && text[0] == '%') {
		text++;
		length--;
	}
	if (param->type == PARAM_SWITCH && text_is(text, length, param->show)) {
		*value = value_bool(true);
		return 0;
	}
	if (number_read(text, length, param->type == PARAM_SECONDS, value, &problem) &&
	    (problem || word_constant(text, length, value))) {
		found = problem ? 1 : constants_read(text, length, param->group, value, NULL, error);
		if (found > 0)
			error_set(error, "%s is %s, not %.*s%s%s", param->show, number_wanted(param), shown(length),
			          text, problem ? ": " : "", problem ? problem : "");
		if (found)
			return -1;
	}
	return number_fit(param, value, error);
}

/* The value place: a number, a constant, True, False, None, else text. */
static struct value value_read(const char *text, size_t length)
{
	struct value value;
	struct error error;
	const char *problem = NULL;

	if (!number_read(text, length, true, &value, &problem))
		return value;
	if (!word_constant(text, length, &value) || !constants_read(text, length, NULL, &value, NULL, &error))
		return value;
	return value_bytes(text, length);
}

struct value literal_guess(const char *text, size_t length)
{
	struct value value;
	struct error error;
	size_t start, host, port;

	if (address_split(text, length, &start, &host, &port) && host && !address_read(text, length, &value, &error)) {
		if (value.kind == VALUE_ADDRESS)
			return value;
		value_clear(&value);
	}
	return value_read(text, length);
}

int literal_read(const struct param *param, const char *text, size_t length, struct value *value, struct error *error)
{
	switch (param->type) {
	case PARAM_ADDRESS:
		return address_read(text, length, value, error);
	case PARAM_END:
		return address_like(text, length) ? address_read(text, length, value, error)
		                                  : number_of_text(param, text, length, value, error);
	case PARAM_DATA:
	case PARAM_PATH:
	case PARAM_NAME:
		*value = value_bytes(text, length);
		return 0;
	case PARAM_VALUE:
	case PARAM_SETTING:
		*value = value_read(text, length);
		return 0;
	default:
		return number_of_text(param, text, length, value, error);
	}
}

/* Any value as text, for data and names. */
static int text_fit(const struct param *param, struct value *value, struct error *error)
{
	struct buffer text;

	if (value->kind == VALUE_BYTES)
		return 0;
	if (value->kind == VALUE_NONE || value->kind == VALUE_LIST || value->kind == VALUE_STRUCT)
		return error_set(error, "%s is %s", param->show,
		                 param->type == PARAM_DATA   ? "text or bytes"
		                 : param->type == PARAM_PATH ? "a path"
		                                             : "a word");
	buffer_init(&text);
	value_format_plain(&text, value);
	value_clear(value);
	*value = value_bytes(buffer_string(&text), text.length);
	buffer_clear(&text);
	return 0;
}

int literal_fit(const struct param *param, struct value *value, struct error *error)
{
	struct value text = *value;
	int failed;

	switch (param->type) {
	case PARAM_ADDRESS:
		return address_fit(value, error);
	case PARAM_DATA:
	case PARAM_PATH:
	case PARAM_NAME:
		return text_fit(param, value, error);
	case PARAM_VALUE:
	case PARAM_SETTING:
	case PARAM_OPTION:
	case PARAM_LEVEL:
		if (param->type == PARAM_VALUE || param->type == PARAM_SETTING || value->kind == VALUE_NUMBER)
			return 0;
		/* fall through */
	default:
		if (value->kind != VALUE_BYTES)
			return number_fit(param, value, error);
		*value = value_none();
		failed = literal_read(param, text.blob->bytes, text.blob->length, value, error);
		value_clear(&text);
		return failed;
	}
}
