/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table as text, made to fit a width by its layout's steps.
 */
#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"
#include "sosh/views.h"

#define LEAST_CUT 3u /* a character and two dots */

/* Where its texts begin in the table's; 0: empty. A row whose first cell is a heading has no others. */
struct view_cell {
	size_t text, brief;
	bool heading;
};

/* How a column is set. */
struct column_set {
	size_t gap; /* behind it */
	size_t width;
	bool brief, hidden;
};

void view_table_init(struct view_table *table, const struct view_layout *layout)
{
	*table = (struct view_table){.layout = layout};
	buffer_init(&table->texts);
	buffer_char(&table->texts, '\0');
}

void view_table_clear(struct view_table *table)
{
	buffer_clear(&table->texts);
	free(table->cells);
	*table = (struct view_table){0};
}

static struct view_cell *row_of(const struct view_table *table, size_t row)
{
	return &table->cells[row * table->layout->column_count];
}

void view_table_row(struct view_table *table)
{
	size_t size = table->layout->column_count * sizeof(*table->cells);

	if (table->row_count == table->row_room) {
		table->row_room = table->row_room ? table->row_room * 2 : 16;
		table->cells = memory_resize(table->cells, table->row_room * size);
	}
	memset(row_of(table, table->row_count++), 0, size);
}

static size_t keep_text(struct view_table *table, const char *text)
{
	size_t at = table->texts.length;

	if (!*text)
		return 0;
	buffer_add(&table->texts, text, strlen(text) + 1);
	return at;
}

void view_table_cell(struct view_table *table, unsigned column, const char *text, const char *brief)
{
	struct view_cell *cell = &row_of(table, table->row_count - 1)[column];

	cell->text = keep_text(table, text);
	cell->brief = brief ? keep_text(table, brief) : cell->text;
}

void view_table_heading(struct view_table *table, const char *text)
{
	view_table_row(table);
	view_table_cell(table, 0, text, NULL);
	row_of(table, table->row_count - 1)->heading = true;
}

static const char *cell_text(const struct view_table *table, const struct view_cell *cell, bool brief)
{
	return table->texts.bytes + (brief ? cell->brief : cell->text);
}

static const char *title_of(const struct view_column *column, bool brief)
{
	return brief && column->brief ? column->brief : column->title;
}

/* The width that its cells want; one without anything in them is hidden. */
static void measure(const struct view_table *table, unsigned index, struct column_set *set)
{
	size_t widest = 0;

	for (size_t row = 0; row < table->row_count; row++) {
		const struct view_cell *cells = row_of(table, row);
		size_t length = cells->heading ? 0 : strlen(cell_text(table, &cells[index], set->brief));
		if (length > widest)
			widest = length;
	}
	set->hidden |= widest == 0;
	size_t title = strlen(title_of(&table->layout->columns[index], set->brief));
	set->width = widest > title ? widest : title;
}

static size_t whole_width(const struct view_table *table, const struct column_set *sets)
{
	size_t whole = 0;

	for (unsigned i = 0; i < table->layout->column_count; i++)
		if (!sets[i].hidden)
			whole += sets[i].width + sets[i].gap;
	return whole ? whole - sets[0].gap : 0;
}

static void take_step(const struct view_table *table, const struct view_step *step, struct column_set *sets,
                      size_t excess)
{
	struct column_set *set = &sets[step->column];

	if (step->kind == STEP_CLOSE) {
		for (unsigned i = 0; i < table->layout->column_count; i++)
			sets[i].gap = 1;
	} else if (step->kind == STEP_DROP) {
		set->hidden = true;
	} else if (step->kind == STEP_BRIEF) {
		set->brief = true;
		measure(table, step->column, set);
	} else if (set->width > step->least) {
		size_t wanted = set->width > excess ? set->width - excess : 0;
		set->width = wanted > step->least ? wanted : step->least;
	}
}

static void fit(const struct view_table *table, struct column_set *sets, unsigned width)
{
	const struct view_layout *layout = table->layout;

	for (unsigned i = 0; i < layout->step_count; i++) {
		size_t whole = whole_width(table, sets);
		if (whole <= width)
			return;
		take_step(table, &layout->steps[i], sets, whole - width);
	}
}

/* The text, with .. in its middle when it is longer than `most`. */
static void add_cut(struct buffer *out, const char *text, size_t most)
{
	size_t length = strlen(text);

	if (length <= most || most < LEAST_CUT) {
		buffer_add(out, text, length < most ? length : most);
		return;
	}
	size_t head = (most - 2) / 2, tail = most - 2 - head;
	buffer_add(out, text, head);
	buffer_text(out, "..");
	buffer_add(out, text + length - tail, tail);
}

static void end_line(struct buffer *out, size_t start, unsigned width)
{
	if (out->length - start > width)
		out->length = start + width;
	while (out->length > start && out->bytes[out->length - 1] == ' ')
		out->length--;
	buffer_char(out, '\n');
}

/* One cell, or with `cell` NULL the title. */
static void add_cell(struct buffer *out, const struct view_table *table, unsigned index, const struct column_set *set,
                     const struct view_cell *cell)
{
	const struct view_column *column = &table->layout->columns[index];
	const char *text = cell ? cell_text(table, cell, set->brief) : title_of(column, set->brief);
	size_t length = strlen(text), fill = set->width > length ? set->width - length : 0;

	if (column->right)
		buffer_fill(out, ' ', fill);
	add_cut(out, text, set->width);
	buffer_fill(out, ' ', (column->right ? 0 : fill) + set->gap);
}

static void add_line(struct buffer *out, const struct view_table *table, const struct column_set *sets,
                     const struct view_cell *cells, unsigned width)
{
	size_t start = out->length;

	if (cells && cells->heading) {
		add_cut(out, cell_text(table, cells, false), width);
		end_line(out, start, width);
		return;
	}
	for (unsigned i = 0; i < table->layout->column_count; i++)
		if (!sets[i].hidden)
			add_cell(out, table, i, &sets[i], cells ? &cells[i] : NULL);
	end_line(out, start, width);
}

void view_table_format(struct buffer *out, const struct view_table *table, unsigned width)
{
	unsigned count = table->layout->column_count;
	struct column_set *sets = memory_zero(count * sizeof(*sets));

	for (unsigned i = 0; i < count; i++) {
		sets[i].gap = 2;
		measure(table, i, &sets[i]);
	}
	fit(table, sets, width);
	if (table->row_count && whole_width(table, sets))
		add_line(out, table, sets, NULL, width);
	for (size_t row = 0; row < table->row_count; row++)
		add_line(out, table, sets, row_of(table, row), width);
	free(sets);
}
