/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * File names as candidates. A name is data: what is not plain in it is escaped, between quotes, before it is shown or
 * put into the line.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <wchar.h>
#include <wctype.h>

#include "candidates.h"
#include "sosh/memory.h"
#include "sosh/text.h"

/* The bytes that a beginning typed between quotes stands for. */
static void unescape(struct buffer *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\\' && i + 3 < length && text[i + 1] == 'x' && isxdigit((unsigned char)text[i + 2]) &&
		    isxdigit((unsigned char)text[i + 3])) {
			char digits[] = {text[i + 2], text[i + 3], '\0'};
			buffer_char(out, (char)strtol(digits, NULL, 16));
			i += 3;
		} else {
			i += text[i] == '\\' && i + 1 < length;
			buffer_char(out, text[i]);
		}
	}
}

/* Can the name stand in the line as it is, without quotes? */
static bool is_plain(const char *name)
{
	size_t left = strlen(name), size;
	for (; left > 0; name += size, left -= size) {
		wchar_t character;
		mbstate_t state = {0};
		size = 1;
		if (isalnum((unsigned char)*name) || strchr("._-/+@~^", *name) != NULL)
			continue;
		if ((unsigned char)*name < 0x80)
			return false;
		size = mbrtowc(&character, name, left, &state);
		if (size == 0 || size > left || !iswalpha((wint_t)character))
			return false;
	}
	return true;
}

/* The names in a directory that begin as typed, each with the directory before and a slash behind where it is one. */
static void list(struct candidates *names, const char *directory, const char *beginning)
{
	struct buffer path = {0};
	struct stat status;
	DIR *opened = opendir(*directory != '\0' ? directory : ".");
	size_t length = strlen(beginning);
	if (opened == NULL)
		return;
	for (struct dirent *entry; (entry = readdir(opened)) != NULL;) {
		if (strncmp(entry->d_name, beginning, length) != 0 || (entry->d_name[0] == '.' && *beginning != '.'))
			continue;
		buffer_empty(&path);
		buffer_text(&path, directory);
		buffer_text(&path, entry->d_name);
		if (stat(buffer_string(&path), &status) == 0 && S_ISDIR(status.st_mode))
			buffer_char(&path, '/');
		candidates_offer(names, buffer_string(&path));
	}
	closedir(opened);
	buffer_clear(&path);
}

/* Puts the names between quotes; only the opening one is part of a word, and not even that when it is there. */
static void add_quoted(struct candidates *found, const struct candidates *names, char quote)
{
	struct buffer word = {0};
	found->typed_length = 0;
	found->append = quote != 0 ? quote : '"';
	for (unsigned i = 0; i < names->count; i++) {
		buffer_empty(&word);
		if (quote == 0)
			buffer_char(&word, '"');
		text_escape(&word, names->words[i], strlen(names->words[i]));
		candidates_offer(found, buffer_string(&word));
	}
	buffer_clear(&word);
}

void candidates_paths(struct candidates *found, char quote)
{
	struct buffer typed = {0};
	struct candidates names = {.typed = ""};
	unescape(&typed, found->typed, quote != 0 ? found->typed_length : 0);
	if (quote == 0)
		buffer_add(&typed, found->typed, found->typed_length);
	const char *slash = strrchr(buffer_string(&typed), '/');
	size_t start = slash != NULL ? (size_t)(slash + 1 - buffer_string(&typed)) : 0;
	char *directory = memory_copy(buffer_string(&typed), start);
	list(&names, directory, buffer_string(&typed) + start);
	bool plain = quote == 0;
	for (unsigned i = 0; i < names.count; i++)
		plain = plain && is_plain(names.words[i]);
	found->paths = true;
	if (plain)
		for (unsigned i = 0; i < names.count; i++)
			candidates_offer(found, names.words[i]);
	else
		add_quoted(found, &names, quote);
	free(directory);
	candidates_clear(&names);
	buffer_clear(&typed);
}
