/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The segments that were seen, on the lab's wire or captured: between which lanes they went, and what was said between
 * the same two ends.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "sosh/memory.h"
#include "sosh/text.h"

static void key_of(struct flow_key *key, const struct address *address)
{
	*key = (struct flow_key){0};
	if (address->any.sa_family == AF_INET && address->length) {
		key->bytes[10] = key->bytes[11] = 0xff;
		memcpy(key->bytes + 12, &address->in.sin_addr, 4);
		memcpy(key->bytes + 16, &address->in.sin_port, 2);
	} else if (address->any.sa_family == AF_INET6 && address->length) {
		memcpy(key->bytes, &address->in6.sin6_addr, 16);
		memcpy(key->bytes + 16, &address->in6.sin6_port, 2);
	}
}

static bool same_key(const struct flow_key *a, const struct flow_key *b)
{
	return !memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/* The same in both directions. */
static unsigned bucket_of(const struct flow_key *from, const struct flow_key *to)
{
	uint32_t sum = text_hash((const char *)from->bytes, sizeof(from->bytes)) +
	               text_hash((const char *)to->bytes, sizeof(to->bytes));

	return sum % FLOW_BUCKETS;
}

/* The link of these ends; -1: none. `*side` is which of its ends `from` is. */
static int find_link(const struct flow_wire *wire, enum segment_kind kind, const struct flow_key *from,
                     const struct flow_key *to, unsigned *side)
{
	int at = wire->links ? wire->buckets[bucket_of(from, to)] : -1;

	for (; at >= 0; at = wire->links[at].next) {
		const struct flow_link *link = &wire->links[at];
		if (link->kind != kind)
			continue;
		for (*side = 0; *side < 2; ++*side)
			if (same_key(&link->ends[*side], from) && same_key(&link->ends[1 - *side], to))
				return at;
	}
	return -1;
}

static int add_link(struct flow_wire *wire, enum segment_kind kind, const struct flow_key *from,
                    const struct flow_key *to)
{
	unsigned bucket = bucket_of(from, to);

	if (wire->link_count == wire->link_room) {
		if (!wire->links)
			memset(wire->buckets, -1, sizeof(wire->buckets));
		wire->link_room = wire->link_room ? wire->link_room * 2 : 16;
		wire->links = memory_resize(wire->links, wire->link_room * sizeof(*wire->links));
	}
	wire->links[wire->link_count] = (struct flow_link){
		.kind = kind, .ends = {*from, *to}, .first = -1, .last = -1, .next = wire->buckets[bucket]};
	wire->buckets[bucket] = (int)wire->link_count;
	return (int)wire->link_count++;
}

/* Puts the newest crossing behind the others of its link. */
static void join_link(struct flow_wire *wire, enum segment_kind kind, const struct address *from,
                      const struct address *to)
{
	struct flow_crossing *crossing = &wire->crossings[wire->count - 1];
	struct flow_key one, other;
	unsigned side = 0;

	key_of(&one, from);
	key_of(&other, to);
	crossing->link = find_link(wire, kind, &one, &other, &side);
	if (crossing->link < 0) {
		crossing->link = add_link(wire, kind, &one, &other);
		side = 0;
	}
	struct flow_link *link = &wire->links[crossing->link];
	crossing->answer = side == 1;
	if (link->last >= 0)
		wire->crossings[link->last].next = (int)wire->count - 1;
	else
		link->first = (int)wire->count - 1;
	link->last = (int)wire->count - 1;
}

/* The handle at an end, on that host. */
static int handle_at(const struct flow *flow, enum segment_kind kind, unsigned host, const struct address *local,
                     const struct address *peer)
{
	int type = kind == SEGMENT_UDP ? SOCK_DGRAM : SOCK_STREAM, family = local->any.sa_family;
	const struct handle *handle = session_connected(flow->session, host, family, type, local, peer);

	if (!handle || handle->host != host)
		handle = session_bound(flow->session, host, family, type, local);
	return handle && handle->host == host ? handle->number : 0;
}

/* By hosts where there are some, else by addresses. */
static void find_lanes(struct flow *flow, struct flow_crossing *crossing, const struct segment *segment)
{
	const struct passage *passage = crossing->passage;
	const struct address *ends[2] = {&segment->from, &segment->to};
	unsigned hosts[2] = {passage->from, passage->to};

	crossing->lanes[0] = crossing->lanes[1] = -1;
	if (passage->from && !passage->to)
		hosts[1] = session_host_of(flow->session, &segment->to);
	if (!passage->from)
		hosts[1] = 0;
	for (int i = 0; i < 2; i++)
		crossing->handles[i] = handle_at(flow, crossing->kind, hosts[i], ends[i], ends[1 - i]);
	for (int i = 0; i < 2; i++) {
		int other = crossing->handles[1 - i];
		if (hosts[i])
			crossing->lanes[i] = flow_host_lane(flow, hosts[i]);
		else if (crossing->handles[i])
			crossing->lanes[i] = flow_lane_of(flow, crossing->handles[i]);
		else if (other)
			crossing->lanes[i] = flow_peer_lane(flow, other, ends[i]);
	}
}

static void note_seen(struct flow *flow, const struct flow_crossing *crossing)
{
	struct flow_wire *wire = &flow->wire;
	const int *lanes = crossing->lanes;
	uint64_t moment = crossing->passage->moment;

	for (unsigned i = 0; i < wire->seen_count; i++) {
		const int *known = wire->seen[i].lanes;
		if ((known[0] == lanes[0] && known[1] == lanes[1]) || (known[0] == lanes[1] && known[1] == lanes[0])) {
			wire->seen[i].last = moment;
			return;
		}
	}
	if (wire->seen_count == wire->seen_room) {
		wire->seen_room = wire->seen_room ? wire->seen_room * 2 : 16;
		wire->seen = memory_resize(wire->seen, wire->seen_room * sizeof(*wire->seen));
	}
	wire->seen[wire->seen_count++] = (struct flow_seen){{lanes[0], lanes[1]}, moment, moment};
}

/* The host's addresses are those that are used. */
static void note_version(struct flow *flow, const struct flow_crossing *crossing, const struct segment *segment)
{
	for (int i = 0; i < 2; i++) {
		struct flow_lane *lane = &flow->lanes[crossing->lanes[i]];
		lane->in |= segment->version == 4;
		lane->in6 |= segment->version == 6;
	}
}

/* An ICMP error tells of a segment that its receiver had been sent: it belongs to that one's link. */
static void turn_error(struct segment *segment)
{
	if (segment->kind != SEGMENT_ICMP || !segment->icmp.has_ends)
		return;
	segment->from = segment->icmp.to;
	segment->to = segment->icmp.from;
}

static enum segment_kind kind_of_link(const struct segment *segment)
{
	if (segment->kind != SEGMENT_ICMP || !segment->icmp.has_ends)
		return segment->kind;
	return segment->icmp.protocol == IPPROTO_TCP   ? SEGMENT_TCP
	       : segment->icmp.protocol == IPPROTO_UDP ? SEGMENT_UDP
	                                               : SEGMENT_ICMP;
}

static void add_crossing(struct flow *flow, const struct passage *passage)
{
	struct flow_wire *wire = &flow->wire;
	struct segment segment;

	passage_read(passage, &segment);
	if (wire->count == wire->room) {
		wire->room = wire->room ? wire->room * 2 : 64;
		wire->crossings = memory_resize(wire->crossings, wire->room * sizeof(*wire->crossings));
	}
	struct flow_crossing *crossing = &wire->crossings[wire->count++];
	bool data = segment.has_header && segment.kind != SEGMENT_ICMP;
	*crossing = (struct flow_crossing){.passage = passage, .kind = segment.kind, .next = -1};
	crossing->flags = segment.kind == SEGMENT_TCP && segment.has_header ? segment.tcp.flags : 0;
	crossing->length = data ? (uint32_t)segment.length : 0;
	crossing->end = passage->place.seq + crossing->length + !!(crossing->flags & SEGMENT_SYN) +
	                !!(crossing->flags & SEGMENT_FIN);
	enum segment_kind kind = kind_of_link(&segment);
	crossing->kind = kind;
	turn_error(&segment);
	find_lanes(flow, crossing, &segment);
	crossing->kind = segment.kind;
	if (crossing->lanes[0] < 0 || crossing->lanes[1] < 0 || crossing->lanes[0] == crossing->lanes[1]) {
		wire->count--;
		return;
	}
	join_link(wire, kind, &segment.from, &segment.to);
	note_version(flow, crossing, &segment);
	if (!passage->from)
		note_seen(flow, crossing);
}

void flow_wire_read(struct flow *flow)
{
	const struct passages *passages = &flow->journal->passages;
	uint64_t number = passages->newest > PASSAGES ? passages->newest - PASSAGES + 1 : 1;

	for (; number <= passages->newest; number++) {
		const struct passage *passage = passages_get(passages, number);
		if (passage)
			add_crossing(flow, passage);
	}
}

void flow_wire_clear(struct flow *flow)
{
	free(flow->wire.crossings);
	free(flow->wire.links);
	free(flow->wire.seen);
}

/* An end that waits to be accepted is known by its listener's port and its peer. */
static struct flow_link *waiting_link(const struct flow *flow, const struct state_change *change, unsigned *side)
{
	const struct flow_wire *wire = &flow->wire;
	const struct handle *listener = session_handle(flow->session, change->listener);
	struct flow_key local, peer;

	if (!listener || change->peer.kind != VALUE_ADDRESS)
		return NULL;
	key_of(&local, &listener->local);
	key_of(&peer, change->peer.address);
	for (unsigned i = wire->link_count; i > 0; i--) {
		struct flow_link *link = &wire->links[i - 1];
		for (*side = 0; *side < 2; ++*side)
			if (link->kind == SEGMENT_TCP && same_key(&link->ends[1 - *side], &peer) &&
			    !memcmp(link->ends[*side].bytes + 16, local.bytes + 16, 2))
				return link;
	}
	return NULL;
}

struct flow_link *flow_link_of(const struct flow *flow, const struct state_change *change, unsigned *side)
{
	const struct handle *handle = session_handle(flow->session, change->handle);
	struct flow_key local, peer;
	int found;

	if (!change->handle)
		return waiting_link(flow, change, side);
	if (!handle || !handle->local.length || !handle->peer.length)
		return NULL;
	key_of(&local, &handle->local);
	key_of(&peer, &handle->peer);
	found = find_link(&flow->wire, SEGMENT_TCP, &local, &peer, side);
	return found < 0 ? NULL : &flow->wire.links[found];
}

/* Commands that put something on the wire as they run. */
static bool sends(const struct entry *entry)
{
	static const char *const names[] = {"send",     "sendall", "sendto",     "sendmsg",
	                                    "sendfile", "connect", "connect_ex", "create_connection",
	                                    "close",    "shutdown"};

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (flow_is(entry, names[i]))
			return true;
	return false;
}

/*
 * Between hosts everything is seen. Elsewhere what was captured is: from its first segment on, but for commands that
 * came behind the last one and would have sent another.
 */
bool flow_is_seen(const struct flow *flow, int from, int to)
{
	const struct entry *entry = flow->step->entry;
	const struct flow_wire *wire = &flow->wire;

	if (flow_is_host(flow, from) && flow_is_host(flow, to))
		return true;
	for (unsigned i = 0; i < wire->seen_count; i++) {
		const struct flow_seen *seen = &wire->seen[i];
		if ((seen->lanes[0] != from || seen->lanes[1] != to) &&
		    (seen->lanes[0] != to || seen->lanes[1] != from))
			continue;
		bool before = entry->ended && entry->finished < seen->first;
		return !before && (entry->begun <= seen->last || !sends(entry));
	}
	return false;
}
