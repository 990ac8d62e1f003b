/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judging: do the words after => hold? */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "look.h"
#include "run.h"

#define SECOND     1000000000LL
#define STATE_LOOK (2 * SECOND / 1000) /* between two looks at a state that is to come true */

bool expects(const struct statement *statement, enum expect_kind kind)
{
	for (unsigned i = 0; i < statement->expect_count; i++)
		if (statement->expects[i].kind == kind)
			return true;
	return false;
}

/* Says what was expected and what came. Returns false. */
static bool unmet(struct run *run, const struct expect *expect, const char *came)
{
	struct place place;

	script_place(run->script, expect->offset, &place);
	error_at(entry_problem(run->entry), &place, "expected %s, but it gave %s", expect->source, came);
	return false;
}

static bool unmet_result(struct run *run, const struct expect *expect)
{
	struct buffer came;

	if (run->entry->refused)
		return false; /* why is said already, with its place */
	buffer_init(&came);
	entry_format_result(&came, run->entry);
	if (run->entry->has_data)
		buffer_format(&came, " (%lld bytes)", (long long)run->entry->result);
	unmet(run, expect, buffer_string(&came));
	buffer_clear(&came);
	return false;
}

static bool compares(double left, enum compare_op op, double right)
{
	switch (op) {
	case COMPARE_NOT:
		return left != right;
	case COMPARE_LEAST:
		return left >= right;
	case COMPARE_MOST:
		return left <= right;
	default:
		return left == right;
	}
}

/* What print printed may be a number. */
static void printed_number(const struct value *text, double *number)
{
	struct value value = literal_guess(text->blob->bytes, text->blob->length);

	if (value.kind == VALUE_NUMBER || value.kind == VALUE_REAL)
		value_as_real(&value, number);
	value_clear(&value);
}

/* The command's value, if that is a number, else what the call returned. */
static bool number_holds(const struct entry *entry, enum compare_op op, const struct value *operand, const char *text)
{
	double left = (double)entry->result, right;
	struct buffer printed;

	if (entry->refused || !value_as_real(operand, &right))
		return false;
	if (entry->has_value && !entry->error && !value_as_real(&entry->value, &left) && entry->plain)
		printed_number(&entry->value, &left);
	if (compares(left, op, right))
		return true;
	if (!text || op != COMPARE_EQUAL || !entry->has_value)
		return false;
	buffer_init(&printed);
	value_format(&printed, &entry->value);
	bool same = !strcmp(buffer_string(&printed), text);
	buffer_clear(&printed);
	return same;
}

static bool same_bytes(const struct value *a, const struct value *b)
{
	return a->blob->length == b->blob->length && !memcmp(a->blob->bytes, b->blob->bytes, a->blob->length);
}

/* An address expected as text: its name, or the same address in another form. */
static bool address_holds(const struct address *address, const struct value *operand)
{
	static const struct param param = {.show = "ADDRESS", .type = PARAM_ADDRESS};
	struct value other;
	struct error ignored;
	size_t length;

	if (operand->kind == VALUE_BYTES && address->any.sa_family == AF_UNIX) {
		const char *path = address_path(address, &length);
		return length == operand->blob->length && !memcmp(path, operand->blob->bytes, length);
	}
	if (literal_read(&param, operand->blob->bytes, operand->blob->length, &other, &ignored))
		return false;
	bool same = other.kind == VALUE_ADDRESS && address_equal(address, other.address);
	value_clear(&other);
	return same;
}

/* The data, or else the result as printed, is that. */
static bool text_holds(const struct entry *entry, const struct value *operand)
{
	bool text = operand->kind == VALUE_BYTES || operand->kind == VALUE_WORD;
	struct buffer printed, wanted;

	if (entry->refused)
		return false;
	if (entry->has_value && text && entry->value.kind == VALUE_BYTES &&
	    (operand->kind == VALUE_BYTES || entry->plain))
		return same_bytes(&entry->value, operand);
	if (entry->has_value && text && entry->value.kind == VALUE_ADDRESS &&
	    address_holds(entry->value.address, operand))
		return true;
	buffer_init(&printed);
	buffer_init(&wanted);
	if (entry->has_value && !entry->error)
		(entry->plain ? value_format_plain : value_format)(&printed, &entry->value);
	else
		entry_format_result(&printed, entry);
	if (text)
		buffer_add(&wanted, operand->blob->bytes, operand->blob->length);
	else
		(entry->plain ? value_format_plain : value_format)(&wanted, operand);
	bool holds = !strcmp(buffer_string(&printed), buffer_string(&wanted)) ||
	             (entry->tail && !strcmp(entry->tail, buffer_string(&wanted)));
	buffer_clear(&printed);
	buffer_clear(&wanted);
	return holds;
}

static bool error_holds(const struct entry *entry, const struct expect *expect)
{
	for (unsigned i = 0; i < expect->error_count; i++) {
		if (entry->error == expect->errors[i])
			return true;
		if (!entry->error && entry->has_value && entry->value.kind == VALUE_ERROR &&
		    entry->value.number == expect->errors[i])
			return true;
	}
	return false;
}

static bool regex_holds(struct run *run, const struct expect *expect)
{
	struct buffer printed;
	regex_t regex;
	int failed = regcomp(&regex, expect->text, REG_EXTENDED | REG_NOSUB);
	struct place place;

	if (failed) {
		char why[200];
		regerror(failed, &regex, why, sizeof(why));
		script_place(run->script, expect->offset, &place);
		error_at(entry_problem(run->entry), &place, "this is no regular expression: %s", why);
		return false;
	}
	buffer_init(&printed);
	entry_format_result(&printed, run->entry);
	bool found = !regexec(&regex, buffer_string(&printed), 0, NULL, 0);
	buffer_clear(&printed);
	regfree(&regex);
	return found || unmet_result(run, expect);
}

/* The state that is meant now: of the new handle, else the one that the command was made on; of a pair of addresses. */
static enum tcp_state state_now(struct run *run)
{
	struct session *session = &run->engine->session;
	int number = run->entry->given ? run->entry->given : run->entry->handle;
	struct handle *handle = session_handle(session, number);
	enum tcp_state state = STATE_NONE;
	struct error ignored;

	if (handle)
		return watch_state(&run->engine->watch, handle);
	if (run->arguments[0].kind == VALUE_ADDRESS && run->arguments[1].kind == VALUE_ADDRESS)
		watch_pair(&run->engine->watch, run->arguments[0].address, run->arguments[1].address, &state, &ignored);
	return state;
}

/* A state may come true later: a delayed ACK, a FIN on its way. */
static bool state_holds(struct run *run, const struct expect *expect)
{
	struct engine *engine = run->engine;
	struct entry *entry = run->entry;
	int64_t deadline = loop_now() + (int64_t)(engine->session.settings.patience * SECOND);
	const char *name = state_name((enum tcp_state)expect->state);
	enum tcp_state state = state_now(run);

	while (state != (enum tcp_state)expect->state && state != STATE_NONE && loop_now() < deadline &&
	       !engine->interrupted) {
		loop_once(engine->loop, STATE_LOOK);
		state = state_now(run);
	}
	bool printed = entry->has_value && entry->value.kind == VALUE_WORD;
	if (printed && state == STATE_NONE) /* print, or a command without a connection: the result is that word */
		return !strcmp(entry->value.blob->bytes, name) || unmet_result(run, expect);
	if (printed && state_name(state)) {
		if (strcmp(entry->value.blob->bytes, state_name(state))) { /* what was said was said of another state */
			free(entry->note);
			entry->note = NULL;
		}
		value_clear(&entry->value);
		entry->value = value_word(state_name(state));
	}
	if (state == (enum tcp_state)expect->state) {
		if (engine->watching && run->handle && entry->error == 0)
			look_at(engine, entry, run->handle);
		return true;
	}
	struct value word = value_word(name);
	bool text = state == STATE_NONE && entry->plain && text_holds(entry, &word);
	value_clear(&word);
	return text || unmet(run, expect, state == STATE_NONE ? "no TCP state" : state_name(state));
}

static bool seconds_hold(struct run *run, const struct expect *expect, double limit)
{
	double taken = (double)(run->entry->end - run->entry->begin) / SECOND;
	struct buffer came;

	if (compares(taken, expect->op, limit))
		return true;
	buffer_init(&came);
	buffer_format(&came, "its result after %.6f s", taken);
	unmet(run, expect, buffer_string(&came));
	buffer_clear(&came);
	return false;
}

static bool holds(struct run *run, const struct expect *expect);

/* What stands behind =>. 0, or -1 with the entry's problem. */
static int evaluate_operand(struct run *run, const struct expect *expect, struct value *value)
{
	struct error error;

	error_clear(&error);
	if (!evaluate(run->engine, run->script, expect->operand, value, &error))
		return 0;
	*entry_problem(run->entry) = error;
	return -1;
}

/* A word whose $ was expanded is read as if it had been written so. */
static bool read_again(struct run *run, const struct expect *expect, const struct value *value)
{
	static const char *const operators[] = {"", "!=", ">=", "<="};
	struct expect read = {.offset = expect->offset, .source = expect->source};
	struct buffer text;
	struct error error;

	buffer_init(&text);
	error_clear(&error);
	buffer_text(&text, operators[expect->op]);
	value_format_plain(&text, value);
	int failed = expect_read(run->script, &read, buffer_string(&text), text.length, &error);
	buffer_clear(&text);
	if (!failed)
		return holds(run, &read);
	struct place place;
	script_place(run->script, expect->offset, &place);
	error_at(entry_problem(run->entry), &place, "%s", error.text);
	return false;
}

/* $NAME: its value. */
static bool word_holds(struct run *run, const struct expect *expect)
{
	struct value value;
	double number;
	bool held;

	if (evaluate_operand(run, expect, &value))
		return false;
	if (expect->operand->kind == EXPR_JOIN || value.kind == VALUE_WORD ||
	    (expect->op != COMPARE_EQUAL && value.kind == VALUE_BYTES))
		held = read_again(run, expect, &value);
	else if (value_as_real(&value, &number))
		held = number_holds(run->entry, expect->op, &value, NULL) || unmet_result(run, expect);
	else
		held = text_holds(run->entry, &value) || unmet_result(run, expect);
	value_clear(&value);
	return held;
}

static bool evaluated_text_holds(struct run *run, const struct expect *expect)
{
	struct value value;

	if (evaluate_operand(run, expect, &value))
		return false;
	bool held = text_holds(run->entry, &value) ||
	            (value.kind == VALUE_BOOL && number_holds(run->entry, COMPARE_EQUAL, &value, NULL));
	value_clear(&value);
	return held || unmet_result(run, expect);
}

static bool holds(struct run *run, const struct expect *expect)
{
	const struct entry *entry = run->entry;
	bool failed = entry->error || entry->refused;

	switch (expect->kind) {
	case EXPECT_OK:
		return !failed || unmet_result(run, expect);
	case EXPECT_ERROR:
		return failed || unmet_result(run, expect);
	case EXPECT_ERRORS:
		return error_holds(entry, expect) != (expect->op == COMPARE_NOT) || unmet_result(run, expect);
	case EXPECT_BLOCKS:
		return run->blocked || unmet_result(run, expect);
	case EXPECT_STATE:
		return state_holds(run, expect);
	case EXPECT_REGEX:
		return regex_holds(run, expect);
	case EXPECT_SECONDS:
		return seconds_hold(run, expect, expect->operand->value.real);
	case EXPECT_COMPARE:
		return number_holds(entry, expect->op, &expect->operand->value, expect->operand->text) ||
		       unmet_result(run, expect);
	case EXPECT_TEXT:
		return evaluated_text_holds(run, expect);
	default:
		return word_holds(run, expect);
	}
}

bool judge(struct run *run)
{
	for (unsigned i = 0; i < run->statement->expect_count; i++)
		if (!holds(run, &run->statement->expects[i]))
			return false;
	return true;
}
