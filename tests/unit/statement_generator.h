/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STATEMENT_GENERATOR_H
#define STATEMENT_GENERATOR_H
/*
 * Random statements over the real command table: arguments by their parameters' types, targets, hosts, jobs and
 * expectations. Only what a text can say is made.
 */
#include <stdlib.h>
#include <errno.h>

#include "expression_generator.h"
#include "sosh/engine.h"

static struct expr *made_address(struct generator *generator, const char *host, size_t length, unsigned port)
{
	struct address address;
	struct error error;

	if (port > 65535)
		address_from_path(&address, host, length, &error);
	else
		address_from_host(&address, host, length, port, &error);
	return literal(generator, value_address(&address));
}

/* A host that is no numeric one, and a port, at least one of them not numeric. */
static struct expr *make_endpoint(struct generator *generator)
{
	static const char *const hosts[] = {"", "localhost", "example.com", "ip6-localhost", "127.0.0.1"};
	const char *host = hosts[generate_number(generator, 4)];
	struct expr *left, *right;
	bool dynamic = one_in(generator, 2);

	if (dynamic && one_in(generator, 2))
		left = make_dynamic(generator);
	else
		left = literal(generator, value_text(dynamic ? hosts[generate_number(generator, 5)] : host));
	if (dynamic && (left->kind == EXPR_VALUE || one_in(generator, 2)))
		right = make_dynamic(generator);
	else if (one_in(generator, 3))
		right = literal(generator, value_text("http"));
	else
		right = literal(generator, value_number(generate_number(generator, 65536)));
	return of_two(generator, EXPR_ADDRESS, left, right);
}

/* ("::1", 80, 0, $scope) */
static struct expr *make_long_tuple(struct generator *generator)
{
	struct expr *tuple = of_many(generator, EXPR_TUPLE, 3 + generate_number(generator, 2));

	tuple->items[0] = literal(generator, value_text("::1"));
	for (unsigned i = 1; i < tuple->count; i++)
		tuple->items[i] = i == 2 ? make_name(generator) : literal(generator, value_number(7));
	return tuple;
}

static struct expr *make_any_dynamic(struct generator *generator)
{
	return one_in(generator, 2) ? make_dollar(generator) : make_dynamic(generator);
}

static struct expr *make_address(struct generator *generator)
{
	struct address unspec;

	switch (generate_number(generator, 9)) {
	case 0:
		return made_address(generator, "192.0.2.1", 9, generate_number(generator, 65536));
	case 1:
		return made_address(generator, "2001:db8::1", 11, generate_number(generator, 65536));
	case 2:
		return made_address(generator, "/tmp/a b", 8, 70000);
	case 3:
		return made_address(generator, "\0odd \"name", 10, 70000);
	case 4:
		address_unspec(&unspec);
		return literal(generator, value_address(&unspec));
	case 5:
		return literal(generator, value_text(one_in(generator, 2) ? "" : "a name"));
	case 6:
		return make_endpoint(generator);
	case 7:
		return make_long_tuple(generator);
	default:
		return make_any_dynamic(generator);
	}
}

static struct expr *make_handle(struct generator *generator)
{
	if (one_in(generator, 2))
		return literal(generator, value_handle((int)generate_number(generator, 100)));
	return one_in(generator, 2) ? make_name(generator) : make_any_dynamic(generator);
}

static const char *const flags[] = {"MSG_PEEK", "MSG_OOB", "MSG_DONTWAIT"};

static struct expr *make_option(struct generator *generator, bool level)
{
	static const char *const options[] = {"SO_REUSEADDR", "TCP_NODELAY", "SO_LINGER"};
	static const char *const levels[] = {"SOL_SOCKET", "IPPROTO_TCP"};
	unsigned which = generate_number(generator, level ? 2 : 3);

	return make_one_constant(generator, level ? levels[which] : options[which]);
}

static int64_t make_int(struct generator *generator)
{
	int64_t number = make_number(generator);

	return number < INT32_MIN || number > UINT32_MAX ? 7 : number;
}

static struct expr *make_seconds(struct generator *generator, const struct param *param)
{
	double seconds = make_real(generator);

	if (param->group && one_in(generator, 3))
		return literal(generator, value_none());
	return literal(generator, value_real(seconds > 1e9 ? 2.5 : seconds));
}

/* Constants that fit the place: a family is no type. */
static struct expr *make_place_constant(struct generator *generator, const struct param *param)
{
	static const char *const families[] = {"AF_INET", "AF_UNIX", "PF_INET6"};
	static const char *const types[] = {"SOCK_STREAM", "SOCK_NONBLOCK"};
	static const char *const directions[] = {"SHUT_WR", "SHUT_RDWR"};

	if (param->group && !strcmp(param->group, "AF_"))
		return make_constant(generator, families, 3);
	if (param->group && !strcmp(param->group, "SOCK_"))
		return make_constant(generator, types, 2);
	if (param->group && !strcmp(param->group, "SHUT_"))
		return make_constant(generator, directions, 2);
	return make_constant(generator, constants, sizeof(constants) / sizeof(*constants));
}

/* A literal as its place has it. */
static struct expr *make_fitting(struct generator *generator, const struct param *param)
{
	switch (param->type) {
	case PARAM_NUMBER:
		return one_in(generator, 2) ? make_place_constant(generator, param)
		                            : literal(generator, value_number(make_int(generator)));
	case PARAM_FLAGS:
		return one_in(generator, 2) ? make_constant(generator, flags, 3)
		                            : literal(generator, value_number(make_int(generator)));
	case PARAM_COUNT:
	case PARAM_JOB:
		return literal(generator, value_number(1 + generate_number(generator, 1u << 30)));
	case PARAM_SECONDS:
		return make_seconds(generator, param);
	case PARAM_BOOL:
	case PARAM_SWITCH:
		return literal(generator, value_bool(one_in(generator, 2)));
	case PARAM_LEVEL:
	case PARAM_OPTION:
		return make_option(generator, param->type == PARAM_LEVEL);
	default:
		return generate_text(generator);
	}
}

static struct expr *make_argument(struct generator *generator, const struct param *param)
{
	switch (param->type) {
	case PARAM_SOCKET:
	case PARAM_END:
		return make_handle(generator);
	case PARAM_ADDRESS:
		return make_address(generator);
	case PARAM_VALUE:
	case PARAM_SETTING:
		return generate_expression(generator);
	default:
		return one_in(generator, 3) ? make_any_dynamic(generator) : make_fitting(generator, param);
	}
}

/* All of a parameter that takes many. Behind other data flags would be FLAGS. */
static struct expr *make_many(struct generator *generator, const struct param *param, unsigned most)
{
	struct expr *list = of_many(generator, EXPR_LIST, 1 + generate_number(generator, most));

	for (unsigned i = 0; i < list->count; i++)
		do
			list->items[i] = make_argument(generator, param);
		while (param->type == PARAM_DATA && list->items[i]->kind == EXPR_FLAGS);
	return list;
}

/* sendto: the last of the data may turn out to be the address's host. */
static void make_open_host(struct generator *generator, struct statement *statement)
{
	struct expr *left = one_in(generator, 2) ? literal(generator, value_text("data")) : make_name(generator);
	struct expr *address = of_two(generator, EXPR_ADDRESS, left, make_dollar(generator));

	address->optional_host = true;
	statement->arguments[2] = NULL;
	statement->arguments[3] = address;
}

static void make_arguments(struct generator *generator, struct statement *statement)
{
	const struct command_spec *spec = statement->command;

	for (int i = 0; i < spec->param_count; i++) {
		const struct param *param = &spec->params[i];
		if (param->type == PARAM_COMMAND || (param->fallback && one_in(generator, 2)))
			continue;
		statement->arguments[i] =
			param->many ? make_many(generator, param, 3) : make_argument(generator, param);
	}
	if (spec->param_count && spec->params[0].type == PARAM_END && statement->arguments[1])
		for (int i = 0; i < 2; i++) /* a pair */
			statement->arguments[i] = one_in(generator, 2) ? make_endpoint(generator)
			                                               : made_address(generator, "192.0.2.1", 9, 80);
	for (int i = 0; i + 2 < spec->param_count; i++) {
		if (spec->params[i].type == PARAM_DATA && spec->params[i + 2].type == PARAM_ADDRESS &&
		    one_in(generator, 5))
			make_open_host(generator, statement);
		/* what is no option's name is taken for a level where one fits */
		if (spec->params[i].type == PARAM_LEVEL && !statement->arguments[i])
			statement->arguments[i + 1] = make_option(generator, false);
	}
}

/* One word behind =>. */
static void make_expect(struct generator *generator, struct expect *expect)
{
	static const char *const words[] = {"[a, b]", "{l_onoff=1, l_linger=0}", "127.0.0.1:80", "SYN,ACK", "/tmp/s"};
	static const char *const patterns[] = {"a.c", "^[0-9]+$", "\"", "\\.", "a|b"};
	enum expect_kind kinds[] = {EXPECT_COMPARE, EXPECT_SECONDS, EXPECT_ERRORS, EXPECT_STATE, EXPECT_OK,
	                            EXPECT_ERROR,   EXPECT_BLOCKS,  EXPECT_REGEX,  EXPECT_TEXT,  EXPECT_WORD};
	static const int errors[] = {ECONNREFUSED, EAGAIN, ETIMEDOUT, ERROR_TIMEOUT, -2};

	expect->kind = kinds[generate_number(generator, 10)];
	switch (expect->kind) {
	case EXPECT_COMPARE:
		expect->op = (enum compare_op)generate_number(generator, 4);
		expect->operand = one_in(generator, 3) ? literal(generator, value_real(0.25))
		                                       : literal(generator, value_number(make_number(generator)));
		break;
	case EXPECT_SECONDS:
		expect->op = (enum compare_op)(1 + generate_number(generator, 3));
		expect->operand = literal(generator, value_real(one_in(generator, 2) ? 0.05 : 2));
		break;
	case EXPECT_ERRORS:
		expect->error_count = 1 + generate_number(generator, EXPECT_ERRORS_MOST);
		for (unsigned i = 0; i < expect->error_count; i++)
			expect->errors[i] = errors[generate_number(generator, 5)];
		break;
	case EXPECT_STATE:
		expect->state = 1 + (int)generate_number(generator, STATE_CLOSING);
		break;
	case EXPECT_REGEX:
		expect->text = patterns[generate_number(generator, 5)];
		break;
	case EXPECT_TEXT:
		do
			expect->operand = one_in(generator, 3)
			                          ? literal(generator, value_word(words[generate_number(generator, 5)]))
			                          : generate_expression(generator);
		while (expect->operand->kind == EXPR_TUPLE && expect->operand->count == 2);
		break;
	case EXPECT_WORD:
		expect->op = (enum compare_op)generate_number(generator, 4);
		expect->operand = make_dollar(generator);
		if (one_in(generator, 2)) {
			struct expr *join = of_many(generator, EXPR_JOIN, 2);
			join->items[0] = expect->operand;
			join->items[1] = literal(generator, value_text(one_in(generator, 2) ? "s" : ".x:80"));
			expect->operand = join;
		}
		break;
	default:
		break;
	}
}

static void make_end(struct generator *generator, struct statement *statement)
{
	statement->background = one_in(generator, 6);
	if (statement->background || one_in(generator, 2))
		return;
	statement->expect_count = 1 + generate_number(generator, 3);
	statement->expects = arena_zero(&generator->script->arena, 3 * sizeof(*statement->expects));
	for (unsigned i = 0; i < statement->expect_count; i++)
		make_expect(generator, &statement->expects[i]);
}

static void make_targets(struct generator *generator, struct statement *statement, unsigned most)
{
	static const char *const targets[] = {"c", "conn_2", "data", "f", "recv", "socket"};

	statement->target_count = most ? generate_number(generator, most + 1) : 0;
	for (unsigned i = 0; i < statement->target_count; i++) {
		const char *name = targets[generate_number(generator, 6)];
		statement->targets[i] = (struct target){name, (uint32_t)strlen(name), text_hash(name, strlen(name))};
	}
}

/* NAME = VALUE. A pair of a text and a port would be an address. */
static void make_assignment(struct generator *generator, struct statement *statement)
{
	make_targets(generator, statement, 1);
	if (!statement->target_count)
		statement->targets[statement->target_count++] = (struct target){"x", 1, text_hash("x", 1)};
	do
		statement->arguments[0] = one_in(generator, 6)   ? make_endpoint(generator)
		                          : one_in(generator, 6) ? made_address(generator, "::1", 3, 80)
		                                                 : generate_expression(generator);
	while (statement->arguments[0]->kind == EXPR_TUPLE && statement->arguments[0]->count == 2);
}

static unsigned command_count(void)
{
	unsigned count = 0;

	while (engine_command_at(count))
		count++;
	return count;
}

static struct statement *make_statement(struct generator *generator)
{
	struct statement *statement = arena_zero(&generator->script->arena, sizeof(*statement));
	unsigned which = generate_number(generator, command_count() + 3);

	if (one_in(generator, 8))
		statement->host = one_in(generator, 2) ? "client" : "host-2.lab";
	statement->command = engine_command_at(which);
	if (!statement->command) {
		statement->command = engine_command("=", 1);
		make_assignment(generator, statement);
		make_end(generator, statement);
		return statement;
	}
	make_arguments(generator, statement);
	for (int i = 0; i < statement->command->param_count; i++)
		if (statement->command->params[i].type == PARAM_COMMAND) {
			statement->inner = make_statement(generator);
			return statement;
		}
	make_targets(generator, statement, (unsigned)statement->command->results);
	make_end(generator, statement);
	return statement;
}

/* A statement; of the generator's script. */
static struct statement *generate_statement(struct generator *generator)
{
	generator->depth = 0;
	return make_statement(generator);
}

/* A number that the environment may set: SOSH_SEED, SOSH_ROUNDS. */
static inline unsigned long from_environment(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 0) : otherwise;
}

#endif
