/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text view and the complaints: what a person reads of an entry.
 */
#include "made_entry.h"

#include <errno.h>

#include "sosh/views.h"

static const struct view_style wide = {.unicode = true, .width = 100};

static void assert_shown(struct made *made, const struct view_style *style, const char *expected)
{
	struct buffer out;
	buffer_init(&out);
	view_text(&out, &made->session, made->entry, style);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
}

static void connect_shows_states_and_both_ends(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "connect", NULL, "connect client 127.0.0.1 65432");
	entry->handle = made_handle(&made, AF_INET, SOCK_STREAM, "client")->number;
	entry_result(entry, 0);
	entry_state(entry, entry->handle, STATE_CLOSED, STATE_ESTABLISHED);
	entry->local = made_address("127.0.0.1", 51334);
	entry->peer = made_address("127.0.0.1", 65432);
	entry->ok = true;
	assert_shown(&made, &wide, "=> 0      client: CLOSED → ESTABLISHED   127.0.0.1:51334 → 127.0.0.1:65432\n");
	struct view_style ascii = {.width = 100};
	assert_shown(&made, &ascii, "=> 0      client: CLOSED -> ESTABLISHED   127.0.0.1:51334 -> 127.0.0.1:65432\n");
	made_end(&made);
}

static void parts_go_on_in_the_next_line(void **state)
{
	(void)state;
	struct made made;
	struct view_style narrow = {.unicode = true, .width = 74};
	struct entry *entry = made_begin(&made, "connect", NULL, "connect client 127.0.0.1 65432");
	entry->handle = made_handle(&made, AF_INET, SOCK_STREAM, "client")->number;
	entry_state(entry, entry->handle, STATE_CLOSED, STATE_ESTABLISHED);
	entry->local = made_address("127.0.0.1", 51334);
	entry->peer = made_address("127.0.0.1", 65432);
	assert_shown(&made, &narrow, "=> 0      client: CLOSED → ESTABLISHED   127.0.0.1:51334 → 127.0.0.1:65432\n");
	narrow.width = 73;
	assert_shown(&made, &narrow, "=> 0      client: CLOSED → ESTABLISHED\n   127.0.0.1:51334 → 127.0.0.1:65432\n");
	made_end(&made);
}

static void own_state_first_and_chained(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "close", NULL, "close 2");
	int other = made_handle(&made, AF_INET, SOCK_STREAM, "conn")->number;
	entry->handle = made_handle(&made, AF_INET, SOCK_STREAM, NULL)->number;
	entry_state(entry, other, STATE_ESTABLISHED, STATE_CLOSE_WAIT);
	entry_state(entry, entry->handle, STATE_ESTABLISHED, STATE_FIN_WAIT_1);
	entry_state(entry, entry->handle, STATE_FIN_WAIT_1, STATE_FIN_WAIT_2);
	assert_shown(&made, &wide,
	             "=> 0      2: ESTABLISHED → FIN-WAIT-1 → FIN-WAIT-2   conn: ESTABLISHED → CLOSE-WAIT\n");
	made_end(&made);
}

static void recv_shows_how_much(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "recv", NULL, "recv conn");
	entry->handle = made_handle(&made, AF_INET, SOCK_STREAM, "conn")->number;
	entry_result(entry, 12);
	entry_value(entry, value_text("Hello, world"));
	entry->data = value_text("Hello, world");
	entry->has_data = true;
	assert_shown(&made, &wide, "=> \"Hello, world\"      12 bytes\n");
	made_end(&made);
}

static void recvfrom_shows_from_whom(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "recvfrom", NULL, "recvfrom u");
	entry_result(entry, 1);
	entry_value(entry, value_bytes("\x1b", 1));
	entry->data = value_bytes("\x1b", 1);
	entry->has_data = true;
	entry->address = made_address("::1", 53);
	assert_shown(&made, &wide, "=> \"\\x1b\"      1 byte from [::1]:53\n");
	entry_result(entry, 6); /* MSG_TRUNC */
	assert_shown(&made, &wide, "=> \"\\x1b\"      1 of 6 bytes from [::1]:53\n");
	made_end(&made);
}

static void end_of_stream_has_its_note(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "recv", NULL, "recv conn");
	entry->handle = made_handle(&made, AF_INET, SOCK_STREAM, "conn")->number;
	entry_value(entry, value_text(""));
	entry->data = value_text("");
	entry->has_data = true;
	entry->note = memory_copy("end of the stream", 17);
	assert_shown(&made, &wide, "=> \"\"      end of the stream\n");
	made_end(&made);
}

static void long_data_is_whole(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "recv", NULL, "recv conn 5000");
	char *bytes = memory_get(5000);
	memset(bytes, 'x', 5000);
	entry_result(entry, 5000);
	entry_value(entry, value_bytes(bytes, 5000));
	entry->data = value_keep(entry->value);
	entry->has_data = true;
	struct buffer out;
	buffer_init(&out);
	view_text(&out, &made.session, entry, &wide);
	assert_int_equal(out.length, strlen("=> \"\"\n   5000 bytes\n") + 5000);
	assert_non_null(strstr(out.bytes, "\"\n   5000 bytes\n"));
	buffer_clear(&out);
	free(bytes);
	made_end(&made);
}

static void accept_and_bind_show_one_address(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "accept", NULL, "accept l &");
	entry->handle = made_handle(&made, AF_INET, SOCK_STREAM, "l")->number;
	entry->given = made_handle(&made, AF_INET, SOCK_STREAM, "conn")->number;
	entry_value(entry, value_handle(entry->given));
	entry_state(entry, entry->given, STATE_NONE, STATE_ESTABLISHED);
	entry->address = made_address("127.0.0.1", 51334);
	assert_shown(&made, &wide, "=> 2      conn: ESTABLISHED   from 127.0.0.1:51334\n");
	entry->job = 12;
	assert_shown(&made, &wide, "%12 => 2      conn: ESTABLISHED   from 127.0.0.1:51334   accept l\n");
	value_clear(&entry->address);
	entry->address = made_path("", 0);
	entry->job = 0;
	assert_shown(&made, &wide, "=> 2      conn: ESTABLISHED   from an unnamed socket\n");
	made_end(&made);

	entry = made_begin(&made, "bind", NULL, "bind s 127.0.0.1 0");
	entry->local = made_address("127.0.0.1", 4242);
	entry->peer = made_address("127.0.0.1", 1);
	assert_shown(&made, &wide, "=> 0      127.0.0.1:4242\n");
	made_end(&made);
}

static void failure_is_explained(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "connect", NULL, "connect other 127.0.0.1 1");
	entry_fail(entry, ECONNREFUSED);
	assert_shown(&made, &wide, "=> ECONNREFUSED      Connection refused\n");
	entry->explanation = memory_copy("nobody listens on 127.0.0.1:1", 29);
	assert_shown(&made, &wide, "=> ECONNREFUSED      nobody listens on 127.0.0.1:1\n");
	struct view_style narrow = {.width = 20};
	assert_shown(&made, &narrow, "=> ECONNREFUSED\n   nobody listens on\n   127.0.0.1:1\n");
	struct view_style coloured = {.width = 80, .colour = true};
	assert_shown(&made, &coloured,
	             "=> \033[1;31mECONNREFUSED\033[0m      \033[2mnobody listens on 127.0.0.1:1\033[0m\n");
	made_end(&made);
}

static void refusal_is_an_error(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "connect", NULL, "connect 7 127.0.0.1 1");
	entry_refuse(entry, "there is no handle %d\033", 7);
	assert_shown(&made, &wide, "=> error      there is no handle 7\\x1b\n");
	made_end(&made);
}

static void tables_follow_on_lines_of_their_own(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "jobs", NULL, "jobs");
	entry_result(entry, 2);
	entry->tail = memory_copy("%1 accept l\n%2 recv c\033[m\n", 25);
	assert_shown(&made, &wide, "=> 2\n%1 accept l\n%2 recv c\\x1b[m\n");
	free(entry->tail);
	entry->tail = memory_copy("c:POLLIN|POLLHUP", 16);
	assert_shown(&made, &wide, "=> 2  c:POLLIN|POLLHUP\n");
	made_end(&made);
}

static void plain_text_stands_alone(void **state)
{
	(void)state;
	struct made made;
	struct entry *entry = made_begin(&made, "print", NULL, "print x");
	entry->plain = true;
	entry_value(entry, value_text("a \"b\"\n\033[2J"));
	assert_shown(&made, &wide, "a \"b\"\\n\\x1b[2J\n");
	made_end(&made);

	entry = made_begin(&made, "help", NULL, "help");
	entry->plain = true;
	entry->tail = memory_copy("one\n\n  two", 10);
	assert_shown(&made, &wide, "one\n\n  two\n");
	made_end(&made);
}

static void time_is_told_when_asked(void **state)
{
	(void)state;
	struct made made;
	struct view_style timing = {.width = 80, .timing = true, .colour = true};
	struct entry *entry = made_begin(&made, "send", NULL, "send c x");
	entry_result(entry, 1);
	entry->begin = 1000;
	entry->end = 124000;
	assert_shown(&made, &timing, "=> \033[1;32m1\033[0m      0.000123 s\n");
	made_end(&made);
}

static struct entry *begin_with_calls(struct made *made)
{
	struct entry *entry = made_begin(made, "connect", NULL, "connect c 127.0.0.1 1");
	struct value address = made_address("127.0.0.1", 1);
	struct call *call = entry_call(&made->journal, entry, "connect");
	call_int(call, 3);
	call_address(call, address.address);
	call_int(call, 16);
	call->result = -1;
	call->error = ECONNREFUSED;
	call = entry_call(&made->journal, entry, "close");
	call_int(call, 3);
	value_clear(&address);
	entry_fail(entry, ECONNREFUSED);
	entry_explain(entry, "nobody listens");
	return entry;
}

static void calls_follow_when_asked(void **state)
{
	(void)state;
	struct made made;
	struct view_style style = wide;
	style.width = 200;
	begin_with_calls(&made);
	assert_shown(&made, &style, "=> ECONNREFUSED      nobody listens\n");
	style.calls = true;
	assert_shown(
		&made, &style,
		"=> ECONNREFUSED      nobody listens\n"
		"   connect(3, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = -1 "
		"ECONNREFUSED (Connection refused)\n"
		"   close(3) = 0\n");
	style.colour = true;
	assert_shown(
		&made, &style,
		"=> \033[1;31mECONNREFUSED\033[0m      \033[2mnobody listens\033[0m\n"
		"   \033[2mconnect(3, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr(\"127.0.0.1\")}, 16) "
		"= -1 ECONNREFUSED (Connection refused)\033[0m\n"
		"   \033[2mclose(3) = 0\033[0m\n");
	made_end(&made);
}

static void long_calls_are_cut_between_arguments(void **state)
{
	(void)state;
	struct made made;
	struct view_style style = {.width = 60, .calls = true};
	struct entry *entry = begin_with_calls(&made);
	assert_shown(&made, &style,
	             "=> ECONNREFUSED      nobody listens\n"
	             "   connect(3, {sa_family=AF_INET, sin_port=htons(1),\n"
	             "      sin_addr=inet_addr(\"127.0.0.1\")}, 16)\n"
	             "      = -1 ECONNREFUSED (Connection refused)\n"
	             "   close(3) = 0\n");
	struct call *call = entry_call(&made.journal, entry, "sendto");
	call_int(call, 3);
	call_data(call, "\", 1) = 0, a, b, c, d, e", 24);
	call_int(call, 25);
	call->result = 25;
	style.width = 20;
	assert_shown(&made, &style,
	             "=> ECONNREFUSED\n"
	             "   nobody listens\n"
	             "   connect(3,\n"
	             "      {sa_family=AF_INET,\n"
	             "      sin_port=htons(1),\n"
	             "      sin_addr=inet_addr(\"127.0.0.1\")},\n"
	             "      16)\n"
	             "      = -1 ECONNREFUSED (Connection refused)\n"
	             "   close(3) = 0\n"
	             "   sendto(3,\n"
	             "      \"\\\", 1) = 0, a, b, c, d, e\",\n"
	             "      25) = 25\n");
	made_end(&made);
}

static void assert_complaint(const struct error *error, const struct view_style *style, const char *expected)
{
	struct buffer out;
	buffer_init(&out);
	view_error(&out, error, style);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
}

static void assert_line(unsigned width, const char *text, const char *expected)
{
	const struct view_style style = {.width = width};
	struct buffer out;
	buffer_init(&out);
	view_line(&out, text, &style);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
}

static void a_line_is_broken_at_blanks(void **state)
{
	(void)state;
	assert_line(20, "waits for data now", "waits for data now\n");
	assert_line(18, "waits for data now", "waits for data now\n");
	assert_line(17, "waits for data now", "waits for data\n   now\n");
	assert_line(17, "waits for data   (now)", "waits for data\n   (now)\n");
	assert_line(8, "… 127.0.0.1:65432 x", "…\n   127.0.0.1:65432\n   x\n");
	assert_line(5, "… abc", "… abc\n");
}

static void a_long_remark_goes_on_below(void **state)
{
	(void)state;
	struct made made;
	struct view_style narrow = {.width = 30};
	struct entry *entry = made_begin(&made, "listen", NULL, "listen l");
	entry_result(entry, 0);
	entry_remark(entry, "without bind: the kernel chose the port");
	assert_shown(&made, &narrow, "=> 0\n   without bind: the kernel\n   chose the port\n");
	made_end(&made);
}

static void complaint_has_a_caret(void **state)
{
	(void)state;
	struct error error;
	struct place place = {.file = "a.sosh", .line = 2, .column = 6, .text = "bind\tx 1\nnext"};
	error_at(&error, &place, "no handle or variable is called x");
	assert_complaint(&error, &wide, "a.sosh:2:6: no handle or variable is called x\nbind x 1\n     ^\n");
	place.file = NULL;
	place.column = 9;
	error_at(&error, &place, "an address is missing");
	assert_complaint(&error, &wide, "prompt:2:9: an address is missing\nbind x 1\n        ^\n");
	error_set(&error, "no such file");
	memset(&error.place, 0, sizeof(error.place));
	assert_complaint(&error, &wide, "sosh: no such file\n");
}

static void caret_counts_printed_columns(void **state)
{
	(void)state;
	struct error error;
	struct place place = {.file = "f", .line = 1, .column = 5, .text = "\xc3\xa9\x80\x1b x"};
	struct view_style ascii = {.width = 80};
	error_at(&error, &place, "what");
	assert_complaint(&error, &ascii, "f:1:5: what\n\\xc3\\xa9\\x80\\x1b x\n                 ^\n");
}

static void long_lines_are_cut_around_the_column(void **state)
{
	(void)state;
	struct error error;
	struct place place = {
		.file = "f", .line = 1, .column = 41, .text = "0123456789012345678901234567890123456789X"};
	struct view_style ascii = {.width = 20};
	error_at(&error, &place, "what");
	assert_complaint(&error, &ascii, "f:1:41: what\n...7890123456789X\n                ^\n");
	error.place.column = 1;
	assert_complaint(&error, &ascii, "f:1:1: what\n01234567890123...\n^\n");
	error.place.column = 21;
	assert_complaint(&error, &ascii, "f:1:21: what\n...34567890123456...\n          ^\n");
	struct view_style unicode = {.width = 20, .unicode = true};
	assert_complaint(&error, &unicode, "f:1:21: what\n…123456789012345678…\n          ^\n");
	error.place.column = 42;
	assert_complaint(&error, &unicode, "f:1:42: what\n…4567890123456789X\n                  ^\n");
}

static void arrows_of_sentences_are_drawn(void **state)
{
	(void)state;
	struct made made;
	static const struct view_style ascii = {.width = 100};
	struct entry *entry = made_begin(&made, "bind", NULL, "bind s 127.0.0.1 80");
	entry_fail(entry, EADDRINUSE);
	entry_explain(entry, "a:1 -> b:2 -> c:3, \"a -> b\" -> d");
	assert_shown(&made, &ascii, "=> EADDRINUSE      a:1 -> b:2 -> c:3, \"a -> b\" -> d\n");
	assert_shown(&made, &wide, "=> EADDRINUSE      a:1 → b:2 → c:3, \"a -> b\" → d\n");
	made_end(&made);
}

static void arrows_of_explain_and_info_are_drawn(void **state)
{
	(void)state;
	struct made made;
	static const char *const names[] = {"explain", "info", "history"};
	for (unsigned i = 0; i < 3; i++) {
		struct entry *entry = made_begin(&made, names[i], NULL, names[i]);
		entry_result(entry, 0);
		entry->plain = true;
		entry->tail = memory_copy("a -> b\nc", strlen("a -> b\nc"));
		assert_shown(&made, &wide, i < 2 ? "a → b\nc\n" : "a -> b\nc\n");
		made_end(&made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connect_shows_states_and_both_ends),
		cmocka_unit_test(parts_go_on_in_the_next_line),
		cmocka_unit_test(own_state_first_and_chained),
		cmocka_unit_test(recv_shows_how_much),
		cmocka_unit_test(arrows_of_sentences_are_drawn),
		cmocka_unit_test(arrows_of_explain_and_info_are_drawn),
		cmocka_unit_test(recvfrom_shows_from_whom),
		cmocka_unit_test(end_of_stream_has_its_note),
		cmocka_unit_test(long_data_is_whole),
		cmocka_unit_test(accept_and_bind_show_one_address),
		cmocka_unit_test(failure_is_explained),
		cmocka_unit_test(refusal_is_an_error),
		cmocka_unit_test(tables_follow_on_lines_of_their_own),
		cmocka_unit_test(plain_text_stands_alone),
		cmocka_unit_test(time_is_told_when_asked),
		cmocka_unit_test(calls_follow_when_asked),
		cmocka_unit_test(long_calls_are_cut_between_arguments),
		cmocka_unit_test(a_line_is_broken_at_blanks),
		cmocka_unit_test(a_long_remark_goes_on_below),
		cmocka_unit_test(complaint_has_a_caret),
		cmocka_unit_test(caret_counts_printed_columns),
		cmocka_unit_test(long_lines_are_cut_around_the_column),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
