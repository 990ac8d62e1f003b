/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values as text: as a result is printed, and plain.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sosh/address.h"
#include "sosh/symbol.h"
#include "sosh/text.h"
#include "sosh/value.h"

#define MOST_DECIMALS 25

/* Decimals are preferred to an exponent, which the language does not read. */
void value_format_real(struct buffer *out, double real)
{
	char text[400]; /* the longest double has 309 digits before the point */

	for (int decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
		snprintf(text, sizeof(text), "%.*f", decimals, real);
		if (strtod(text, NULL) == real) {
			buffer_text(out, text);
			return;
		}
	}
	buffer_format(out, "%.17g", real);
}

static void format_error(struct buffer *out, int number)
{
	const char *name = error_name(number);

	buffer_number(out, number);
	if (number != 0 && name != NULL)
		buffer_format(out, " %s", name);
}

static void format_items(struct buffer *out, const struct list *list)
{
	for (unsigned i = 0; i < list->count; i++) {
		if (i > 0)
			buffer_text(out, ", ");
		if (list->items[i].name != NULL)
			buffer_format(out, "%s=", list->items[i].name);
		value_format(out, &list->items[i].value);
	}
}

void value_format(struct buffer *out, const struct value *value)
{
	switch (value->kind) {
	case VALUE_NONE:
		buffer_text(out, "None");
		break;
	case VALUE_BOOL:
		buffer_text(out, value->number ? "True" : "False");
		break;
	case VALUE_NUMBER:
	case VALUE_HANDLE:
		buffer_number(out, value->number);
		break;
	case VALUE_REAL:
		value_format_real(out, value->real);
		break;
	case VALUE_BYTES:
		text_quote(out, value->blob->bytes, value->blob->length);
		break;
	case VALUE_WORD:
		text_plain(out, value->blob->bytes, value->blob->length);
		break;
	case VALUE_ADDRESS:
		address_format(out, value->address);
		break;
	case VALUE_ERROR:
		format_error(out, (int)value->number);
		break;
	case VALUE_LIST:
		buffer_char(out, '[');
		format_items(out, value->list);
		buffer_char(out, ']');
		break;
	case VALUE_STRUCT:
		buffer_char(out, '{');
		format_items(out, value->list);
		buffer_char(out, '}');
		break;
	}
}

void value_format_plain(struct buffer *out, const struct value *value)
{
	if (value->kind == VALUE_BYTES)
		buffer_add(out, value->blob->bytes, value->blob->length);
	else
		value_format(out, value);
}
