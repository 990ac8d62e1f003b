/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wire's faults: cut, loss, corruption, delay, rate; each direction has its own.
 */
#include "wire_parts.h"

#define TWO_TO_64 18446744073709551616.0

/* What begins the numbers of a direction, see wire.h. */
#define OF_CORRUPTION (UINT64_C(1) << 40)

/* SplitMix64 adds a constant at each step and mixes the sum: any number of the row is as near as the first. */
uint64_t random_number(uint64_t seed, uint64_t n)
{
	uint64_t z = seed + n * UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint64_t direction_seed(uint64_t seed, unsigned from, unsigned to)
{
	return seed + ((uint64_t)from << 32) + to;
}

static bool hits(uint64_t random, double percent)
{
	return (double)random < percent / 100 * TWO_TO_64;
}

/* When the last bit of it is through. */
static int64_t due_time(struct path *path, const struct wire_frame *frame)
{
	int64_t due = frame->time;
	if (path->faults.rate) {
		if (path->busy_until > due)
			due = path->busy_until;
		due += (int64_t)((double)frame->length / (double)path->faults.rate * 1e9);
		path->busy_until = due;
	}
	return due + path->faults.delay;
}

struct verdict path_judge(struct path *path, unsigned from, unsigned to, const struct wire_frame *frame)
{
	const struct wire_faults *faults = &path->faults;
	struct verdict verdict = {.fate = WIRE_CARRIED};
	if (faults->cut)
		return (struct verdict){.fate = WIRE_CUT};
	if (faults->loss > 0) {
		uint64_t random = random_number(direction_seed(faults->loss_seed, from, to), ++path->loss_count);
		if (hits(random, faults->loss))
			return (struct verdict){.fate = WIRE_LOST};
	}
	if (faults->corrupt > 0) {
		uint64_t seed = direction_seed(faults->corrupt_seed, from, to) + OF_CORRUPTION;
		uint64_t random = random_number(seed, ++path->corrupt_count);
		verdict.corrupt = hits(random, faults->corrupt);
		verdict.random = random_number(random, 1);
	}
	if (faults->delay || faults->rate) {
		verdict.fate = WIRE_DELAYED;
		verdict.due = due_time(path, frame);
	}
	return verdict;
}

/* Setting them: each direction that is meant. */

typedef void path_change(struct path *path, const struct wire_faults *faults);

static void change_paths(struct wire *wire, unsigned from, unsigned to, path_change *change,
                         const struct wire_faults *faults)
{
	for (unsigned i = from ? from : 1; i <= (from ? from : wire->count); i++) {
		for (unsigned j = to ? to : 1; j <= (to ? to : wire->count); j++)
			change(&wire->paths[i][j], faults);
	}
}

const struct wire_faults *wire_faults(const struct wire *wire, unsigned from, unsigned to)
{
	return &wire->paths[from][to].faults;
}

static bool is_percentage(double percent)
{
	return percent >= 0 && percent <= 100; /* and a number at all */
}

static void change_loss(struct path *path, const struct wire_faults *faults)
{
	path->faults.loss = faults->loss;
	path->faults.loss_seed = faults->loss_seed;
	path->loss_count = 0;
}

int wire_set_loss(struct wire *wire, unsigned from, unsigned to, double percent, uint64_t seed, struct error *error)
{
	if (!is_percentage(percent))
		return error_set(error, "%g percent cannot be lost: 0 to 100 can", percent);
	change_paths(wire, from, to, change_loss, &(struct wire_faults){.loss = percent, .loss_seed = seed});
	return 0;
}

static void change_corrupt(struct path *path, const struct wire_faults *faults)
{
	path->faults.corrupt = faults->corrupt;
	path->faults.corrupt_seed = faults->corrupt_seed;
	path->corrupt_count = 0;
}

int wire_set_corrupt(struct wire *wire, unsigned from, unsigned to, double percent, uint64_t seed, struct error *error)
{
	if (!is_percentage(percent))
		return error_set(error, "%g percent cannot be corrupted: 0 to 100 can", percent);
	change_paths(wire, from, to, change_corrupt, &(struct wire_faults){.corrupt = percent, .corrupt_seed = seed});
	return 0;
}

static void change_delay(struct path *path, const struct wire_faults *faults)
{
	path->faults.delay = faults->delay;
}

int wire_set_delay(struct wire *wire, unsigned from, unsigned to, double seconds, struct error *error)
{
	if (!(seconds >= 0 && seconds <= 86400))
		return error_set(error, "%g seconds are no delay: 0 to 86400 are", seconds);
	change_paths(wire, from, to, change_delay, &(struct wire_faults){.delay = (int64_t)(seconds * 1e9)});
	return 0;
}

static void change_rate(struct path *path, const struct wire_faults *faults)
{
	path->faults.rate = faults->rate;
	path->busy_until = 0;
}

void wire_set_rate(struct wire *wire, unsigned from, unsigned to, uint64_t rate)
{
	change_paths(wire, from, to, change_rate, &(struct wire_faults){.rate = rate});
}

static void change_cut(struct path *path, const struct wire_faults *faults)
{
	path->faults.cut = faults->cut;
}

void wire_set_cut(struct wire *wire, unsigned from, unsigned to, bool cut)
{
	change_paths(wire, from, to, change_cut, &(struct wire_faults){.cut = cut});
}
