/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The candidates for each kind of place: commands, handles, variables, constants, jobs, settings and the words of
 * expectations. All come from the tables and the session that the commands themselves use.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "candidates.h"
#include "sosh/memory.h"
#include "sosh/symbol.h"
#include "sosh/text.h"

static void add(struct candidates *found, const char *word)
{
	if (found->count == found->room) {
		found->room = found->room ? found->room * 2 : 16;
		found->words = memory_resize(found->words, found->room * sizeof(*found->words));
	}
	found->words[found->count++] = memory_copy(word, strlen(word));
}

void candidates_offer(struct candidates *found, const char *word)
{
	int differs = found->any_case ? strncasecmp(word, found->typed, found->typed_length)
	                              : strncmp(word, found->typed, found->typed_length);
	if (differs == 0)
		add(found, word);
}

static void offer_all(struct candidates *found, const char *const *words)
{
	for (; *words != NULL; words++)
		candidates_offer(found, *words);
}

static void offer_number(struct candidates *found, const char *before, int number)
{
	char word[24];
	snprintf(word, sizeof(word), "%s%d", before, number);
	candidates_offer(found, word);
}

static void offer_symbol(const struct symbol *symbol, void *context)
{
	candidates_offer(context, symbol->name);
}

static void offer_error(const char *name, int number, void *context)
{
	(void)number;
	candidates_offer(context, name);
}

static void offer_commands(struct candidates *found, bool methods)
{
	const struct command_spec *command;
	for (unsigned i = 0; (command = engine_command_at(i)) != NULL; i++)
		if (!methods || (command->param_count > 0 &&
		                 (command->params[0].type == PARAM_SOCKET || command->params[0].type == PARAM_END)))
			candidates_offer(found, command->name);
}

/* Handles: each by its name; by its number where it has no name or a number was begun. */
struct handle_offer {
	struct candidates *found;
	const struct session *session;
	bool closed;
};

static bool named(const struct session *session, const struct handle *handle)
{
	if (handle->name == NULL)
		return false;
	size_t length = strlen(handle->name);
	const struct value *value = session_get(session, handle->name, length, text_hash(handle->name, length));
	return value != NULL && value->kind == VALUE_HANDLE && value->number == handle->number;
}

static void offer_handle_name(const struct variable *variable, void *context)
{
	struct handle_offer *offer = context;
	if (variable->value.kind != VALUE_HANDLE)
		return;
	const struct handle *handle = session_handle(offer->session, variable->value.number);
	if (handle != NULL && (handle->fd < 0) == offer->closed)
		candidates_offer(offer->found, variable->name);
}

static void offer_handles(struct candidates *found, const struct session *session, bool closed)
{
	struct handle_offer offer = {.found = found, .session = session, .closed = closed};
	session_each(session, offer_handle_name, &offer);
	for (unsigned i = 0; i < session->handle_count; i++) {
		const struct handle *handle = session->handles[i];
		if ((handle->fd < 0) == closed && (found->typed_length > 0 || !named(session, handle)))
			offer_number(found, "", handle->number);
	}
}

static void offer_variable(const struct variable *variable, void *context)
{
	candidates_offer(context, variable->name);
}

static void offer_address_variable(const struct variable *variable, void *context)
{
	if (variable->value.kind == VALUE_ADDRESS)
		candidates_offer(context, variable->name);
}

static void offer_parts(struct candidates *found, const struct session *session, const char *name, size_t length)
{
	static const char *const of_address[] = {"host", "port", "family", NULL};
	static const char *const of_path[] = {"path", "family", NULL};
	const struct value *value = session_get(session, name, length, text_hash(name, length));
	if (value == NULL)
		return;
	if (value->kind == VALUE_ADDRESS)
		offer_all(found, value->address->length > 0 && value->address->any.sa_family == AF_UNIX ? of_path
		                                                                                        : of_address);
	for (unsigned i = 0; value->kind == VALUE_STRUCT && i < value->list->count; i++)
		if (value->list->items[i].name != NULL)
			candidates_offer(found, value->list->items[i].name);
}

/* Options, of one level only where that was given. */
struct option_offer {
	struct candidates *found;
	bool any;
	int64_t level;
};

static void offer_option(const struct option *option, void *context)
{
	struct option_offer *offer = context;
	if (offer->any || option->level == offer->level)
		candidates_offer(offer->found, option->name);
}

static void offer_options(struct candidates *found, const struct line_place *place, const char *line)
{
	const struct symbol *level = symbol_find(line + place->level, place->level_length);
	struct option_offer offer = {.found = found, .any = level == NULL, .level = level ? level->number : 0};
	option_each(offer_option, &offer);
}

static void offer_job(int number, const struct entry *entry, void *context)
{
	(void)entry;
	offer_number(context, "%", number);
}

static void offer_constants(struct candidates *found, const struct param *param)
{
	static const char *const directions[] = {"RD", "WR", "RDWR", NULL};
	static const char *const families[] = {"AF_INET", "AF_INET6", "AF_UNIX", NULL};
	const char *group = param->group;
	if (group == NULL)
		group = param->type == PARAM_FLAGS ? "MSG_" : "";
	if (*group == '\0' && found->typed_length == 0)
		return;
	if (strcmp(group, "AF_") == 0 && found->typed_length <= strlen(group)) { /* nobody looks for the many others */
		offer_all(found, families);
		return;
	}
	symbol_each(group, offer_symbol, found);
	if (strcmp(group, "SHUT_") == 0)
		offer_all(found, directions);
}

static void offer_word(const char *word, void *context)
{
	candidates_offer(context, word);
}

/* What a name asks for is told by the command: `help` takes a command's, `set` a setting's, `explain` any word, of
 * which there are too many to be shown before one has begun. */
static void offer_names(struct candidates *found, const struct command_spec *command)
{
	const char *setting;
	if (strcmp(command->name, "explain") == 0 && found->typed_length > 0) {
		engine_each_word(offer_word, found);
		return;
	}
	if (strcmp(command->name, "set") != 0) {
		offer_commands(found, false);
		return;
	}
	for (unsigned i = 0; (setting = engine_setting_at(i)) != NULL; i++)
		candidates_offer(found, setting);
}

/* In the shell spelling an address's place takes a variable only behind a $. */
static void offer_address_behind_dollar(const struct variable *variable, void *context)
{
	struct buffer word;

	if (variable->value.kind != VALUE_ADDRESS)
		return;
	buffer_init(&word);
	buffer_format(&word, "$%s", variable->name);
	candidates_offer(context, buffer_string(&word));
	buffer_clear(&word);
}

static void offer_address(struct candidates *found, const struct engine *engine, enum spelling spelling)
{
	bool shell = spelling == SPELL_SHELL;

	session_each(&engine->session, shell ? offer_address_behind_dollar : offer_address_variable, found);
	if (found->typed_length > 0)
		candidates_offer(found, "AF_UNSPEC");
	if (found->typed_length > 0 && (found->typed[0] == '/' || found->typed[0] == '.'))
		candidates_paths(found, 0);
}

/* Closed ones where there is no other; always where what was is looked at. */
static void offer_socket(struct candidates *found, const struct engine *engine, const struct command_spec *command)
{
	offer_handles(found, &engine->session, false);
	if (found->count == 0 || strcmp(command->name, "flow") == 0)
		offer_handles(found, &engine->session, true);
}

/* A file's name; `capture` takes words beside it. */
static void offer_path(struct candidates *found, const struct line_place *place)
{
	const char *word;
	bool capture = strcmp(place->command->name, "capture") == 0;
	for (unsigned i = 0; capture && (word = engine_capture_word_at(i)) != NULL; i++)
		candidates_offer(found, word);
	candidates_paths(found, place->quote);
}

static void offer_parameter(struct candidates *found, const struct engine *engine, const struct line_place *place,
                            const char *line, const struct param *param)
{
	static const char *const truths[] = {"True", "False", NULL};
	static const char *const none[] = {"None", NULL};
	switch (param->type) {
	case PARAM_SOCKET:
		offer_socket(found, engine, place->command);
		break;
	case PARAM_END:
		offer_socket(found, engine, place->command);
		session_each(&engine->session, offer_address_variable, found);
		break;
	case PARAM_ADDRESS:
		offer_address(found, engine, place->spelling);
		break;
	case PARAM_NUMBER:
	case PARAM_FLAGS:
		offer_constants(found, param);
		break;
	case PARAM_LEVEL:
		symbol_each("SOL_", offer_symbol, found);
		symbol_each("IPPROTO_", offer_symbol, found);
		break;
	case PARAM_OPTION:
		offer_options(found, place, line);
		break;
	case PARAM_BOOL:
		offer_all(found, truths);
		break;
	case PARAM_SWITCH:
		if (place->spelling == SPELL_SHELL)
			candidates_offer(found, param->show);
		else
			offer_all(found, truths);
		break;
	case PARAM_SECONDS:
		if (param->group != NULL)
			offer_all(found, none);
		break;
	case PARAM_JOB:
		engine_each_job(engine, offer_job, found);
		break;
	case PARAM_PATH:
		offer_path(found, place);
		break;
	case PARAM_NAME:
		offer_names(found, place->command);
		break;
	case PARAM_VALUE:
		if (strcmp(place->command->name, "wire") == 0 && place->spelling == SPELL_SHELL)
			candidates_wire(found, engine, line, place->word);
		break;
	case PARAM_SETTING:
	case PARAM_COUNT:
	case PARAM_DATA:
	case PARAM_COMMAND:
		break;
	}
}

static void offer_names_of_parameters(struct candidates *found, const struct command_spec *command)
{
	char word[64];
	for (int i = 0; i < command->param_count; i++) {
		snprintf(word, sizeof(word), "%s=", command->params[i].name);
		candidates_offer(found, word);
	}
}

static void offer_argument(struct candidates *found, const struct engine *engine, const struct line_place *place,
                           const char *line)
{
	bool call = place->spelling != SPELL_SHELL;
	if (place->parameter >= 0)
		offer_parameter(found, engine, place, line, &place->command->params[place->parameter]);
	if (place->other >= 0)
		offer_parameter(found, engine, place, line, &place->command->params[place->other]);
	if (call && place->quote == 0 && found->typed_length > 0) {
		session_each(&engine->session, offer_variable, found);
		offer_names_of_parameters(found, place->command);
		if (found->count == 0)
			symbol_each("", offer_symbol, found);
	}
}

static void offer_expectation(struct candidates *found)
{
	static const char *const words[] = {"ok", "error", "blocks", "None", NULL};
	offer_all(found, words);
	for (int state = STATE_NONE; state <= STATE_CLOSING; state++)
		if (state_name(state) != NULL)
			candidates_offer(found, state_name(state));
	if (found->typed_length > 0) /* all of them hide the others */
		error_each(offer_error, found);
}

static void offer_command(struct candidates *found, const struct engine *engine)
{
	offer_commands(found, false);
	if (found->count > 0 || found->typed_length == 0)
		return;
	found->append = '.';
	offer_handles(found, &engine->session, false);
}

static void offer_method(struct candidates *found, const struct line_place *place)
{
	found->append = '(';
	offer_commands(found, !place->module);
}

static void offer_place(struct candidates *found, const struct engine *engine, const struct line_place *place,
                        const char *line)
{
	found->append = place->spelling == SPELL_SHELL ? ' ' : '\0';
	switch (place->kind) {
	case PLACE_NOTHING:
		break;
	case PLACE_COMMAND:
		offer_command(found, engine);
		break;
	case PLACE_HOST:
		candidates_hosts(found, engine);
		break;
	case PLACE_METHOD:
		offer_method(found, place);
		break;
	case PLACE_ARGUMENT:
		offer_argument(found, engine, place, line);
		break;
	case PLACE_EXPECT:
		offer_expectation(found);
		break;
	case PLACE_VARIABLE:
		session_each(&engine->session, offer_variable, found);
		break;
	case PLACE_PART:
		offer_parts(found, &engine->session, line + place->owner, place->owner_length);
		break;
	}
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In order, each once. */
static void sort(struct candidates *found)
{
	unsigned kept = 0;
	if (found->count > 1)
		qsort(found->words, found->count, sizeof(*found->words), compare);
	for (unsigned i = 0; i < found->count; i++) {
		if (kept > 0 && strcmp(found->words[kept - 1], found->words[i]) == 0)
			free(found->words[i]);
		else
			found->words[kept++] = found->words[i];
	}
	found->count = kept;
}

void candidates_find(struct candidates *found, const struct engine *engine, const struct line_place *place,
                     const char *line, size_t cursor)
{
	*found = (struct candidates){.typed = line + place->word, .typed_length = cursor - place->word};
	offer_place(found, engine, place, line);
	if (found->count == 0 && found->typed_length > 0 && !found->paths) {
		found->any_case = true;
		offer_place(found, engine, place, line);
	}
	sort(found);
	if (found->count == 1 && found->words[0][strlen(found->words[0]) - 1] == '=')
		found->append = '\0';
}

void candidates_clear(struct candidates *found)
{
	for (unsigned i = 0; i < found->count; i++)
		free(found->words[i]);
	free(found->words);
	*found = (struct candidates){0};
}
