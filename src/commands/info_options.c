/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * info: the socket's options beside those of a fresh socket, and TCP_INFO.
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "info.h"
#include "sosh/memory.h"
#include "tcp_fields.h"

/* Newer than some headers. */
enum {
	OPTION_IP_PROTOCOL = 52,
	OPTION_TCP_REPAIR = 19,
	OPTION_TCP_REPAIR_QUEUE = 20,
	OPTION_TCP_QUEUE_SEQ = 21,
	OPTION_TCP_REPAIR_WINDOW = 29,
};

/* The means of checkpointing, which are not for looks. */
static bool is_repair(const struct option *option)
{
	return option->level == IPPROTO_TCP &&
	       (option->number == OPTION_TCP_REPAIR || option->number == OPTION_TCP_REPAIR_QUEUE ||
	        option->number == OPTION_TCP_QUEUE_SEQ || option->number == OPTION_TCP_REPAIR_WINDOW);
}

/* What getsockopt tells and nobody has set: it stands in other sections, or is never the same. */
static bool is_fact(const struct option *option)
{
	static const struct {
		int level, number;
	} facts[] = {
		{SOL_SOCKET, SO_ACCEPTCONN},   {SOL_SOCKET, SO_COOKIE},
		{SOL_SOCKET, SO_DOMAIN},       {SOL_SOCKET, SO_TYPE},
		{SOL_SOCKET, SO_PROTOCOL},     {SOL_SOCKET, SO_MEMINFO},
		{SOL_SOCKET, SO_PEERCRED},     {SOL_SOCKET, SO_PEERGROUPS},
		{SOL_SOCKET, SO_INCOMING_CPU}, {SOL_SOCKET, SO_INCOMING_NAPI_ID},
		{SOL_SOCKET, SO_NETNS_COOKIE}, {IPPROTO_IP, OPTION_IP_PROTOCOL}, /* of TCP and UDP it is the port */
		{IPPROTO_TCP, TCP_INFO},       {IPPROTO_TCP, TCP_CC_INFO},
		{IPPROTO_TCP, TCP_TIMESTAMP},
	};

	for (unsigned i = 0; i < sizeof(facts) / sizeof(*facts); i++)
		if (option->level == facts[i].level && option->number == facts[i].number)
			return true;
	return false;
}

bool look_option(struct engine *engine, struct handle *handle, const struct option *option, struct value *value)
{
	struct journal journal = {0}; /* records no calls */
	struct door door = {.journal = &journal, .session = &engine->session};
	struct entry entry = {0};

	if (handle->fd < 0 || watch_option_changes(option->level, option->number) || is_repair(option))
		return false;
	return call_getsockopt(&door, &entry, handle, option, value) == CALL_DONE;
}

/* The look at all options. */
struct options {
	struct info *info;
	struct handle fresh;
	struct values values; /* structures: value, default */
	const char **names;
	unsigned alike;
};

static void note_option(struct options *options, const struct option *option, struct value value, struct value first)
{
	struct value both = value_struct(2);

	both.list->items[0] = (struct item){"value", value_keep(value)};
	both.list->items[1] = (struct item){"default", value_keep(first)};
	options->names = memory_resize(options->names, (options->values.count + 1) * sizeof(*options->names));
	options->names[options->values.count] = option->name;
	values_add(&options->values, both);
}

static void show_option(struct options *options, const struct option *option, struct value value, bool known,
                        struct value first)
{
	struct buffer meaning;

	buffer_init(&meaning);
	if (known) {
		buffer_text(&meaning, "at first ");
		value_format(&meaning, &first);
	} else if (options->fresh.fd >= 0) {
		buffer_text(&meaning, "at first not told");
	}
	info_value(options->info, option->name, value_keep(value), buffer_string(&meaning));
	buffer_clear(&meaning);
}

static void compare_option(const struct option *option, void *context)
{
	struct options *options = context;
	struct engine *engine = options->info->run->engine;
	struct value value = value_none(), first = value_none();

	if (option_of(option->level, option->number) != option) /* a second name */
		return;
	if (!look_option(engine, options->info->handle, option, &value))
		return;
	bool known = look_option(engine, &options->fresh, option, &first);
	note_option(options, option, value, first);
	if (known && value_equal(&value, &first))
		options->alike++;
	else if (!is_fact(option))
		show_option(options, option, value, known, first);
	value_clear(&value);
	value_clear(&first);
}

static struct value options_value(struct options *options)
{
	struct value value = value_struct(options->values.count);

	for (unsigned i = 0; i < options->values.count; i++)
		value.list->items[i] = (struct item){options->names[i], options->values.items[i]};
	free(options->values.items);
	free(options->names);
	return value;
}

/* On the socket's own host: other hosts may have other defaults. 0, or -1 with errno. */
static int make_fresh(struct info *info, struct handle *fresh)
{
	const struct handle *like = info->handle;

	if (!like->host)
		return watch_fresh(like, fresh);
	*fresh = (struct handle){
		.host = like->host, .family = like->family, .type = like->type, .protocol = like->protocol};
	fresh->fd =
		lab_socket(info->run->engine->lab, like->host, like->family, like->type | SOCK_CLOEXEC, like->protocol);
	return fresh->fd < 0 ? -1 : 0;
}

void info_options(struct info *info)
{
	struct options options = {.info = info};

	if (info->handle->fd < 0)
		return;
	info->verbatim = true;
	int failed = make_fresh(info, &options.fresh) ? errno : 0;
	option_each(compare_option, &options);
	watch_fresh_end(&options.fresh);
	if (failed)
		info_fact(info, "(all)", value_none(), "no fresh socket could be made to compare with", "%s",
		          error_name(failed) ? error_name(failed) : "?");
	else
		info_fact(info, "(others)", value_none(), "have the value of a fresh socket", "%u", options.alike);
	info_section_as(info, "options",
	                failed ? "options (what a fresh socket has is not known)"
	                       : "options that differ from a fresh socket's",
	                options_value(&options));
}

static int64_t part_number(const struct value *value, const char *name)
{
	struct value part;
	int64_t number = 0;

	if (value_part(value, name, strlen(name), &part))
		return 0;
	if (part.kind == VALUE_NUMBER)
		number = part.number;
	value_clear(&part);
	return number;
}

/* Of a listener two fields mean something else, and the others nothing. */
static bool listener_fact(struct info *info, const struct item *item)
{
	if (!info->fact.listening)
		return false;
	if (!strcmp(item->name, "tcpi_unacked"))
		info_value(info, item->name, value_keep(item->value),
		           "of a listener: connections that wait for accept");
	else if (!strcmp(item->name, "tcpi_sacked"))
		info_value(info, item->name, value_keep(item->value), "of a listener: its backlog");
	return true;
}

static bool never_happened(const struct value *all, const char *name)
{
	if (!strcmp(name, "tcpi_last_data_sent"))
		return !part_number(all, "tcpi_data_segs_out");
	if (!strcmp(name, "tcpi_last_data_recv"))
		return !part_number(all, "tcpi_data_segs_in");
	return !strcmp(name, "tcpi_last_ack_recv") && !part_number(all, "tcpi_delivered") &&
	       !part_number(all, "tcpi_bytes_acked");
}

/* Of what has never happened the kernel tells the time since it was started; of a refused SYN that it is not sent. */
static const char *in_a_word(const struct info *info, const struct value *all, const char *name)
{
	if (!strcmp(name, "tcpi_notsent_bytes") && info->fact.state == STATE_CLOSED)
		return "none";
	return never_happened(all, name) ? "never" : NULL;
}

static void tcp_fact(struct info *info, const struct value *all, const struct item *item)
{
	const struct tcp_field *field = tcp_field_find(item->name);
	struct buffer text, meaning;

	if (listener_fact(info, item))
		return;
	buffer_init(&text);
	buffer_init(&meaning);
	const char *word = in_a_word(info, all, item->name);
	if (word)
		buffer_text(&text, word);
	else if (field)
		tcp_field_format(&text, field, &item->value);
	else
		value_format(&text, &item->value);
	buffer_text(&meaning, field ? field->meaning : "");
	if (!strcmp(item->name, "tcpi_snd_cwnd"))
		buffer_format(&meaning, ", %lld bytes",
		              (long long)(item->value.number * part_number(all, "tcpi_snd_mss")));
	info_fact(info, item->name, value_keep(item->value), buffer_string(&meaning), "%s", buffer_string(&text));
	buffer_clear(&text);
	buffer_clear(&meaning);
}

void info_tcp(struct info *info)
{
	const struct option *option = option_find("TCP_INFO", strlen("TCP_INFO"));
	struct value all = value_none();

	if (!watch_has_state(info->handle) || !look_option(info->run->engine, info->handle, option, &all))
		return;
	info->verbatim = true;
	for (unsigned i = 0; all.kind == VALUE_STRUCT && i < all.list->count; i++)
		tcp_fact(info, &all, &all.list->items[i]);
	info_section_as(info, "tcp_info", "TCP_INFO", all);
}
