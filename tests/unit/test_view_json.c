/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The JSON view: every key, in the order of the contract, whatever happened.
 */
#include "made_entry.h"

#include <errno.h>
#include <jansson.h>

#include "sosh/views.h"

static const char *const keys[] = {"n",      "file",   "line",     "command",     "handle",      "job",     "host",
                                   "result", "errno",  "ok",       "data",        "data_base64", "address", "value",
                                   "calls",  "states", "segments", "explanation", "seconds"};

/* The object, checked to be one line with all keys in order; to be dropped with json_decref. */
static json_t *shown(struct made *made)
{
	struct buffer out;
	json_error_t error;
	size_t index = 0;
	const char *key;
	json_t *value;
	buffer_init(&out);
	view_json(&out, &made->session, made->entry);
	assert_true(out.length > 0 && out.bytes[out.length - 1] == '\n');
	assert_ptr_equal(memchr(out.bytes, '\n', out.length), out.bytes + out.length - 1);
	json_t *object = json_loadb(out.bytes, out.length, JSON_ALLOW_NUL, &error);
	assert_non_null(object);
	json_object_foreach(object, key, value)
	{
		assert_true(index < sizeof(keys) / sizeof(keys[0]));
		assert_string_equal(key, keys[index++]);
	}
	assert_int_equal(index, sizeof(keys) / sizeof(keys[0]));
	buffer_clear(&out);
	return object;
}

/* One key's value as compact JSON. */
static void assert_key(json_t *object, const char *key, const char *expected)
{
	char *text = json_dumps(json_object_get(object, key), JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static void a_whole_line(void **state)
{
	(void)state;
	struct made made;
	struct buffer out;
	struct entry *entry = made_begin(&made, "send", "a.sosh", "send c hi");
	entry->handle = 4;
	entry->ok = true;
	entry_result(entry, 2);
	entry->begin = 0;
	entry->end = 25000000;
	buffer_init(&out);
	view_json(&out, &made.session, entry);
	assert_string_equal(
		out.bytes,
		"{\"n\":1,\"file\":\"a.sosh\",\"line\":3,\"command\":\"send\",\"handle\":4,\"job\":null,\"host\":null,"
		"\"result\":2,\"errno\":null,\"ok\":true,\"data\":null,\"data_base64\":null,\"address\":null,"
		"\"value\":null,\"calls\":[],\"states\":[],\"segments\":[],\"explanation\":null,\"seconds\":0.025}\n");
	buffer_clear(&out);
	made_end(&made);
}

static void received_data_and_its_sender(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "recvfrom", NULL, "recvfrom u");
	entry_result(entry, 4);
	entry_value(entry, value_bytes("\0\xff\"\n", 4));
	entry->data = value_bytes("\0\xff\"\n", 4);
	entry->has_data = true;
	entry->address = made_address("::1", 53);
	json_t *object = shown(&made);
	assert_key(object, "file", "null");
	assert_key(object, "result", "4");
	assert_string_equal(json_string_value(json_object_get(object, "data")), "\\x00\\xff\\\"\\n");
	assert_key(object, "data_base64", "\"AP8iCg==\"");
	assert_key(object, "address", "{\"family\":\"AF_INET6\",\"host\":\"::1\",\"port\":53}");
	assert_key(object, "value", "null");
	json_decref(object);
	made_end(&made);
}

static void base64_of_each_length(void **state)
{
	(void)state;
	static const char *const expected[] = {"\"\"", "\"Zg==\"", "\"Zm8=\"", "\"Zm9v\"", "\"Zm9vYg==\""};
	for (size_t length = 0; length < 5; length++) {
		struct made made;
		struct entry *entry = made_begin(&made, "recv", NULL, "recv c");
		entry->data = value_bytes("foob", length);
		entry->has_data = true;
		json_t *object = shown(&made);
		assert_key(object, "data_base64", expected[length]);
		json_decref(object);
		made_end(&made);
	}
}

static void unix_addresses_have_a_path(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "getsockname", NULL, "getsockname s");
	entry_value(entry, made_path("\0name", 5));
	json_t *object = shown(&made);
	assert_key(object, "address", "{\"family\":\"AF_UNIX\",\"path\":\"\\\\x00name\"}");
	assert_key(object, "value", "null");
	json_decref(object);
	made_end(&made);
}

static void failure_and_refusal(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "connect", NULL, "connect c 127.0.0.1 1");
	entry_fail(entry, ECONNREFUSED);
	entry->explanation = memory_copy("nobody listens", 14);
	json_t *object = shown(&made);
	assert_key(object, "result", "-1");
	assert_key(object, "errno", "\"ECONNREFUSED\"");
	assert_key(object, "ok", "false");
	assert_key(object, "explanation", "\"nobody listens\"");
	json_decref(object);
	entry_fail(entry, ERROR_TIMEOUT);
	object = shown(&made);
	assert_key(object, "errno", "\"TIMEOUT\"");
	json_decref(object);
	made_end(&made);

	entry = made_begin(&made, "connect", NULL, "connect 9 127.0.0.1 1");
	entry_refuse(entry, "there is no handle 9");
	object = shown(&made);
	assert_key(object, "result", "-1");
	assert_key(object, "errno", "null");
	assert_key(object, "explanation", "\"there is no handle 9\"");
	json_decref(object);
	made_end(&made);
}

static void an_unmet_expectation_is_explained(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "send", NULL, "send c hi => 3");
	entry_result(entry, 2);
	error_set(entry_problem(entry), "expected 3, got 2");
	json_t *object = shown(&made);
	assert_key(object, "result", "2");
	assert_key(object, "explanation", "\"expected 3, got 2\"");
	json_decref(object);
	made_end(&made);
}

static struct value linger(void)
{
	struct value value = value_struct(2);
	value.list->items[0] = (struct item){"l_onoff", value_number(1)};
	value.list->items[1] = (struct item){"l_linger", value_real(0.1)};
	return value;
}

static void values_as_json(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "getsockopt", NULL, "getsockopt s SO_LINGER");
	struct value list = value_list(4);
	list.list->items[0].value = made_address("127.0.0.1", 80);
	list.list->items[1].value = value_bool(true);
	list.list->items[2].value = linger();
	entry_value(entry, list);
	json_t *object = shown(&made);
	assert_key(object, "value", "[\"127.0.0.1:80\",true,{\"l_onoff\":1,\"l_linger\":0.1},null]");
	json_decref(object);
	entry_value(entry, value_word("LISTEN"));
	object = shown(&made);
	assert_key(object, "value", "\"LISTEN\"");
	json_decref(object);
	entry_value(entry, value_error(ECONNREFUSED));
	object = shown(&made);
	assert_key(object, "value", "111");
	assert_key(object, "result", "111");
	json_decref(object);
	entry_value(entry, value_handle(3));
	object = shown(&made);
	assert_key(object, "value", "null");
	assert_key(object, "result", "3");
	json_decref(object);
	entry->table = value_list(0);
	object = shown(&made);
	assert_key(object, "value", "[]");
	json_decref(object);
	made_end(&made);
}

static void printed_text_is_valid_utf8(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "print", "bad\xff.sosh", "print x");
	entry->plain = true;
	entry_value(entry, value_bytes("\xc3\xa9\n\0\xff", 5));
	json_t *object = shown(&made);
	assert_key(object, "file", "\"bad\\\\xff.sosh\"");
	assert_key(object, "value", "\"\xc3\xa9\\n\\u0000\\\\xff\"");
	json_decref(object);
	made_end(&made);
	entry = made_begin(&made, "help", NULL, "help");
	entry->plain = true;
	entry->tail = memory_copy("one\ntwo", 7);
	object = shown(&made);
	assert_key(object, "value", "\"one\\ntwo\"");
	json_decref(object);
	entry->table = value_text("one\ntwo");
	object = shown(&made);
	assert_key(object, "value", "\"one\\ntwo\"");
	json_decref(object);
	made_end(&made);
}

static void calls_and_states(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "shutdown", NULL, "shutdown c");
	struct call *call = entry_call(&made.journal, entry, "shutdown");
	call_int(call, 3);
	call_symbol(call, "SHUT_", 1);
	call->result = -1;
	call->error = ENOTCONN;
	call->duration = 1500;
	entry_state(entry, 2, STATE_NONE, STATE_CLOSED);
	json_t *object = shown(&made);
	assert_key(object, "calls",
	           "[{\"name\":\"shutdown\",\"text\":\"shutdown(3, SHUT_WR)\",\"result\":-1,\"errno\":\"ENOTCONN\","
	           "\"seconds\":1.5e-6}]");
	assert_key(object, "states", "[{\"handle\":2,\"from\":null,\"to\":\"CLOSED\"}]");
	json_decref(object);
	made_end(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_line),          cmocka_unit_test(received_data_and_its_sender),
		cmocka_unit_test(base64_of_each_length), cmocka_unit_test(unix_addresses_have_a_path),
		cmocka_unit_test(failure_and_refusal),   cmocka_unit_test(an_unmet_expectation_is_explained),
		cmocka_unit_test(values_as_json),        cmocka_unit_test(printed_text_is_valid_utf8),
		cmocka_unit_test(calls_and_states),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
