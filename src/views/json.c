/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An ended entry as one JSON object, one line, every key always there.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "segment.h"
#include "sosh/memory.h"
#include "sosh/text.h"
#include "sosh/views.h"

/* As many digits as read back the same without showing the binary fraction: 0.1, not 0.10000000000000001. */
#define REAL_DIGITS 15

/* Any bytes as a string: UTF-8 stays, what is none is written \xHH. */
static json_t *json_bytes(const char *bytes, size_t length)
{
	json_t *string = json_stringn(bytes, length);
	if (string)
		return string;
	struct buffer valid;
	buffer_init(&valid);
	while (length > 0) {
		size_t step = text_utf8(bytes, length);
		if (step > 0)
			buffer_add(&valid, bytes, step);
		else
			text_escape(&valid, bytes, step = 1);
		bytes += step;
		length -= step;
	}
	string = json_stringn(buffer_string(&valid), valid.length);
	buffer_clear(&valid);
	return string;
}

static json_t *json_words(const char *text)
{
	return text ? json_bytes(text, strlen(text)) : json_null();
}

static json_t *json_buffer(struct buffer *buffer)
{
	json_t *string = json_bytes(buffer_string(buffer), buffer->length);
	buffer_clear(buffer);
	return string;
}

/* Bytes as the language writes them, without the quotes. */
static json_t *json_escaped(const char *bytes, size_t length)
{
	struct buffer text;
	buffer_init(&text);
	text_escape(&text, bytes, length);
	return json_buffer(&text);
}

static json_t *json_printed(const struct value *value)
{
	struct buffer text;
	buffer_init(&text);
	value_format(&text, value);
	return json_buffer(&text);
}

static json_t *json_base64(const char *bytes, size_t length)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buffer text;
	buffer_init(&text);
	for (size_t i = 0; i < length; i += 3) {
		uint32_t group = (uint32_t)(unsigned char)bytes[i] << 16;
		if (i + 1 < length)
			group |= (uint32_t)(unsigned char)bytes[i + 1] << 8;
		if (i + 2 < length)
			group |= (unsigned char)bytes[i + 2];
		char four[4] = {digits[group >> 18], digits[group >> 12 & 63], '=', '='};
		if (i + 1 < length)
			four[2] = digits[group >> 6 & 63];
		if (i + 2 < length)
			four[3] = digits[group & 63];
		buffer_add(&text, four, sizeof(four));
	}
	return json_buffer(&text);
}

static json_t *json_seconds(int64_t nanoseconds)
{
	return json_real((double)nanoseconds / 1e9);
}

static json_t *json_value(const struct value *value);

static json_t *json_items(const struct list *list)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < list->count; i++)
		json_array_append_new(array, json_value(&list->items[i].value));
	return array;
}

static json_t *json_struct(const struct list *list)
{
	json_t *object = json_object();
	for (unsigned i = 0; i < list->count; i++)
		json_object_set_new(object, list->items[i].name ? list->items[i].name : "",
		                    json_value(&list->items[i].value));
	return object;
}

static json_t *json_value(const struct value *value)
{
	json_t *real;
	switch (value->kind) {
	case VALUE_NONE:
		return json_null();
	case VALUE_BOOL:
		return json_boolean(value->number);
	case VALUE_NUMBER:
	case VALUE_HANDLE:
	case VALUE_ERROR:
		return json_integer(value->number);
	case VALUE_REAL:
		real = json_real(value->real);
		return real ? real : json_null();
	case VALUE_BYTES:
		return json_escaped(value->blob->bytes, value->blob->length);
	case VALUE_WORD:
		return json_bytes(value->blob->bytes, value->blob->length);
	case VALUE_ADDRESS:
		return value->address->length ? json_printed(value) : json_null();
	case VALUE_LIST:
		return json_items(value->list);
	case VALUE_STRUCT:
		return json_struct(value->list);
	}
	return json_null();
}

static bool is_command(const struct entry *entry, const char *name)
{
	const struct command_spec *command = entry->statement->command;
	return command && strcmp(command->name, name) == 0;
}

static bool asks_name(const struct entry *entry)
{
	return is_command(entry, "getsockname") || is_command(entry, "getpeername");
}

static json_t *address_object(const struct address *address)
{
	struct buffer host;
	json_t *object = json_object();
	int family = address->any.sa_family;
	const char *name = symbol_name("AF_", family);
	json_object_set_new(object, "family", name ? json_string(name) : json_integer(family));
	if (family == AF_UNIX) {
		size_t length;
		const char *path = address_path(address, &length);
		json_object_set_new(object, "path", json_escaped(path, length));
	} else if (family == AF_INET || family == AF_INET6) {
		buffer_init(&host);
		address_format_host(&host, address);
		json_object_set_new(object, "host", json_buffer(&host));
		json_object_set_new(object, "port", json_integer(address_port(address)));
	}
	return object;
}

/* Who it was accepted or received from, or the name that was asked for. */
static json_t *json_address(const struct entry *entry)
{
	const struct value *value = &entry->address;
	bool asked = asks_name(entry);
	if (asked && value->kind != VALUE_ADDRESS && entry->has_value)
		value = &entry->value;
	bool gives =
		asked || is_command(entry, "accept") || is_command(entry, "recvfrom") || is_command(entry, "recvmsg");
	if (!gives || value->kind != VALUE_ADDRESS || value->address->length < sizeof(sa_family_t))
		return json_null();
	return address_object(value->address);
}

/* The text of print and help. */
static json_t *json_plain(const struct entry *entry)
{
	struct buffer text;
	buffer_init(&text);
	if (entry->has_value)
		value_format_plain(&text, &entry->value);
	else if (entry->tail)
		buffer_text(&text, entry->tail);
	return json_buffer(&text);
}

/* What the command gave, where that is neither data nor a handle nor a count. */
static json_t *json_result_value(const struct entry *entry)
{
	if (entry->error || entry->refused)
		return json_null();
	if (entry->table.kind == VALUE_BYTES) /* lines of text */
		return json_bytes(entry->table.blob->bytes, entry->table.blob->length);
	if (entry->table.kind != VALUE_NONE)
		return json_value(&entry->table);
	if (entry->plain)
		return json_plain(entry);
	if (!entry->has_value || entry->value.kind == VALUE_HANDLE || asks_name(entry))
		return json_null();
	if (entry->value.kind == VALUE_BYTES && entry->has_data)
		return json_null();
	return json_value(&entry->value);
}

static json_int_t result_number(const struct entry *entry)
{
	if (entry->error || entry->refused)
		return -1;
	if (entry->has_value && (entry->value.kind == VALUE_HANDLE || entry->value.kind == VALUE_ERROR))
		return entry->value.number;
	return entry->result;
}

static json_t *json_error_name(int error)
{
	const char *name = error_name(error);
	if (error == 0)
		return json_null();
	return name ? json_string(name) : json_sprintf("%d", error);
}

static json_t *json_calls(const struct entry *entry)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < entry->call_count; i++) {
		const struct call *call = &entry->calls[i];
		struct buffer text;
		json_t *object = json_object();
		buffer_init(&text);
		view_call(&text, call);
		json_object_set_new(object, "name", json_string(call->name));
		json_object_set_new(object, "text", json_buffer(&text));
		json_object_set_new(object, "result", json_integer(call->result));
		json_object_set_new(object, "errno", json_error_name(call->error));
		json_object_set_new(object, "seconds", json_seconds(call->duration));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_positive(int64_t number)
{
	return number > 0 ? json_integer(number) : json_null();
}

/* Of the handles, or of the ends that wait to be accepted. */
static json_t *json_states(const struct entry *entry, bool waiting)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < entry->state_count; i++) {
		const struct state_change *change = &entry->states[i];
		if ((change->listener != 0) != waiting)
			continue;
		json_t *object = json_object();
		if (waiting) {
			json_object_set_new(object, "listener", json_integer(change->listener));
			json_object_set_new(object, "peer", address_object(change->peer.address));
		} else {
			json_object_set_new(object, "handle", json_integer(change->handle));
		}
		json_object_set_new(object, "from", json_words(state_name(change->from)));
		json_object_set_new(object, "to", json_words(state_name(change->to)));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_explanation(const struct entry *entry)
{
	if (entry->explanation)
		return json_words(entry->explanation);
	if (entry->problem && (entry->refused || !entry->ok))
		return json_words(entry->problem->text);
	return json_null();
}

static void add_place_keys(json_t *object, const struct session *session, const struct entry *entry)
{
	const struct statement *statement = entry->statement;
	json_object_set_new(object, "n", json_integer((json_int_t)entry->number));
	json_object_set_new(object, "file", json_words(statement->place.file));
	json_object_set_new(object, "line", json_positive(statement->place.line));
	json_object_set_new(object, "command", json_words(statement->command ? statement->command->name : NULL));
	json_object_set_new(object, "handle", json_positive(entry->handle));
	json_object_set_new(object, "job", json_positive(entry->job));
	json_object_set_new(object, "host", json_words(session_host_name(session, entry->host)));
}

static void add_result_keys(json_t *object, const struct entry *entry)
{
	const struct blob *data = entry->has_data && entry->data.kind == VALUE_BYTES ? entry->data.blob : NULL;
	json_object_set_new(object, "result", json_integer(result_number(entry)));
	json_object_set_new(object, "errno", json_error_name(entry->error));
	json_object_set_new(object, "ok", json_boolean(entry->ok));
	json_object_set_new(object, "data", data ? json_escaped(data->bytes, data->length) : json_null());
	json_object_set_new(object, "data_base64", data ? json_base64(data->bytes, data->length) : json_null());
	json_object_set_new(object, "address", json_address(entry));
	json_object_set_new(object, "value", json_result_value(entry));
}

static json_t *json_segments(const struct session *session, const struct entry *entry)
{
	json_t *array = json_array();
	for (uint64_t number = entry->first_segment; entry->passages && number <= entry->last_segment; number++) {
		struct view_segment view;
		struct segment segment;
		if (!view_of_entry(&view, &segment, entry, number, session))
			continue;
		if (!view.fate)
			view.fate = passage_fate_name(PASSAGE_DELIVERED);
		json_array_append_new(array, segment_object(&view));
	}
	return array;
}

static void add_story_keys(json_t *object, const struct session *session, const struct entry *entry)
{
	json_object_set_new(object, "calls", json_calls(entry));
	json_object_set_new(object, "states", json_states(entry, false));
	json_object_set_new(object, "segments", json_segments(session, entry));
	json_object_set_new(object, "explanation", json_explanation(entry));
	json_object_set_new(object, "seconds", json_seconds(entry->end - entry->begin));
	json_t *waiting = json_states(entry, true);
	if (json_array_size(waiting))
		json_object_set(object, "waiting", waiting);
	json_decref(waiting);
	for (unsigned i = 0; entry->more.kind == VALUE_STRUCT && i < entry->more.list->count; i++)
		json_object_set_new(object, entry->more.list->items[i].name,
		                    json_value(&entry->more.list->items[i].value));
}

static int write_piece(const char *bytes, size_t length, void *out)
{
	buffer_add(out, bytes, length);
	return 0;
}

void view_json(struct buffer *out, const struct session *session, const struct entry *entry)
{
	json_set_alloc_funcs(memory_get, free); /* out of memory ends the program: no key is ever missing */
	json_t *object = json_object();
	add_place_keys(object, session, entry);
	add_result_keys(object, entry);
	add_story_keys(object, session, entry);
	json_dump_callback(object, write_piece, out,
	                   JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(REAL_DIGITS));
	buffer_char(out, '\n');
	json_decref(object);
}
