/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unparsing: a statement as text again, in any of the three spellings. */
#include <string.h>

#include "sosh/address.h"
#include "sosh/language.h"
#include "sosh/symbol.h"
#include "sosh/text.h"

static void call_form(struct buffer *out, const struct expr *expr);

static void separated(struct buffer *out, struct expr *const *items, unsigned count, const char *separator)
{
	for (unsigned i = 0; i < count; i++) {
		if (i)
			buffer_text(out, separator);
		call_form(out, items[i]);
	}
}

static void address_form(struct buffer *out, const struct address *address)
{
	struct buffer host;
	size_t length;

	if (address->any.sa_family == AF_UNSPEC) {
		buffer_text(out, "AF_UNSPEC");
	} else if (address->any.sa_family == AF_UNIX) {
		const char *path = address_path(address, &length);
		text_quote(out, path, length);
	} else {
		buffer_init(&host);
		address_format_host(&host, address);
		buffer_char(out, '(');
		text_quote(out, buffer_string(&host), host.length);
		buffer_format(out, ", %d)", address_port(address));
		buffer_clear(&host);
	}
}

static void value_form(struct buffer *out, const struct expr *expr)
{
	size_t start = out->length;

	if (expr->text) {
		buffer_text(out, expr->text);
		return;
	}
	if (expr->value.kind == VALUE_ADDRESS) {
		address_form(out, expr->value.address);
		return;
	}
	value_format(out, &expr->value);
	/* a real number stays one */
	if (expr->value.kind == VALUE_REAL && !strpbrk(buffer_string(out) + start, ".e"))
		buffer_text(out, ".0");
}

/* The text of an f"…": escaped, braces doubled. */
static void format_text(struct buffer *out, const struct blob *blob)
{
	struct buffer escaped;

	buffer_init(&escaped);
	text_escape(&escaped, blob->bytes, blob->length);
	for (size_t i = 0; i < escaped.length; i++) {
		if (escaped.bytes[i] == '{' || escaped.bytes[i] == '}')
			buffer_char(out, escaped.bytes[i]);
		buffer_char(out, escaped.bytes[i]);
	}
	buffer_clear(&escaped);
}

static void join_form(struct buffer *out, const struct expr *expr)
{
	buffer_text(out, "f\"");
	for (unsigned i = 0; i < expr->count; i++) {
		if (expr->items[i]->kind == EXPR_VALUE && expr->items[i]->value.kind == VALUE_BYTES) {
			format_text(out, expr->items[i]->value.blob);
			continue;
		}
		buffer_char(out, '{');
		call_form(out, expr->items[i]);
		buffer_char(out, '}');
	}
	buffer_char(out, '"');
}

static void name_form(struct buffer *out, const struct expr *expr)
{
	if (expr->text[0] >= '0' && expr->text[0] <= '9')
		buffer_char(out, '$'); /* a script's argument */
	buffer_text(out, expr->text);
}

static void call_form(struct buffer *out, const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_VALUE:
		value_form(out, expr);
		break;
	case EXPR_NAME:
		name_form(out, expr);
		break;
	case EXPR_PART:
		call_form(out, expr->left);
		buffer_format(out, ".%s", expr->text);
		break;
	case EXPR_ITEM:
		call_form(out, expr->left);
		buffer_char(out, '[');
		call_form(out, expr->right);
		buffer_char(out, ']');
		break;
	case EXPR_JOIN:
		join_form(out, expr);
		break;
	case EXPR_REPEAT:
		call_form(out, expr->left);
		buffer_char(out, '*');
		call_form(out, expr->right);
		break;
	case EXPR_FLAGS:
		separated(out, expr->items, expr->count, "|");
		break;
	case EXPR_FUNCTION:
		buffer_format(out, "%s(", expr->text);
		call_form(out, expr->left);
		buffer_char(out, ')');
		break;
	case EXPR_LIST:
	case EXPR_TUPLE:
		buffer_char(out, expr->kind == EXPR_LIST ? '[' : '(');
		separated(out, expr->items, expr->count, ", ");
		if (expr->kind == EXPR_TUPLE && expr->count == 1)
			buffer_char(out, ',');
		buffer_char(out, expr->kind == EXPR_LIST ? ']' : ')');
		break;
	case EXPR_ADDRESS:
		if (!expr->optional_host)
			buffer_char(out, '(');
		call_form(out, expr->left);
		buffer_text(out, ", ");
		call_form(out, expr->right);
		if (!expr->optional_host)
			buffer_char(out, ')');
		break;
	}
}

/* $NAME, $NAME.PART, $NAME[0]; false when it is none of these. */
static bool dollar_form(struct buffer *out, const struct expr *expr)
{
	if (expr->kind == EXPR_NAME) {
		buffer_format(out, "$%s", expr->text);
		return true;
	}
	if (expr->kind == EXPR_PART && dollar_form(out, expr->left)) {
		buffer_format(out, ".%s", expr->text);
		return true;
	}
	if (expr->kind == EXPR_ITEM && expr->right->kind == EXPR_VALUE && expr->right->value.kind == VALUE_NUMBER &&
	    expr->right->value.number >= 0 && dollar_form(out, expr->left)) {
		buffer_format(out, "[%lld]", (long long)expr->right->value.number);
		return true;
	}
	return false;
}

/* One argument of the shell spelling. What has no form of its own there stands in parentheses. */
static void shell_form(struct buffer *out, const struct param *param, const struct expr *expr)
{
	bool socket = param->type == PARAM_SOCKET || param->type == PARAM_END;
	size_t start = out->length;

	if (expr->kind == EXPR_VALUE && param->type == PARAM_JOB) {
		buffer_format(out, "%%%lld", (long long)expr->value.number);
	} else if (expr->kind == EXPR_VALUE && param->type == PARAM_FLAGS && !expr->text) {
		buffer_format(out, "(%lld)", (long long)expr->value.number);
	} else if (expr->kind == EXPR_VALUE || expr->kind == EXPR_JOIN || expr->kind == EXPR_REPEAT) {
		call_form(out, expr);
	} else if (expr->kind == EXPR_NAME && socket && !(expr->text[0] >= '0' && expr->text[0] <= '9')) {
		buffer_text(out, expr->text);
	} else if (expr->kind == EXPR_ADDRESS && expr->optional_host) {
		shell_form(out, param, expr->left);
		buffer_char(out, ' ');
		shell_form(out, param, expr->right);
	} else if (!dollar_form(out, expr)) {
		out->length = start;
		bool enclosed = expr->kind == EXPR_TUPLE || expr->kind == EXPR_ADDRESS;
		if (!enclosed)
			buffer_char(out, '(');
		call_form(out, expr);
		if (!enclosed)
			buffer_char(out, ')');
	}
}

struct writer {
	struct buffer *out;
	const struct statement *statement;
	bool shell;
	bool first; /* no argument yet */
};

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

/* The arguments from `start` on. One behind a gap is given by name. */
static void arguments(struct writer *writer, int start)
{
	const struct command_spec *spec = writer->statement->command;
	bool gap = false;

	for (int i = start; i < spec->param_count; i++) {
		const struct param *param = &spec->params[i];
		const struct expr *expr = writer->statement->arguments[i];
		bool skipped = param->type == PARAM_LEVEL || (param->type == PARAM_FLAGS && i + 1 < spec->param_count);
		if (!expr) {
			gap |= !skipped;
			continue;
		}
		if (!param->many || expr->kind != EXPR_LIST) {
			one_argument(writer, param, expr, gap);
			continue;
		}
		for (unsigned item = 0; item < expr->count; item++)
			one_argument(writer, param, expr->items[item], gap);
	}
}

static void operand_form(struct buffer *out, const struct expect *expect)
{
	static const char *const operators[] = { "", "!=", ">=", "<=" };

	buffer_text(out, operators[expect->op]);
	if (expect->kind == EXPECT_WORD && expect->operand->kind == EXPR_JOIN) {
		for (unsigned i = 0; i < expect->operand->count; i++)
			if (!dollar_form(out, expect->operand->items[i]))
				value_format_plain(out, &expect->operand->items[i]->value);
	} else if (expect->kind != EXPECT_WORD || !dollar_form(out, expect->operand)) {
		call_form(out, expect->operand);
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
		for (unsigned i = 0; i < expect->error_count; i++)
			buffer_format(out, "%s%s", i ? "|" : "", error_name(expect->errors[i]));
		break;
	default:
		operand_form(out, expect);
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
	return expr->kind == EXPR_NAME ? !(expr->text[0] >= '0' && expr->text[0] <= '9') : expr->kind == EXPR_VALUE && expr->value.kind == VALUE_HANDLE;
}

/* The value of an assignment, which has one spelling. */
static void assigned_form(struct buffer *out, const struct expr *expr)
{
	if (expr->kind == EXPR_ADDRESS && !dollar_form(out, expr)) {
		shell_form(out, &(struct param){ .type = PARAM_ADDRESS }, expr->left);
		buffer_char(out, ' ');
		shell_form(out, &(struct param){ .type = PARAM_ADDRESS }, expr->right);
	} else {
		call_form(out, expr);
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

void unparse(struct buffer *out, const struct statement *statement, enum spelling spelling)
{
	const struct command_spec *spec = statement->command;
	struct writer writer = { out, statement, spelling == SPELL_SHELL || statement->inner, true };

	if (statement->host)
		buffer_format(out, "@%s ", statement->host);
	for (unsigned i = 0; i < statement->target_count; i++)
		buffer_format(out, "%s%s", i ? ", " : "", statement->targets[i].name);
	if (statement->target_count)
		buffer_text(out, " = ");
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
	if (statement->inner) {
		buffer_char(out, ' ');
		unparse(out, statement->inner, spelling);
		return;
	}
	ending(out, statement);
}
