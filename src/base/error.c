/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An error: one sentence and where it belongs.
 */
#include "sosh/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sosh/text.h"

void error_clear(struct error *error)
{
	error->place = (struct place){0};
	error->text[0] = '\0';
}

/* A sentence that was cut must not end within a character. */
static void trim_character(char *text)
{
	size_t length = strlen(text);
	for (size_t back = 1; back <= 3 && back <= length; back++) {
		char *last = text + length - back;
		if (((unsigned char)*last & 0xc0) == 0x80)
			continue;
		if (text_utf8(last, back) != back)
			*last = '\0';
		return;
	}
}

static void say(struct error *error, const struct place *place, const char *format, va_list arguments)
{
	char text[ERROR_SIZE]; /* the old text may be among the arguments */
	int length = vsnprintf(text, sizeof(text), format, arguments);
	if (length < 0)
		length = 0;
	text[length < ERROR_SIZE ? length : ERROR_SIZE - 1] = '\0';
	if (length >= ERROR_SIZE)
		trim_character(text);
	error->place = place ? *place : (struct place){0};
	strcpy(error->text, text);
}

int error_set(struct error *error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	say(error, NULL, format, arguments);
	va_end(arguments);
	return -1;
}

int error_at(struct error *error, const struct place *place, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	say(error, place, format, arguments);
	va_end(arguments);
	return -1;
}
