/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAB_AGENT_H
#define LAB_AGENT_H
/*
 * An agent: a thread that lives in a network namespace of its own and does there what it is asked, one thing at a
 * time. Between two askings it sleeps. Descriptors belong to the process: a socket made by an agent is used anywhere.
 */
#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

/* What an agent does: 0 or more, or -1 with errno. It must not wait. */
typedef int agent_task(void *context);

struct agent {
	bool running;
	pid_t id; /* the thread's, gettid(2) */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	agent_task *task; /* NULL: nothing to do */
	void *context;
	int result, error;
	bool ending;
};

/* Starts the thread, still in the namespace of the caller; it receives no signals. 0, or -1 with errno. The agent must
 * not be moved in memory. */
int agent_start(struct agent *agent);
/* Ends the thread. Its namespace goes with its last socket. Nothing happens to one that was not started. */
void agent_end(struct agent *agent);
/* Asks for a task; each agent_ask needs its agent_answer, which waits for the end: the task's result and errno. */
void agent_ask(struct agent *agent, agent_task *task, void *context);
int agent_answer(struct agent *agent);
/* Both. */
int agent_do(struct agent *agent, agent_task *task, void *context);

#endif
