/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom to ask: sock_diag(7) of this network namespace, or of a host of the lab.
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

struct netlink *ask_on(struct watch *watch, unsigned host)
{
	if (host > 0 && host <= watch->elsewhere_count)
		return &watch->elsewhere[host - 1];
	return ask_is_open(watch) ? &watch->diag : NULL;
}

void ask_again(struct watch *watch, struct netlink *diag)
{
	int error = errno;
	if (diag == &watch->diag)
		netlink_close(diag);
	errno = error;
}

int ask_pair(struct watch *watch, unsigned host, const struct address *local, const struct address *peer,
             uint64_t cookie, struct watch_fact *fact)
{
	struct netlink *diag = ask_on(watch, host);
	return diag ? diag_ask(diag, local, peer, cookie, fact) : -1;
}

int ask_pair_anywhere(struct watch *watch, const struct address *local, const struct address *peer,
                      struct watch_fact *fact)
{
	int found = ask_pair(watch, watch->host, local, peer, 0, fact);
	bool here = watch->host > 0 || watch_is_everyones_address(local) || watch_is_everyones_address(peer);
	for (unsigned i = 0; !here && found == 0 && i < watch->elsewhere_count; i++)
		found = ask_pair(watch, i + 1, local, peer, 0, fact);
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
	       ask_pair(watch, handle->host, &local, &handle->peer, handle->cookie, fact) > 0 &&
	       fact->state == STATE_TIME_WAIT;
}
