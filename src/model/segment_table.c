/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The connections that segments belong to: found by both ends, the one not used for longest forgotten first.
 */
#include <stdlib.h>
#include <string.h>

#include "segment_flow.h"
#include "sosh/memory.h"
#include "sosh/text.h"

enum { BUCKETS = 1024, FIRST_RANGES = 8 };

void segment_flows_init(struct segment_flows *flows)
{
	*flows = (struct segment_flows){0};
}

static void flow_clear(struct segment_flow *flow)
{
	side_forget_ranges(&flow->sides[0]);
	side_forget_ranges(&flow->sides[1]);
}

void segment_flows_clear(struct segment_flows *flows)
{
	while (flows->newest) {
		struct segment_flow *flow = flows->newest;
		flows->newest = flow->older;
		flow_clear(flow);
		free(flow);
	}
	free(flows->buckets);
	segment_flows_init(flows);
}

static void end_set(struct flow_end *end, const struct address *address)
{
	*end = (struct flow_end){0};
	if (address->any.sa_family == AF_INET)
		memcpy(end->host, &address->in.sin_addr, 4);
	else
		memcpy(end->host, &address->in6.sin6_addr, 16);
	int port = address_port(address);
	end->port[0] = (uint8_t)(port >> 8);
	end->port[1] = (uint8_t)port;
}

/* Returns which end of the key `from` is: 0 the low one. */
static unsigned key_set(struct flow_key *key, unsigned protocol, const struct address *from, const struct address *to)
{
	struct flow_end a, b;
	end_set(&a, from);
	end_set(&b, to);
	unsigned side = memcmp(&a, &b, sizeof(a)) > 0;
	*key = (struct flow_key){.low = side ? b : a, .high = side ? a : b, .protocol = (uint8_t)protocol};
	key->version = from->any.sa_family == AF_INET ? 4 : 6;
	return side;
}

static unsigned key_bucket(const struct flow_key *key)
{
	return text_hash((const char *)key, sizeof(*key)) % BUCKETS;
}

static void unlink_use(struct segment_flows *flows, struct segment_flow *flow)
{
	if (flow->newer)
		flow->newer->older = flow->older;
	else
		flows->newest = flow->older;
	if (flow->older)
		flow->older->newer = flow->newer;
	else
		flows->oldest = flow->newer;
}

static void link_newest(struct segment_flows *flows, struct segment_flow *flow)
{
	flow->newer = NULL;
	flow->older = flows->newest;
	if (flows->newest)
		flows->newest->newer = flow;
	else
		flows->oldest = flow;
	flows->newest = flow;
}

/* Takes the one not used for longest out of the table, empty. */
static struct segment_flow *take_oldest(struct segment_flows *flows)
{
	struct segment_flow *flow = flows->oldest;
	struct segment_flow **link = &flows->buckets[key_bucket(&flow->key)];
	while (*link != flow)
		link = &(*link)->next_in_bucket;
	*link = flow->next_in_bucket;
	unlink_use(flows, flow);
	flow_clear(flow);
	flows->count--;
	*flow = (struct segment_flow){0};
	return flow;
}

static struct segment_flow *add_flow(struct segment_flows *flows, const struct flow_key *key, unsigned bucket)
{
	struct segment_flow *flow = flows->count < SEGMENT_FLOWS ? memory_zero(sizeof(*flow)) : take_oldest(flows);
	flow->key = *key;
	flow->next_in_bucket = flows->buckets[bucket];
	flows->buckets[bucket] = flow;
	flows->count++;
	link_newest(flows, flow);
	return flow;
}

struct segment_flow *flow_find(struct segment_flows *flows, unsigned protocol, const struct address *from,
                               const struct address *to, unsigned *side)
{
	struct flow_key key;
	*side = key_set(&key, protocol, from, to);
	unsigned bucket = key_bucket(&key);
	if (!flows->buckets)
		flows->buckets = memory_zero(BUCKETS * sizeof(struct segment_flow *));
	struct segment_flow *flow = flows->buckets[bucket];
	while (flow && memcmp(&flow->key, &key, sizeof(key)) != 0)
		flow = flow->next_in_bucket;
	if (!flow)
		return add_flow(flows, &key, bucket);
	unlink_use(flows, flow);
	link_newest(flows, flow);
	return flow;
}

void side_forget_ranges(struct flow_side *side)
{
	free(side->ranges);
	side->ranges = NULL;
	side->range_first = side->range_count = side->range_room = 0;
	side->forgot = false;
}

/* Only a ring that was never full grows, so its first is at 0. */
static void grow_ranges(struct flow_side *side)
{
	side->range_room = side->range_room ? side->range_room * 2 : FIRST_RANGES;
	side->ranges = memory_resize(side->ranges, side->range_room * sizeof(*side->ranges));
}

void side_add_range(struct flow_side *side, uint32_t begin, uint32_t end, uint64_t number)
{
	if (side->range_count == side->range_room && side->range_room < SEGMENT_RANGES)
		grow_ranges(side);
	if (side->range_count == side->range_room) {
		uint32_t floor = side->ranges[side->range_first].end;
		if (!side->forgot || before(side->floor, floor))
			side->floor = floor;
		side->forgot = true;
		side->range_first = (side->range_first + 1) % side->range_room;
		side->range_count--;
	}
	struct flow_range *range = &side->ranges[(side->range_first + side->range_count) % side->range_room];
	*range = (struct flow_range){.begin = begin, .end = end, .number = number};
	side->range_count++;
}

const struct flow_range *side_find_range(const struct flow_side *side, uint32_t begin, uint32_t end)
{
	const struct flow_range *found = NULL;
	for (unsigned i = 0; i < side->range_count; i++) {
		const struct flow_range *range = &side->ranges[(side->range_first + i) % side->range_room];
		if (!before(begin, range->begin) && before(begin, range->end))
			return range;
		if (!found && before(range->begin, end) && before(begin, range->end))
			found = range;
	}
	return found;
}
