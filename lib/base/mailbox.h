/* lib/base/mailbox.h
 * Messages from any thread to one: the message is moved, nothing is copied, no lock is taken.
 *
 * Thread: mailbox_put() from any; mailbox_take() from the owner only. A mail is embedded in its
 * message and belongs to the sender until mailbox_put(), to the owner of the box afterwards.
 */
#pragma once
#include <stdatomic.h>

#include "base/base.h"

struct mail {
	struct mail *next;
};

struct mailbox {
	_Atomic(struct mail *) newest; /* all-zero is an empty box */
};

/* True: the box was empty, so the owner may be asleep and must be woken. */
bool mailbox_put(struct mailbox *box, struct mail *mail);
/* Everything put so far, oldest first; NULL: nothing. */
struct mail *mailbox_take(struct mailbox *box);
