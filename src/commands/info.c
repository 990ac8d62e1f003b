/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * info: its sections, one after the other.
 */
#include "info.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"
#include "sosh/text.h"
#include "tail.h"

/* Any text in printable ASCII, owned by the caller. */
static char *shown(const char *text)
{
	struct buffer plain;

	buffer_init(&plain);
	text_plain(&plain, text, strlen(text));
	char *copy = memory_copy(buffer_string(&plain), plain.length);
	buffer_clear(&plain);
	return copy;
}

static char *shown_name(const struct info *info, const char *key)
{
	char *name = memory_copy(key, strlen(key));

	for (char *at = name; !info->verbatim && *at; at++)
		if (*at == '_')
			*at = ' ';
	return name;
}

static char *shown_value(const struct value *value)
{
	struct buffer text;

	buffer_init(&text);
	value_format(&text, value);
	char *copy = memory_copy(buffer_string(&text), text.length);
	buffer_clear(&text);
	return copy;
}

/* Takes the text and the value. */
static void add_fact(struct info *info, const char *key, struct value value, const char *meaning, char *text)
{
	if (info->count == info->room) {
		info->room = info->room ? info->room * 2 : 32;
		info->facts = memory_resize(info->facts, info->room * sizeof(*info->facts));
		info->items = memory_resize(info->items, info->room * sizeof(*info->items));
	}
	info->facts[info->count] = (struct view_fact){shown_name(info, key), text, shown(meaning)};
	info->items[info->count++] = (struct item){key, value};
}

void info_value(struct info *info, const char *key, struct value value, const char *meaning)
{
	add_fact(info, key, value, meaning, shown_value(&value));
}

void info_fact(struct info *info, const char *key, struct value value, const char *meaning, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = shown_value(&value);
	va_end(arguments);
	add_fact(info, key, value, meaning, text);
}

static struct value facts_value(const struct info *info)
{
	struct value value = value_struct(info->count);

	for (unsigned i = 0; i < info->count; i++)
		value.list->items[i] = (struct item){info->items[i].name, value_keep(info->items[i].value)};
	return value;
}

void info_section_as(struct info *info, const char *key, const char *heading, struct value value)
{
	if (info->count)
		view_facts(&info->text, heading, info->facts, info->count, info->width);
	for (unsigned i = 0; i < info->count; i++) {
		free((char *)info->facts[i].name);
		free((char *)info->facts[i].value);
		free((char *)info->facts[i].meaning);
		value_drop(info->items[i].value);
	}
	info->sections[info->section_count++] = (struct item){key, value};
	info->count = 0;
	info->verbatim = false;
}

void info_section(struct info *info, const char *key, const char *heading)
{
	if (info->count)
		info_section_as(info, key, heading, facts_value(info));
}

enum progress start_info(struct run *run)
{
	struct info info = {.run = run, .handle = run->handle, .width = run_page(run).width};
	struct watch *watch = &run->engine->watch;

	buffer_init(&info.text);
	watch_names(info.handle);
	session_named(&run->engine->session, info.handle);
	info.known = !watch_fact(watch, info.handle, &info.fact);
	watch_queues(watch, info.handle, &info.queues);
	info.ready = watch_ready(info.handle);
	info_what(&info);
	info_addresses(&info);
	info_state(&info);
	info_timers(&info);
	info_options(&info);
	info_tcp(&info);
	info_history(&info);
	run->entry->table = value_struct(info.section_count);
	memcpy(run->entry->table.list->items, info.sections, info.section_count * sizeof(info.sections[0]));
	give_lines(run, &info.text);
	free(info.facts);
	free(info.items);
	return run_done(run);
}
