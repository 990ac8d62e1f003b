/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts as text: a name, a value and a meaning a line, folded at blanks to fit a width.
 */
#include <string.h>

#include "sosh/views.h"

#define INDENT        2u
#define GAP           2u
#define VALUE_MOST    30u /* longer values do not move the meanings of the others */
#define VALUE_LEAST   10u
#define MEANING_LEAST 22u
#define WIDTH_LEAST   16u /* there is room for something behind each indent */
#define DEEPER        4u  /* where what had no room beside goes on */

/* Where the parts of each line begin; 0: on a line of its own. */
struct facts_form {
	size_t value, meaning;
	size_t width;
};

struct pen {
	struct buffer *out;
	size_t column, indent, width;
	bool fresh; /* nothing since the indent */
};

static void go_to(struct pen *pen, size_t column)
{
	if (column > pen->column) {
		buffer_fill(pen->out, ' ', column - pen->column);
		pen->column = column;
	}
	pen->indent = column;
	pen->fresh = true;
}

static void next_line(struct pen *pen, size_t column)
{
	while (pen->out->length && pen->out->bytes[pen->out->length - 1] == ' ')
		pen->out->length--;
	buffer_char(pen->out, '\n');
	pen->column = 0;
	go_to(pen, column);
}

/* A word, on the next line when it has no room here; broken where no line is long enough. */
static void add_word(struct pen *pen, const char *word, size_t length)
{
	if (!pen->fresh && pen->column + 1 + length > pen->width)
		next_line(pen, pen->indent);
	if (!pen->fresh) {
		buffer_char(pen->out, ' ');
		pen->column++;
	}
	while (pen->column + length > pen->width) {
		size_t take = pen->width - pen->column;
		buffer_add(pen->out, word, take);
		word += take;
		length -= take;
		next_line(pen, pen->indent);
	}
	buffer_add(pen->out, word, length);
	pen->column += length;
	pen->fresh = false;
}

static void add_words(struct pen *pen, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, " ");
		if (length)
			add_word(pen, text, length);
		text += length;
		text += strspn(text, " ");
	}
}

static void find_form(struct facts_form *form, const struct view_fact *facts, size_t count, unsigned width)
{
	size_t name = 0, value = 0;

	for (size_t i = 0; i < count; i++) {
		size_t name_length = strlen(facts[i].name), value_length = strlen(facts[i].value);
		if (name_length > name)
			name = name_length;
		if (*facts[i].meaning && value_length <= VALUE_MOST && value_length > value)
			value = value_length;
	}
	*form = (struct facts_form){.width = width, .value = INDENT + name + GAP};
	if (form->value + VALUE_LEAST > width)
		form->value = 0;
	form->meaning = form->value + value + GAP;
	if (!form->value || form->meaning + MEANING_LEAST > width)
		form->meaning = 0;
}

static void add_fact(struct buffer *out, const struct facts_form *form, const struct view_fact *fact)
{
	struct pen pen = {.out = out, .width = form->width};

	go_to(&pen, INDENT);
	add_words(&pen, fact->name);
	if (form->value)
		go_to(&pen, form->value);
	else
		next_line(&pen, DEEPER);
	add_words(&pen, fact->value);
	if (*fact->meaning) {
		if (!form->meaning)
			next_line(&pen, DEEPER);
		else if (pen.column + GAP > form->meaning)
			next_line(&pen, form->meaning);
		else
			go_to(&pen, form->meaning);
		add_words(&pen, fact->meaning);
	}
	next_line(&pen, 0);
}

void view_facts(struct buffer *out, const char *heading, const struct view_fact *facts, size_t count, unsigned width)
{
	struct facts_form form;

	width = width < WIDTH_LEAST ? WIDTH_LEAST : width;
	struct pen pen = {.out = out, .width = width, .fresh = true};
	add_words(&pen, heading);
	next_line(&pen, 0);
	find_form(&form, facts, count, width);
	for (size_t i = 0; i < count; i++)
		add_fact(out, &form, &facts[i]);
}
