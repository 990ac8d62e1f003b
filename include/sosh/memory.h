/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_MEMORY_H
#define SOSH_MEMORY_H
/*
 * Memory that is there or the program ends: for the small pieces of the shell itself.
 * A size that a user asked for (the room of a recv) goes through malloc, whose NULL is a result.
 */
#include <stddef.h>

void *memory_get(size_t size);                       /* never NULL; not zeroed */
void *memory_zero(size_t size);                      /* never NULL; zeroed */
void *memory_resize(void *old, size_t size);         /* never NULL; realloc's rules */
char *memory_copy(const char *bytes, size_t length); /* never NULL; a NUL is added; free() it */
/*
 * A block of MEMORY_PAGES that will be filled soon. Its pages are there at once where the kernel can do that: one by
 * one, at their first touch, each costs as much as a short system call. free() it.
 */
#define MEMORY_PAGES ((size_t)1 << 20)
void *memory_pages(void); /* never NULL; zeroed */
/* Zeroes some hundred bytes, by a call: what compilers put in its place (rep stos) is slow to begin. */
void memory_wipe(void *bytes, size_t size);

#endif
