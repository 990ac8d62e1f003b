/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_DESCRIPTOR_H
#define SOSH_DESCRIPTOR_H
/*
 * A descriptor of the shell's own, out of the way of the user's: the kernel hands out the lowest free number,
 * and what a person sees of that must not depend on what the shell has open itself.
 */

/* The shell's own descriptors have numbers from this up, where the limit (RLIMIT_NOFILE) allows it. */
#define DESCRIPTOR_OWN 1000

/*
 * Moves a descriptor to a high number (close-on-exec) and closes the old one; where that is not possible, leaves it
 * as it is. Returns its number. A negative one is returned as it is, errno untouched.
 */
int descriptor_raise(int fd);

#endif
