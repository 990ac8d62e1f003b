/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom to ask: sock_diag(7) of this network namespace, then of the others.
 */
#include "ask.h"

#include <errno.h>
#include <linux/netlink.h>

#include "diag.h"

bool ask_is_open(struct watch *watch)
{
	if (watch->no_diag) {
		watch->missed = true;
		return false;
	}
	if (watch->diag.socket)
		return true;
	if (netlink_open(&watch->diag, NETLINK_SOCK_DIAG) == 0)
		return true;
	watch->no_diag = errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
	watch->missed |= watch->no_diag;
	return false;
}

void ask_again(struct watch *watch)
{
	int error = errno;
	netlink_close(&watch->diag);
	errno = error;
}

int ask_pair(struct watch *watch, const struct address *local, const struct address *peer, uint64_t cookie,
             struct watch_fact *fact)
{
	if (!ask_is_open(watch))
		return -1;
	int found = diag_ask(&watch->diag, local, peer, cookie, fact);
	for (unsigned i = 0; found == 0 && i < watch->elsewhere_count; i++)
		found = diag_ask(&watch->elsewhere[i], local, peer, cookie, fact);
	return found;
}

bool ask_remains(struct watch *watch, const struct handle *handle, struct watch_fact *fact)
{
	struct address local = handle->local;
	if (!handle->peer.length)
		return false;
	if (!local.length)
		ask_name(handle->fd, false, &local);
	return diag_is_pair(&local, &handle->peer) &&
	       ask_pair(watch, &local, &handle->peer, handle->cookie, fact) > 0 && fact->state == STATE_TIME_WAIT;
}
