/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unparsing: a statement as text again, in any of the three spellings. */
#include "unparse.h"

#include "reader.h"
#include "sosh/address.h"
#include "sosh/symbol.h"
#include "sosh/text.h"

struct writer {
	struct buffer *out;
	const struct statement *statement;
	bool shell;
	bool first; /* no argument yet */
};

/* Is the flags' expression one wherever it stands behind data? */
static bool flags_are_plain(const struct expr *flags)
{
	if (flags->kind == EXPR_VALUE)
		return flags->value.kind == VALUE_NUMBER;
	return flags->kind == EXPR_FLAGS;
}

/* Does the expression look like an address wherever it stands? */
static bool address_is_plain(const struct expr *expr)
{
	if (expr->kind != EXPR_VALUE)
		return expr->kind == EXPR_TUPLE || expr->kind == EXPR_JOIN || expr->kind == EXPR_ADDRESS;
	return expr->value.kind == VALUE_ADDRESS;
}

/* In the call spelling the second of three behind a socket may be Python's flags: s.sendto(data, flags, address). */
static bool looks_like_flags(const struct expr *data)
{
	return data->count == 2 && data->items[1]->kind != EXPR_VALUE;
}

/* Could the argument be taken for another's, so that those from it on are given by name? */
static bool is_doubtful(const struct statement *statement, int index, bool call)
{
	const struct param *param = &statement->command->params[index];
	const struct expr *expr = statement->arguments[index];
	const struct expr *data = index ? statement->arguments[1] : NULL;
	bool behind_data = index > 1 && statement->command->params[1].type == PARAM_DATA;

	if (!expr)
		return false;
	if (behind_data && param->type == PARAM_FLAGS)
		return !flags_are_plain(expr);
	if (behind_data && param->type == PARAM_ADDRESS)
		return (call && !statement->arguments[2] && !expr->optional_host && looks_like_flags(data)) ||
		       (!address_is_plain(expr) && (statement->arguments[2] || data->count > 1));
	return false;
}

/* Must what follows the argument be given by name? */
static bool names_follow(const struct statement *statement, int index)
{
	const struct param *param = &statement->command->params[index];
	const struct expr *expr = statement->arguments[index];

	return param->type == PARAM_ADDRESS && !address_is_plain(expr);
}

/* Which arguments are given by name: those from the result on. */
static int named_from(const struct statement *statement, int start, bool call)
{
	const struct command_spec *spec = statement->command;
	bool gap = false;

	for (int i = start; i < spec->param_count; i++) {
		const struct param *param = &spec->params[i];
		bool skipped = param->type == PARAM_LEVEL || (param->type == PARAM_FLAGS && i + 1 < spec->param_count);
		if (statement->arguments[i]) {
			if (gap || is_doubtful(statement, i, call))
				return i;
			gap = names_follow(statement, i);
		} else {
			gap |= !skipped;
		}
	}
	return spec->param_count;
}

static void one_argument(struct writer *writer, const struct param *param, const struct expr *expr, bool named)
{
	if (writer->shell)
		buffer_char(writer->out, ' ');
	else if (!writer->first)
		buffer_text(writer->out, ", ");
	writer->first = false;
	if (named)
		buffer_format(writer->out, "%s=", param->name);
	if (writer->shell)
		shell_form(writer->out, param, expr);
	else
		call_form(writer->out, expr);
}

/* The arguments from `start` on. */
static void arguments(struct writer *writer, int start)
{
	const struct command_spec *spec = writer->statement->command;
	int named = named_from(writer->statement, start, !writer->shell);

	for (int i = start; i < spec->param_count; i++) {
		const struct param *param = &spec->params[i];
		const struct expr *expr = writer->statement->arguments[i];
		if (!expr)
			continue;
		if (!param->many || expr->kind != EXPR_LIST) {
			one_argument(writer, param, expr, i >= named);
			continue;
		}
		for (unsigned item = 0; item < expr->count; item++)
			one_argument(writer, param, expr->items[item], i >= named);
	}
}

/* The operand of an expectation. A value that would be compared as a number stands in parentheses when it is text. */
static void operand(struct buffer *out, const struct expect *expect)
{
	static const char *const operators[] = {"", "!=", ">=", "<="};
	const struct expr *expr = expect->operand;
	enum value_kind kind = expr->value.kind;
	bool literal = expr->kind == EXPR_VALUE && !expr->text && kind != VALUE_NUMBER && kind != VALUE_REAL;

	buffer_text(out, operators[expect->op]);
	if (expect->kind == EXPECT_WORD && expr->kind == EXPR_JOIN) {
		word_form(out, expr);
	} else if (expect->kind == EXPECT_WORD) {
		dollar_form(out, expr);
	} else if (expect->kind != EXPECT_TEXT || literal || expr->kind == EXPR_JOIN || expr->kind == EXPR_TUPLE ||
	           expr->kind == EXPR_ADDRESS) {
		call_form(out, expr);
	} else {
		buffer_char(out, '(');
		call_form(out, expr);
		buffer_char(out, ')');
	}
	if (expect->kind == EXPECT_SECONDS)
		buffer_char(out, 's');
}

static void expect_form(struct buffer *out, const struct expect *expect)
{
	switch (expect->kind) {
	case EXPECT_OK:
		buffer_text(out, "ok");
		break;
	case EXPECT_ERROR:
		buffer_text(out, "error");
		break;
	case EXPECT_BLOCKS:
		buffer_text(out, "blocks");
		break;
	case EXPECT_STATE:
		buffer_text(out, state_name((enum tcp_state)expect->state));
		break;
	case EXPECT_REGEX:
		buffer_char(out, '~');
		text_quote(out, expect->text, strlen(expect->text));
		break;
	case EXPECT_ERRORS:
		buffer_text(out, expect->op == COMPARE_NOT ? "!=" : "");
		for (unsigned i = 0; i < expect->error_count; i++)
			buffer_format(out, "%s%s", i ? "|" : "", error_name(expect->errors[i]));
		break;
	default:
		operand(out, expect);
	}
}

static void ending(struct buffer *out, const struct statement *statement)
{
	if (statement->background)
		buffer_text(out, " &");
	if (statement->expect_count)
		buffer_text(out, " =>");
	for (unsigned i = 0; i < statement->expect_count; i++) {
		buffer_char(out, ' ');
		expect_form(out, &statement->expects[i]);
	}
}

static bool has_receiver(const struct statement *statement)
{
	const struct param *first = &statement->command->params[0];
	const struct expr *expr = statement->arguments[0];

	if (!statement->command->param_count || !expr || (first->type != PARAM_SOCKET && first->type != PARAM_END))
		return false;
	if (first->many)
		expr = expr->count ? expr->items[0] : NULL;
	if (!expr)
		return false;
	if (expr->kind == EXPR_NAME)
		return name_is_plain(expr);
	return expr->kind == EXPR_VALUE && expr->value.kind == VALUE_HANDLE && expr->value.number >= 0;
}

/* The value of an assignment, which has one spelling. */
static void assigned_form(struct buffer *out, const struct expr *expr)
{
	static const struct param address = {.type = PARAM_ADDRESS};
	bool encloses = expr->kind == EXPR_FLAGS || expr->kind == EXPR_REPEAT || expr->kind == EXPR_PART ||
	                expr->kind == EXPR_ITEM;

	if (expr->kind == EXPR_ADDRESS) {
		shell_form(out, &address, expr->left);
		buffer_char(out, ' ');
		bool text = expr->right->kind == EXPR_JOIN || expr->right->kind == EXPR_REPEAT ||
		            (expr->right->kind == EXPR_VALUE && expr->right->value.kind == VALUE_BYTES);
		buffer_text(out, text ? "(" : ""); /* two texts side by side would be one */
		shell_form(out, &address, expr->right);
		buffer_text(out, text ? ")" : "");
	} else if (!dollar_form(out, expr)) {
		buffer_text(out, encloses ? "(" : "");
		call_form(out, expr);
		buffer_text(out, encloses ? ")" : "");
	}
}

static void method_form(struct writer *writer)
{
	const struct expr *receiver = writer->statement->arguments[0];
	struct statement rest = *writer->statement;
	struct expr others;

	if (rest.command->params[0].many) {
		others = *receiver;
		others.items++;
		others.count--;
		receiver = receiver->items[0];
		rest.arguments[0] = &others;
	}
	call_form(writer->out, receiver);
	buffer_format(writer->out, ".%s(", rest.command->name);
	writer->statement = &rest;
	arguments(writer, rest.command->params[0].many ? 0 : 1);
	buffer_char(writer->out, ')');
}

/* In the shell spelling some commands have no place for names, their text could look so: they are called. */
static bool shell_has_form(const struct statement *statement)
{
	return named_from(statement, 0, false) == statement->command->param_count ||
	       command_names_words(statement->command);
}

static void command_form(struct buffer *out, const struct statement *statement, enum spelling spelling)
{
	struct writer writer = {out, statement,
	                        statement->inner || (spelling == SPELL_SHELL && shell_has_form(statement)), true};
	const struct command_spec *spec = statement->command;

	if (spec->name[0] == '=') {
		assigned_form(out, statement->arguments[0]);
	} else if (writer.shell) {
		buffer_text(out, spec->name);
		arguments(&writer, 0);
	} else if (spelling == SPELL_METHOD && has_receiver(statement)) {
		method_form(&writer);
	} else {
		buffer_format(out, "%s(", spec->name);
		arguments(&writer, 0);
		buffer_char(out, ')');
	}
}

void unparse(struct buffer *out, const struct statement *statement, enum spelling spelling)
{
	if (statement->host)
		buffer_format(out, "@%s ", statement->host);
	for (unsigned i = 0; i < statement->target_count; i++)
		buffer_format(out, "%s%s", i ? ", " : "", statement->targets[i].name);
	if (statement->target_count)
		buffer_text(out, " = ");
	command_form(out, statement, spelling);
	if (statement->inner) {
		buffer_char(out, ' ');
		unparse(out, statement->inner, spelling);
		return;
	}
	ending(out, statement);
}
