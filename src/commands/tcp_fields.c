/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fields of TCP_INFO: their units and meanings, in the order of the kernel's structure (linux/tcp.h).
 */
#include "tcp_fields.h"

#include <string.h>

/* clang-format off */
static const struct tcp_field fields[] = {
	{"tcpi_state", "", "the state, by its name in the kernel"},
	{"tcpi_ca_state", "", "what congestion control is at: Open is undisturbed, Loss comes after a timeout"},
	{"tcpi_retransmits", "", "timeouts in a row for the oldest segment without an acknowledgement"},
	{"tcpi_probes", "", "probes in a row without an answer: of a zero window, or of keepalive"},
	{"tcpi_backoff", "", "how often the timeout has been doubled by now"},
	{"tcpi_options", "", "what both ends have agreed on in the handshake"},
	{"tcpi_snd_wscale", "bits", "by how many the peer's window is shifted"},
	{"tcpi_rcv_wscale", "bits", "by how many the own window is shifted"},
	{"tcpi_delivery_rate_app_limited", "", "1: the delivery rate was held down by the program, which sent too little"},
	{"tcpi_fastopen_client_fail", "", "why TCP Fast Open did not work; 0: it was not tried, or it worked"},
	{"tcpi_rto", "us", "the retransmission timeout: how long an acknowledgement may take"},
	{"tcpi_ato", "us", "how long an own acknowledgement may be delayed"},
	{"tcpi_snd_mss", "bytes", "the most data in one segment that is sent"},
	{"tcpi_rcv_mss", "bytes", "the data in one segment that comes, as estimated"},
	{"tcpi_unacked", "segments", "sent and not yet acknowledged"},
	{"tcpi_sacked", "segments", "acknowledged out of order (SACK)"},
	{"tcpi_lost", "segments", "taken for lost"},
	{"tcpi_retrans", "segments", "sent again and not yet acknowledged"},
	{"tcpi_fackets", "segments", "no longer counted by the kernel"},
	{"tcpi_last_data_sent", "ms", "since data was sent last"},
	{"tcpi_last_ack_sent", "ms", "not remembered by the kernel"},
	{"tcpi_last_data_recv", "ms", "since data came last"},
	{"tcpi_last_ack_recv", "ms", "since an acknowledgement came last"},
	{"tcpi_pmtu", "bytes", "the largest packet that the path carries, as far as known"},
	{"tcpi_rcv_ssthresh", "bytes", "how far the window that is offered to the peer may open now"},
	{"tcpi_rtt", "us", "the time from a segment to its acknowledgement, smoothed"},
	{"tcpi_rttvar", "us", "how much that time varies"},
	{"tcpi_snd_ssthresh", "segments", "the congestion window up to which slow start goes on"},
	{"tcpi_snd_cwnd", "segments", "the congestion window: how much may be on its way at once"},
	{"tcpi_advmss", "bytes", "the most data in a segment, as told to the peer"},
	{"tcpi_reordering", "segments", "how far segments may change places before one is taken for lost"},
	{"tcpi_rcv_rtt", "us", "the round trip as the receiver estimates it; 0: not measured"},
	{"tcpi_rcv_space", "bytes", "what the program reads in a round trip: the receive buffer grows with it"},
	{"tcpi_total_retrans", "segments", "sent again since the connection began"},
	{"tcpi_pacing_rate", "bytes/s", "how fast segments are let out"},
	{"tcpi_max_pacing_rate", "bytes/s", "the limit of that rate (SO_MAX_PACING_RATE)"},
	{"tcpi_bytes_acked", "bytes", "acknowledged by the peer; the SYN counts as one"},
	{"tcpi_bytes_received", "bytes", "that have come in order; the FIN counts as one"},
	{"tcpi_segs_out", "segments", "sent, with and without data"},
	{"tcpi_segs_in", "segments", "that have come, with and without data"},
	{"tcpi_notsent_bytes", "bytes", "in the send buffer and not yet sent"},
	{"tcpi_min_rtt", "us", "the shortest round trip seen"},
	{"tcpi_data_segs_in", "segments", "that have come with data"},
	{"tcpi_data_segs_out", "segments", "sent with data"},
	{"tcpi_delivery_rate", "bytes/s", "how fast data reached the peer lately"},
	{"tcpi_busy_time", "us", "the time with data on its way"},
	{"tcpi_rwnd_limited", "us", "the time held up by the peer's window"},
	{"tcpi_sndbuf_limited", "us", "the time held up by the own send buffer"},
	{"tcpi_delivered", "segments", "that have reached the peer; the SYN counts as one"},
	{"tcpi_delivered_ce", "segments", "of those, marked by a router as meeting congestion (ECN)"},
	{"tcpi_bytes_sent", "bytes", "of data sent, those sent again too"},
	{"tcpi_bytes_retrans", "bytes", "of data sent again"},
	{"tcpi_dsack_dups", "segments", "sent again in vain: the peer had them"},
	{"tcpi_reord_seen", "", "how often segments were seen to have changed places"},
	{"tcpi_rcv_ooopack", "segments", "that came out of order"},
	{"tcpi_snd_wnd", "bytes", "the window that the peer offers: how much it takes now"},
};
/* clang-format on */

#define FIELD_COUNT (sizeof(fields) / sizeof(*fields))
#define NO_THRESH   0x7fffffff
#define NO_MIN_RTT  0xffffffff

const struct tcp_field *tcp_field_at(unsigned index)
{
	return index < FIELD_COUNT ? &fields[index] : NULL;
}

const struct tcp_field *tcp_field_find(const char *name)
{
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

static void format_options(struct buffer *out, int64_t bits)
{
	static const char *const names[] = {"timestamps", "SACK",     "wscale",   "ECN",
	                                    "ECN seen",   "SYN data", "us clock", "Fast Open"};
	bool any = false;

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (bits >> i & 1) {
			buffer_format(out, "%s%s", any ? ", " : "", names[i]);
			any = true;
		}
	if (!any)
		buffer_text(out, "none");
}

static void format_congestion(struct buffer *out, int64_t state)
{
	static const char *const names[] = {"Open", "Disorder", "CWR", "Recovery", "Loss"};

	if (state >= 0 && (size_t)state < sizeof(names) / sizeof(*names))
		buffer_text(out, names[state]);
	else
		buffer_number(out, state);
}

/* Numbers that stand for "none". */
static const char *without_limit(const struct tcp_field *field, int64_t number)
{
	if (!strcmp(field->name, "tcpi_snd_ssthresh") && number == NO_THRESH)
		return "no limit yet";
	if (!strcmp(field->unit, "bytes/s") && number < 0)
		return "no limit";
	if (!strcmp(field->name, "tcpi_min_rtt") && number == NO_MIN_RTT)
		return "not measured";
	return NULL;
}

void tcp_field_format(struct buffer *out, const struct tcp_field *field, const struct value *value)
{
	if (value->kind != VALUE_NUMBER) {
		value_format(out, value);
		return;
	}
	const char *limit = without_limit(field, value->number);
	if (limit)
		buffer_text(out, limit);
	else if (!strcmp(field->name, "tcpi_options"))
		format_options(out, value->number);
	else if (!strcmp(field->name, "tcpi_ca_state"))
		format_congestion(out, value->number);
	else if (!strcmp(field->unit, "us"))
		buffer_format(out, "%.3f ms", (double)value->number / 1000);
	else
		buffer_format(out, "%lld%s%s", (long long)value->number, *field->unit ? " " : "", field->unit);
}
