/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose segments are they? Told by addresses, for a packet does not say which socket it is of.
 *
 * Most sockets' names are known to the session by now. Not those of a socket that the running command has just named
 * (sendto), which are asked for, nor those of an attempt to connect that was refused: its socket has lost its name
 * again, so that the SYN is known by where the command wanted to go.
 */
#include <string.h>

#include "capturing.h"
#include "sosh/text.h"
#include "sosh/watch_fact.h"

#define SAME_TIME INT64_C(5000000) /* ns between two sights of one segment, on an interface and the one below it */
#define TCP_SIZE  20u
#define HASHED    256u

static bool same_ends(const struct ends *ends, const struct address *from, const struct address *to)
{
	return address_equal(&ends->from, from) && address_equal(&ends->to, to);
}

static bool is_known(const struct session *session, int type, const struct address *own, const struct address *other)
{
	const struct handle *handle = session_connected(session, 0, own->any.sa_family, type, own, other);

	if (handle && !handle->host)
		return true;
	handle = session_bound(session, 0, own->any.sa_family, type, own);
	return handle && handle->fd >= 0 && !handle->host;
}

/* Is it the socket's, whose names the session does not know yet? */
static bool is_newly_named(const struct handle *handle, int type, const struct ends *ends)
{
	if (!handle || handle->fd < 0 || handle->host || handle->type != type || address_port(&handle->local) > 0 ||
	    (handle->family != AF_INET && handle->family != AF_INET6))
		return false;
	struct handle asked = *handle;
	watch_names(&asked);
	return address_port(&asked.local) > 0 &&
	       (watch_overlaps(&asked.local, &ends->from) || watch_overlaps(&asked.local, &ends->to));
}

static bool is_of_new_socket(const struct engine *engine, int type, const struct ends *ends)
{
	const struct entry *running = capturing_running(engine);

	if (running && (is_newly_named(session_handle(&engine->session, running->handle), type, ends) ||
	                is_newly_named(session_handle(&engine->session, running->given), type, ends)))
		return true;
	for (const struct run *run = engine->waiting; run; run = run->next)
		if (is_newly_named(run->handle, type, ends))
			return true;
	return false;
}

/* create_connection may have tried several addresses of the same port. */
static bool is_wanted(const struct entry *entry, const struct address *to)
{
	const struct address *target = entry && entry->target.kind == VALUE_ADDRESS ? entry->target.address : NULL;

	if (!target || !entry->statement || entry->host || address_port(target) != address_port(to))
		return false;
	return watch_overlaps(target, to) || !strcmp(entry->statement->command->name, "create_connection");
}

/* An attempt to connect, or an answer to one. */
static bool is_try(struct capturing *capturing, const struct segment *segment, const struct ends *ends)
{
	struct sieve *sieve = &capturing->sieve;

	for (unsigned i = 0; i < CAPTURE_TRIES; i++)
		if (same_ends(&sieve->tries[i], &ends->from, &ends->to) ||
		    same_ends(&sieve->tries[i], &ends->to, &ends->from))
			return true;
	bool syn =
		segment->kind == SEGMENT_TCP && segment->tcp.flags & SEGMENT_SYN && !(segment->tcp.flags & SEGMENT_ACK);
	if (!syn || !is_wanted(capturing_running(capturing->engine), &ends->to))
		return false;
	sieve->tries[sieve->next_try++ % CAPTURE_TRIES] = *ends;
	return true;
}

/* A later fragment of a datagram has no ports: it belongs to the first one. */
static bool is_later_fragment(const struct sieve *sieve, const struct segment *segment)
{
	return segment_is_fragment(segment) && segment->fragment_offset > 0 &&
	       segment->fragment_id == sieve->fragment_id && same_ends(&sieve->fragments, &segment->from, &segment->to);
}

static void remember_fragment(struct sieve *sieve, const struct segment *segment)
{
	if (!segment_is_fragment(segment) || segment->fragment_offset > 0)
		return;
	sieve->fragments = (struct ends){segment->from, segment->to};
	if (segment->version == 4) {
		sieve->fragments.from.in.sin_port = sieve->fragments.to.in.sin_port = 0;
	} else {
		sieve->fragments.from.in6.sin6_port = sieve->fragments.to.in6.sin6_port = 0;
	}
	sieve->fragment_id = segment->fragment_id;
}

static bool is_own(struct capturing *capturing, const struct segment *segment)
{
	const struct session *session = &capturing->engine->session;
	const struct segment_icmp *icmp = &segment->icmp;
	struct ends ends = {segment->from, segment->to};
	int protocol = segment->protocol;

	if (is_later_fragment(&capturing->sieve, segment))
		return true;
	if (!segment->has_header || segment->noise)
		return false;
	if (segment->kind == SEGMENT_ICMP) { /* it is of the socket whose packet it quotes */
		if (!icmp->has_ends)
			return false;
		ends = (struct ends){icmp->from, icmp->to};
		protocol = icmp->protocol;
	}
	if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP)
		return false;
	int type = protocol == IPPROTO_TCP ? SOCK_STREAM : SOCK_DGRAM;
	return is_known(session, type, &ends.from, &ends.to) || is_known(session, type, &ends.to, &ends.from) ||
	       is_of_new_socket(capturing->engine, type, &ends) || is_try(capturing, segment, &ends);
}

/* Of the transport's header and the data's beginning, without the checksum: the interface below may fill it in. */
static uint32_t hash_of(const struct segment *segment, const struct captured *captured)
{
	const char *bytes = captured->bytes;
	size_t length = captured->length < HASHED ? captured->length : HASHED;
	size_t begin = segment->transport < length ? segment->transport : length;
	size_t checksum = begin + (segment->kind == SEGMENT_TCP ? 16 : segment->kind == SEGMENT_UDP ? 6 : 2);
	uint32_t hash = text_hash((const char *)&segment->length, sizeof(segment->length));

	if (checksum + 2 > length)
		checksum = length > 2 ? length - 2 : 0;
	hash = hash * 31 + segment->fragment_id + segment->fragment_offset;
	if (checksum > begin)
		hash = hash * 31 + text_hash(bytes + begin, checksum - begin);
	return length > checksum + 2 ? hash * 31 + text_hash(bytes + checksum + 2, length - checksum - 2) : hash;
}

/* A bridge, a VLAN or a tunnel shows on its own interface what the one below it shows too. */
static bool was_seen(struct sieve *sieve, const struct segment *segment, const struct captured *captured)
{
	struct sight sight = {hash_of(segment, captured), captured->interface, captured->time};

	for (unsigned i = 0; i < CAPTURE_SIGHTS; i++) {
		const struct sight *before = &sieve->sights[i];
		if (before->hash == sight.hash && before->interface != sight.interface && before->interface &&
		    sight.time - before->time < SAME_TIME)
			return true;
	}
	sieve->sights[sieve->next_sight++ % CAPTURE_SIGHTS] = sight;
	return false;
}

bool sieve_passes(struct capturing *capturing, const struct segment *segment, const struct captured *captured)
{
	if (!is_own(capturing, segment) || was_seen(&capturing->sieve, segment, captured))
		return false;
	remember_fragment(&capturing->sieve, segment);
	return true;
}
