/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lab: lab, sysctl, and the rows of wire and capture. */
#include <errno.h>
#include <string.h>

#include "capturing.h"
#include "run.h"
#include "sosh/memory.h"
#include "sosh/text.h"
#include "wire_list.h"
#include "wiring.h"

static int socket_on(void *lab, unsigned host, int family, int type, int protocol)
{
	return lab_socket(lab, host, family, type, protocol);
}

/* What the other rooms must know of the hosts: their names and addresses, whom to ask for states. */
static void announce_hosts(struct engine *engine)
{
	struct address in, in6;
	struct netlink diag;

	for (unsigned host = 1; host <= lab_count(engine->lab); host++) {
		in.length = in6.length = 0;
		lab_address(engine->lab, host, AF_INET, &in);
		lab_address(engine->lab, host, AF_INET6, &in6);
		session_add_host(&engine->session, lab_name(engine->lab, host), &in, &in6);
		if (!lab_netlink(engine->lab, host, NETLINK_SOCK_DIAG, &diag))
			watch_also(&engine->watch, diag);
	}
	engine->door.socket_on = socket_on;
	engine->door.lab = engine->lab;
}

static enum progress start_lab(struct run *run)
{
	struct engine *engine = run->engine;
	const struct value *given = &run->arguments[0];
	const char *names[LAB_HOSTS + 1];
	unsigned count = given->kind == VALUE_LIST ? given->list->count : 0;
	struct error error;

	if (engine->lab && !count)
		return lab_show(run);
	if (engine->lab)
		return run_refuse(run, "there is a lab already: a session has one, with the hosts that lab shows");
	for (unsigned i = 0; i < count && i <= LAB_HOSTS; i++) {
		const struct value *name = &given->list->items[i].value;
		if (name->kind != VALUE_BYTES)
			return run_refuse(run, "a host's name is a word, such as client");
		names[i] = name->blob->bytes;
	}
	error_clear(&error);
	if (count > LAB_HOSTS)
		return run_refuse(run, "a lab has at most %d hosts", LAB_HOSTS);
	if (lab_make(&engine->lab, count ? names : NULL, count, &error))
		return run_refuse(run, "%s", error.text);
	announce_hosts(engine);
	if (wiring_begin(engine, &error))
		return run_refuse(run, "%s", error.text);
	return lab_show(run);
}

static enum progress start_sysctl(struct run *run)
{
	const struct blob *name = run->arguments[0].blob;
	struct engine *engine = run->engine;
	struct buffer text;
	struct error error;

	if (!engine->lab || !run->host)
		return run_refuse(run, "sysctl is for a host of the lab: @client sysctl %s", name->bytes);
	error_clear(&error);
	buffer_init(&text);
	if (argument_given(run, 1))
		value_format_plain(&text, &run->arguments[1]);
	struct buffer now;
	buffer_init(&now);
	int failed = lab_sysctl(engine->lab, run->host, name->bytes,
	                        argument_given(run, 1) ? buffer_string(&text) : NULL, &now, &error);
	if (!failed)
		entry_value(run->entry, literal_guess(buffer_string(&now), now.length));
	buffer_clear(&text);
	buffer_clear(&now);
	if (failed)
		return run_refuse(run, "%s", error.text);
	run->entry->result = 0;
	return CALL_DONE;
}

const struct row lab_rows[] = {
	{{"lab",
          "the lab",
          "make hosts with a wire between them, or show them",
          "",
          1,
          1,
          {{.name = "host", .show = "HOST", .type = PARAM_VALUE, .fallback = "", .many = true}}},
         start_lab,
         NULL,
         NULL},
	{{"wire",
          "the lab",
          "list the segments that are held, or tell the wire what to do",
          "",
          1,
          1,
          {{.name = "action", .show = "ACTION", .type = PARAM_VALUE, .fallback = "", .many = true}}},
         start_wire,
         NULL,
         NULL},
	{{"sysctl",
          "the lab",
          "tell or change a setting of a host's network",
          "",
          1,
          2,
          {{.name = "name", .show = "NAME", .type = PARAM_NAME},
           {.name = "value", .show = "VALUE", .type = PARAM_VALUE, .fallback = ""}}},
         start_sysctl,
         NULL,
         NULL},
	{{"capture",
          "the lab",
          "show the segments of this session's sockets, and write them to a file",
          "",
          1,
          1,
          {{.name = "file", .show = "on|off|FILE", .type = PARAM_PATH, .fallback = ""}}},
         start_capture,
         NULL,
         NULL},
	{.spec = {.name = NULL}},
};
