/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The texts of a picture: calls with their results, what arrows carry, states; each as long as there is room for it.
 * What is cut first is what the picture shows elsewhere.
 */
#include <errno.h>
#include <string.h>

#include "flow.h"
#include "sosh/text.h"

#define DATA_SHOWN 200u /* bytes: no column is as wide */

/* "recv conn", "MSG_PEEK", "=> \"Hello\"" */
struct parts {
	struct buffer head, arguments, result;
};

size_t flow_columns(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static const char *ellipsis(const struct view_style *style)
{
	return style->unicode ? "\u2026" : "...";
}

/* The bytes of the first columns. */
static size_t first_columns(const char *text, size_t width)
{
	size_t at = 0;

	for (size_t count = 0; text[at]; at++) {
		count += ((unsigned char)text[at] & 0xc0) != 0x80;
		if (count > width)
			break;
	}
	return at;
}

void flow_cut(struct buffer *out, const struct view_style *style, const char *text, size_t width)
{
	size_t dots = flow_columns(ellipsis(style));

	if (flow_columns(text) <= width) {
		buffer_text(out, text);
		return;
	}
	buffer_add(out, text, first_columns(text, width > dots ? width - dots : width));
	if (width > dots)
		buffer_text(out, ellipsis(style));
}

/* How much of the escaped text fits: no escape is cut in two. */
static size_t whole_escapes(const char *text, size_t width)
{
	size_t at = 0;

	while (text[at]) {
		size_t step = text[at] != '\\' ? 1 : text[at + 1] == 'x' ? 4 : 2;
		if (at + step > width)
			break;
		at += step;
	}
	return at;
}

/* Data between quotes in at most `width` columns: `"Hello, wo…"`; nothing where there is no room for some of it. */
static void quote_within(struct buffer *out, const struct view_style *style, const char *data, size_t length, bool more,
                         size_t width)
{
	struct buffer text;
	size_t dots = flow_columns(ellipsis(style));

	buffer_init(&text);
	text_escape(&text, data, length < DATA_SHOWN ? length : DATA_SHOWN);
	more |= length > DATA_SHOWN;
	if (!more && text.length + 2 <= width) {
		buffer_format(out, "\"%s\"", buffer_string(&text));
	} else if (width >= dots + 6) {
		size_t take = whole_escapes(buffer_string(&text), width - 2 - dots);
		buffer_char(out, '"');
		buffer_add(out, buffer_string(&text), take);
		buffer_text(out, ellipsis(style));
		buffer_char(out, '"');
	}
	buffer_clear(&text);
}

static void add_expression(struct buffer *out, const struct expr *expr)
{
	const char *between = expr->kind == EXPR_FLAGS ? "|" : " ";

	if (expr->kind == EXPR_FLAGS || expr->kind == EXPR_LIST) {
		for (unsigned i = 0; i < expr->count; i++) {
			buffer_text(out, i ? between : "");
			add_expression(out, expr->items[i]);
		}
	} else if (expr->text) {
		buffer_add(out, expr->text, expr->length);
	} else if (expr->kind == EXPR_VALUE) {
		value_format(out, &expr->value);
	} else {
		buffer_text(out, "...");
	}
}

/* An argument that arrows and titles do not show. */
static bool is_worth_showing(const struct entry *entry, int index)
{
	const struct param *param = &entry->statement->command->params[index];

	if (param->type == PARAM_DATA || param->type == PARAM_ADDRESS || param->type == PARAM_COUNT)
		return flow_is(entry, "listen");
	return true;
}

static void add_arguments(struct buffer *out, const struct entry *entry)
{
	const struct statement *statement = entry->statement;
	bool receiver = statement->command->params[0].type == PARAM_SOCKET;

	for (int i = receiver; i < statement->command->param_count; i++) {
		if (!statement->arguments[i] || !is_worth_showing(entry, i))
			continue;
		buffer_text(out, out->length ? " " : "");
		add_expression(out, statement->arguments[i]);
	}
}

/* The own address of bind, with the port that it really is; whom a connect wanted to reach, where no arrow tells. */
static void add_address(struct buffer *out, const struct flow *flow, const struct entry *entry)
{
	const struct handle *handle = session_handle(flow->session, entry->handle);
	bool binds = flow_is(entry, "bind") || flow_is(entry, "create_server");
	const struct value *address = binds && entry->local.kind == VALUE_ADDRESS ? &entry->local : &entry->target;
	bool reaches = flow_is(entry, "connect") || flow_is(entry, "connect_ex");

	if (address->kind != VALUE_ADDRESS || !address->address->length)
		return;
	bool silent = handle && (handle->type == SOCK_DGRAM || address->address->any.sa_family == AF_UNSPEC);
	if (binds || (reaches && (entry->error || silent)))
		value_format(out, address);
}

static void make_plain(struct buffer *text)
{
	struct buffer plain;

	buffer_init(&plain);
	text_plain(&plain, buffer_string(text), text->length < 4 * DATA_SHOWN ? text->length : 4 * DATA_SHOWN);
	buffer_clear(text);
	*text = plain;
}

/* Has its socket to be named beside the lane? */
static bool several(const struct flow *flow, int lane)
{
	return lane >= 0 && (flow->lanes[lane].sockets > 1 || flow->lanes[lane].host);
}

static void add_label(struct buffer *out, const struct flow *flow, int number)
{
	const struct handle *handle = session_handle(flow->session, number);

	if (handle)
		session_handle_label(out, handle);
}

static void add_handle_result(struct buffer *out, const struct flow *flow, const struct flow_item *item)
{
	const struct entry *entry = item->entry;

	if (!entry->given || entry->given == item->handle) {
		if (!several(flow, item->lane))
			return;
	}
	buffer_text(out, "=> ");
	add_label(out, flow, entry->given);
}

/* What the call gave, unless it is what every success gives or the arrow shows. */
static void add_result(struct buffer *out, const struct flow *flow, const struct flow_item *item)
{
	const struct entry *entry = item->entry;
	bool zero = !entry->has_value && entry->result == 0;

	if (entry->error) {
		const char *name = error_name(entry->error);
		buffer_format(out, "=> %s", name ? name : "error");
	} else if (entry->has_data && entry->data.kind == VALUE_BYTES) {
		buffer_text(out, "=> ");
		quote_within(out, flow->style, entry->data.blob->bytes, entry->data.blob->length, false, SIZE_MAX / 2);
	} else if (entry->has_value && entry->value.kind == VALUE_HANDLE) {
		add_handle_result(out, flow, item);
	} else if (entry->has_value && entry->value.kind == VALUE_ERROR && entry->value.number == 0) {
		return;
	} else if (!zero && entry->sent.kind == VALUE_NONE && !flow_is(entry, "socketpair") &&
	           !flow_is(entry, "send") && !flow_is(entry, "sendall") && !flow_is(entry, "sendto")) {
		buffer_text(out, "=> ");
		if (entry->has_value)
			value_format(out, &entry->value);
		else
			buffer_number(out, entry->result);
		make_plain(out);
	}
}

static void make_parts(struct parts *parts, const struct flow *flow, const struct flow_item *item)
{
	const struct entry *entry = item->entry;

	*parts = (struct parts){0};
	buffer_text(&parts->head, entry->statement->command->name);
	if (several(flow, item->lane) && item->handle && item->handle != entry->given) {
		buffer_char(&parts->head, ' ');
		add_label(&parts->head, flow, item->handle);
	}
	add_address(&parts->arguments, flow, entry);
	add_arguments(&parts->arguments, entry);
	make_plain(&parts->arguments);
	if (item->phase == PHASE_BEGIN)
		buffer_text(&parts->result, flow->style->unicode ? "\u2026 waits" : "... waits");
	else
		add_result(&parts->result, flow, item);
}

static void join(struct buffer *out, const char *text)
{
	if (*text && out->length)
		buffer_char(out, ' ');
	buffer_text(out, text);
}

/* The result in what is left: received data between quotes, or cut as it is. */
static void join_result(struct buffer *out, const struct flow *flow, const struct flow_item *item, const char *result,
                        size_t width)
{
	const struct entry *entry = item->entry;
	bool data = item->phase != PHASE_BEGIN && !entry->error && entry->has_data && entry->data.kind == VALUE_BYTES;
	size_t taken = flow_columns(buffer_string(out)) + 1;
	size_t left = width > taken ? width - taken : 0;

	if (!*result || !left)
		return;
	buffer_char(out, ' ');
	if (flow_columns(result) > left && data && left > 3) {
		size_t before = out->length;
		buffer_text(out, "=> ");
		quote_within(out, flow->style, entry->data.blob->bytes, entry->data.blob->length, false, left - 3);
		if (out->length > before + 3)
			return;
		out->length = before;
	}
	flow_cut(out, flow->style, result, left);
}

static bool is_accept_too_long(const struct parts *parts, const struct entry *entry, size_t width)
{
	return flow_is(entry, "accept") && entry->given &&
	       parts->head.length + 1 + flow_columns(buffer_string(&parts->result)) > width;
}

void flow_call_text(struct buffer *out, const struct flow *flow, const struct flow_item *item, size_t width)
{
	struct parts parts;
	struct buffer line;

	make_parts(&parts, flow, item);
	buffer_init(&line);
	if (is_accept_too_long(&parts, item->entry, width)) /* whom it gives says more than where it came from */
		parts.head.length = strlen("accept"), parts.head.bytes[parts.head.length] = 0;
	size_t head = parts.head.length, result = parts.result.length ? flow_columns(parts.result.bytes) + 1 : 0;
	size_t room = width > head + result + 1 ? width - head - result - 1 : 0;

	flow_cut(&line, flow->style, buffer_string(&parts.head), width);
	if (parts.arguments.length && room >= (parts.arguments.length < 8 ? parts.arguments.length : 8)) {
		buffer_char(&line, ' ');
		flow_cut(&line, flow->style, buffer_string(&parts.arguments), room);
	}
	if (flow_columns(buffer_string(&line)) + result <= width)
		join(&line, buffer_string(&parts.result));
	else
		join_result(&line, flow, item, buffer_string(&parts.result), width);
	buffer_add(out, buffer_string(&line), line.length);
	buffer_clear(&line);
	buffer_clear(&parts.head);
	buffer_clear(&parts.arguments);
	buffer_clear(&parts.result);
}

static const struct value *carried(const struct flow_item *item)
{
	return item->arrow.received ? &item->entry->data : &item->entry->sent;
}

int64_t flow_bytes(const struct flow_item *item)
{
	if (item->kind == FLOW_ARROW && item->arrow.label == LABEL_SEGMENT)
		return item->arrow.carried ? (int64_t)item->arrow.carried : -1;
	if (item->kind != FLOW_ARROW || item->arrow.label != LABEL_DATA)
		return -1;
	if (!item->arrow.received)
		return item->entry->taken ? (int64_t)item->entry->taken : item->entry->result;
	const struct value *data = carried(item);
	return data->kind == VALUE_BYTES ? (int64_t)(data->blob->length + item->entry->cut) : -1;
}

/* Where it is too long "12 B"; then the data is cut, and at last left out. */
void flow_data_text(struct buffer *out, const struct flow *flow, const char *data, size_t length, long long bytes,
                    size_t width)
{
	struct buffer size, text;
	bool more = (long long)length < bytes;

	buffer_init(&size);
	buffer_init(&text);
	buffer_format(&size, "%lld byte%s", bytes, bytes == 1 ? "" : "s");
	if (data) {
		quote_within(&text, flow->style, data, length, more, SIZE_MAX / 2);
		if (flow_columns(buffer_string(&text)) + 1 + size.length > width) {
			buffer_empty(&size);
			buffer_format(&size, "%lld B", bytes);
		}
		buffer_empty(&text);
		if (width > size.length + 1)
			quote_within(&text, flow->style, data, length, more, width - size.length - 1);
	}
	if (text.length)
		buffer_format(out, "%s ", buffer_string(&text));
	if (size.length <= width)
		buffer_text(out, buffer_string(&size));
	buffer_clear(&text);
	buffer_clear(&size);
}

static void data_label(struct buffer *out, const struct flow *flow, const struct flow_item *item, size_t width)
{
	const struct value *data = carried(item);
	bool kept = data->kind == VALUE_BYTES;

	flow_data_text(out, flow, kept ? data->blob->bytes : NULL, kept ? data->blob->length : 0, flow_bytes(item),
	               width);
}

void flow_label_text(struct buffer *out, const struct flow *flow, const struct flow_item *item, size_t width)
{
	static const char *const names[] = {
		[LABEL_SYN] = "SYN",           [LABEL_SYN_ACK] = "SYN,ACK", [LABEL_ACK] = "ACK",
		[LABEL_FIN] = "FIN",           [LABEL_RST] = "RST",         [LABEL_CONNECT] = "connection",
		[LABEL_END] = "end of stream", [LABEL_RESET] = "reset"};

	if (item->arrow.label == LABEL_SEGMENT)
		flow_segment_text(out, flow, item, width);
	else if (item->arrow.label == LABEL_DATA)
		data_label(out, flow, item, width);
	else
		flow_cut(out, flow->style, names[item->arrow.label], width);
}

static bool has_connections(const struct flow_lane *lane)
{
	return lane->host ? lane->sockets > lane->listeners + 1 : lane->sockets > 2;
}

/* Whose state it is has to be said where a lane has several connections, unless the call beside it tells. */
void flow_state_text(struct buffer *out, const struct flow *flow, const struct flow_item *item, int call_of)
{
	const struct handle *handle = session_handle(flow->session, item->handle);

	if (handle && item->handle != call_of && has_connections(&flow->lanes[item->lane]) &&
	    item->state != STATE_LISTEN) {
		session_handle_label(out, handle);
		buffer_char(out, ' ');
	}
	if (item->strangers)
		buffer_format(out, "%u waiting ", item->strangers);
	buffer_text(out, state_name(item->state));
}

void flow_state_short(struct buffer *out, const struct flow *flow, const struct flow_item *item, int call_of,
                      size_t width)
{
	static const char *const names[STATE_CLOSING + 1] = {
		[STATE_ESTABLISHED] = "ESTAB",  [STATE_SYN_RECEIVED] = "SYN-RCVD", [STATE_FIN_WAIT_1] = "FIN-W-1",
		[STATE_FIN_WAIT_2] = "FIN-W-2", [STATE_TIME_WAIT] = "TIME-W",      [STATE_CLOSE_WAIT] = "CLOSE-W"};
	const char *whole = state_name(item->state);
	const char *name = item->state <= STATE_CLOSING && names[item->state] ? names[item->state] : whole;
	struct buffer text;

	buffer_init(&text);
	flow_state_text(&text, flow, item, call_of);
	if (flow_columns(buffer_string(&text)) > width) { /* its socket gives way before the state does */
		text.length -= strlen(whole) + (text.length > strlen(whole));
		text.bytes[text.length] = 0;
		size_t length = strlen(name), room = width > length + 1 ? width - length - 1 : 0;
		if (text.length && room) {
			flow_cut(out, flow->style, buffer_string(&text), room);
			buffer_char(out, ' ');
		}
		flow_cut(out, flow->style, name, width);
	} else {
		buffer_text(out, buffer_string(&text));
	}
	buffer_clear(&text);
}
