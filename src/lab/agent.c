/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Agents: threads, because a network namespace belongs to a thread.
 */
#include "agent.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#define STACK_SIZE ((size_t)256 << 10) /* enough for getaddrinfo(3); only what is used of it takes memory */

static void *live(void *context)
{
	struct agent *agent = context;
	pthread_mutex_lock(&agent->lock);
	agent->id = gettid();
	while (!agent->ending) {
		if (agent->task) {
			errno = 0;
			agent->result = agent->task(agent->context);
			agent->error = errno;
			agent->task = NULL;
			pthread_cond_signal(&agent->changed);
		}
		while (!agent->task && !agent->ending)
			pthread_cond_wait(&agent->changed, &agent->lock);
	}
	pthread_mutex_unlock(&agent->lock);
	return NULL;
}

/* With every signal blocked, which a thread inherits. 0, or an error number. */
static int create(struct agent *agent, const pthread_attr_t *attributes)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&agent->thread, attributes, live, agent);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

int agent_start(struct agent *agent)
{
	pthread_attr_t attributes;
	*agent = (struct agent){0};
	int error = pthread_attr_init(&attributes);
	if (error == 0) {
		pthread_attr_setstacksize(&attributes, STACK_SIZE);
		pthread_mutex_init(&agent->lock, NULL);
		pthread_cond_init(&agent->changed, NULL);
		error = create(agent, &attributes);
		pthread_attr_destroy(&attributes);
	}
	agent->running = error == 0;
	errno = error;
	return error == 0 ? 0 : -1;
}

void agent_end(struct agent *agent)
{
	if (!agent->running)
		return;
	pthread_mutex_lock(&agent->lock);
	agent->ending = true;
	pthread_cond_signal(&agent->changed);
	pthread_mutex_unlock(&agent->lock);
	pthread_join(agent->thread, NULL);
	pthread_cond_destroy(&agent->changed);
	pthread_mutex_destroy(&agent->lock);
	agent->running = false;
}

void agent_ask(struct agent *agent, agent_task *task, void *context)
{
	pthread_mutex_lock(&agent->lock);
	agent->context = context;
	agent->task = task;
	pthread_cond_signal(&agent->changed);
	pthread_mutex_unlock(&agent->lock);
}

int agent_answer(struct agent *agent)
{
	pthread_mutex_lock(&agent->lock);
	while (agent->task)
		pthread_cond_wait(&agent->changed, &agent->lock);
	int result = agent->result;
	int error = agent->error;
	pthread_mutex_unlock(&agent->lock);
	errno = error;
	return result;
}

int agent_do(struct agent *agent, agent_task *task, void *context)
{
	agent_ask(agent, task, context);
	return agent_answer(agent);
}
