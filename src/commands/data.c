/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data: send, sendall, sendto, recv, recvfrom. */
#include <string.h>

#include "run.h"
#include "sosh/text.h"

#define SOCKET                                                                                                         \
	{                                                                                                              \
		.name = "socket", .show = "SOCKET", .type = PARAM_SOCKET                                               \
	}
#define DATA                                                                                                           \
	{                                                                                                              \
		.name = "data", .show = "DATA", .type = PARAM_DATA, .many = true                                       \
	}
#define FLAGS                                                                                                          \
	{                                                                                                              \
		.name = "flags", .show = "FLAGS", .type = PARAM_FLAGS, .fallback = "0", .group = "MSG_"                \
	}
#define COUNT                                                                                                          \
	{                                                                                                              \
		.name = "bufsize", .show = "COUNT", .type = PARAM_COUNT, .fallback = "4096"                            \
	}

/* A word that is also a variable's name was perhaps meant as that. */
static void remark_on_name(struct run *run)
{
	const struct blob *data = run->arguments[1].blob;

	if (!run->engine->watching || data->length > 64 ||
	    !session_get(&run->engine->session, data->bytes, data->length, text_hash(data->bytes, data->length)))
		return;
	entry_remark(run->entry, "the text \"%s\"; the variable is $%s", data->bytes, data->bytes);
}

static enum progress start_send(struct run *run)
{
	remark_on_name(run);
	return call_send(&run->pending, &run->engine->door, run->entry, run->handle, &run->arguments[1],
	                 (int)argument_number(run, 2), NULL, false);
}

static enum progress start_sendall(struct run *run)
{
	remark_on_name(run);
	return call_send(&run->pending, &run->engine->door, run->entry, run->handle, &run->arguments[1],
	                 (int)argument_number(run, 2), NULL, true);
}

static enum progress start_sendto(struct run *run)
{
	struct address address;
	enum progress progress = run_address(run, 3, run->handle->family, run->handle->type, &address);

	if (progress != CALL_DONE)
		return progress;
	run->entry->target = value_address(&address);
	remark_on_name(run);
	return call_send(&run->pending, &run->engine->door, run->entry, run->handle, &run->arguments[1],
	                 (int)argument_number(run, 2), &address, false);
}

static enum progress start_recv(struct run *run)
{
	return call_recv(&run->pending, &run->engine->door, run->entry, run->handle, (size_t)argument_number(run, 1),
	                 (int)argument_number(run, 2), false);
}

static enum progress received_from(struct run *run, enum progress progress)
{
	if (progress != CALL_DONE)
		return progress;
	run_results(run, value_keep(run->entry->data), value_keep(run->entry->address));
	return CALL_DONE;
}

static enum progress start_recvfrom(struct run *run)
{
	return received_from(run, call_recv(&run->pending, &run->engine->door, run->entry, run->handle,
	                                    (size_t)argument_number(run, 1), (int)argument_number(run, 2), true));
}

const struct row data_rows[] = {
	{{"send", "data", "send data; on a blocking socket all of it", "", 1, 3, {SOCKET, DATA, FLAGS}},
         start_send,
         NULL,
         NULL},
	{{"sendall",
          "data",
          "send all of the data, however often send must be called",
          "",
          1,
          3,
          {SOCKET, DATA, FLAGS}},
         start_sendall,
         NULL,
         NULL},
	{{"sendto",
          "data",
          "send a datagram to an address",
          "",
          1,
          4,
          {SOCKET, DATA, FLAGS, {.name = "address", .show = "ADDRESS", .type = PARAM_ADDRESS}}},
         start_sendto,
         NULL,
         NULL},
	{{"recv",
          "data",
          "receive what is there, at most COUNT bytes; may wait",
          "the data",
          1,
          3,
          {SOCKET, COUNT, FLAGS}},
         start_recv,
         NULL,
         NULL},
	{{"recvfrom",
          "data",
          "receive, and tell who sent it",
          "the data, the sender's address",
          2,
          3,
          {SOCKET, COUNT, FLAGS}},
         start_recvfrom,
         received_from,
         NULL},
	{.spec = {.name = NULL}},
};
