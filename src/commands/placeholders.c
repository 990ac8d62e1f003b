/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Placeholders of explanations: {it}, {target}, {who}, … Each adds what it stands for, and answers whether that is
 * known.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/time.h>

#include "explanations.h"
#include "sosh/text.h"
#include "story.h"

static const struct address *known(const struct value *value)
{
	return value->kind == VALUE_ADDRESS && value->address->length >= sizeof(sa_family_t) ? value->address : NULL;
}

static bool fill_it(struct buffer *out, const struct story *story)
{
	if (!story->handle)
		return false;
	if (!story->handle->name)
		buffer_text(out, "handle ");
	session_handle_label(out, story->handle);
	return true;
}

static bool fill_handle(struct buffer *out, const struct story *story)
{
	if (story->handle)
		session_handle_label(out, story->handle);
	return story->handle;
}

static bool fill_which(struct buffer *out, const struct story *story)
{
	if (!story->handle)
		return false;
	buffer_format(out, "handle %d", story->handle->number);
	if (story->handle->name)
		buffer_format(out, " (%s)", story->handle->name);
	return true;
}

static bool fill_address(struct buffer *out, const struct address *address)
{
	if (!address || address->length < sizeof(sa_family_t))
		return false;
	address_format(out, address);
	return true;
}

static bool fill_target(struct buffer *out, const struct story *story)
{
	return fill_address(out, story->target);
}

static bool fill_host(struct buffer *out, const struct story *story)
{
	if (!story->target || (story->target->any.sa_family != AF_INET && story->target->any.sa_family != AF_INET6))
		return false;
	address_format_host(out, story->target);
	return true;
}

static bool fill_local(struct buffer *out, const struct story *story)
{
	const struct address *local = known(&story->entry->local);
	if (!local && story->handle)
		local = &story->handle->local;
	if (!local || local->length < sizeof(sa_family_t) || address_port(local) == 0)
		return false;
	return fill_address(out, local);
}

static bool fill_peer(struct buffer *out, const struct story *story)
{
	const struct address *peer = known(&story->entry->peer);
	if (!peer && story->handle)
		peer = &story->handle->peer;
	return fill_address(out, peer);
}

static bool fill_timeout(struct buffer *out, const struct story *story)
{
	if (!story->handle || story->handle->timeout < 0)
		return false;
	value_format_real(out, story->handle->timeout);
	return true;
}

static bool fill_family_name(struct buffer *out, int family)
{
	const char *name = symbol_name("AF_", family);
	if (name)
		buffer_text(out, name);
	return name;
}

static bool fill_family(struct buffer *out, const struct story *story)
{
	return story->handle && fill_family_name(out, story->handle->family);
}

static bool fill_target_family(struct buffer *out, const struct story *story)
{
	return story->target && fill_family_name(out, story->target->any.sa_family);
}

/* The flags of the call, when they were written as constants. */
static int64_t written_flags(const struct statement *statement)
{
	const struct command_spec *spec = statement->command;
	for (int i = 0; spec && i < spec->param_count; i++) {
		const struct expr *expr = statement->arguments[i];
		if (spec->params[i].type == PARAM_FLAGS && expr && expr->kind == EXPR_VALUE)
			return expr->value.kind == VALUE_NUMBER ? expr->value.number : 0;
	}
	return 0;
}

static double kernel_timeout(const struct story *story, bool sends)
{
	struct timeval time = {0};
	if (watch_option(story->handle, SOL_SOCKET, sends ? SO_SNDTIMEO : SO_RCVTIMEO, &time, sizeof(time)) < 0)
		return 0;
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* Why a call has not waited, or not longer. */
static bool fill_unwaiting(struct buffer *out, const struct story *story)
{
	bool sends = strncmp(story->command, "send", 4) == 0;
	if (!story->handle || story->handle->fd < 0)
		return false;
	int flags = fcntl(story->handle->fd, F_GETFL);
	double seconds = kernel_timeout(story, sends);
	if (written_flags(story->entry->statement) & MSG_DONTWAIT) {
		buffer_text(out, "MSG_DONTWAIT does not wait");
	} else if (story->handle->timeout == 0 || (flags >= 0 && flags & O_NONBLOCK)) {
		fill_it(out, story);
		buffer_text(out, " is non-blocking");
	} else if (seconds > 0) {
		buffer_text(out, sends ? "SO_SNDTIMEO, " : "SO_RCVTIMEO, ");
		value_format_real(out, seconds);
		buffer_text(out, " s, is over");
	} else {
		return false;
	}
	return true;
}

static bool fill_stopped(struct buffer *out, const struct story *story)
{
	buffer_text(out, story->entry->job ? "cancelled" : "interrupted by Ctrl-C");
	return true;
}

/* The host or the service of the first address as it was written; false when only running told it. */
static bool fill_written(struct buffer *out, const struct story *story, bool service)
{
	for (unsigned i = 0; i < PARAM_MOST; i++) {
		const struct expr *expr = story->entry->statement->arguments[i];
		if (!expr || expr->kind != EXPR_ADDRESS)
			continue;
		const struct expr *part = service ? expr->right : expr->left;
		if (!part || part->kind != EXPR_VALUE || part->value.kind != VALUE_BYTES)
			return false;
		text_quote(out, part->value.blob->bytes, part->value.blob->length);
		return true;
	}
	return false;
}

static bool fill_name(struct buffer *out, const struct story *story)
{
	return fill_written(out, story, false);
}

static bool fill_service(struct buffer *out, const struct story *story)
{
	return fill_written(out, story, true);
}

/*
 * Of the cause.
 */

bool story_who(struct buffer *out, const struct cause *cause)
{
	if (cause->who) {
		buffer_format(out, "%shandle %d", cause->who->fd < 0 ? "the closed " : "", cause->who->number);
		if (cause->who->name)
			buffer_format(out, " (%s)", cause->who->name);
		return true;
	}
	buffer_text(out, cause->process);
	return cause->process[0];
}

static bool fill_who(struct buffer *out, const struct story *story)
{
	return story_who(out, &story->cause);
}

/* Shorter: conn, handle 3; closed or not. */
static bool fill_end(struct buffer *out, const struct story *story)
{
	const struct handle *who = story->cause.who;
	if (!who)
		return false;
	if (!who->name)
		buffer_text(out, "handle ");
	session_handle_label(out, who);
	return true;
}

/* The same, to be typed: an open handle of this session. */
static bool fill_holder(struct buffer *out, const struct story *story)
{
	const struct handle *who = story->cause.who;
	if (!who || who->fd < 0)
		return false;
	session_handle_label(out, who);
	return true;
}

static bool fill_held(struct buffer *out, const struct story *story)
{
	return fill_address(out, &story->cause.fact.local);
}

static bool fill_held_peer(struct buffer *out, const struct story *story)
{
	return fill_address(out, &story->cause.fact.peer);
}

static bool fill_held_state(struct buffer *out, const struct story *story)
{
	const char *name = state_name(story->cause.fact.state);
	if (name)
		buffer_text(out, name);
	return name;
}

/* The seconds until the kernel forgets the connection. */
static bool fill_seconds(struct buffer *out, const struct story *story)
{
	if (story->cause.fact.timer != TIMER_TIME_WAIT)
		return false;
	unsigned seconds = (story->cause.fact.timer_ms + 999) / 1000;
	buffer_format(out, "%u more second%s", seconds, seconds == 1 ? "" : "s");
	return true;
}

static bool fill_port(struct buffer *out, const struct story *story)
{
	int port = story->cause.fact.local.length ? address_port(&story->cause.fact.local)
	           : story->target                ? address_port(story->target)
	                                          : -1;
	if (port < 0)
		return false;
	buffer_number(out, port);
	return true;
}

/* "every interface" of the target's family */
static bool fill_any(struct buffer *out, const struct story *story)
{
	if (story->target)
		buffer_text(out, story->target->any.sa_family == AF_INET6 ? "::" : "0.0.0.0");
	return story->target;
}

/* Where the command ends and its expectation begins. */
static uint32_t command_length(const struct entry *entry)
{
	const struct statement *statement = entry->statement;
	const char *source = statement->source;
	if (!statement->expect_count || !entry->script)
		return statement->source_length;
	const char *end = entry->script->text + statement->expects[0].offset;
	if (end <= source || end > source + statement->source_length)
		return statement->source_length;
	while (end > source && strchr(" \t\\\n", end[-1]))
		end--;
	if (end - source >= 2 && memcmp(end - 2, "=>", 2) == 0)
		end -= 2;
	while (end > source && strchr(" \t\\\n", end[-1]))
		end--;
	return (uint32_t)(end - source);
}

void story_command(struct buffer *out, const struct entry *entry)
{
	if (!entry->statement || !entry->statement->source)
		return;
	struct statement command = *entry->statement;
	struct entry part = *entry;
	command.source_length = command_length(entry);
	part.statement = &command;
	entry_format_command(out, &part);
}

#define COMMAND_MOST 48u

static void add_command(struct buffer *out, const struct entry *entry)
{
	struct buffer command;
	buffer_init(&command);
	story_command(&command, entry);
	const char *text = buffer_string(&command);
	size_t shown = command.length < COMMAND_MOST ? command.length : COMMAND_MOST;
	while (shown < command.length && ((unsigned char)text[shown] & 0xc0) == 0x80) /* never half a character */
		shown--;
	buffer_add(out, text, shown);
	if (shown < command.length)
		buffer_text(out, "...");
	buffer_clear(&command);
}

/* "entry 14, close c": the number is history's. */
static bool fill_how(struct buffer *out, const struct story *story)
{
	const struct journal *journal = story->by->journal;
	uint64_t number = story->cause.how;
	const struct entry *entry = journal && number ? journal_entry(journal, number) : NULL;
	if (!number)
		return false;
	buffer_format(out, "entry %llu", (unsigned long long)number);
	if (entry && entry->statement) {
		buffer_text(out, ", ");
		add_command(out, entry);
	}
	return true;
}

static bool fill_failure(struct buffer *out, const struct story *story)
{
	const char *name = story->cause.failure ? error_name(story->cause.failure) : NULL;
	if (name)
		buffer_text(out, name);
	return name;
}

static bool fill_number(struct buffer *out, int64_t number)
{
	if (number >= 0)
		buffer_number(out, number);
	return number >= 0;
}

static bool fill_count(struct buffer *out, const struct story *story)
{
	return fill_number(out, story->cause.count);
}

static bool fill_most(struct buffer *out, const struct story *story)
{
	return fill_number(out, story->cause.most);
}

static bool fill_bytes(struct buffer *out, const struct story *story)
{
	if (!fill_number(out, story->cause.count))
		return false;
	buffer_text(out, story->cause.count == 1 ? " byte" : " bytes");
	return true;
}

static bool fill_text(struct buffer *out, const struct story *story)
{
	buffer_text(out, buffer_string(&story->cause.text));
	return story->cause.text.length;
}

/* The failed command, to be typed again. */
static bool fill_again(struct buffer *out, const struct story *story)
{
	story_command(out, story->entry);
	return true;
}

static bool fill_protocol(struct buffer *out, const struct story *story)
{
	buffer_text(out, story->situation & ON_UDP ? "UDP" : "TCP");
	return true;
}

static bool fill_other_protocol(struct buffer *out, const struct story *story)
{
	buffer_text(out, story->situation & ON_UDP ? "TCP" : "UDP");
	return true;
}

static bool fill_command(struct buffer *out, const struct story *story)
{
	buffer_text(out, story->command);
	return true;
}

static const struct placeholder {
	const char *name;
	bool (*fill)(struct buffer *out, const struct story *story);
} placeholders[] = {
	{"it", fill_it},         /* conn, handle 3 */
	{"handle", fill_handle}, /* conn, 3: to be typed */
	{"which", fill_which},   /* handle 3 (conn) */
	{"target", fill_target}, /* the address that the call was given */
	{"host", fill_host},     /* its host */
	{"local", fill_local},   /* the socket's own address */
	{"peer", fill_peer},
	{"timeout", fill_timeout}, /* settimeout's seconds */
	{"family", fill_family},   /* the socket's */
	{"target_family", fill_target_family},
	{"unwaiting", fill_unwaiting}, /* why it has not waited */
	{"stopped", fill_stopped},     /* how the waiting was ended */
	{"name", fill_name},           /* a host's name to be looked up, as written */
	{"service", fill_service},
	{"who", fill_who},       /* of the cause: handle 3 (conn), or a process */
	{"end", fill_end},       /* shorter: conn, handle 3 */
	{"holder", fill_holder}, /* the same to be typed: an open handle of this session */
	{"held", fill_held},     /* the address that somebody has */
	{"held_peer", fill_held_peer},
	{"held_state", fill_held_state},
	{"seconds", fill_seconds}, /* 57 more seconds: of TIME-WAIT */
	{"port", fill_port},
	{"any", fill_any},         /* 0.0.0.0 or :: */
	{"how", fill_how},         /* entry 14, close c */
	{"failure", fill_failure}, /* how that entry ended */
	{"count", fill_count},
	{"most", fill_most},
	{"bytes", fill_bytes}, /* {count} as 5 bytes */
	{"text", fill_text},   /* a list, a part of a path */
	{"again", fill_again}, /* the failed command, to be typed */
	{"command", fill_command},
	{"protocol", fill_protocol}, /* the socket's: TCP, UDP */
	{"other_protocol", fill_other_protocol},
};

/* The placeholder's value into `out`; false when it is not known. */
static bool fill_placeholder(struct buffer *out, const struct story *story, const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]); i++)
		if (strlen(placeholders[i].name) == length && memcmp(placeholders[i].name, name, length) == 0)
			return placeholders[i].fill(out, story);
	return false;
}

bool story_fill(struct buffer *out, const struct story *story, const char *sentence)
{
	buffer_empty(out);
	for (const char *next = sentence; *next;) {
		size_t plain = strcspn(next, "{");
		buffer_add(out, next, plain);
		next += plain;
		const char *end = strchr(next, '}');
		if (!end)
			break;
		if (!fill_placeholder(out, story, next + 1, (size_t)(end - next - 1)))
			return false;
		next = end + 1;
	}
	return true;
}
