/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Binding: which argument is which parameter's. All spellings come together here. */
#include <string.h>
#include <strings.h>

#include "reader.h"
#include "sosh/symbol.h"
#include "typed.h"

struct binder {
	struct reader *reader;
	struct statement *statement;
	const struct command_spec *spec;
	bool call;            /* the call or method spelling */
	unsigned next, count; /* positional words not yet given away; all of them */
};

static const struct word *ahead(const struct binder *binder, unsigned index)
{
	return &binder->reader->words[index];
}

/* How many parameters after `index` must still get a word. */
static unsigned needed_after(const struct binder *binder, int index)
{
	unsigned needed = 0;

	for (int i = index + 1; i < binder->spec->param_count; i++)
		if (!binder->spec->params[i].fallback && !binder->statement->arguments[i] &&
		    binder->spec->params[i].type != PARAM_COMMAND)
			needed++;
	return needed;
}

static bool begins(const char *text, size_t length, const char *prefix)
{
	size_t size = strlen(prefix);

	return length >= size && !memcmp(text, prefix, size);
}

/* The name of the constant that the word is, or NULL. */
static const char *constant_word(const struct word *word, size_t *length)
{
	if (word->kind == WORD_EXPR && word->expr->kind == EXPR_VALUE && word->expr->text) {
		*length = word->expr->length;
		return word->expr->text;
	}
	if (word->kind != WORD_BARE)
		return NULL;
	size_t module = module_length(word->text, word->text + word->length);
	*length = word->length - module;
	return word->text + module;
}

static bool is_message_flag(const struct word *word)
{
	size_t length;
	const char *name = constant_word(word, &length);

	return name && begins(name, length, "MSG_");
}

static bool is_flags(const struct word *word)
{
	if (is_message_flag(word))
		return true;
	if (word->kind != WORD_EXPR)
		return false;
	return word->expr->kind == EXPR_FLAGS ||
	       (word->expr->kind == EXPR_VALUE && word->expr->value.kind == VALUE_NUMBER);
}

static bool is_level(const struct word *word)
{
	size_t length;
	const char *name = constant_word(word, &length);

	if (name && (begins(name, length, "SOL_") || begins(name, length, "IPPROTO_")))
		return true;
	if (word->kind == WORD_BARE)
		return character_is(word->text[word->text[0] == '-'], CHARACTER_DIGIT);
	return word->kind == WORD_EXPR && !(name && option_find(name, length));
}

/* Is the word an address in itself? */
static bool is_address(const struct word *word)
{
	size_t length;
	const char *name;

	if (word->kind == WORD_BARE)
		return address_like(word->text, word->length);
	if (word->kind == WORD_QUOTED)
		return address_like(word->expr->value.blob->bytes, word->expr->value.blob->length);
	name = constant_word(word, &length);
	return word->expr->kind == EXPR_TUPLE || word->expr->kind == EXPR_JOIN ||
	       (name && text_is(name, length, "AF_UNSPEC"));
}

static bool is_digits(const struct word *word)
{
	if (word->kind == WORD_EXPR)
		return word->expr->kind == EXPR_VALUE && word->expr->value.kind == VALUE_NUMBER;
	if (word->kind == WORD_QUOTED || !word->length)
		return false;
	for (uint32_t i = 0; i < word->length; i++)
		if (word->text[i] < '0' || word->text[i] > '9')
			return false;
	return true;
}

static bool is_dynamic(const struct word *word)
{
	return word->kind == WORD_EXPR && word->expr->kind != EXPR_VALUE;
}

/* A host that no data would look like: numeric, "" or *. */
static bool is_host(const struct word *word)
{
	const char *text = word->text;
	size_t length = word->length;
	struct address address;
	struct error ignored;

	if (word->kind == WORD_EXPR)
		return false;
	if (word->kind == WORD_QUOTED) {
		text = word->expr->value.blob->bytes;
		length = word->expr->value.blob->length;
	}
	if (length > 2 && *text == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	}
	const char *scope = memchr(text, '%', length);
	if (scope)
		length = (size_t)(scope - text);
	return !length || (length == 1 && *text == '*') || address_from_host(&address, text, length, 0, &ignored) <= 0;
}

/* How many words the address takes that begins at `next`: HOST PORT are two. */
static unsigned address_width(const struct binder *binder, int index)
{
	unsigned left = binder->count - binder->next, after = needed_after(binder, index);

	if (left < 2 || left - 2 < after || is_address(ahead(binder, binder->next)))
		return 1;
	const struct word *port = ahead(binder, binder->next + 1);
	/* `$addr 5 ("localhost", 0)`: an address after the number belongs to a later place, so the number is no port */
	bool more = left > 2 && is_dynamic(port - 1) && is_address(port + 1) && index + 1 < binder->spec->param_count &&
	            binder->spec->params[index + 1].type != PARAM_ADDRESS;
	if (more || is_digits(port))
		return more ? 1 : 2;
	bool last = left == 2 && index + 1 == binder->spec->param_count;
	/* a name that is no address by itself wants a port */
	bool host = is_host(port - 1) || port[-1].kind == WORD_BARE;
	/* `create_connection $host $port`; is the first an address by itself, that is settled when it runs */
	bool settled = is_dynamic(port - 1) && binder->spec->params[index].type == PARAM_ADDRESS;
	return last || (is_dynamic(port) && (host || left > 2 || settled)) ? 2 : 1;
}

/* How many words at the end are the address after data; `*open`: only running can tell whether one or two. */
static unsigned tail_width(const struct binder *binder, bool *open)
{
	unsigned left = binder->count - binder->next;
	const struct word *last = ahead(binder, binder->count - 1), *before = last - 1;

	*open = false;
	if (left < 3 || is_address(last))
		return 1;
	if (is_digits(last) || is_host(before))
		return 2;
	if (is_flags(before))
		return 1;
	*open = is_dynamic(last);
	return *open || last->kind == WORD_BARE ? 2 : 1;
}

static int give(struct binder *binder, int index, const struct word *word)
{
	struct expr *expr = typed_word(binder->reader, &binder->spec->params[index], word);

	binder->statement->arguments[index] = expr;
	return expr ? 0 : -1;
}

/* Gives `take` words to a parameter that takes many. */
static int give_many(struct binder *binder, int index, unsigned take)
{
	struct expr_list list = {0};
	uint32_t offset = ahead(binder, binder->next)->offset;

	for (; take; take--) {
		struct expr *expr =
			typed_word(binder->reader, &binder->spec->params[index], ahead(binder, binder->next++));
		if (!expr)
			return -1;
		expr_list_add(binder->reader, &list, expr);
	}
	struct expr *expr = expr_new(binder->reader->script, EXPR_LIST, offset);
	expr->items = list.items;
	expr->count = list.count;
	binder->statement->arguments[index] = expr;
	return 0;
}

static int give_address(struct binder *binder, int index, unsigned width, bool open)
{
	const struct word *first = ahead(binder, binder->next), *second = first + 1;

	if (first->kind == WORD_BARE && first->length > 1 && first->text[first->length - 1] == ',')
		return reader_error(binder->reader, first->offset + first->length - 1,
		                    "no comma here: HOST PORT, or with parentheses bind(s, (\"HOST\", PORT))");

	binder->next += width;
	if (width == 1)
		return give(binder, index, first);
	struct expr *host = first->kind == WORD_BARE ? bare_text(binder->reader, first) : first->expr;
	struct expr *port = second->kind == WORD_BARE ? bare_text(binder->reader, second) : second->expr;
	struct expr *expr = address_of(binder->reader, host, port);
	if (expr && open)
		expr->optional_host = true;
	binder->statement->arguments[index] = expr;
	return expr ? 0 : -1;
}

/* Data, and the flags and the address that may follow it. */
static int give_data(struct binder *binder, int index)
{
	const struct command_spec *spec = binder->spec;
	bool addressed = index + 2 < spec->param_count && spec->params[index + 2].type == PARAM_ADDRESS &&
	                 !binder->statement->arguments[index + 2];
	bool open = false;
	unsigned left = binder->count - binder->next, tail = addressed && left > 1 ? tail_width(binder, &open) : 0;
	bool flags = index + 1 < spec->param_count && spec->params[index + 1].type == PARAM_FLAGS && left > tail + 1 &&
	             !open && !binder->statement->arguments[index + 1];
	const struct word *last = ahead(binder, binder->count - tail - 1);

	/* Python's order: s.sendto(data, flags, address) */
	flags = flags && (is_flags(last) || (binder->call && tail == 1 && left == 3 && is_dynamic(last)));
	if (give_many(binder, index, left - tail - flags))
		return -1;
	if (flags) {
		binder->next++;
		if (give(binder, index + 1, last))
			return -1;
	}
	return tail ? give_address(binder, index + 2, tail, open) : 0;
}

static int give_words(struct binder *binder, int index)
{
	const struct param *param = &binder->spec->params[index];
	unsigned left = binder->count - binder->next;

	if (param->type == PARAM_SOCKET && !param->many) /* the commonest */
		return give(binder, index, ahead(binder, binder->next++));
	if (param->type == PARAM_DATA)
		return give_data(binder, index);
	if (param->fallback && left <= needed_after(binder, index))
		return 0;
	if (param->type == PARAM_COUNT && param->fallback && is_message_flag(ahead(binder, binder->next)))
		return 0; /* recv c MSG_PEEK: no count was meant */
	if (param->type == PARAM_LEVEL && !is_level(ahead(binder, binder->next)))
		return 0;
	if (param->type == PARAM_ADDRESS || (param->type == PARAM_END && left > 1))
		return give_address(binder, index, address_width(binder, index), false);
	if (param->many)
		return give_many(binder, index, left - needed_after(binder, index));
	return give(binder, index, ahead(binder, binder->next++));
}

static int wrong_count(struct binder *binder, uint32_t offset, const char *what, const char *name)
{
	struct buffer synopsis;

	buffer_init(&synopsis);
	command_synopsis(&synopsis, binder->spec);
	reader_error(binder->reader, offset, "%s%s%s: %s", what, *name ? " " : "", name, buffer_string(&synopsis));
	buffer_clear(&synopsis);
	return -1;
}

static int given_twice(struct binder *binder, uint32_t offset, const struct param *param)
{
	return reader_error(binder->reader, offset, "%s is given twice", param->name);
}

/* name=…: the parameter of that name. */
static int give_named(struct binder *binder, const struct word *word)
{
	for (int i = 0; i < binder->spec->param_count; i++) {
		const struct param *param = &binder->spec->params[i];
		if (!text_is(word->name, word->name_length, param->name) &&
		    (strlen(param->show) != word->name_length ||
		     strncasecmp(param->show, word->name, word->name_length)))
			continue;
		if (binder->statement->arguments[i])
			return given_twice(binder, reader_offset_of(binder->reader, word->name), param);
		if (give(binder, i, word))
			return -1;
		struct expr *expr = binder->statement->arguments[i];
		if (param->many) {
			struct expr_list list = {0};
			expr_list_add(binder->reader, &list, expr);
			struct expr *outer = expr_new(binder->reader->script, EXPR_LIST, word->offset);
			outer->items = list.items;
			outer->count = 1;
			binder->statement->arguments[i] = outer;
		}
		return 0;
	}
	char name[40];
	size_t length = word->name_length < sizeof(name) ? word->name_length : sizeof(name) - 1;
	memcpy(name, word->name, length);
	name[length] = 0;
	return wrong_count(binder, reader_offset_of(binder->reader, word->name), "no parameter is called", name);
}

/* Takes the named words out of the row. */
static int named_words(struct binder *binder)
{
	unsigned kept = 0;
	struct reader *reader = binder->reader;

	if (!reader->named) {
		binder->count = reader->word_count;
		return 0;
	}
	for (unsigned i = 0; i < reader->word_count; i++) {
		if (reader->words[i].name) {
			if (give_named(binder, &reader->words[i]))
				return -1;
		} else if (kept != i) {
			return reader_error(reader, reader->words[i].offset,
			                    "an argument without a name after one with a name");
		} else {
			kept++;
		}
	}
	binder->count = kept;
	return 0;
}

/* What only running can tell of a socket's option is left to it. */
static int check_option(struct binder *binder, int level)
{
	const struct expr *option = binder->statement->arguments[level + 1];

	if (binder->statement->arguments[level] || !option || option->kind != EXPR_VALUE ||
	    (option->text && option_find(option->text, option->length)))
		return 0;
	return reader_error(binder->reader, option->offset,
	                    "an option without a known name needs its level before it, as SOL_SOCKET 2");
}

int bind_words(struct reader *reader, struct statement *statement, bool call)
{
	struct binder binder = {reader, statement, statement->command, call, 0, 0};
	int level = -1;

	if (named_words(&binder))
		return -1;
	for (int i = 0; i < binder.spec->param_count; i++) {
		const struct param *param = &binder.spec->params[i];
		if (param->type == PARAM_LEVEL)
			level = i;
		if (statement->arguments[i] && binder.next < binder.count && param->type != PARAM_LEVEL)
			return given_twice(&binder, ahead(&binder, binder.next)->offset, param);
		if (statement->arguments[i] || param->type == PARAM_COMMAND)
			continue;
		if (binder.next == binder.count) {
			if (!param->fallback)
				return wrong_count(&binder, reader_offset(reader), param->show, "is missing");
			continue;
		}
		if (give_words(&binder, i))
			return -1;
	}
	if (binder.next < binder.count)
		return wrong_count(&binder, ahead(&binder, binder.next)->offset, "too many arguments", "");
	return level < 0 ? 0 : check_option(&binder, level);
}
