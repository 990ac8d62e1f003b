/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The timers of TCP connections in words.
 */
#include "timers.h"

const struct timer_text *timer_text(enum watch_timer timer)
{
	static const struct timer_text texts[] = {
		[TIMER_RETRANSMIT] = {"retransmit", "what is not acknowledged by then is sent again",
	                              "until it is sent again"},
		[TIMER_KEEPALIVE] = {"keepalive", "if nothing comes until then, the peer is asked for a sign of life",
	                             "until the peer is asked for a sign of life"},
		[TIMER_TIME_WAIT] = {"forgotten", "then the kernel forgets the connection", "left"},
		[TIMER_PROBE] = {"probe", "the peer's window is shut; then it is asked again",
	                         "until the peer's window is asked for again"},
	};

	return timer == TIMER_NONE ? 0 : &texts[timer];
}
