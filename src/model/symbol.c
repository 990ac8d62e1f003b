/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The constants by name and by number.
 */
#include "constants.h"

#include <string.h>

#include "sosh/symbol.h"

#include "symbols.h"

static const struct symbol symbols[] = {
#define SYMBOL(name) {#name, (int64_t)(name)},
#define ALIAS(name)  {#name, (int64_t)(name)},
#include "symbols.inc"
#undef SYMBOL
#undef ALIAS
};

static const bool aliases[] = {
#define SYMBOL(name) false,
#define ALIAS(name)  true,
#include "symbols.inc"
#undef SYMBOL
#undef ALIAS
};

#define SYMBOL_COUNT (sizeof(symbols) / sizeof(symbols[0]))

/* What a word must begin with to be meant as a constant. */
static const char *const groups[] = {
	"AF_", "AI_", "EAI_", "EPOLL", "INADDR_", "IPPORT_", "IPPROTO_", "IPV6_", "IP_",  "MSG_",
	"NI_", "PF_", "POLL", "SCM_",  "SHUT_",   "SOCK_",   "SOL_",     "SO_",   "TCP_",
};

/* What the word shares with both ends of the rest of the table need not be compared again. */
size_t names_find(const void *table, size_t count, size_t row, const char *word, size_t length)
{
	size_t low = 0, high = count, low_same = 0, high_same = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2, same = low_same < high_same ? low_same : high_same;
		const char *name = *(const char *const *)((const char *)table + middle * row);

		while (same < length && name[same] != '\0' && name[same] == word[same])
			same++;
		if (same == length && name[same] == '\0')
			return middle;
		if (same == length || (unsigned char)word[same] < (unsigned char)name[same]) {
			high = middle;
			high_same = same;
		} else {
			low = middle + 1;
			low_same = same;
		}
	}
	return count;
}

const struct symbol *symbol_find(const char *name, size_t length)
{
	size_t found;

	if (length == 0 || name[0] < 'A' || name[0] > 'Z')
		return NULL;
	found = names_find(symbols, SYMBOL_COUNT, sizeof(symbols[0]), name, length);
	return found < SYMBOL_COUNT ? &symbols[found] : NULL;
}

bool symbol_is_alias(const char *name)
{
	const struct symbol *symbol = symbol_find(name, strlen(name));

	return symbol != NULL && aliases[symbol - symbols];
}

/* The first symbol whose name is not before `prefix`. */
static size_t first_of(const char *prefix)
{
	size_t low = 0, high = SYMBOL_COUNT;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(symbols[middle].name, prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const char *symbol_name(const char *prefix, int64_t number)
{
	const char *alias = NULL;
	size_t length = strlen(prefix);

	for (size_t i = first_of(prefix); i < SYMBOL_COUNT && strncmp(symbols[i].name, prefix, length) == 0; i++) {
		if (symbols[i].number != number)
			continue;
		if (!aliases[i])
			return symbols[i].name;
		if (alias == NULL)
			alias = symbols[i].name;
	}
	return alias;
}

void symbol_each(const char *prefix, void (*each)(const struct symbol *symbol, void *context), void *context)
{
	size_t length = strlen(prefix);

	for (size_t i = first_of(prefix); i < SYMBOL_COUNT && strncmp(symbols[i].name, prefix, length) == 0; i++)
		each(&symbols[i], context);
}

static bool all_capitals(const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		bool capital = name[i] >= 'A' && name[i] <= 'Z';

		if (!capital && name[i] != '_' && !(name[i] >= '0' && name[i] <= '9'))
			return false;
	}
	return true;
}

bool symbol_looks_like(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		size_t group = strlen(groups[i]);

		if (length > group && memcmp(name, groups[i], group) == 0)
			return all_capitals(name, length);
	}
	return false;
}
