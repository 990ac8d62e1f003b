/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serving: listen, accept. */
#include "run.h"

static enum progress start_listen(struct run *run)
{
	enum progress progress = call_listen(&run->engine->door, run->entry, run->handle, (int)argument_number(run, 1));

	if (progress != CALL_DONE)
		return progress;
	run_named(run, run->handle);
	return run_done(run);
}

static enum progress accepted(struct run *run, enum progress progress)
{
	if (progress != CALL_DONE)
		return progress;
	run_results(run, value_handle(run->entry->given), value_keep(run->entry->address));
	run_named(run, session_handle(&run->engine->session, run->entry->given));
	return CALL_DONE;
}

static enum progress start_accept(struct run *run)
{
	return accepted(run, call_accept(&run->pending, &run->engine->door, run->entry, run->handle));
}

const struct row serving_rows[] = {
	{{"listen",
          "serving",
          "let a socket take connections",
          "",
          1,
          2,
          {{.name = "socket", .show = "SOCKET", .type = PARAM_SOCKET},
           {.name = "backlog", .show = "BACKLOG", .type = PARAM_NUMBER, .fallback = "128"}}},
         start_listen,
         NULL,
         NULL},
	{{"accept",
          "serving",
          "take the next client's connection; waits for one",
          "the handle, the peer's address",
          2,
          1,
          {{.name = "socket", .show = "SOCKET", .type = PARAM_SOCKET}}},
         start_accept,
         accepted,
         NULL},
	{.spec = {.name = NULL}},
};
