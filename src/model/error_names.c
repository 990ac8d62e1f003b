/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names of errors, errno(3)'s and getaddrinfo(3)'s, and of the TCP states.
 */
#include <errno.h>
#include <netdb.h>
#include <string.h>

#include "sosh/symbol.h"

#include "symbols.h"

/* By name. */
static const struct symbol errors[] = {
#define ERROR(name) {#name, name},
#define ALIAS(name) {#name, name},
#include "errors.inc"
#undef ERROR
#undef ALIAS
};

/* By number. */
static const char *const names[] = {
#define ERROR(name) [name] = #name,
#define ALIAS(name)
#include "errors.inc"
#undef ERROR
#undef ALIAS
};

#define ERROR_COUNT (sizeof(errors) / sizeof(errors[0]))
#define NAME_COUNT  (sizeof(names) / sizeof(names[0]))

static const struct symbol lookup_errors[] = {
	{"EAI_ADDRFAMILY", EAI_ADDRFAMILY}, {"EAI_AGAIN", EAI_AGAIN},
	{"EAI_BADFLAGS", EAI_BADFLAGS},     {"EAI_FAIL", EAI_FAIL},
	{"EAI_FAMILY", EAI_FAMILY},         {"EAI_MEMORY", EAI_MEMORY},
	{"EAI_NODATA", EAI_NODATA},         {"EAI_NONAME", EAI_NONAME},
	{"EAI_OVERFLOW", EAI_OVERFLOW},     {"EAI_SERVICE", EAI_SERVICE},
	{"EAI_SOCKTYPE", EAI_SOCKTYPE},     {"EAI_SYSTEM", EAI_SYSTEM},
};

#define LOOKUP_COUNT (sizeof(lookup_errors) / sizeof(lookup_errors[0]))

static const char *const state_names[] = {
	[STATE_ESTABLISHED] = "ESTABLISHED", [STATE_SYN_SENT] = "SYN-SENT",     [STATE_SYN_RECEIVED] = "SYN-RECEIVED",
	[STATE_FIN_WAIT_1] = "FIN-WAIT-1",   [STATE_FIN_WAIT_2] = "FIN-WAIT-2", [STATE_TIME_WAIT] = "TIME-WAIT",
	[STATE_CLOSED] = "CLOSED",           [STATE_CLOSE_WAIT] = "CLOSE-WAIT", [STATE_LAST_ACK] = "LAST-ACK",
	[STATE_LISTEN] = "LISTEN",           [STATE_CLOSING] = "CLOSING",
};

#define STATE_COUNT (sizeof(state_names) / sizeof(state_names[0]))

int error_number(const char *name, size_t length)
{
	size_t found;

	if (length == 7 && memcmp(name, "TIMEOUT", 7) == 0)
		return ERROR_TIMEOUT;
	if (length == 0 || name[0] != 'E')
		return 0;
	found = names_find(errors, ERROR_COUNT, sizeof(errors[0]), name, length);
	if (found < ERROR_COUNT)
		return (int)errors[found].number;
	found = names_find(lookup_errors, LOOKUP_COUNT, sizeof(lookup_errors[0]), name, length);
	return found < LOOKUP_COUNT ? (int)lookup_errors[found].number : 0;
}

const char *error_name(int number)
{
	if (number == 0)
		return "0";
	if (number == ERROR_TIMEOUT)
		return "TIMEOUT";
	if (number > 0)
		return (size_t)number < NAME_COUNT ? names[number] : NULL;
	for (size_t i = 0; i < LOOKUP_COUNT; i++) {
		if (lookup_errors[i].number == number)
			return lookup_errors[i].name;
	}
	return NULL;
}

/* glibc has no sentence for EAI_OVERFLOW. */
const char *error_text(int number)
{
	const char *text;

	if (number == ERROR_TIMEOUT)
		return "The socket's own timeout ran out";
	if (number == EAI_OVERFLOW)
		return "Argument buffer too small";
	text = number < 0 ? gai_strerror(number) : strerrordesc_np(number);
	return text != NULL ? text : "Unknown error";
}

void error_each(void (*each)(const char *name, int number, void *context), void *context)
{
	for (size_t i = 0; i < ERROR_COUNT; i++)
		each(errors[i].name, (int)errors[i].number, context);
	for (size_t i = 0; i < LOOKUP_COUNT; i++)
		each(lookup_errors[i].name, (int)lookup_errors[i].number, context);
	each("TIMEOUT", ERROR_TIMEOUT, context);
}

const char *state_name(enum tcp_state state)
{
	return (size_t)state < STATE_COUNT ? state_names[state] : NULL;
}

static bool same_state(const char *name, size_t length, const char *state)
{
	if (strlen(state) != length)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (name[i] != state[i] && !(name[i] == '_' && state[i] == '-'))
			return false;
	}
	return true;
}

enum tcp_state state_number(const char *name, size_t length)
{
	for (size_t i = STATE_ESTABLISHED; i < STATE_COUNT; i++) {
		if (same_state(name, length, state_names[i]))
			return (enum tcp_state)i;
	}
	return STATE_NONE;
}
