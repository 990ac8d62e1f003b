/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file that a capture writes: each packet with its number and the command that was running when it came.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "capturing.h"
#include "sosh/memory.h"
#include "sosh/text.h"

#define WIRE 0u /* no interface has this index */

int capturing_file_open(struct capturing *capturing, const char *path, struct error *error)
{
	struct pcapng file;

	pcapng_init(&file);
	if (pcapng_open(&file, path, "sosh " SOSH_VERSION, error))
		return -1;
	pcapng_clear(&capturing->file);
	free(capturing->lost);
	capturing->lost = NULL;
	capturing->file = file;
	capturing->link_count = 0;
	return 0;
}

int capturing_file_close(struct capturing *capturing, struct error *error)
{
	return capturing->file.fd < 0 ? 0 : pcapng_close(&capturing->file, error);
}

/* The capture goes on without it. */
static void give_up(struct capturing *capturing, const struct error *error)
{
	const struct reporter *reporter = &capturing->engine->reporter;
	struct error told;

	error_clear(&told);
	error_set(&told, "capture: %s; the file ends here, the session goes on", error->text);
	free(capturing->lost);
	capturing->lost = memory_copy(error->text, strlen(error->text));
	pcapng_clear(&capturing->file);
	if (reporter->complaint)
		reporter->complaint(reporter->context, &told);
}

/* The interface's number in the file, which is told of it when it is new. -1 with `error`. */
static int link_of(struct capturing *capturing, unsigned interface, struct error *error)
{
	char name[CAPTURE_NAME] = "wire";

	for (unsigned i = 0; i < capturing->link_count; i++)
		if (capturing->links[i] == interface)
			return (int)i;
	if (interface != WIRE)
		capture_interface(interface, name);
	int number = pcapng_interface(&capturing->file, name, interface == WIRE ? PCAPNG_ETHERNET : PCAPNG_IP, error);
	if (number < 0)
		return -1;
	capturing->links = memory_resize(capturing->links, (capturing->link_count + 1) * sizeof(*capturing->links));
	capturing->links[capturing->link_count++] = interface;
	return number;
}

/* "#5, by entry 3: sendall c hello": its number in the session, and what was running. */
static void add_comment(struct buffer *comment, const struct capturing *capturing, uint64_t number)
{
	const struct entry *entry = capturing_running(capturing->engine);

	buffer_format(comment, "#%llu", (unsigned long long)number);
	if (!entry || !entry->statement)
		return;
	buffer_format(comment, ", by entry %llu: ", (unsigned long long)entry->number);
	entry_format_command(comment, entry);
}

static void add_packet(struct capturing *capturing, unsigned interface, struct pcapng_packet *packet, uint64_t number,
                       const char *remark)
{
	struct buffer comment;
	struct error error;

	error_clear(&error);
	int link = link_of(capturing, interface, &error);
	buffer_init(&comment);
	add_comment(&comment, capturing, number);
	buffer_text(&comment, remark);
	packet->interface = (unsigned)link;
	packet->comment = buffer_string(&comment);
	if (link < 0 || pcapng_packet(&capturing->file, packet, &error))
		give_up(capturing, &error);
	buffer_clear(&comment);
}

void capturing_file_add(struct capturing *capturing, const struct captured *captured, uint64_t number)
{
	struct pcapng_packet packet = {
		.time = captured->time,
		.direction = captured->outgoing ? PCAPNG_OUTBOUND : PCAPNG_INBOUND,
		.bytes = captured->bytes,
		.captured = captured->length,
		.length = captured->whole,
	};

	if (capturing->file.fd >= 0)
		add_packet(capturing, captured->interface, &packet, number, "");
}

static int64_t real_time(int64_t time)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - (loop_now() - time);
}

/* What becomes of it later is not known yet. */
static const char *remark_on(enum wire_fate fate)
{
	switch (fate) {
	case WIRE_HELD:
		return " (held)";
	case WIRE_LOST:
	case WIRE_CUT:
	case WIRE_OVERFLOW:
	case WIRE_FAILED:
	case WIRE_NOWHERE:
		return " (lost)";
	default:
		return "";
	}
}

void capturing_wire(struct engine *engine, const struct wire_frame *frame)
{
	struct capturing *capturing = engine->capturing;

	if (!capturing || capturing->file.fd < 0)
		return;
	struct pcapng_packet packet = {.time = real_time(frame->time),
	                               .bytes = frame->bytes,
	                               .captured = frame->length,
	                               .length = frame->length};
	add_packet(capturing, WIRE, &packet, frame->number, remark_on(frame->fate));
}
