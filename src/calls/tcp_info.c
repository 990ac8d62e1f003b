/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TCP_INFO by fields. The structure is linux/tcp.h's, which cannot be included beside netinet/tcp.h. */
#include "tcp_info.h"

#include <linux/tcp.h>
#include <string.h>

/* The fields in order, each with how many bytes the kernel must have filled for it. */
#define FIELDS(FIELD, BITS)                                                                                            \
	FIELD(tcpi_ca_state)                                                                                           \
	FIELD(tcpi_retransmits)                                                                                        \
	FIELD(tcpi_probes)                                                                                             \
	FIELD(tcpi_backoff)                                                                                            \
	FIELD(tcpi_options)                                                                                            \
	BITS(tcpi_snd_wscale)                                                                                          \
	BITS(tcpi_rcv_wscale)                                                                                          \
	BITS(tcpi_delivery_rate_app_limited)                                                                           \
	BITS(tcpi_fastopen_client_fail)                                                                                \
	FIELD(tcpi_rto)                                                                                                \
	FIELD(tcpi_ato)                                                                                                \
	FIELD(tcpi_snd_mss)                                                                                            \
	FIELD(tcpi_rcv_mss)                                                                                            \
	FIELD(tcpi_unacked)                                                                                            \
	FIELD(tcpi_sacked)                                                                                             \
	FIELD(tcpi_lost)                                                                                               \
	FIELD(tcpi_retrans)                                                                                            \
	FIELD(tcpi_fackets)                                                                                            \
	FIELD(tcpi_last_data_sent)                                                                                     \
	FIELD(tcpi_last_ack_sent)                                                                                      \
	FIELD(tcpi_last_data_recv)                                                                                     \
	FIELD(tcpi_last_ack_recv)                                                                                      \
	FIELD(tcpi_pmtu)                                                                                               \
	FIELD(tcpi_rcv_ssthresh)                                                                                       \
	FIELD(tcpi_rtt)                                                                                                \
	FIELD(tcpi_rttvar)                                                                                             \
	FIELD(tcpi_snd_ssthresh)                                                                                       \
	FIELD(tcpi_snd_cwnd)                                                                                           \
	FIELD(tcpi_advmss)                                                                                             \
	FIELD(tcpi_reordering)                                                                                         \
	FIELD(tcpi_rcv_rtt)                                                                                            \
	FIELD(tcpi_rcv_space)                                                                                          \
	FIELD(tcpi_total_retrans)                                                                                      \
	FIELD(tcpi_pacing_rate)                                                                                        \
	FIELD(tcpi_max_pacing_rate)                                                                                    \
	FIELD(tcpi_bytes_acked)                                                                                        \
	FIELD(tcpi_bytes_received)                                                                                     \
	FIELD(tcpi_segs_out)                                                                                           \
	FIELD(tcpi_segs_in)                                                                                            \
	FIELD(tcpi_notsent_bytes)                                                                                      \
	FIELD(tcpi_min_rtt)                                                                                            \
	FIELD(tcpi_data_segs_in)                                                                                       \
	FIELD(tcpi_data_segs_out)                                                                                      \
	FIELD(tcpi_delivery_rate)                                                                                      \
	FIELD(tcpi_busy_time)                                                                                          \
	FIELD(tcpi_rwnd_limited)                                                                                       \
	FIELD(tcpi_sndbuf_limited)                                                                                     \
	FIELD(tcpi_delivered)                                                                                          \
	FIELD(tcpi_delivered_ce)                                                                                       \
	FIELD(tcpi_bytes_sent)                                                                                         \
	FIELD(tcpi_bytes_retrans)                                                                                      \
	FIELD(tcpi_dsack_dups)                                                                                         \
	FIELD(tcpi_reord_seen)                                                                                         \
	FIELD(tcpi_rcv_ooopack)                                                                                        \
	FIELD(tcpi_snd_wnd)

/* The kernel's own names of the states, as the C constants have them. */
static struct value state_word(unsigned state)
{
	static const char *const names[] = {NULL,
	                                    "TCP_ESTABLISHED",
	                                    "TCP_SYN_SENT",
	                                    "TCP_SYN_RECV",
	                                    "TCP_FIN_WAIT1",
	                                    "TCP_FIN_WAIT2",
	                                    "TCP_TIME_WAIT",
	                                    "TCP_CLOSE",
	                                    "TCP_CLOSE_WAIT",
	                                    "TCP_LAST_ACK",
	                                    "TCP_LISTEN",
	                                    "TCP_CLOSING"};

	if (state < sizeof(names) / sizeof(*names) && names[state])
		return value_word(names[state]);
	return value_number(state);
}

struct value tcp_info_value(const void *bytes, size_t length)
{
	/* the bit fields lie before tcpi_rto */
#define FIELD(name) {#name, (int64_t)info.name, offsetof(struct tcp_info, name) + sizeof(info.name)},
#define BITS(name)  {#name, (int64_t)info.name, offsetof(struct tcp_info, tcpi_rto)},
	struct tcp_info info = {0};
	memcpy(&info, bytes, length < sizeof(info) ? length : sizeof(info));
	const struct {
		const char *name;
		int64_t number;
		size_t end;
	} fields[] = {FIELDS(FIELD, BITS)};
	unsigned count = 0, all = sizeof(fields) / sizeof(*fields);

	while (count < all && fields[count].end <= length)
		count++;
	struct value value = value_struct(count + 1);
	value.list->items[0] = (struct item){"tcpi_state", state_word(info.tcpi_state)};
	for (unsigned i = 0; i < count; i++)
		value.list->items[i + 1] = (struct item){fields[i].name, value_number(fields[i].number)};
	return value;
}
