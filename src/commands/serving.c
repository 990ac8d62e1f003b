/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serving: listen, accept. */
#include "run.h"
#include "sosh/watch_fact.h"

#define SOMAXCONN_USUAL 128 /* smaller ones are hardly ever cut: not worth a question */

/* What listen did beside: a port where there was none or was another, a backlog that was cut. */
static void remark_on_listening(struct run *run, int before, int64_t backlog)
{
	const struct handle *handle = run->handle;
	struct watch_queues queues;
	int port = address_port(&handle->local);

	if (!run->engine->watching || !watch_has_state(handle))
		return;
	if (before <= 0 && port > 0)
		entry_remark(run->entry, "without bind: the kernel chose the port, on every interface");
	else if (before > 0 && port > 0 && port != before)
		entry_remark(run->entry, "the old port, %d, was the kernel's choice: it chose another", before);
	if (backlog <= SOMAXCONN_USUAL)
		return;
	watch_queues(&run->engine->watch, handle, &queues);
	if (queues.backlog >= 0 && queues.backlog < backlog)
		entry_remark(run->entry, "%s%sthe backlog is %lld: no more is allowed (net.core.somaxconn)",
		             run->entry->note ? run->entry->note : "", run->entry->note ? "; " : "",
		             (long long)queues.backlog);
}

static enum progress start_listen(struct run *run)
{
	int before = address_port(&run->handle->local);
	int64_t backlog = argument_number(run, 1);
	enum progress progress = call_listen(&run->engine->door, run->entry, run->handle, (int)backlog);

	if (progress != CALL_DONE)
		return progress;
	run_named(run, run->handle);
	remark_on_listening(run, before, backlog);
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
