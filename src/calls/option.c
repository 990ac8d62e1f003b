/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * getsockopt(2) and setsockopt(2): an option's value between the language's form and the kernel's.
 */
#include <errno.h>
#include <linux/filter.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "option_record.h"
#include "sosh/memory.h"
#include "tcp_info.h"

#define OPTION_ROOM  ((socklen_t)65536)
#define TEXT_ROOM    ((socklen_t)1024)
#define SECONDS_MOST 1e12

/* What setsockopt is given. */
struct setting {
	const void *bytes;
	socklen_t length;
	union {
		int number;
		struct linger linger;
		struct timeval time;
		struct sock_fprog program;
	};
};

static bool set_bytes(struct setting *setting, const void *bytes, size_t length)
{
	setting->bytes = bytes;
	setting->length = (socklen_t)length;
	return true;
}

static bool whole_number(const struct value *value, int64_t least, int64_t most, int64_t *number)
{
	if (value->kind != VALUE_NUMBER && value->kind != VALUE_BOOL && value->kind != VALUE_ERROR)
		return false;
	*number = value->number;
	return *number >= least && *number <= most;
}

/* 32 bits, with or without a sign: 0xffffffff is -1. */
static bool encode_int(const struct value *value, struct setting *setting)
{
	int64_t number;
	if (!whole_number(value, INT32_MIN, UINT32_MAX, &number))
		return false;
	setting->number = (int)(uint32_t)number;
	return set_bytes(setting, &setting->number, sizeof(setting->number));
}

static bool encode_linger(const struct value *value, struct setting *setting)
{
	int64_t on, seconds;
	if ((value->kind != VALUE_LIST && value->kind != VALUE_STRUCT) || value->list->count != 2)
		return false;
	if (!whole_number(&value->list->items[0].value, INT32_MIN, INT32_MAX, &on) ||
	    !whole_number(&value->list->items[1].value, INT32_MIN, INT32_MAX, &seconds))
		return false;
	setting->linger = (struct linger){.l_onoff = (int)on, .l_linger = (int)seconds};
	return set_bytes(setting, &setting->linger, sizeof(setting->linger));
}

static bool encode_timeval(const struct value *value, struct setting *setting)
{
	double seconds = 0;
	bool number = value->kind == VALUE_REAL || value->kind == VALUE_NUMBER || value->kind == VALUE_BOOL;
	if (value->kind != VALUE_NONE && (!number || !value_as_real(value, &seconds)))
		return false;
	if (!(fabs(seconds) <= SECONDS_MOST))
		return false;
	int64_t micro = (int64_t)(seconds * 1e6);
	micro += (double)micro < seconds * 1e6;                  /* up: 0 would be no timeout at all */
	int64_t whole = micro / 1000000 - (micro % 1000000 < 0); /* down: tv_usec is never negative */
	setting->time.tv_sec = (time_t)whole;
	setting->time.tv_usec = (suseconds_t)(micro - whole * 1000000);
	return set_bytes(setting, &setting->time, sizeof(setting->time));
}

static bool encode_text(const struct value *value, struct setting *setting)
{
	return value->kind == VALUE_NONE && set_bytes(setting, "", 0);
}

static struct value decode_bytes(const char *bytes, socklen_t length)
{
	return value_bytes(bytes, length);
}

/* An int; some options have one byte, or two, or fewer than asked for. */
static struct value decode_int(const char *bytes, socklen_t length)
{
	int number;
	uint16_t half;
	switch (length) {
	case 1:
		return value_number((unsigned char)bytes[0]);
	case sizeof(half):
		memcpy(&half, bytes, sizeof(half));
		return value_number(half);
	case sizeof(number):
		memcpy(&number, bytes, sizeof(number));
		return value_number(number);
	default:
		return value_bytes(bytes, length);
	}
}

static struct value decode_error(const char *bytes, socklen_t length)
{
	struct value value = decode_int(bytes, length);
	return value.kind == VALUE_NUMBER ? value_error((int)value.number) : value;
}

static struct value decode_linger(const char *bytes, socklen_t length)
{
	struct linger linger;
	if (length < sizeof(linger))
		return value_bytes(bytes, length);
	memcpy(&linger, bytes, sizeof(linger));
	struct value value = value_struct(2);
	value.list->items[0] = (struct item){"l_onoff", value_number(linger.l_onoff)};
	value.list->items[1] = (struct item){"l_linger", value_number(linger.l_linger)};
	return value;
}

static struct value decode_timeval(const char *bytes, socklen_t length)
{
	struct timeval time;
	if (length < sizeof(time))
		return value_bytes(bytes, length);
	memcpy(&time, bytes, sizeof(time));
	if (time.tv_sec == 0 && time.tv_usec == 0)
		return value_none();
	return value_real((double)time.tv_sec + (double)time.tv_usec / 1e6);
}

static struct value decode_text(const char *bytes, socklen_t length)
{
	return value_bytes(bytes, strnlen(bytes, length));
}

/* How each type goes in and out. Bytes go in as they are, for every type. */
static const struct option_form {
	bool (*encode)(const struct value *value, struct setting *setting);
	struct value (*decode)(const char *bytes, socklen_t length);
	socklen_t room;
	const char *takes, *example;
} option_forms[] = {
	[OPTION_INT] = {encode_int, decode_int, sizeof(int), "a number of 32 bits", "1"},
	[OPTION_LINGER] = {encode_linger, decode_linger, sizeof(struct linger), "two numbers, l_onoff and l_linger",
                           "1 0"},
	[OPTION_TIMEVAL] = {encode_timeval, decode_timeval, sizeof(struct timeval), "seconds, or None", "0.5"},
	[OPTION_TEXT] = {encode_text, decode_text, TEXT_ROOM, "text", "\"text\""},
	[OPTION_ERROR] = {encode_int, decode_error, sizeof(int), "a number of 32 bits", "0"},
	[OPTION_BYTES] = {encode_int, decode_bytes, OPTION_ROOM, "bytes, or a number of 32 bits", "x\"01 00 00 00\""},
};

/* Who the peer is: unix(7). */
static struct value decode_credentials(const char *bytes)
{
	struct ucred peer;
	memcpy(&peer, bytes, sizeof(peer));
	struct value value = value_struct(3);
	value.list->items[0] = (struct item){"pid", value_number(peer.pid)};
	value.list->items[1] = (struct item){"uid", value_number((int)peer.uid)};
	value.list->items[2] = (struct item){"gid", value_number((int)peer.gid)};
	return value;
}

/* A value as it lies in memory. */
static struct value option_decode(const struct option *option, const void *bytes, socklen_t length)
{
	if (option->level == IPPROTO_TCP && option->number == TCP_INFO && length > 0)
		return tcp_info_value(bytes, length);
	if (option->level == SOL_SOCKET && option->number == SO_PEERCRED && length == sizeof(struct ucred))
		return decode_credentials(bytes);
	return option_forms[option->type].decode(bytes, length);
}

/* What the shell must know later of what was set. */
static void option_remember(struct session *session, const struct handle *handle, const struct option *option,
                            const struct setting *setting)
{
	if (option->level != SOL_SOCKET || !handle->open)
		return;
	if (option->number == SO_RCVLOWAT && setting->length >= sizeof(int)) {
		int lowat;
		memcpy(&lowat, setting->bytes, sizeof(lowat));
		handle->open->lowat = lowat > 1 || lowat < 0; /* a negative one is the greatest, socket(7) */
	}
	if (option->number == SO_REUSEPORT && setting->length >= sizeof(int)) {
		int shares;
		memcpy(&shares, setting->bytes, sizeof(shares));
		handle->open->shares = shares != 0;
	}
	if (option->number != SO_LINGER || setting->length < sizeof(struct linger))
		return;
	struct linger linger;
	memcpy(&linger, setting->bytes, sizeof(linger));
	for (unsigned i = 0; i < session->handle_count; i++) {
		if (session->handles[i]->open != handle->open)
			continue;
		session->handles[i]->linger = linger.l_onoff && linger.l_linger;
		session->handles[i]->abort = linger.l_onoff && !linger.l_linger;
	}
}

static void refuse_setting(struct entry *entry, const struct option *option, const struct option_form *form)
{
	const char *name = option->name ? option->name : "the option";
	entry_refuse(entry, "%s takes %s, as in: setsockopt s %s %s", name, form->takes, name, form->example);
}

/* The kernel wants a pointer to a filter's program: the bytes are its instructions. */
static void set_program(const struct option *option, struct setting *setting)
{
	bool filters = option->number == SO_ATTACH_FILTER || option->number == SO_ATTACH_REUSEPORT_CBPF;
	size_t count = setting->length / sizeof(struct sock_filter);
	if (option->level != SOL_SOCKET || !filters || !count || setting->length % sizeof(struct sock_filter) ||
	    count > BPF_MAXINSNS)
		return;
	setting->program = (struct sock_fprog){(unsigned short)count, (struct sock_filter *)setting->bytes};
	set_bytes(setting, &setting->program, sizeof(setting->program));
}

enum progress call_setsockopt(struct door *door, struct entry *entry, struct handle *handle,
                              const struct option *option, const struct value *value)
{
	const struct option_form *form = &option_forms[option->type];
	struct setting setting = {0};
	if (value->kind == VALUE_BYTES) {
		set_bytes(&setting, value->blob->bytes, value->blob->length);
		set_program(option, &setting);
	} else if (!form->encode(value, &setting)) {
		refuse_setting(entry, option, form);
		return CALL_FAILED;
	}
	int64_t began = record_begin(door);
	int result = setsockopt(handle->fd, option->level, option->number, setting.bytes, setting.length);
	record_setsockopt(record_end(door, entry, "setsockopt", began, result), handle->fd, option, setting.bytes,
	                  setting.length);
	if (result == 0)
		option_remember(door->session, handle, option, &setting);
	return record_outcome(entry, result);
}

/*
 * The room to offer: an int's for options that have one, else plenty. SO_GET_FILTER counts in instructions, not in
 * bytes.
 */
static socklen_t option_room(const struct option *option, size_t *unit)
{
	*unit = 1;
	if (option->level == SOL_SOCKET && option->number == SO_GET_FILTER) {
		*unit = sizeof(struct sock_filter);
		return OPTION_ROOM / sizeof(struct sock_filter);
	}
	if (option->type == OPTION_INT && !option_of(option->level, option->number))
		return OPTION_ROOM;
	return option_forms[option->type].room;
}

enum progress call_getsockopt(struct door *door, struct entry *entry, struct handle *handle,
                              const struct option *option, struct value *value)
{
	size_t unit;
	socklen_t offered = option_room(option, &unit), length = offered;
	char *room = memory_zero(length * unit);
	int64_t began = record_begin(door);
	int result = getsockopt(handle->fd, option->level, option->number, room, &length);
	struct call *call = record_end(door, entry, "getsockopt", began, result);
	int error = errno;
	if (result == 0)
		*value = option_decode(option, room, length * (socklen_t)unit);
	record_getsockopt(call, handle->fd, option, room, offered, length);
	free(room);
	return result < 0 ? record_failure(entry, error) : CALL_DONE;
}
