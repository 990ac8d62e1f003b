/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings: set. */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "settings.h"
#include "sosh/memory.h"
#include "sosh/text.h"

struct setting {
	const char *name, *help;
	struct param param;
	struct value (*get)(const struct engine *engine);
	enum progress (*set)(struct run *run, const struct value *value);
};

static struct value get_patience(const struct engine *engine)
{
	return value_real(engine->session.settings.patience);
}

static enum progress set_patience(struct run *run, const struct value *value)
{
	run->engine->session.settings.patience = value->real;
	return run_done(run);
}

static struct value get_echo(const struct engine *engine)
{
	return value_bool(engine->session.settings.echo);
}

static enum progress set_echo(struct run *run, const struct value *value)
{
	run->engine->session.settings.echo = value->number != 0;
	return run_done(run);
}

static struct value get_events(const struct engine *engine)
{
	return value_bool(engine->session.settings.events);
}

static enum progress set_events(struct run *run, const struct value *value)
{
	run->engine->session.settings.events = value->number != 0;
	return run_done(run);
}

static struct value get_calls(const struct engine *engine)
{
	return value_bool(engine->session.settings.calls);
}

/* They are recorded only where somebody will show them: nobody does with -q. */
static enum progress set_calls(struct run *run, const struct value *value)
{
	struct engine *engine = run->engine;

	engine->session.settings.calls = value->number != 0;
	engine->journal.record_calls = engine->wants_calls || (engine->watching && engine->session.settings.calls);
	return run_done(run);
}

static struct value get_nofile(const struct engine *engine)
{
	struct rlimit limit = {0};

	(void)engine;
	getrlimit(RLIMIT_NOFILE, &limit);
	return value_number((int64_t)limit.rlim_cur);
}

static enum progress set_nofile(struct run *run, const struct value *value)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	if ((rlim_t)value->number > limit.rlim_max)
		return run_refuse(run, "the hard limit of descriptors is %llu; only root can raise it",
		                  (unsigned long long)limit.rlim_max);
	limit.rlim_cur = (rlim_t)value->number;
	if (setrlimit(RLIMIT_NOFILE, &limit)) {
		entry_fail(run->entry, errno);
		return CALL_FAILED;
	}
	return run_done(run);
}

static const struct setting settings[] = {
	{"patience",
         "seconds that a state word may take to come true",
         {.name = "patience", .show = "patience", .type = PARAM_SECONDS},
         get_patience,
         set_patience},
	{"nofile",
         "how many descriptors may be open (RLIMIT_NOFILE)",
         {.name = "nofile", .show = "nofile", .type = PARAM_COUNT},
         get_nofile,
         set_nofile},
	{"echo",
         "write each command before its result",
         {.name = "echo", .show = "echo", .type = PARAM_BOOL},
         get_echo,
         set_echo},
	{"events",
         "tell at the prompt what happens by itself",
         {.name = "events", .show = "events", .type = PARAM_BOOL},
         get_events,
         set_events},
	{"calls",
         "show each system call, as strace prints it",
         {.name = "calls", .show = "calls", .type = PARAM_BOOL},
         get_calls,
         set_calls},
};
#define SETTINGS (sizeof(settings) / sizeof(*settings))

const char *engine_setting_at(unsigned index)
{
	return index < SETTINGS ? settings[index].name : NULL;
}

static enum progress list(struct run *run)
{
	struct value table = value_struct(SETTINGS);
	struct buffer lines;

	buffer_init(&lines);
	for (unsigned i = 0; i < SETTINGS; i++) {
		struct value value = settings[i].get(run->engine);
		table.list->items[i] = (struct item){settings[i].name, value};
		size_t start = lines.length;
		buffer_format(&lines, "%-10s", settings[i].name);
		value_format(&lines, &value);
		buffer_fill(&lines, ' ', lines.length - start < 20 ? 20 - (lines.length - start) : 1);
		buffer_format(&lines, "%s%s", settings[i].help, i + 1 < SETTINGS ? "\n" : "");
	}
	run->entry->tail = memory_copy(buffer_string(&lines), lines.length);
	run->entry->table = table;
	buffer_clear(&lines);
	entry_result(run->entry, SETTINGS);
	return CALL_DONE;
}

static const struct setting *find(struct run *run)
{
	const struct blob *name = run->arguments[0].blob;
	struct nearest nearest = {.wanted = name->bytes, .length = name->length};
	struct buffer shown;

	for (unsigned i = 0; i < SETTINGS; i++) {
		if (!strcmp(settings[i].name, name->bytes))
			return &settings[i];
		nearest_offer(&nearest, settings[i].name);
	}
	buffer_init(&shown);
	text_plain(&shown, name->bytes, name->length);
	if (nearest.best)
		run_refuse(run, "there is no setting %s; did you mean %s?", buffer_string(&shown), nearest.best);
	else
		run_refuse(run, "there is no setting %s; set lists them, and a variable is set by %s = ...",
		           buffer_string(&shown), buffer_string(&shown));
	buffer_clear(&shown);
	return NULL;
}

/* on and off are what people type for True and False. */
static struct value on_or_off(const struct value *value)
{
	if (value->kind == VALUE_BYTES && !strcmp(value->blob->bytes, "on"))
		return value_bool(true);
	if (value->kind == VALUE_BYTES && !strcmp(value->blob->bytes, "off"))
		return value_bool(false);
	return value_keep(*value);
}

enum progress start_set(struct run *run)
{
	struct error error;

	if (run->arguments[0].kind != VALUE_BYTES)
		return list(run);
	const struct setting *setting = find(run);
	if (!setting)
		return CALL_FAILED;
	if (!argument_given(run, 1)) {
		entry_value(run->entry, setting->get(run->engine));
		run->entry->result = 0;
		return CALL_DONE;
	}
	error_clear(&error);
	struct value value = on_or_off(&run->arguments[1]);
	if (literal_fit(&setting->param, &value, &error)) {
		value_clear(&value);
		return run_refuse_at(run, 1, "%s", error.text);
	}
	enum progress progress = setting->set(run, &value);
	value_clear(&value);
	return progress;
}
