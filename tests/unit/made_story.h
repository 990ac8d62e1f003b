/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TEST_MADE_STORY_H
#define TEST_MADE_STORY_H
/*
 * A session and its journal made by hand, command by command, for the tests of flow; and journals at random.
 */
#include "made_entry.h"

#include <errno.h>
#include <stdio.h>

#include "sosh/text.h"
#include "sosh/views.h"

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

static inline void story_init(struct story *story)
{
	session_init(&story->session);
	journal_init(&story->journal);
	story->script = script_new(NULL, "x", 1);
}

static inline void story_clear(struct story *story)
{
	journal_clear(&story->journal);
	session_clear(&story->session);
	script_drop(story->script);
}

static inline struct entry *begin(struct story *story, const char *name, int handle)
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

static inline void end(struct story *story, struct entry *entry)
{
	journal_end(&story->journal, entry);
}

static inline struct handle *make(struct story *story, const char *name, int family, int type)
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

static inline void set_address(struct address *address, unsigned port)
{
	struct error error;

	assert_int_equal(address_from_host(address, "127.0.0.1", 9, port, &error), 0);
}

static inline void listen_at(struct story *story, struct handle *handle, unsigned port)
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

static inline void connect_to(struct story *story, struct handle *client, const struct handle *server, unsigned port)
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

static inline struct handle *take(struct story *story, struct entry *entry, const struct handle *server,
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

static inline void send_text(struct story *story, const struct handle *from, const char *text)
{
	struct entry *entry = begin(story, "send", from->number);

	entry_result(entry, (int64_t)strlen(text));
	entry->sent = value_text(text);
	end(story, entry);
}

static inline void receive_text(struct story *story, const struct handle *by, const char *text)
{
	struct entry *entry = begin(story, "recv", by->number);

	entry_result(entry, (int64_t)strlen(text));
	entry_value(entry, value_text(text));
	entry->data = value_text(text);
	entry->has_data = true;
	end(story, entry);
}

static inline struct entry *close_one(struct story *story, struct handle *handle)
{
	struct entry *entry = begin(story, "close", handle->number);

	session_closed(&story->session, handle);
	handle->ending.closed_in = entry->number;
	return entry;
}

static inline void assert_picture(const struct story *story, const struct view_style *style, const int *handles,
                                  unsigned count, const char *expected)
{
	struct buffer out;

	buffer_init(&out);
	struct value rows = view_flow(&out, &story->session, &story->journal, handles, count, style);
	if (strcmp(buffer_string(&out), expected) != 0)
		fprintf(stderr, "the picture is\n%s[end]\n", buffer_string(&out)); /* print_error cuts it */
	assert_string_equal(buffer_string(&out), expected);
	value_clear(&rows);
	buffer_clear(&out);
}

static uint64_t seed;

static inline unsigned any(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

/* An entry as no session would write it. */
static inline void add_anything(struct story *story)
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

static inline void add_sockets(struct story *story)
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

static inline void assert_fits(const char *text, unsigned width)
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

/* To be called first. */
static inline void story_commands(void)
{
	for (unsigned i = 0; i < COMMANDS; i++) {
		memcpy(commands[i].params, socket_parameter, sizeof(socket_parameter));
		commands[i].param_count = 1;
	}
}

#endif
