/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flow: pictures of journals made by hand, and what holds of the picture of any journal.
 */
#include "made_story.h"

/* clang-format off */
static const char echo_plain[] =
	"                  c                         l, conn\n"
	"           127.0.0.1:51334              127.0.0.1:4000\n"
	"                                               | socket => l     CLOSED\n"
	"                                               | bind l 127.0.0.1:4000\n"
	"                                               | listen l        LISTEN\n"
	"CLOSED     socket |                            |\n"
	"          connect |----------- SYN ----------->|\n"
	"ESTABLISHED       |<--------- SYN,ACK ---------|\n"
	"                  |----------- ACK ----------->|                 ESTABLISHED\n"
	"                  |                            | accept l => conn\n"
	"             send |- \"Hello, world\" 12 bytes ->|\n"
	"                  |                            | recv conn => \"Hello, world\"\n"
	"                  |<----- \"back\" 4 bytes ------| send conn\n"
	"   recv => \"back\" |                            |\n"
	"FIN-WAIT-1  close |----------- FIN ----------->|                 CLOSE-WAIT\n"
	"FIN-WAIT-2        :<----------- ACK -----------|\n"
	"                  :                            | recv conn => \"\"\n"
	"TIME-WAIT         :<----------- FIN -----------| close conn\n"
	"                  :----------- ACK ----------->|                 CLOSED\n"
	"                  :                            | close l         CLOSED\n";

static const char echo_drawn[] =
	"                  c                         l, conn\n"
	"           127.0.0.1:51334              127.0.0.1:4000\n"
	"                                               │ socket => l     CLOSED\n"
	"                                               │ bind l 127.0.0.1:4000\n"
	"                                               │ listen l        LISTEN\n"
	"CLOSED     socket │                            │\n"
	"          connect ├─────────── SYN ───────────►│\n"
	"ESTABLISHED       │◄───────── SYN,ACK ─────────┤\n"
	"                  ├─────────── ACK ───────────►│                 ESTABLISHED\n"
	"                  │                            │ accept l => conn\n"
	"             send ├─ \"Hello, world\" 12 bytes ─►│\n"
	"                  │                            │ recv conn => \"Hello, world\"\n"
	"                  │◄───── \"back\" 4 bytes ──────┤ send conn\n"
	"   recv => \"back\" │                            │\n"
	"FIN-WAIT-1  close ├─────────── FIN ───────────►│                 CLOSE-WAIT\n"
	"FIN-WAIT-2        ┊◄─────────── ACK ───────────┤\n"
	"                  ┊                            │ recv conn => \"\"\n"
	"TIME-WAIT         ┊◄─────────── FIN ───────────┤ close conn\n"
	"                  ┊─────────── ACK ───────────►│                 CLOSED\n"
	"                  ┊                            │ close l         CLOSED\n";

static const char two_waits[] =
	"               c                     l, conn\n"
	"        127.0.0.1:51334          127.0.0.1:4000\n"
	"                                        | socket => l  CLOSED\n"
	"                                        | bind l 127.0.0.1:4000\n"
	"                                        | listen l     LISTEN\n"
	"CLOSED  socket |                        |\n"
	"               |                        | accept l ... waits\n"
	"       connect |--------- SYN --------->|\n"
	"ESTABLISHED    |<------- SYN,ACK -------|\n"
	"               |--------- ACK --------->|              ESTABLISHED\n"
	"               |                        | accept l => conn\n"
	"               |                        | recv conn ... waits\n"
	"               .                        . (0.50 s)\n"
	"               |                        | recv conn => TIMEOUT\n"
	"recv ... waits |                        |\n";

static const char refused[] =
	"                                    c                     nobody\n"
	"                                                        127.0.0.1:1\n"
	"CLOSED                       socket |\n"
	"connect 127.0.0.1:1 => ECONNREFUSED |--------- SYN --------->\n"
	"                                    |<--------- RST ---------\n";

static const char was_reset[] =
	"               c                          l, conn\n"
	"        127.0.0.1:51334               127.0.0.1:4000\n"
	"                                             | socket => l  CLOSED\n"
	"                                             | bind l 127.0.0.1:4000\n"
	"                                             | listen l     LISTEN\n"
	"CLOSED  socket |                             |\n"
	"       connect |----------- SYN ------------>|\n"
	"ESTABLISHED    |<--------- SYN,ACK ----------|\n"
	"               |----------- ACK ------------>|              ESTABLISHED\n"
	"               |                             | accept l => conn\n"
	"          send |- \"\\x1b[2Junread\" 10 bytes ->|\n"
	"CLOSED         |<----------- RST ------------| close conn   CLOSED\n";

static const char half_closed[] =
	"          c             l, conn\n"
	"   127.0.0.1:51334  127.0.0.1:4000\n"
	"                           | socket => l\n"
	"                           | CLOSED\n"
	"                           | bind l\n"
	"                           | listen l\n"
	"                           | LISTEN\n"
	"   socket |                |\n"
	"CLOSED    |                |\n"
	"  connect |----- SYN ----->|\n"
	"ESTAB     |<--- SYN,ACK ---|\n"
	"          |----- ACK ----->| ESTABLISHED\n"
	"          |                | accept =...\n"
	" shutdown |----- FIN ----->| CLOSE-WAIT\n"
	"FIN-W-1   |                |\n"
	"FIN-W-2   |<----- ACK -----|\n"
	"TIME-WAIT |<----- FIN -----| shutdown...\n"
	"          |----- ACK ----->| CLOSED\n";
static const char one_lane[] =
	"               c                     l, conn\n"
	"        127.0.0.1:51334          127.0.0.1:4000\n"
	"                                        | socket => l       CLOSED\n"
	"                                        | bind l 127.0.0.1:4000\n"
	"                                        | listen l          LISTEN\n"
	"CLOSED  socket |                        |\n"
	"               |--------- SYN --------->|\n"
	"               |<------- SYN,ACK -------|\n"
	"               |--------- ACK --------->| accept l => conn  ESTABLISHED\n"
	"               |<- \"to whom?\" 8 bytes --| send conn\n";
/* clang-format on */

/* The echo example, told by hand. */
static void echo(struct story *story)
{
	story_init(story);
	struct handle *server = make(story, "l", AF_INET, SOCK_STREAM);
	listen_at(story, server, 4000);
	end(story, begin(story, "getsockname", server->number));
	struct handle *client = make(story, "c", AF_INET, SOCK_STREAM);
	connect_to(story, client, server, 51334);
	struct handle *conn = take(story, begin(story, "accept", server->number), server, client, "conn");
	send_text(story, client, "Hello, world");
	receive_text(story, conn, "Hello, world");
	send_text(story, conn, "back");
	receive_text(story, client, "back");
	struct entry *entry = close_one(story, client);
	entry_state(entry, client->number, STATE_ESTABLISHED, STATE_FIN_WAIT_1);
	entry_state(entry, conn->number, STATE_ESTABLISHED, STATE_CLOSE_WAIT);
	entry_state(entry, client->number, STATE_FIN_WAIT_1, STATE_FIN_WAIT_2);
	end(story, entry);
	receive_text(story, conn, "");
	entry = close_one(story, conn);
	entry_state(entry, client->number, STATE_FIN_WAIT_2, STATE_TIME_WAIT);
	entry_state(entry, conn->number, STATE_CLOSE_WAIT, STATE_CLOSED);
	end(story, entry);
	entry = close_one(story, server);
	entry_state(entry, server->number, STATE_LISTEN, STATE_CLOSED);
	end(story, entry);
}

static const struct view_style plain = {.width = 80}, drawn = {.width = 80, .unicode = true};

static void the_echo_example(void **state)
{
	(void)state;
	struct story story;
	echo(&story);
	assert_picture(&story, &plain, NULL, 0, echo_plain);
	assert_picture(&story, &drawn, NULL, 0, echo_drawn);
	story_clear(&story);
}

static void nothing_says_what_to_do(void **state)
{
	(void)state;
	struct story story;
	story_init(&story);
	assert_picture(&story, &plain, NULL, 0,
	               "Nothing has happened yet: make a server and a client, then flow draws what th...\n");
	make(&story, "s", AF_INET, SOCK_STREAM);
	assert_picture(&story, &drawn, NULL, 0,
	               "No socket has met another yet: connect one or send something, or name a socket:…\n");
	int number = 1;
	assert_picture(&story, &plain, &number, 1, "  s\n  | socket  CLOSED\n");
	story_clear(&story);
}

static void a_wait_is_a_gap(void **state)
{
	(void)state;
	struct story story;
	story_init(&story);
	struct handle *server = make(&story, "l", AF_INET, SOCK_STREAM);
	listen_at(&story, server, 4000);
	struct handle *client = make(&story, "c", AF_INET, SOCK_STREAM);
	struct entry *waits = begin(&story, "accept", server->number);
	waits->waited = true;
	connect_to(&story, client, server, 51334);
	struct handle *conn = take(&story, waits, server, client, "conn");
	waits = begin(&story, "recv", conn->number);
	waits->waited = true;
	waits->begin = 1000000000;
	waits->end = 1500000000;
	entry_fail(waits, ERROR_TIMEOUT);
	end(&story, waits);
	begin(&story, "recv", client->number);
	assert_picture(&story, &plain, NULL, 0, two_waits);
	story_clear(&story);
}

static void a_refused_connect_and_a_reset(void **state)
{
	(void)state;
	struct story story;
	story_init(&story);
	struct handle *client = make(&story, "c", AF_INET, SOCK_STREAM);
	struct entry *entry = begin(&story, "connect", client->number);
	entry->target = made_address("127.0.0.1", 1);
	entry_fail(entry, ECONNREFUSED);
	end(&story, entry);
	assert_picture(&story, &plain, NULL, 0, refused);
	story_clear(&story);

	story_init(&story);
	struct handle *server = make(&story, "l", AF_INET, SOCK_STREAM);
	listen_at(&story, server, 4000);
	client = make(&story, "c", AF_INET, SOCK_STREAM);
	connect_to(&story, client, server, 51334);
	struct handle *conn = take(&story, begin(&story, "accept", server->number), server, client, "conn");
	send_text(&story, client, "\x1b[2Junread");
	entry = close_one(&story, conn);
	conn->ending.unread = 10;
	entry_state(entry, conn->number, STATE_ESTABLISHED, STATE_CLOSED);
	entry_state(entry, client->number, STATE_ESTABLISHED, STATE_CLOSED);
	end(&story, entry);
	assert_picture(&story, &plain, NULL, 0, was_reset);
	story_clear(&story);
}

/* Whatever the journal and the width: no line is wider, and nothing reaches the terminal raw. */
static void any_journal_fits(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 1500; round++) {
		struct story story;
		struct buffer out;
		seed = round + 1;
		story_init(&story);
		add_sockets(&story);
		for (unsigned i = any(30); i > 0; i--)
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

static void only_the_newest_rows(void **state)
{
	(void)state;
	struct story story;
	struct buffer out, first;
	echo(&story);
	buffer_init(&out);
	buffer_init(&first);
	struct value rows = view_flow(&out, &story.session, &story.journal, NULL, 0, &plain);
	buffer_format(&first, "(%u earlier rows are left out)\n", rows.list->count + 3000 - 2000);
	value_clear(&rows);
	buffer_empty(&out);
	for (unsigned i = 0; i < 3000; i++)
		end(&story, begin(&story, "setsockopt", 2));
	rows = view_flow(&out, &story.session, &story.journal, NULL, 0, &plain);
	assert_int_equal(rows.list->count, 2000);
	assert_memory_equal(out.bytes, first.bytes, first.length);
	value_clear(&rows);
	buffer_clear(&first);
	buffer_clear(&out);
	story_clear(&story);
}

static void end_of_shutdown(struct story *story, struct handle *one, struct handle *other)
{
	struct entry *entry = begin(story, "shutdown", one->number);

	one->ending.shut_in = entry->number;
	entry_state(entry, one->number, STATE_ESTABLISHED, STATE_FIN_WAIT_1);
	entry_state(entry, other->number, STATE_ESTABLISHED, STATE_CLOSE_WAIT);
	end(story, entry);
	entry = begin(story, "state", one->number);
	entry_state(entry, one->number, STATE_FIN_WAIT_1, STATE_FIN_WAIT_2);
	end(story, entry);
	entry = begin(story, "shutdown", other->number);
	other->ending.shut_in = entry->number;
	entry_state(entry, other->number, STATE_CLOSE_WAIT, STATE_CLOSED);
	entry_state(entry, one->number, STATE_FIN_WAIT_2, STATE_TIME_WAIT);
	end(story, entry);
}

/* Two FINs and no RST; and where there is little room no two states look alike. */
static void a_half_close_in_little_room(void **state)
{
	(void)state;
	struct view_style narrow = {.width = 40};
	struct story story;
	story_init(&story);
	struct handle *server = make(&story, "l", AF_INET, SOCK_STREAM);
	listen_at(&story, server, 4000);
	struct handle *client = make(&story, "c", AF_INET, SOCK_STREAM);
	connect_to(&story, client, server, 51334);
	struct handle *conn = take(&story, begin(&story, "accept", server->number), server, client, "conn");
	end_of_shutdown(&story, client, conn);
	assert_picture(&story, &narrow, NULL, 0, half_closed);
	story_clear(&story);
}

/* A socket that was met by its address alone, and is named afterwards, has one lane. */
static void one_endpoint_is_one_lane(void **state)
{
	(void)state;
	struct story story;
	story_init(&story);
	struct handle *server = make(&story, "l", AF_INET, SOCK_STREAM);
	listen_at(&story, server, 4000);
	struct handle *client = make(&story, "c", AF_INET, SOCK_STREAM);
	struct address local;
	set_address(&local, 51334);
	struct handle known = {.local = local};
	struct handle *conn = take(&story, begin(&story, "accept", server->number), server, &known, "conn");
	send_text(&story, conn, "to whom?");
	client->local = local; /* nobody said whose it is */
	assert_picture(&story, &plain, NULL, 0, one_lane);
	story_clear(&story);
}

/* Of clients that do not fit the newest stand there, and the hint names one that there is. */
static void the_newest_lanes(void **state)
{
	(void)state;
	static const char *const names[] = {"a", "b", "d", "e", "f", "g"};
	struct view_style narrow = {.width = 40};
	struct story story;
	struct buffer out;
	story_init(&story);
	struct handle *server = make(&story, "s", AF_INET, SOCK_STREAM);
	listen_at(&story, server, 4000);
	for (unsigned i = 0; i < 6; i++)
		connect_to(&story, make(&story, names[i], AF_INET, SOCK_STREAM), server, 51334 + i);
	session_set(&story.session, "f", 1, value_number(7)); /* that name is not its any more */
	buffer_init(&out);
	struct value rows = view_flow(&out, &story.session, &story.journal, NULL, 0, &narrow);
	assert_non_null(strstr(buffer_string(&out), " g "));
	assert_null(strstr(buffer_string(&out), " e "));
	assert_non_null(strstr(buffer_string(&out), "(5 more endpoints: flow 6 shows one)\n"));
	value_clear(&rows);
	buffer_clear(&out);
	story_clear(&story);
}

/* Clients of other processes that only wait are one row, until something else happens. */
static void strangers_are_counted(void **state)
{
	(void)state;
	struct story story;
	struct buffer out;
	struct address from;
	story_init(&story);
	struct handle *server = make(&story, "s", AF_INET, SOCK_STREAM);
	listen_at(&story, server, 4000);
	for (unsigned i = 0; i < 3000; i++) {
		struct entry *event = journal_begin(&story.journal, NULL, NULL);
		set_address(&from, 20000 + i);
		entry_waiting_state(event, server->number, &from, STATE_CLOSED, STATE_ESTABLISHED);
		end(&story, event);
	}
	buffer_init(&out);
	struct value rows =
		view_flow(&out, &story.session, &story.journal, &server->number, 1, &(struct view_style){.width = 80});
	const char *told = strstr(buffer_string(&out), "3000 waiting ESTABLISHED\n");
	assert_non_null(told);
	assert_null(strstr(told + strlen("3000 waiting ESTABLISHED"), "ESTABLISHED"));
	assert_non_null(strstr(buffer_string(&out), "socket"));
	value_clear(&rows);
	buffer_clear(&out);
	story_clear(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_echo_example),
		cmocka_unit_test(nothing_says_what_to_do),
		cmocka_unit_test(a_wait_is_a_gap),
		cmocka_unit_test(a_refused_connect_and_a_reset),
		cmocka_unit_test(any_journal_fits),
		cmocka_unit_test(only_the_newest_rows),
		cmocka_unit_test(a_half_close_in_little_room),
		cmocka_unit_test(one_endpoint_is_one_lane),
		cmocka_unit_test(the_newest_lanes),
		cmocka_unit_test(strangers_are_counted),
	};
	story_commands();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
