/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chooses the explanation of a failed entry: by its cause where that was found, else by what is known of its socket and
 * address.
 */
#include <stdio.h>
#include <string.h>

#include "explanations.h"
#include "sosh/memory.h"
#include "story.h"

/* A family that getsockname, connect, … can name: not one of 0 bytes. */
static const struct address *known(const struct value *value)
{
	return value->kind == VALUE_ADDRESS && value->address->length >= sizeof(sa_family_t) ? value->address : NULL;
}

static unsigned kind_of_socket(int family, int type)
{
	bool inet = family == AF_INET || family == AF_INET6;
	bool stream = type == SOCK_STREAM || type == SOCK_SEQPACKET;
	unsigned situation = stream ? ON_STREAM : type == SOCK_DGRAM ? ON_DGRAM : 0;
	if (inet && type == SOCK_STREAM)
		situation |= ON_TCP;
	if (inet && type == SOCK_DGRAM)
		situation |= ON_UDP;
	if (family == AF_UNIX)
		situation |= ON_UNIX;
	if (family == AF_INET6)
		situation |= ON_IPV6;
	return situation;
}

static unsigned state_of_socket(const struct handle *handle)
{
	switch (handle->state) {
	case STATE_LISTEN:
		return IN_LISTEN;
	case STATE_SYN_SENT:
		return IN_SYN_SENT;
	case STATE_FIN_WAIT_1:
	case STATE_FIN_WAIT_2:
	case STATE_CLOSING:
	case STATE_LAST_ACK:
	case STATE_TIME_WAIT:
		return IN_CONNECTION | SENT_FIN;
	case STATE_ESTABLISHED:
	case STATE_SYN_RECEIVED:
	case STATE_CLOSE_WAIT:
		return IN_CONNECTION;
	case STATE_CLOSED:
		return handle->peer.length ? WAS_CONNECTED : NEVER_CONNECTED;
	case STATE_NONE:
		break;
	}
	return 0;
}

static unsigned kind_of_path(const struct address *target)
{
	size_t length;
	const char *path = address_path(target, &length);
	if (length == 0)
		return 0;
	return path[0] ? TO_PATH : TO_ABSTRACT;
}

static unsigned kind_of_target(const struct address *target)
{
	unsigned situation = 0;
	int port = address_port(target);
	if (port == 0)
		situation |= TO_PORT_0;
	else if (port > 0 && port < 1024)
		situation |= TO_LOW_PORT;
	if (target->any.sa_family == AF_UNIX)
		situation |= kind_of_path(target);
	if (target->any.sa_family != AF_INET6)
		return situation;
	situation |= TO_IPV6;
	if (IN6_IS_ADDR_V4MAPPED(&target->in6.sin6_addr))
		situation |= TO_MAPPED;
	if (IN6_IS_ADDR_LINKLOCAL(&target->in6.sin6_addr) && target->in6.sin6_scope_id == 0)
		situation |= TO_LINK_LOCAL;
	return situation;
}

/* The option as it was written, by its name. */
static void name_option(struct story *story)
{
	const struct statement *statement = story->entry->statement;
	for (int i = 0; statement->command && i < statement->command->param_count; i++) {
		const struct expr *expr = statement->arguments[i];
		if (statement->command->params[i].type == PARAM_OPTION && expr && expr->kind == EXPR_VALUE &&
		    expr->text)
			snprintf(story->option, sizeof(story->option), "%s(%.*s)", story->command, (int)expr->length,
			         expr->text);
	}
}

static void look(struct story *story, const struct explainer *by, const struct entry *entry)
{
	*story = (struct story){.by = by, .session = by->session, .entry = entry, .error = entry->error};
	story->cause = (struct cause){.count = -1, .most = -1};
	buffer_init(&story->cause.text);
	if (!entry->error && entry->has_value && entry->value.kind == VALUE_ERROR)
		story->error = (int)entry->value.number;
	story->command = entry->statement->command ? entry->statement->command->name : "";
	story->handle = session_handle(by->session, entry->handle ? entry->handle : entry->given);
	story->target = known(&entry->target);
	if (story->target)
		story->situation |= kind_of_target(story->target);
	if (story->handle) {
		story->situation |= kind_of_socket(story->handle->family, story->handle->type);
		story->situation |= state_of_socket(story->handle);
		if (story->handle->fd < 0)
			story->situation |= IS_CLOSED;
		int family = story->target ? story->target->any.sa_family : AF_UNSPEC;
		if (family != AF_UNSPEC && family != story->handle->family)
			story->situation |= TO_OTHER_FAMILY;
	} else if (story->target && strncmp(story->command, "create_", 7) == 0) {
		story->situation |= kind_of_socket(story->target->any.sa_family, SOCK_STREAM);
	}
	if (entry->job)
		story->situation |= IN_JOB;
	name_option(story);
}

/* Is the command one of the words? */
bool names_command(const char *words, const char *command)
{
	size_t length = strlen(command);
	while (*words) {
		size_t word = strcspn(words, " ");
		if (word == length && memcmp(words, command, length) == 0)
			return true;
		words += word;
		words += strspn(words, " ");
	}
	return false;
}

void story_init(struct story *story, const struct explainer *by, const struct entry *entry)
{
	look(story, by, entry);
	if (by->watch)
		by->watch->host = entry->host;
	if (story->error)
		cause_find(story);
}

void story_clear(struct story *story)
{
	buffer_clear(&story->cause.text);
}

const struct cause_row *story_cause(struct buffer *out, const struct story *story)
{
	size_t count;
	const struct cause_row *rows = cause_rows(&count);
	if (story->cause.kind == CAUSE_NONE)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const struct cause_row *row = &rows[i];
		if (row->kind != story->cause.kind || (row->given & story->cause.given) != row->given)
			continue;
		if ((row->error == 0 || row->error == story->error) && story_fill(out, story, row->sentence))
			return row;
	}
	return NULL;
}

bool explanation_is_for(const struct explanation *row, const char *command)
{
	return !row->commands || names_command(row->commands, command);
}

/* By the table of situations. */
static bool tell_situation(struct buffer *out, const struct story *story)
{
	size_t count;
	const struct explanation *rows = explanations(&count);
	for (size_t i = 0; i < count; i++) {
		const struct explanation *row = &rows[i];
		if (row->error != story->error || (row->when & story->situation) != row->when)
			continue;
		if (!explanation_is_for(row, story->command) &&
		    !(story->option[0] && explanation_is_for(row, story->option)))
			continue;
		if (story_fill(out, story, row->sentence))
			return true;
	}
	return false;
}

bool story_tell(struct buffer *out, const struct story *story)
{
	return story->error && (story_cause(out, story) || tell_situation(out, story));
}

char *explain_entry(const struct explainer *explainer, const struct entry *entry)
{
	struct story story;
	struct buffer sentence;
	char *explanation = NULL;
	buffer_init(&sentence);
	story_init(&story, explainer, entry);
	if (story_tell(&sentence, &story))
		explanation = memory_copy(buffer_string(&sentence), sentence.length);
	story_clear(&story);
	buffer_clear(&sentence);
	return explanation;
}
