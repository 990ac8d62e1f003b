/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs: what they wait for, what they gave, and who waits for them. */
#include <stdlib.h>
#include <string.h>

#include "run.h"
#include "sosh/memory.h"

struct run *job_run(const struct engine *engine, int64_t number)
{
	return number >= 1 && number <= (int64_t)engine->job_count ? engine->jobs[number - 1] : NULL;
}

void outcome_take(struct outcome *outcome, const struct entry *entry)
{
	outcome_clear(outcome);
	outcome->has_value = entry->has_value;
	outcome->has_data = entry->has_data;
	outcome->refused = entry->refused;
	outcome->value = value_keep(entry->value);
	outcome->data = value_keep(entry->data);
	outcome->address = value_keep(entry->address);
	outcome->result = entry->result;
	outcome->error = entry->error;
	outcome->handle = entry->handle;
	outcome->given = entry->given;
	if (entry->explanation)
		outcome->explanation = memory_copy(entry->explanation, strlen(entry->explanation));
	if (entry->refused) {
		outcome->problem = memory_get(sizeof(*outcome->problem));
		*outcome->problem = *entry->problem;
	}
}

void outcome_clear(struct outcome *outcome)
{
	value_clear(&outcome->value);
	value_clear(&outcome->data);
	value_clear(&outcome->address);
	free(outcome->explanation);
	free(outcome->problem);
	memset(outcome, 0, sizeof(*outcome));
}

void job_outcome(struct run *run)
{
	struct entry *entry = run->entry;

	if (!run->waits_for) {
		entry_result(entry, 0);
		return;
	}
	const struct outcome *outcome = &run->waits_for->outcome;
	value_clear(&entry->value);
	value_clear(&entry->data);
	value_clear(&entry->address);
	entry->has_value = outcome->has_value;
	entry->value = value_keep(outcome->value);
	entry->has_data = outcome->has_data;
	entry->data = value_keep(outcome->data);
	entry->address = value_keep(outcome->address);
	entry->result = outcome->result;
	entry->error = outcome->error;
	entry->handle = outcome->handle;
	entry->given = outcome->given;
	if (outcome->explanation)
		entry->explanation = memory_copy(outcome->explanation, strlen(outcome->explanation));
	if (outcome->problem)
		entry_refuse(entry, "%s", outcome->problem->text);
}

unsigned jobs_to_wait_for(const struct engine *engine, const struct run *but)
{
	unsigned count = 0;

	for (const struct run *run = engine->waiting; run; run = run->next)
		if (run->job && run != but && !run->waits_for && !run->waits_for_all)
			count++;
	return count;
}

void engine_each_job(const struct engine *engine, void (*each)(int number, const struct entry *entry, void *context),
                     void *context)
{
	for (const struct run *run = engine->waiting; run; run = run->next)
		if (run->job)
			each(run->job, run->entry, context);
}
