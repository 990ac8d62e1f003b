/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * AF_UNIX names: who has one, whether it is only left over, and which part of a path is wrong.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "explanations.h"
#include "story.h"

/* What was bound to the name: no accepted connection, which has its listener's name without holding it. */
struct bound {
	const struct story *story;
	uint64_t own;
	bool found;
	struct watch_fact fact;
};

/* Of other processes' connections those that were bound before they connected look the same. */
static bool is_accepted(const struct bound *bound, const struct watch_fact *fact)
{
	if (!fact->connected || fact->type == SOCK_DGRAM)
		return false;
	const struct handle *handle = session_of_inode(bound->story->session, fact->inode);
	return !handle || handle->accepted_from;
}

static void remember(const struct watch_fact *fact, void *context)
{
	struct bound *bound = context;
	if ((bound->own && fact->cookie == bound->own) || (bound->found && !fact->listening) ||
	    is_accepted(bound, fact))
		return;
	bound->found = true;
	bound->fact = *fact;
}

/* False when the kernel does not tell. */
static bool find_bound(struct story *story, struct bound *bound)
{
	*bound = (struct bound){.story = story, .own = handle_cookie(story->handle)};
	return story->by->watch && watch_each_of_name(story->by->watch, story->target, remember, bound) >= 0;
}

/* The path as text, at most 108 bytes; "" for an abstract name. */
static void copy_path(char *text, size_t room, const struct address *address)
{
	size_t length;
	const char *path = address_path(address, &length);
	if (length >= room)
		length = room - 1;
	memcpy(text, path, length);
	text[length] = '\0';
}

/* The file may be another's by now: something was unlinked since the handle was bound. */
static bool unlinked_since(const struct story *story, const struct handle *had)
{
	const struct journal *journal = story->by->journal;
	for (uint64_t n = journal ? story->entry->number : 0; n > 1 && n > journal->oldest;) {
		const struct entry *entry = journal_entry(journal, --n);
		const struct command_spec *command = entry && entry->statement ? entry->statement->command : NULL;
		if (!command)
			continue;
		if (names_command("unlink", command->name) && !entry->error)
			return true;
		if ((entry->handle == had->number || entry->given == had->number) &&
		    names_command("bind create_server", command->name) && !entry->error)
			return false;
	}
	return true;
}

/*
 * Where the kernel, which tells of one network namespace alone, knows of nobody: a handle of this session that had the
 * path. Of a path that no handle had nothing is known, as its server may be in another namespace.
 */
static void find_former(struct story *story)
{
	const struct handle *handle = story->handle;
	const struct handle *had = session_bound(story->session, story->entry->host, AF_UNIX,
	                                         handle ? handle->type : SOCK_STREAM, story->target);
	if (!had || unlinked_since(story, had))
		return;
	if (had->fd < 0 ? had->ending.closed_in : had->host != story->entry->host) {
		story->cause.who = had;
		story->cause.how = had->ending.closed_in;
	}
}

static void find_name_holder(struct story *story)
{
	char path[128];
	struct stat status;
	struct bound bound;
	copy_path(path, sizeof(path), story->target);
	if (path[0] && lstat(path, &status) == 0 && !S_ISSOCK(status.st_mode)) {
		story->cause.kind = NAME_IS_A_FILE;
		return;
	}
	if (!find_bound(story, &bound) || (!bound.found && !path[0]))
		return;
	if (path[0])
		address_format(&story->cause.text, story->target);
	if (bound.found)
		holder_take(story, &bound.fact);
	else
		find_former(story);
	bool held = bound.found || (story->cause.who && story->cause.who->fd >= 0);
	story->cause.kind = held ? NAME_HELD : NAME_LEFT_OVER;
}

/* It is found by its name, but takes no clients: it is only bound, or it was shut down for reading. */
static enum cause_kind kind_of_bound(struct story *story, const struct watch_fact *fact)
{
	const struct handle *who = story->cause.who;
	if (fact->type == SOCK_DGRAM)
		return LISTENS_NOW;
	if (!fact->listening)
		return BOUND_ONLY;
	if (!fact->shut_read)
		return LISTENS_NOW;
	story->cause.given |= IS_UNIX;
	story->cause.how = who ? handle_shut_in(story->session, who, true) : 0;
	return STOPPED_LISTENING;
}

static void find_name_refusal(struct story *story)
{
	struct bound bound;
	if (!find_bound(story, &bound))
		return;
	if (!bound.found && story->situation & TO_PATH) {
		address_format(&story->cause.text, story->target);
		find_former(story);
		story->cause.kind = NAME_LEFT_OVER;
	}
	if (!bound.found)
		return;
	holder_take(story, &bound.fact);
	if (story->handle && bound.fact.type != story->handle->type) {
		const char *type = symbol_name("SOCK_", bound.fact.type);
		buffer_format(&story->cause.text, "a %s socket", type ? type : "different");
		story->cause.kind = OTHER_TYPE;
		return;
	}
	story->cause.kind = kind_of_bound(story, &bound.fact);
}

static void take_part(struct story *story, const char *part, enum cause_kind kind)
{
	struct address shown;
	struct error ignored;
	if (address_from_path(&shown, part, strlen(part), &ignored) < 0)
		return;
	address_format(&story->cause.text, &shown);
	story->cause.kind = kind;
}

/* Goes down the directories of the path to the first that is the cause. */
static bool find_wrong_directory(struct story *story, char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		struct stat status;
		enum cause_kind kind = CAUSE_NONE;
		*slash = '\0';
		if (stat(path, &status) < 0)
			kind = errno == ENOENT ? PART_MISSING : CAUSE_NONE;
		else if (!S_ISDIR(status.st_mode))
			kind = PART_NO_DIRECTORY;
		else if (access(path, X_OK) < 0 && errno == EACCES)
			kind = PART_NOT_SEARCHABLE;
		if (kind != CAUSE_NONE)
			take_part(story, path, kind);
		*slash = '/';
		if (kind != CAUSE_NONE)
			return true;
	}
	return false;
}

/* The socket itself must be writable for connect, its directory for bind and unlink. */
static void find_not_writable(struct story *story, char *path)
{
	if (names_command("bind create_server unlink", story->command)) {
		char *slash = strrchr(path, '/');
		if (!slash)
			path = ".";
		else
			slash[slash == path] = '\0';
	}
	if (access(path, W_OK) < 0 && errno == EACCES)
		take_part(story, path, PART_NOT_WRITABLE);
}

static void find_wrong_part(struct story *story)
{
	char path[128];
	copy_path(path, sizeof(path), story->target);
	if (path[0] && !find_wrong_directory(story, path) && story->error == EACCES)
		find_not_writable(story, path);
}

void cause_of_name(struct story *story)
{
	if (!story->target || story->target->any.sa_family != AF_UNIX) {
		if (story->error == ECONNREFUSED)
			cause_of_end(story);
	} else if (story->error == EADDRINUSE) {
		find_name_holder(story);
	} else if (story->error == ECONNREFUSED) {
		find_name_refusal(story);
	} else {
		find_wrong_part(story);
	}
}
