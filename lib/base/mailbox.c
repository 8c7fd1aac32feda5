/* lib/base/mailbox.c
 * A stack that senders push to and the owner empties in one exchange, so no element is ever popped
 * alone and the ABA problem cannot arise.
 */
#include "base/mailbox.h"

bool mailbox_put(struct mailbox *box, struct mail *mail)
{
	struct mail *newest = atomic_load_explicit(&box->newest, memory_order_relaxed);

	do
		mail->next = newest;
	while (!atomic_compare_exchange_weak_explicit(&box->newest, &newest, mail,
						      memory_order_release, memory_order_relaxed));
	/* Not mail->next: the owner may have taken and freed the mail by now. */
	return newest == NULL;
}

struct mail *mailbox_take(struct mailbox *box)
{
	struct mail *m = atomic_exchange_explicit(&box->newest, NULL, memory_order_acquire);
	struct mail *oldest = NULL;

	while (m != NULL) {
		struct mail *next = m->next;

		m->next = oldest;
		oldest = m;
		m = next;
	}
	return oldest;
}
