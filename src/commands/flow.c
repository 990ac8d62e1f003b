/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow: the session as a sequence diagram. */
#include "flow.h"

#include <stdlib.h>

#include "sosh/memory.h"

/* The handles that were named, each once; NULL and a complaint when there is none of a number. */
static int *named_handles(struct run *run, unsigned *count)
{
	const struct list *list = run->arguments[0].kind == VALUE_LIST ? run->arguments[0].list : NULL;
	int *handles = memory_zero(((list ? list->count : 0) + 1) * sizeof(*handles));

	*count = 0;
	for (unsigned i = 0; list && i < list->count; i++) {
		int64_t number = list->items[i].value.number;
		if (session_handle(&run->engine->session, number)) {
			handles[(*count)++] = (int)number;
			continue;
		}
		run_refuse(run, "there is no handle %lld; sockets lists them", (long long)number);
		free(handles);
		return NULL;
	}
	return handles;
}

enum progress start_flow(struct run *run)
{
	struct engine *engine = run->engine;
	struct view_style page = run_page(run);
	unsigned count;
	int *handles = named_handles(run, &count);
	struct buffer text;

	if (!handles)
		return CALL_FAILED;
	buffer_init(&text);
	run->entry->table = view_flow(&text, &engine->session, &engine->journal, handles, count, &page);
	free(handles);
	while (text.length && text.bytes[text.length - 1] == '\n')
		text.bytes[--text.length] = 0;
	run->entry->tail = memory_copy(buffer_string(&text), text.length);
	run->entry->plain = run->entry->drawn = true;
	entry_result(run->entry, run->entry->table.list->count);
	buffer_clear(&text);
	return CALL_DONE;
}
