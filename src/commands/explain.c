/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chooses the explanation of a failed entry from the table, by what is known of its socket and address, and fills it
 * in.
 */
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "explanations.h"
#include "sosh/memory.h"
#include "sosh/text.h"

/* What the rows are held against. */
struct story {
	const struct entry *entry;
	const struct handle *handle;  /* NULL: none */
	const struct address *target; /* NULL: none */
	const char *command;
	int error;
	unsigned situation;
};

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

static void look(struct story *story, const struct session *session, const struct entry *entry)
{
	*story = (struct story){.entry = entry, .error = entry->error};
	if (!entry->error && entry->has_value && entry->value.kind == VALUE_ERROR)
		story->error = (int)entry->value.number;
	story->command = entry->statement->command ? entry->statement->command->name : "";
	story->handle = session_handle(session, entry->handle ? entry->handle : entry->given);
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
}

/*
 * Placeholders. Each adds what it stands for, and answers whether that is known.
 */

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
	{"stopped", fill_stopped}, /* how the waiting was ended */
	{"name", fill_name},       /* a host's name to be looked up, as written */
	{"service", fill_service},
};

/* The placeholder's value into `out`; false when it is not known. */
static bool fill_placeholder(struct buffer *out, const struct story *story, const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]); i++)
		if (strlen(placeholders[i].name) == length && memcmp(placeholders[i].name, name, length) == 0)
			return placeholders[i].fill(out, story);
	return false;
}

static bool fill_sentence(struct buffer *out, const struct story *story, const char *sentence)
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

/* Is the command one of the words? */
static bool names_command(const char *words, const char *command)
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

bool explanation_is_for(const struct explanation *row, const char *command)
{
	return !row->commands || names_command(row->commands, command);
}

char *explain_entry(const struct session *session, const struct entry *entry)
{
	struct story story;
	struct buffer sentence;
	char *explanation = NULL;
	size_t count;
	const struct explanation *rows = explanations(&count);
	look(&story, session, entry);
	if (story.error == 0)
		return NULL;
	buffer_init(&sentence);
	for (size_t i = 0; i < count && !explanation; i++) {
		const struct explanation *row = &rows[i];
		if (row->error != story.error || (row->when & story.situation) != row->when)
			continue;
		if (!explanation_is_for(row, story.command))
			continue;
		if (fill_sentence(&sentence, &story, row->sentence))
			explanation = memory_copy(buffer_string(&sentence), sentence.length);
	}
	buffer_clear(&sentence);
	return explanation;
}
