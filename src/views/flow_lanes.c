/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lanes. A listener, what it accepted and copies by dup are one; every other socket has its own, and so has each
 * peer in another process. In a lab each host is one, with all its sockets.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "sosh/memory.h"
#include "sosh/text.h"

#define NAME_MOST 12u /* columns of a name in a hint: else the number */

static int new_lane(struct flow *flow)
{
	if (flow->lane_count == flow->lane_room) {
		flow->lane_room = flow->lane_room ? flow->lane_room * 2 : 16;
		flow->lanes = memory_resize(flow->lanes, flow->lane_room * sizeof(*flow->lanes));
	}
	flow->lanes[flow->lane_count] = (struct flow_lane){.column = -1};
	return (int)flow->lane_count++;
}

int flow_lane_of(struct flow *flow, int handle)
{
	if (!session_handle(flow->session, handle))
		return -1;
	struct flow_end *end = flow_end(flow, handle), *base = flow_end(flow, end->base);
	const struct handle *known = session_handle(flow->session, handle);

	if (end->lane < 0 && known->host && known->family != AF_UNIX)
		end->lane = flow_host_lane(flow, known->host);
	if (end->lane >= 0)
		return end->lane;
	if (base->lane < 0) {
		base->lane = new_lane(flow);
		flow->lanes[base->lane].first = end->base;
	}
	end->lane = base->lane;
	return end->lane;
}

int flow_host_lane(struct flow *flow, unsigned host)
{
	unsigned count = flow->session->host_count;

	if (!host || host > count)
		return -1;
	if (!flow->host_lanes) {
		flow->host_lanes = memory_get((count + 1) * sizeof(*flow->host_lanes));
		memset(flow->host_lanes, -1, (count + 1) * sizeof(*flow->host_lanes));
	}
	if (flow->host_lanes[host] < 0) {
		int lane = flow->host_lanes[host] = new_lane(flow);
		flow->lanes[lane].host = host;
		flow->lanes[lane].started = true;
	}
	return flow->host_lanes[host];
}

bool flow_is_host(const struct flow *flow, int lane)
{
	return lane >= 0 && flow->lanes[lane].host;
}

bool flow_is_peer(const struct flow *flow, int lane)
{
	return lane >= 0 && flow->lanes[lane].first == 0 && !flow->lanes[lane].host;
}

/* Paths of AF_UNIX are the same with and without ./ */
static bool same_address(const struct address *a, const struct address *b)
{
	size_t one, other;

	if (address_equal(a, b))
		return true;
	if (a->length <= sizeof(sa_family_t) || a->any.sa_family != AF_UNIX || b->any.sa_family != AF_UNIX)
		return false;
	const char *path = address_path(a, &one), *with = address_path(b, &other);
	for (; one > 2 && !memcmp(path, "./", 2); one -= 2)
		path += 2;
	for (; other > 2 && !memcmp(with, "./", 2); other -= 2)
		with += 2;
	return one && one == other && path[0] && !memcmp(path, with, one);
}

/* An endpoint that was named by nobody but has that address: a socket of a command that was interrupted. */
static int lane_of_unlinked(struct flow *flow, int number, const struct address *address)
{
	const struct handle *handle = session_handle(flow->session, number);

	for (unsigned i = flow->session->handle_count; address_port(address) > 0 && i > 0; i--) {
		const struct handle *one = session_handle(flow->session, i);
		if (one && (int)i != number && one->host == handle->host && one->type == handle->type &&
		    !one->accepted_from && address_equal(&one->local, address))
			return flow_lane_of(flow, (int)i);
	}
	return -1;
}

/* The peer with the address, or an unnamed one of that handle. */
static int lane_of_address(struct flow *flow, int handle, const struct address *address)
{
	bool named = address && address->length > sizeof(sa_family_t);

	for (unsigned i = 0; i < flow->peer_count; i++) {
		const struct flow_lane *lane = &flow->lanes[flow->peers[i]];
		if (named ? same_address(&lane->address, address) : lane->owner == handle)
			return flow->peers[i];
	}
	if (flow->peer_count == FLOW_PEERS_MOST)
		return -1;
	int lane = named ? lane_of_unlinked(flow, handle, address) : -1;
	if (lane >= 0)
		return lane;
	lane = new_lane(flow);
	flow->peers[flow->peer_count++] = lane;
	flow->lanes[lane].owner = handle;
	if (named)
		flow->lanes[lane].address = *address;
	return lane;
}

const struct handle *flow_bound(const struct flow *flow, const struct handle *handle, const struct address *address)
{
	const struct handle *found = session_bound(flow->session, handle->host, handle->family, handle->type, address);

	return found && found != handle ? found : NULL;
}

/* Were others chosen? Then their peers are not asked for. */
static bool is_hidden(struct flow *flow, int number)
{
	return flow->choosy && !flow->lanes[flow_lane_of(flow, number)].chosen;
}

int flow_peer_lane(struct flow *flow, int number, const struct address *address)
{
	const struct handle *handle = session_handle(flow->session, number);

	if (!handle)
		return -1;
	if (address && address->length <= sizeof(sa_family_t))
		address = NULL; /* of AF_UNIX, without a name */
	if (!address && flow_end(flow, number)->other)
		return flow_lane_of(flow, flow_end(flow, number)->other);
	if (!address && handle->waits_with && flow_end(flow, number)->connects < 2)
		return flow_lane_of(flow, handle->waits_with);
	const struct address *peer = address ? address : flow_peer_now(flow, number);
	if (!peer && (handle->family != AF_UNIX || handle->type == SOCK_DGRAM))
		return -1;
	if (!peer)
		return is_hidden(flow, number) ? -1 : lane_of_address(flow, number, NULL);
	int host = flow_is_host(flow, flow_lane_of(flow, number))
	                   ? flow_host_lane(flow, session_host_of(flow->session, peer))
	                   : -1;
	if (host >= 0)
		return host;
	const struct handle *bound = flow_bound(flow, handle, peer);
	if (bound)
		return flow_lane_of(flow, bound->number);
	if (is_hidden(flow, number))
		return -1;
	return lane_of_address(flow, number, peer);
}

/* Of a chosen one: the other end, and the listener that took it or lets it wait. */
static void note_partners(struct flow *flow, int number)
{
	const struct handle *handle = session_handle(flow->session, number);
	int other = flow_end(flow, number)->other;

	if (!handle || !flow_end(flow, flow_end(flow, number)->base)->chosen)
		return;
	if (other)
		flow_end(flow, other)->partner = flow_end(flow, flow_end(flow, other)->base)->partner = true;
	if (handle->waits_with)
		flow_end(flow, handle->waits_with)->partner = true;
}

/* What was asked for, and in a lab, where sockets share a lane, whom it has to do with. */
void flow_note_chosen(struct flow *flow, const int *handles, unsigned count)
{
	int lane = count ? flow_lane_of(flow, handles[0]) : -1;
	bool one = count > 0;

	flow->choosy = count > 0;
	for (unsigned i = 0; i < count; i++) {
		flow->lanes[flow_lane_of(flow, handles[i])].chosen = true;
		flow_end(flow, flow_end(flow, handles[i])->base)->chosen = true;
		one &= flow_lane_of(flow, handles[i]) == lane;
	}
	for (unsigned i = 0; one && i < flow->session->handle_count; i++)
		note_partners(flow, (int)i + 1);
}

bool flow_is_told(const struct flow *flow, const struct flow_item *item)
{
	if (!flow->choosy || !item->about || !flow_is_host(flow, item->lane))
		return true;
	if (item->about < 0)
		return false;
	const struct flow_end *end = flow_end(flow, item->about);
	return flow_end(flow, end->base)->chosen || end->partner;
}

bool flow_is_shown(const struct flow *flow, const struct flow_item *item)
{
	const struct flow_arrow *arrow = &item->arrow;

	if (item->gone || !flow_is_told(flow, item))
		return false;
	if (item->kind == FLOW_ARROW)
		return flow->lanes[arrow->from].column >= 0 && flow->lanes[arrow->to].column >= 0;
	if (item->lane < 0 || flow->lanes[item->lane].column < 0)
		return false;
	if (item->with >= 0 && flow->lanes[item->with].column < 0)
		return false;
	return flow->focus < 0 || item->lane == flow->focus || item->with == FLOW_ANYBODY || item->with == flow->focus;
}

static void show(struct flow *flow, int lane)
{
	if (lane < 0 || flow->lanes[lane].column >= 0)
		return;
	flow->lanes[lane].column = (int)flow->shown_count;
	flow->shown[flow->shown_count++] = lane;
}

/* Those that had to do with the chosen ones: all when one was chosen, else the peers, whom nobody can name. */
static void show_partners(struct flow *flow)
{
	unsigned chosen = flow->shown_count;

	for (unsigned i = 0; i < flow->item_count; i++) {
		const struct flow_arrow *arrow = &flow->items[i].arrow;
		if (flow->items[i].kind != FLOW_ARROW || !flow_is_told(flow, &flow->items[i]))
			continue;
		bool from = flow->lanes[arrow->from].chosen, to = flow->lanes[arrow->to].chosen;
		int partner = from && !to ? arrow->to : to && !from ? arrow->from : -1;
		if (partner >= 0 && (chosen == 1 || flow_is_peer(flow, partner)))
			show(flow, partner);
	}
}

/* Who opens stands on the left, who serves on the right. */
static bool serves(const struct flow_lane *lane)
{
	return lane->listens || (lane->incoming && !lane->pair);
}

/* Hosts stand as in the lab; peers that open on their left, those that serve on their right. */
static unsigned place_of(const struct flow_lane *lane, unsigned hosts)
{
	return lane->host ? lane->host : serves(lane) ? hosts + 1 : 0;
}

/* Takes as many of these lanes as there are, in this order; the others are not shown. */
static void reorder(struct flow *flow, const int *lanes, unsigned count)
{
	for (unsigned i = 0; i < flow->lane_count; i++)
		flow->lanes[i].column = -1;
	flow->shown_count = 0;
	for (unsigned i = 0; i < count; i++)
		show(flow, lanes[i]);
}

static void order_by_role(struct flow *flow)
{
	int *ordered = memory_get((flow->lane_count + 1) * sizeof(*ordered));
	unsigned count = 0, hosts = flow->session->host_count;

	for (unsigned place = 0; place <= hosts + 1; place++)
		for (unsigned i = 0; i < flow->shown_count; i++)
			if (place_of(&flow->lanes[flow->shown[i]], hosts) == place)
				ordered[count++] = flow->shown[i];
	reorder(flow, ordered, count);
	free(ordered);
}

void flow_choose(struct flow *flow, const int *handles, unsigned count)
{
	flow->shown = memory_zero((flow->lane_count + 1) * sizeof(*flow->shown));
	for (unsigned i = 0; i < count; i++)
		show(flow, flow_lane_of(flow, handles[i]));
	bool as_given = flow->shown_count > 1;
	flow->focus = flow->shown_count == 1 ? flow->shown[0] : -1;
	if (count)
		show_partners(flow);
	else
		for (unsigned i = 0; i < flow->lane_count; i++)
			if (flow->lanes[i].met)
				show(flow, (int)i);
	if (!as_given)
		order_by_role(flow);
}

static void note_row(struct flow *flow, int lane, unsigned row)
{
	if (lane >= 0)
		flow->lanes[lane].newest = row;
}

/* The last row of each lane. */
static void find_newest(struct flow *flow)
{
	for (unsigned i = 0; i < flow->item_count; i++) {
		const struct flow_item *item = &flow->items[i];
		if (!flow_is_shown(flow, item))
			continue;
		note_row(flow, item->lane, i + 1);
		if (item->kind != FLOW_ARROW)
			continue;
		note_row(flow, item->arrow.from, i + 1);
		note_row(flow, item->arrow.to, i + 1);
	}
	note_row(flow, flow->focus, UINT_MAX);
}

/* A lane by its last row. */
struct ranked {
	unsigned newest;
	int lane;
};

static int newest_first(const void *a, const void *b)
{
	const struct ranked *one = a, *other = b;

	if (one->newest != other->newest)
		return one->newest < other->newest ? 1 : -1;
	return one->lane - other->lane;
}

/* The newest, and one that serves: without it the others would have nobody to talk to. */
void flow_limit(struct flow *flow, unsigned most)
{
	unsigned count = 0, server = 0, all = flow->shown_count;

	if (!most || most >= all)
		return;
	struct ranked *places = memory_get(all * sizeof(*places));
	int *kept = memory_get(all * sizeof(*kept));
	find_newest(flow);
	for (unsigned i = 0; i < all; i++)
		places[i] = (struct ranked){flow->lanes[flow->shown[i]].newest, flow->shown[i]};
	qsort(places, all, sizeof(*places), newest_first);
	while (server < all && !serves(&flow->lanes[places[server].lane]))
		server++;
	if (server >= most && server < all)
		places[most - 1] = places[server];
	for (unsigned i = 0; i < flow->lane_count; i++)
		flow->lanes[i].column = -1;
	for (unsigned i = 0; i < most; i++)
		flow->lanes[places[i].lane].column = 0;
	for (unsigned i = 0; i < all; i++)
		if (flow->lanes[flow->shown[i]].column == 0)
			kept[count++] = flow->shown[i];
	reorder(flow, kept, count);
	free(places);
	free(kept);
}

int flow_lane_name(struct buffer *out, const struct flow *flow, int number)
{
	const struct flow_lane *lane = &flow->lanes[number];
	const struct handle *handle = session_handle(flow->session, lane->first ? lane->first : lane->owner);
	size_t length = handle && handle->name ? strlen(handle->name) : 0;

	if (!handle)
		return 0;
	const struct value *named =
		length ? session_get(flow->session, handle->name, length, text_hash(handle->name, length)) : NULL;
	if (named && named->kind == VALUE_HANDLE && named->number == handle->number && length <= NAME_MOST)
		buffer_text(out, handle->name);
	else
		buffer_number(out, handle->number);
	return handle->number;
}

void flow_lane_title(struct buffer *out, const struct flow *flow, int number)
{
	const struct flow_lane *lane = &flow->lanes[number];
	unsigned left = lane->sockets;

	if (lane->host) {
		buffer_text(out, session_host_name(flow->session, lane->host));
		return;
	}
	if (!lane->first) {
		buffer_text(out, lane->answers ? "peer" : "nobody");
		return;
	}
	for (unsigned i = (unsigned)lane->first; left && i <= flow->session->handle_count; i++) {
		const struct handle *handle = session_handle(flow->session, i);
		if (!handle || flow_end(flow, (int)i)->base != lane->first)
			continue;
		if (left < lane->sockets)
			buffer_text(out, ", ");
		session_handle_label(out, handle);
		left--;
		if (out->length > 60) { /* no title is as long: the rest is cut anyway */
			buffer_text(out, left ? ", and more" : "");
			return;
		}
	}
}

void flow_lane_address(struct buffer *out, const struct flow *flow, int number)
{
	const struct flow_lane *lane = &flow->lanes[number];
	const struct handle *handle = session_handle(flow->session, lane->first);
	const struct address *gone = handle ? flow_end(flow, lane->first)->dissolved : NULL;
	const struct address *address = gone ? gone : handle ? &handle->local : &lane->address;
	size_t length = 1;

	if (lane->host) {
		const struct session_host *host = &flow->session->hosts[lane->host - 1];
		bool second = !host->in.length || (lane->in6 && !lane->in);
		address_format_host(out, second ? &host->in6 : &host->in);
		return;
	}
	if (address->length <= sizeof(sa_family_t))
		return;
	if (address->any.sa_family == AF_UNIX)
		address_path(address, &length);
	if (length && address_port(address) != 0)
		address_format(out, address);
}
