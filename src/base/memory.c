/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory that is there or the program ends: the one place that may abort.
 */
#include "sosh/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LARGEST_PAGE ((size_t)65536) /* madvise's address begins a page; so large they are on some machines */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

static _Noreturn void out_of_memory(void)
{
	static const char message[] = "sosh: out of memory\n";
	ssize_t written = write(STDERR_FILENO, message, sizeof(message) - 1);
	(void)written;
	abort();
}

/* malloc(0) may give NULL, which here would mean that memory has run out. */
static size_t at_least_one(size_t size)
{
	return size ? size : 1;
}

void *memory_get(size_t size)
{
	void *memory = malloc(at_least_one(size));
	if (!memory)
		out_of_memory();
	return memory;
}

void *memory_zero(size_t size)
{
	void *memory = calloc(1, at_least_one(size));
	if (!memory)
		out_of_memory();
	return memory;
}

void *memory_resize(void *old, size_t size)
{
	void *memory = realloc(old, at_least_one(size));
	if (!memory)
		out_of_memory();
	return memory;
}

char *memory_copy(const char *bytes, size_t length)
{
	if (length == SIZE_MAX)
		out_of_memory();
	char *copy = memory_get(length + 1);
	if (length)
		memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}

void *memory_pages(void)
{
	char *memory = memory_zero(MEMORY_PAGES); /* so much comes from the kernel, which has zeroed it */
	char *page = memory + (LARGEST_PAGE - (uintptr_t)memory % LARGEST_PAGE);
	madvise(page, MEMORY_PAGES - LARGEST_PAGE, MADV_POPULATE_WRITE); /* an older kernel knows no such advice */
	return memory;
}

void memory_wipe(void *bytes, size_t size)
{
	__asm__("" : "+r"(size)); /* a size that the compiler does not know is left to the C library */
	memset(bytes, 0, size);
}
