/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flow: pictures of journals made by hand, and what holds of the picture of any journal.
 */
#include "made_entry.h"

#include <errno.h>

#include "sosh/text.h"
#include "sosh/views.h"

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
/* clang-format on */

/* A session whose commands are added one by one. */
struct story {
	struct session session;
	struct journal journal;
	struct script *script;
};

static struct param socket_parameter[PARAM_MOST] = {{.name = "socket", .type = PARAM_SOCKET}};
static struct command_spec commands[] = {
	{.name = "socket", .family = "making"},        {.name = "socketpair", .family = "making"},
	{.name = "create_server", .family = "making"}, {.name = "bind", .family = "naming"},
	{.name = "connect", .family = "naming"},       {.name = "listen", .family = "serving"},
	{.name = "accept", .family = "serving"},       {.name = "send", .family = "data"},
	{.name = "sendto", .family = "data"},          {.name = "recv", .family = "data"},
	{.name = "recvfrom", .family = "data"},        {.name = "shutdown", .family = "ending"},
	{.name = "close", .family = "ending"},         {.name = "setsockopt", .family = "behaviour"},
	{.name = "getsockname", .family = "naming"},   {.name = "state", .family = "looking"},
};
enum { COMMANDS = sizeof(commands) / sizeof(*commands) };

static void story_init(struct story *story)
{
	session_init(&story->session);
	journal_init(&story->journal);
	story->script = script_new(NULL, "x", 1);
}

static void story_clear(struct story *story)
{
	journal_clear(&story->journal);
	session_clear(&story->session);
	script_drop(story->script);
}

static struct entry *begin(struct story *story, const char *name, int handle)
{
	struct statement *statement = arena_zero(&story->script->arena, sizeof(*statement));

	for (unsigned i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			statement->command = &commands[i];
	assert_non_null(statement->command);
	statement->source = story->script->text;
	statement->source_length = 1;
	struct entry *entry = journal_begin(&story->journal, story->script, statement);
	entry->handle = handle;
	return entry;
}

static void end(struct story *story, struct entry *entry)
{
	journal_end(&story->journal, entry);
}

static struct handle *make(struct story *story, const char *name, int family, int type)
{
	struct entry *entry = begin(story, "socket", 0);
	struct handle *handle = session_add_handle(&story->session, 100, family, type, 0, NULL);

	session_set(&story->session, name, strlen(name), value_handle(handle->number));
	entry->given = handle->number;
	entry_value(entry, value_handle(handle->number));
	if (type == SOCK_STREAM && family != AF_UNIX)
		entry_state(entry, handle->number, STATE_NONE, STATE_CLOSED);
	end(story, entry);
	return handle;
}

static void set_address(struct address *address, unsigned port)
{
	struct error error;

	assert_int_equal(address_from_host(address, "127.0.0.1", 9, port, &error), 0);
}

static void listen_at(struct story *story, struct handle *handle, unsigned port)
{
	struct entry *entry = begin(story, "bind", handle->number);

	set_address(&handle->local, port);
	session_named(&story->session, handle);
	entry->local = value_address(&handle->local);
	end(story, entry);
	entry = begin(story, "listen", handle->number);
	entry_state(entry, handle->number, STATE_CLOSED, STATE_LISTEN);
	end(story, entry);
}

static void connect_to(struct story *story, struct handle *client, const struct handle *server, unsigned port)
{
	struct entry *entry = begin(story, "connect", client->number);

	set_address(&client->local, port);
	client->peer = server->local;
	entry->target = value_address(&server->local);
	session_named(&story->session, client);
	entry_state(entry, client->number, STATE_CLOSED, STATE_ESTABLISHED);
	entry_waiting_state(entry, server->number, &client->local, STATE_CLOSED, STATE_ESTABLISHED);
	end(story, entry);
}

static struct handle *take(struct story *story, struct entry *entry, const struct handle *server,
                           const struct handle *client, const char *name)
{
	struct handle *handle = session_add_handle(&story->session, 101, AF_INET, SOCK_STREAM, 0, NULL);

	session_set(&story->session, name, strlen(name), value_handle(handle->number));
	handle->accepted_from = server->number;
	handle->local = server->local;
	handle->peer = client->local;
	session_named(&story->session, handle);
	entry->given = handle->number;
	entry_value(entry, value_handle(handle->number));
	entry_state(entry, handle->number, STATE_NONE, STATE_ESTABLISHED);
	end(story, entry);
	return handle;
}

static void send_text(struct story *story, const struct handle *from, const char *text)
{
	struct entry *entry = begin(story, "send", from->number);

	entry_result(entry, (int64_t)strlen(text));
	entry->sent = value_text(text);
	end(story, entry);
}

static void receive_text(struct story *story, const struct handle *by, const char *text)
{
	struct entry *entry = begin(story, "recv", by->number);

	entry_result(entry, (int64_t)strlen(text));
	entry_value(entry, value_text(text));
	entry->data = value_text(text);
	entry->has_data = true;
	end(story, entry);
}

static struct entry *close_one(struct story *story, struct handle *handle)
{
	struct entry *entry = begin(story, "close", handle->number);

	session_closed(&story->session, handle);
	handle->ending.closed_in = entry->number;
	return entry;
}

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

static void assert_picture(const struct story *story, const struct view_style *style, const int *handles,
                           unsigned count, const char *expected)
{
	struct buffer out;

	buffer_init(&out);
	struct value rows = view_flow(&out, &story->session, &story->journal, handles, count, style);
	if (strcmp(buffer_string(&out), expected) != 0)
		print_error("the picture is\n%s", buffer_string(&out));
	assert_string_equal(buffer_string(&out), expected);
	value_clear(&rows);
	buffer_clear(&out);
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

static uint64_t seed;

static unsigned any(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

/* An entry as no session would write it. */
static void add_anything(struct story *story)
{
	static const char *const texts[] = {"",
	                                    "x",
	                                    "\x1b]0;title\x07",
	                                    "a long text that is longer than any column is",
	                                    "\xff\xfe\x00\xe2\x80",
	                                    "\"quoted\\\n"};
	unsigned count = story->session.handle_count;
	struct entry *entry = begin(story, commands[any(COMMANDS)].name, (int)any(count + 1));

	if (any(3) == 0)
		entry->given = (int)any(count) + 1;
	entry->waited = any(4) == 0;
	for (unsigned i = any(4); i > 0; i--)
		entry_state(entry, (int)any(count) + 1, any(STATE_CLOSING + 1), any(STATE_CLOSING + 1));
	if (any(3) == 0) {
		struct address address;
		set_address(&address, any(3) + 4000);
		entry_waiting_state(entry, (int)any(count) + 1, &address, any(STATE_CLOSING + 1),
		                    any(STATE_CLOSING + 1));
		entry->target = value_address(&address);
	}
	if (any(2) == 0) {
		entry->data = value_text(texts[any(6)]);
		entry->has_data = true;
		entry->sent = value_text(texts[any(6)]);
		entry_result(entry, any(100));
	}
	if (any(4) == 0)
		entry_fail(entry, any(2) ? ECONNREFUSED : ETIMEDOUT);
	if (any(10) != 0)
		end(story, entry);
}

static void add_sockets(struct story *story)
{
	static const char *const names[] = {"a", "bb", "a_very_long_name_of_a_socket", "d"};

	for (unsigned i = any(6) + 1; i > 0; i--) {
		struct handle *handle =
			make(story, names[any(4)], any(4) ? AF_INET : AF_UNIX, any(3) ? SOCK_STREAM : SOCK_DGRAM);
		if (any(2) && handle->family == AF_INET) {
			set_address(&handle->local, any(3) + 4000);
			if (any(2))
				set_address(&handle->peer, any(3) + 4000);
			session_named(&story->session, handle);
		}
		if (any(4) == 0 && handle->number > 1)
			handle->accepted_from = (int)any((unsigned)handle->number - 1) + 1;
	}
}

static void assert_fits(const char *text, unsigned width)
{
	while (*text) {
		size_t columns = 0, length = strcspn(text, "\n");
		for (size_t i = 0; i < length;) {
			size_t step = text_utf8(text + i, length - i);
			assert_true(step > 0);
			assert_true((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
			i += step;
			columns++;
		}
		if (columns > width)
			print_error("%zu columns, not %u: %.*s\n", columns, width, (int)length, text);
		assert_true(columns <= width);
		text += length + (text[length] == '\n');
	}
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_echo_example), cmocka_unit_test(nothing_says_what_to_do),
		cmocka_unit_test(a_wait_is_a_gap),  cmocka_unit_test(a_refused_connect_and_a_reset),
		cmocka_unit_test(any_journal_fits), cmocka_unit_test(only_the_newest_rows),
	};
	for (unsigned i = 0; i < COMMANDS; i++) {
		memcpy(commands[i].params, socket_parameter, sizeof(socket_parameter));
		commands[i].param_count = 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
