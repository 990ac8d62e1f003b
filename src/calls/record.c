/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Noting system calls in the journal.
 */
#include <errno.h>

#include "record.h"

struct call *record_call(struct door *door, struct entry *entry, const char *name, int64_t began, int64_t result)
{
	int error = errno;
	int64_t duration = loop_now() - began;
	struct call *call = entry_call(door->journal, entry, name);
	if (call) {
		call->result = result;
		call->error = result < 0 ? error : 0;
		call->duration = duration;
	}
	errno = error;
	return call;
}

void record_address(struct call *call, const struct address *address)
{
	if (!call)
		return;
	if (address->length < sizeof(address->any.sa_family))
		call_pointer(call, &address->any);
	else
		call_address(call, address);
	call_int(call, address->length);
}

void record_found(struct call *call, const struct address *address)
{
	if (!call)
		return;
	if (call->result < 0 || address->length < sizeof(address->any.sa_family))
		call_pointer(call, &address->any);
	else
		call_address(call, address);
	call_length(call, sizeof(address->storage), call->result < 0 ? sizeof(address->storage) : address->length);
}

enum progress record_outcome(struct entry *entry, int result)
{
	if (result < 0)
		return record_failure(entry, errno);
	entry_result(entry, result);
	return CALL_DONE;
}

enum progress record_failure(struct entry *entry, int error)
{
	entry_fail(entry, error);
	return CALL_FAILED;
}

void record_target(struct entry *entry, const struct address *address)
{
	value_clear(&entry->target);
	entry->target = value_address(address);
}
