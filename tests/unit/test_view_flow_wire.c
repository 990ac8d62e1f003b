/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flow with segments that were seen: pictures of passages made by hand, between hosts of a lab and captured, and what
 * holds of the picture of any journal.
 */
#include "made_frame.h"
#include "made_story.h"

#include <stdio.h>

/* clang-format off */
static const char lost_syn[] =
	"                 client                   server\n"
	"                10.0.0.1                 10.0.0.2\n"
	"                    |                        | socket => l  CLOSED\n"
	"                    |                        | listen l     LISTEN\n"
	"CLOSED  socket => c |                        |\n"
	"SYN-SENT  connect c |------- SYN -------x    |\n"
	"           (1.00 s) .                        .\n"
	"                    |------ SYN again ------>|              SYN-RECEIVED\n"
	"ESTABLISHED         |<------- SYN,ACK -------|\n"
	"                    |--------- ACK --------->|              ESTABLISHED\n"
	"                    |                        | accept l => a\n"
	"FIN-WAIT-1  close c |------- FIN,ACK ------->|              CLOSE-WAIT\n"
	"FIN-WAIT-2          |<--------- ACK ---------|\n"
	"CLOSED              |<------- RST,ACK -------| close a      CLOSED\n";
static const char bent[] =
	"                 client                                 server\n"
	"                10.0.0.1                               10.0.0.2\n"
	"                    │                                      │ socket => l  CLOSED\n"
	"                    │                                      │ listen l     LISTEN\n"
	"CLOSED  socket => c │                                      │\n"
	"SYN-SENT  connect c ├──────────────── SYN ────────────────►│              SYN-RECEIVED\n"
	"ESTABLISHED         │◄────────────── SYN,ACK ──────────────┤\n"
	"                    ├──────────────── ACK ────────────────►│              ESTABLISHED\n"
	"                    │                                      │ accept l => a\n"
	"             send c ├── #4 PSH,ACK \"one\" 3 B ──╮           │\n"
	"             send c ├── #5 PSH,ACK \"two\" 3 B ──╮           │\n"
	"             send c ├─ #6 PSH,ACK \"three\" 5 bytes ──┤ held │\n"
	"                    │                          ╰─── #5 ───►│\n"
	"                    │◄───────────── ACK again ─────────────┤\n"
	"                    │                        ╰─ #4 copy ──►│\n"
	"                    │                                      │ recv a => \"onetwo\"\n"
	"                    │                          ╰─── #4 ───►│\n"
	"                    │       ×─── UDP \"\\x1b[2J\" 4 bytes ────┤\n";
static const char folded[] =
	"                 client                           server\n"
	"                10.0.0.1                         10.0.0.2\n"
	"                    |                                | socket => l  CLOSED\n"
	"                    |                                | listen l     LISTEN\n"
	"CLOSED  socket => c |                                |\n"
	"SYN-SENT  connect c |------------- SYN ------------->|              SYN-RECEIVED\n"
	"ESTABLISHED         |<----------- SYN,ACK -----------|\n"
	"                    |------------- ACK ------------->|              ESTABLISHED\n"
	"                    |                                | accept l => a\n"
	"             send c |---- 5 segments, 50 bytes ----->|\n"
	"                    |<------------- ACK -------------|\n"
	"                    |<------------- ACK -------------|\n"
	"                    |<------------- ACK -------------|\n"
	"                    | held |-- #12 ACK \"x\" 1 byte ---|\n"
	"                    .                                . (1.00 s)\n"
	"                    | held |- #13-16 ACK again, ... -|\n";
static const char captured[] =
	"                  c                       l, a\n"
	"           10.0.0.1:51334              10.0.0.2:80\n"
	"                                            | socket => l  CLOSED\n"
	"                                            | listen l     LISTEN\n"
	"CLOSED     socket |                         |\n"
	"SYN-SENT  connect |--------- SYN ---------->|              SYN-RECEIVED\n"
	"ESTABLISHED       |<------- SYN,ACK --------|\n"
	"                  |--------- ACK ---------->|              ESTABLISHED\n"
	"                  |                         | accept l => a\n"
	"             send |- PSH,ACK \"hi\" 2 bytes ->|\n"
	"                  |<--------- ACK ----------|\n"
	"                  |                         | recv a => \"hi\"\n"
	"                  |<--- \"later\" 5 bytes ----| send a\n";
/* clang-format on */

static const struct view_style plain = {.width = 80}, drawn = {.width = 100, .unicode = true};

enum { CLIENT = 1, SERVER = 2 };

static const int64_t second = 1000000000;

/* Hosts, and a listener and a socket on them; of no lab when `hosts` is false. */
static void begin_lab(struct story *story, bool hosts, struct handle **server, struct handle **client)
{
	struct value in = made_address("10.0.0.1", 0), in6 = made_address("fd00::1", 0);
	struct value in_two = made_address("10.0.0.2", 0), in6_two = made_address("fd00::2", 0);

	story_init(story);
	if (hosts) {
		session_add_host(&story->session, "client", in.address, in6.address);
		session_add_host(&story->session, "server", in_two.address, in6_two.address);
	}
	value_clear(&in);
	value_clear(&in6);
	value_clear(&in_two);
	value_clear(&in6_two);
	*server = make(story, "l", AF_INET, SOCK_STREAM);
	(*server)->host = hosts ? SERVER : 0;
	struct entry *entry = begin(story, "listen", (*server)->number);
	entry_state(entry, (*server)->number, STATE_CLOSED, STATE_LISTEN);
	end(story, entry);
	struct error error;
	assert_int_equal(address_from_host(&(*server)->local, "10.0.0.2", 8, SERVER_PORT, &error), 0);
	session_named(&story->session, *server);
	*client = make(story, "c", AF_INET, SOCK_STREAM);
	(*client)->host = hosts ? CLIENT : 0;
	assert_int_equal(address_from_host(&(*client)->local, "10.0.0.1", 8, CLIENT_PORT, &error), 0);
}

/* A frame leaves. */
static struct passage *leave(struct story *story, const struct entry *entry, bool hosts, const struct frame *frame)
{
	struct passages *passages = &story->journal.passages;
	struct passage *passage =
		passages_add(passages, passages->newest + 1, SEGMENT_ETHERNET, frame->bytes, frame->length);

	passage->from = !hosts ? 0 : frame->back ? SERVER : CLIENT;
	passage->to = !hosts ? 0 : frame->back ? CLIENT : SERVER;
	passage->entry = entry ? entry->number : 0;
	passage->moment = ++story->journal.moment;
	passage->time = (int64_t)passage->number * second;
	passage->fate = PASSAGE_HELD;
	return passage;
}

static struct passage *segment(struct story *story, const struct entry *entry, bool back, struct tcp_fields fields)
{
	struct frame frame;

	if (!fields.window)
		fields.window = 1000;
	frame_tcp(&frame, 4, back, fields);
	return leave(story, entry, true, &frame);
}

static void arrive(struct story *story, struct passage *passage)
{
	passage->fate = PASSAGE_DELIVERED;
	passage->arrived_moment = ++story->journal.moment;
}

static void pass(struct story *story, const struct entry *entry, bool back, struct tcp_fields fields)
{
	arrive(story, segment(story, entry, back, fields));
}

/* The client's connect, while the wire flows, after `lost` SYNs that nobody got; then accept. */
static struct handle *connect_and_accept(struct story *story, struct handle *server, struct handle *client,
                                         unsigned lost)
{
	struct entry *entry = begin(story, "connect", client->number);
	bool hosts = client->host;
	struct tcp_fields syn = {.seq = 100, .flags = SEGMENT_SYN},
			  answer = {.seq = 500, .ack = 101, .flags = SEGMENT_SYN | SEGMENT_ACK},
			  ack = {.seq = 101, .ack = 501, .flags = SEGMENT_ACK};

	client->peer = server->local;
	entry->target = value_address(&server->local);
	session_named(&story->session, client);
	for (; lost > 0; lost--)
		segment(story, entry, false, syn)->fate = PASSAGE_DROPPED;
	if (hosts) {
		pass(story, entry, false, syn);
		pass(story, entry, true, answer);
		pass(story, entry, false, ack);
	}
	entry_state(entry, client->number, STATE_CLOSED, STATE_SYN_SENT);
	entry_waiting_state(entry, server->number, &client->local, STATE_CLOSED, STATE_SYN_RECEIVED);
	entry_state(entry, client->number, STATE_SYN_SENT, STATE_ESTABLISHED);
	entry_waiting_state(entry, server->number, &client->local, STATE_SYN_RECEIVED, STATE_ESTABLISHED);
	end(story, entry);
	struct handle *conn = take(story, begin(story, "accept", server->number), server, client, "a");
	conn->host = server->host;
	return conn;
}

static void a_lost_syn(void **state)
{
	(void)state;
	struct story story;
	struct handle *server, *client;
	begin_lab(&story, true, &server, &client);
	struct handle *conn = connect_and_accept(&story, server, client, 1);
	struct entry *entry = close_one(&story, client);
	pass(&story, entry, false, (struct tcp_fields){.seq = 101, .ack = 501, .flags = SEGMENT_FIN | SEGMENT_ACK});
	pass(&story, entry, true, (struct tcp_fields){.seq = 501, .ack = 102, .flags = SEGMENT_ACK});
	entry_state(entry, client->number, STATE_ESTABLISHED, STATE_FIN_WAIT_1);
	entry_state(entry, conn->number, STATE_ESTABLISHED, STATE_CLOSE_WAIT);
	entry_state(entry, client->number, STATE_FIN_WAIT_1, STATE_FIN_WAIT_2);
	end(&story, entry);
	entry = close_one(&story, conn);
	pass(&story, entry, true, (struct tcp_fields){.seq = 501, .ack = 102, .flags = SEGMENT_RST | SEGMENT_ACK});
	entry_state(entry, conn->number, STATE_CLOSE_WAIT, STATE_CLOSED);
	entry_state(entry, client->number, STATE_FIN_WAIT_2, STATE_CLOSED);
	end(&story, entry);
	assert_picture(&story, &plain, NULL, 0, lost_syn);
	story_clear(&story);
}

/* Three pieces of data: the second arrives first, then a copy of the first, then it; the third is held. */
static void late_copied_and_held(void **state)
{
	(void)state;
	static const char *const texts[] = {"one", "two", "three"};
	struct passage *sent[3];
	struct story story;
	struct handle *server, *client;
	begin_lab(&story, true, &server, &client);
	struct handle *conn = connect_and_accept(&story, server, client, 0);
	for (unsigned i = 0; i < 3; i++) {
		struct entry *entry = begin(&story, "send", client->number);
		entry_result(entry, (int64_t)strlen(texts[i]));
		entry->sent = value_text(texts[i]);
		sent[i] = segment(
			&story, entry, false,
			(struct tcp_fields){
				.seq = 101 + 3 * i, .ack = 501, .flags = SEGMENT_PSH | SEGMENT_ACK, .data = texts[i]});
		end(&story, entry);
	}
	arrive(&story, sent[1]);
	pass(&story, NULL, true, (struct tcp_fields){.seq = 501, .ack = 101, .flags = SEGMENT_ACK});
	sent[0]->copied[sent[0]->copies++] = ++story.journal.moment;
	receive_text(&story, conn, "onetwo");
	arrive(&story, sent[0]);
	struct frame frame;
	frame_udp(&frame, 4, true, "\x1b[2J");
	leave(&story, NULL, true, &frame)->fate = PASSAGE_LOST;
	assert_picture(&story, &drawn, NULL, 0, bent);
	int chosen = client->number;
	struct buffer out;
	buffer_init(&out);
	struct value rows = view_flow(&out, &story.session, &story.journal, &chosen, 1, &drawn);
	assert_non_null(strstr(buffer_string(&out), "#6 PSH,ACK"));
	assert_null(strstr(buffer_string(&out), "UDP"));
	value_clear(&rows);
	buffer_clear(&out);
	story_clear(&story);
}

static void many_in_a_row(void **state)
{
	(void)state;
	struct story story;
	struct handle *server, *client;
	begin_lab(&story, true, &server, &client);
	connect_and_accept(&story, server, client, 0);
	struct entry *entry = begin(&story, "send", client->number);
	entry_result(entry, 50);
	for (unsigned i = 0; i < 5; i++) {
		pass(&story, entry, false,
		     (struct tcp_fields){.seq = 101 + 10 * i, .ack = 501, .flags = SEGMENT_ACK, .data = "0123456789"});
		if (i < 3)
			pass(&story, entry, true,
			     (struct tcp_fields){.seq = 501, .ack = 111 + 10 * i, .flags = SEGMENT_ACK});
	}
	end(&story, entry);
	for (unsigned i = 0; i < 5; i++)
		segment(&story, NULL, true,
		        (struct tcp_fields){.seq = 501, .ack = 151, .flags = SEGMENT_ACK, .data = "x"});
	assert_picture(&story, &plain, NULL, 0, folded);
	story_clear(&story);
}

/* On this machine lanes are endpoints; what was captured is not inferred, what came later is. */
static void captured_segments(void **state)
{
	(void)state;
	struct story story;
	struct frame frame;
	struct handle *server, *client;
	begin_lab(&story, false, &server, &client);
	struct handle *conn = connect_and_accept(&story, server, client, 0);
	struct entry *entry = begin(&story, "send", client->number);
	entry_result(entry, 2);
	entry->sent = value_text("hi");
	frame_tcp(&frame, 4, false,
	          (struct tcp_fields){
			  .seq = 101, .ack = 501, .flags = SEGMENT_PSH | SEGMENT_ACK, .window = 9, .data = "hi"});
	leave(&story, entry, false, &frame)->fate = PASSAGE_DELIVERED;
	frame_tcp(&frame, 4, true, (struct tcp_fields){.seq = 501, .ack = 103, .flags = SEGMENT_ACK, .window = 9});
	leave(&story, entry, false, &frame)->fate = PASSAGE_DELIVERED;
	end(&story, entry);
	receive_text(&story, conn, "hi");
	send_text(&story, conn, "later");
	assert_picture(&story, &plain, NULL, 0, captured);
	story_clear(&story);
}

static struct value key_of_row(const struct value *rows, unsigned row, const char *key)
{
	const struct list *items = rows->list->items[row].value.list;

	for (unsigned i = 0; i < items->count; i++)
		if (!strcmp(items->items[i].name, key))
			return items->items[i].value;
	fail();
	return value_none();
}

static void the_rows_say_what_became_of_each(void **state)
{
	(void)state;
	struct story story;
	struct buffer out;
	struct handle *server, *client;
	unsigned arrows = 0;
	begin_lab(&story, true, &server, &client);
	connect_and_accept(&story, server, client, 1);
	buffer_init(&out);
	struct value rows = view_flow(&out, &story.session, &story.journal, NULL, 0, &plain);
	for (unsigned i = 0; i < rows.list->count; i++) {
		if (key_of_row(&rows, i, "segment").kind != VALUE_NUMBER)
			continue;
		arrows++;
		struct value fate = key_of_row(&rows, i, "fate");
		assert_int_equal(key_of_row(&rows, i, "segment").number, arrows);
		assert_int_equal(key_of_row(&rows, i, "segments").number, 1);
		assert_false(key_of_row(&rows, i, "inferred").number);
		assert_string_equal(fate.blob->bytes, arrows == 1 ? "dropped" : "delivered");
		assert_int_equal(key_of_row(&rows, i, "lost").number, arrows == 1);
	}
	assert_int_equal(arrows, 4);
	value_clear(&rows);
	buffer_clear(&out);
	story_clear(&story);
}

/* A passage as no wire would carry it. */
static void add_passage(struct story *story, unsigned hosts)
{
	static const char *const texts[] = {"", "x", "\x1b]0;title\x07", "a long text, longer than any arrow may be"};
	struct passages *passages = &story->journal.passages;
	struct frame frame;
	if (any(4))
		frame_tcp(&frame, any(2) ? 4 : 6, any(2),
		          (struct tcp_fields){.seq = any(200),
		                              .ack = any(200),
		                              .flags = any(64),
		                              .window = any(2),
		                              .data = texts[any(4)]});
	else
		frame_udp(&frame, 4, any(2), texts[any(4)]);
	if (any(20) == 0)
		frame.length = any((unsigned)frame.length);
	struct passage *passage =
		passages_add(passages, passages->newest + 1 + any(2), SEGMENT_ETHERNET, frame.bytes, frame.length);
	passage->from = any(hosts + 2);
	passage->to = any(hosts + 2);
	passage->entry = any(20);
	passage->moment = ++story->journal.moment;
	passage->time = any(1000) * (second / 100);
	passage->fate = any(PASSAGE_LOST + 1);
	passage->corrupted = any(8) == 0;
	passage->copies = any(6) ? 0 : any(7);
	for (unsigned i = 0; i < passage->copies && i < PASSAGE_COPIES; i++)
		passage->copied[i] = story->journal.moment + any(20);
	if (passage->fate == PASSAGE_DELIVERED && any(4))
		passage->arrived_moment = any(3) ? ++story->journal.moment : story->journal.moment + any(30);
}

static void add_hosts(struct story *story, unsigned count)
{
	for (unsigned i = 1; i <= count; i++) {
		char text[32];
		snprintf(text, sizeof(text), "10.0.0.%u", i);
		struct value in = made_address(text, 0), in6 = made_address("fd00::1", 0);
		snprintf(text, sizeof(text), "host%u", i);
		session_add_host(&story->session, text, in.address, in6.address);
		value_clear(&in);
		value_clear(&in6);
	}
	for (unsigned i = 0; i < story->session.handle_count; i++)
		story->session.handles[i]->host = any(count + 1);
}

/* Whatever crossed, and whatever the width: no line is wider, and nothing reaches the terminal raw. */
static void any_wire_fits(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 1500; round++) {
		struct story story;
		struct buffer out;
		seed = round + 7000;
		story_init(&story);
		add_sockets(&story);
		unsigned hosts = any(4) ? any(5) : 0;
		add_hosts(&story, hosts);
		for (unsigned i = any(40); i > 0; i--)
			if (any(3))
				add_passage(&story, hosts);
			else
				add_anything(&story);
		struct view_style style = {.width = round % 10 ? 40 + any(161) : 1 + any(40), .unicode = any(2)};
		int chosen[3] = {(int)any(story.session.handle_count) + 1, (int)any(story.session.handle_count) + 1, 1};
		buffer_init(&out);
		struct value rows = view_flow(&out, &story.session, &story.journal, chosen, any(4), &style);
		assert_fits(buffer_string(&out), style.width);
		value_clear(&rows);
		buffer_clear(&out);
		story_clear(&story);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_syn),    cmocka_unit_test(late_copied_and_held),
		cmocka_unit_test(many_in_a_row), cmocka_unit_test(captured_segments),
		cmocka_unit_test(any_wire_fits), cmocka_unit_test(the_rows_say_what_became_of_each),
	};
	story_commands();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
