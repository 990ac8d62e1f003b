/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values: made, kept, compared and taken apart.
 */
#include "sosh/value.h"

#include <stdlib.h>
#include <string.h>

#include "sosh/address.h"
#include "sosh/memory.h"

struct value value_none(void)
{
	return (struct value){.kind = VALUE_NONE, .number = 0};
}

struct value value_bool(bool truth)
{
	return (struct value){.kind = VALUE_BOOL, .number = truth};
}

struct value value_number(int64_t number)
{
	return (struct value){.kind = VALUE_NUMBER, .number = number};
}

struct value value_real(double seconds)
{
	return (struct value){.kind = VALUE_REAL, .real = seconds};
}

struct value value_handle(int number)
{
	return (struct value){.kind = VALUE_HANDLE, .number = number};
}

struct value value_error(int number)
{
	return (struct value){.kind = VALUE_ERROR, .number = number};
}

static struct blob *blob_new(const char *bytes, size_t length)
{
	struct blob *blob = memory_get(sizeof(*blob) + length + 1);

	blob->references = 1;
	blob->hash = 0;
	blob->length = length;
	if (length > 0)
		memcpy(blob->bytes, bytes, length);
	blob->bytes[length] = '\0';
	return blob;
}

struct value value_bytes(const char *bytes, size_t length)
{
	return (struct value){.kind = VALUE_BYTES, .blob = blob_new(bytes, length)};
}

struct value value_text(const char *text)
{
	return value_bytes(text, strlen(text));
}

struct value value_word(const char *word)
{
	return (struct value){.kind = VALUE_WORD, .blob = blob_new(word, strlen(word))};
}

struct value value_address(const struct address *address)
{
	struct address *copy = memory_get(sizeof(*copy));

	*copy = *address;
	copy->references = 1;
	return (struct value){.kind = VALUE_ADDRESS, .address = copy};
}

static struct value list_new(enum value_kind kind, unsigned count)
{
	struct list *list = memory_zero(sizeof(*list) + count * sizeof(list->items[0]));

	list->references = 1;
	list->count = count;
	return (struct value){.kind = kind, .list = list};
}

struct value value_list(unsigned count)
{
	return list_new(VALUE_LIST, count);
}

struct value value_struct(unsigned count)
{
	return list_new(VALUE_STRUCT, count);
}

void value_free(struct value value)
{
	bool items = value.kind == VALUE_LIST || value.kind == VALUE_STRUCT;

	for (unsigned i = 0; items && i < value.list->count; i++)
		value_drop(value.list->items[i].value);
	free(value.references);
}

static bool equal_lists(const struct list *a, const struct list *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count; i++) {
		const char *a_name = a->items[i].name, *b_name = b->items[i].name;

		if ((a_name == NULL) != (b_name == NULL) || (a_name != NULL && strcmp(a_name, b_name) != 0))
			return false;
		if (!value_equal(&a->items[i].value, &b->items[i].value))
			return false;
	}
	return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case VALUE_NONE:
		return true;
	case VALUE_REAL:
		return a->real == b->real;
	case VALUE_BYTES:
	case VALUE_WORD:
		return a->blob->length == b->blob->length &&
		       memcmp(a->blob->bytes, b->blob->bytes, a->blob->length) == 0;
	case VALUE_ADDRESS:
		return address_equal(a->address, b->address);
	case VALUE_LIST:
	case VALUE_STRUCT:
		return equal_lists(a->list, b->list);
	default:
		return a->number == b->number;
	}
}

bool value_as_real(const struct value *value, double *number)
{
	switch (value->kind) {
	case VALUE_BOOL:
	case VALUE_NUMBER:
	case VALUE_HANDLE:
	case VALUE_ERROR:
		*number = (double)value->number;
		return true;
	case VALUE_REAL:
		*number = value->real;
		return true;
	default:
		return false;
	}
}

static bool is_name(const char *name, size_t length, const char *wanted)
{
	return strlen(wanted) == length && memcmp(name, wanted, length) == 0;
}

static struct value host_of(const struct address *address)
{
	struct buffer text;
	struct value host;

	buffer_init(&text);
	address_format_host(&text, address);
	host = value_bytes(buffer_string(&text), text.length);
	buffer_clear(&text);
	return host;
}

static int address_part(const struct address *address, const char *name, size_t length, struct value *part)
{
	bool is_path, has_port = address_port(address) >= 0;

	if (address->length < sizeof(sa_family_t))
		return -1;
	is_path = address->storage.ss_family == AF_UNIX;
	if (is_name(name, length, "family"))
		*part = value_number(address->storage.ss_family);
	else if (is_name(name, length, "port") && has_port)
		*part = value_number(address_port(address));
	else if (is_name(name, length, "host") && (has_port || is_path))
		*part = host_of(address);
	else if (is_name(name, length, "path") && is_path)
		*part = host_of(address);
	else
		return -1;
	return 0;
}

int value_part(const struct value *value, const char *name, size_t length, struct value *part)
{
	if (value->kind == VALUE_ADDRESS)
		return address_part(value->address, name, length, part);
	if (value->kind != VALUE_STRUCT)
		return -1;
	for (unsigned i = 0; i < value->list->count; i++) {
		const struct item *item = &value->list->items[i];

		if (item->name != NULL && is_name(name, length, item->name)) {
			*part = value_keep(item->value);
			return 0;
		}
	}
	return -1;
}

/* How many items there are to ask for. */
static int64_t item_count(const struct value *value)
{
	switch (value->kind) {
	case VALUE_LIST:
	case VALUE_STRUCT:
		return value->list->count;
	case VALUE_BYTES:
		return (int64_t)value->blob->length;
	case VALUE_ADDRESS:
		return address_port(value->address) >= 0 ? 2 : 1;
	default:
		return 0;
	}
}

int value_item(const struct value *value, int64_t index, struct value *item)
{
	int64_t count = item_count(value);

	if (index < 0)
		index += count;
	if (index < 0 || index >= count)
		return -1;
	if (value->kind == VALUE_ADDRESS)
		return address_part(value->address, index == 0 ? "host" : "port", 4, item);
	if (value->kind == VALUE_BYTES)
		*item = value_number((unsigned char)value->blob->bytes[index]);
	else
		*item = value_keep(value->list->items[index].value);
	return 0;
}
