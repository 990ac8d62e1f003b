/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LANGUAGE_TYPED_H
#define LANGUAGE_TYPED_H
#include "reader.h"
#include "sosh/address.h"

/* A word as its parameter's place asks: a literal that fits, or an expression whose value will be fitted. NULL after an
 * error. */
struct expr *typed_word(struct reader *reader, const struct param *param, const struct word *word);
/* A bare word as text. */
struct expr *bare_text(struct reader *reader, const struct word *word);
/* Host and port: a literal when both are. NULL after an error. */
struct expr *address_of(struct reader *reader, struct expr *host, struct expr *port);

#endif
