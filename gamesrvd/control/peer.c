/* gamesrvd/control/peer.c */
#include "gamesrvd/control/peer.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/time.h"
#include "gamesrvd/loop/thread.h"

enum { CACHE_SIZE = 64, CACHE_US = 60 * 1000000, GROUPS_MAX = 1024 };

struct cached {
	uid_t uid;
	char name[64];
	int64_t until_us; /* 0: free */
};

struct peers {
	struct thread *control, *names;
	peer_known_fn *known;
	void *ctx;
	uid_t self;
	_Atomic gid_t readers; /* written by the names thread */
	struct cached cache[CACHE_SIZE];
};

struct question {
	struct task task;
	struct peers *peers;
	uint64_t tag;
	struct op_peer peer;
	enum peer_role role;
};

gid_t peer_readers_group(void)
{
	char space[16384];
	struct group entry, *found = NULL;

	if (getgrnam_r(PEER_READERS, &entry, space, sizeof(space), &found) != 0 || found == NULL)
		return (gid_t)-1;
	return found->gr_gid;
}

static void look_up_name(uid_t uid, char name[64])
{
	char space[16384];
	struct passwd entry, *found = NULL;

	if (getpwuid_r(uid, &entry, space, sizeof(space), &found) == 0 && found != NULL)
		snprintf(name, 64, "%s", found->pw_name);
	else
		snprintf(name, 64, "%u", (unsigned)uid);
}

static void remember(struct peers *p, uid_t uid, const char *name, int64_t until_us)
{
	struct cached *oldest = &p->cache[0];

	for (struct cached *c = p->cache; c < p->cache + CACHE_SIZE; c++) {
		if (c->until_us != 0 && c->uid == uid) {
			oldest = c;
			break;
		}
		if (c->until_us < oldest->until_us)
			oldest = c;
	}
	oldest->uid = uid;
	oldest->until_us = until_us;
	snprintf(oldest->name, sizeof(oldest->name), "%s", name);
}

static const char *remembered(const struct peers *p, uid_t uid)
{
	int64_t now = time_mono_us();

	for (const struct cached *c = p->cache; c < p->cache + CACHE_SIZE; c++) {
		if (c->uid == uid && c->until_us > now)
			return c->name;
	}
	return NULL;
}

static bool in_groups(int fd, gid_t group)
{
	gid_t groups[GROUPS_MAX];
	socklen_t size = sizeof(groups);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		return false;
	for (size_t i = 0; i < size / sizeof(groups[0]); i++) {
		if (groups[i] == group)
			return true;
	}
	return false;
}

static enum peer_role role_of(const struct peers *p, int fd, const struct ucred *cred)
{
	gid_t readers = atomic_load_explicit(&p->readers, memory_order_relaxed);

	if (cred->uid == 0 || cred->uid == p->self)
		return PEER_WRITER;
	if (readers != (gid_t)-1 && (cred->gid == readers || in_groups(fd, readers)))
		return PEER_READER;
	return PEER_STRANGER;
}

static void take_answer(struct task *task)
{
	struct question *q = CONTAINER_OF(task, struct question, task);
	struct peers *p = q->peers;

	remember(p, q->peer.uid, q->peer.name, time_mono_us() + CACHE_US);
	p->known(p->ctx, q->tag, &q->peer, q->role);
	free(q);
}

static void look_up(struct task *task)
{
	struct question *q = CONTAINER_OF(task, struct question, task);

	look_up_name(q->peer.uid, q->peer.name);
	/* The group may have been made after the daemon started. */
	atomic_store_explicit(&q->peers->readers, peer_readers_group(), memory_order_relaxed);
	q->task.run = take_answer;
	thread_send(q->peers->control, &q->task);
}

int peers_ask(struct peers *p, int fd, uint64_t tag, struct op_peer *peer, enum peer_role *role)
{
	struct ucred cred = {0};
	socklen_t size = sizeof(cred);
	struct question *q;
	const char *name;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) < 0)
		return -errno;
	if (size != sizeof(cred) || cred.uid == (uid_t)-1)
		return -EPERM;
	*role = role_of(p, fd, &cred);
	*peer = (struct op_peer){
		.uid = cred.uid, .pid = cred.pid, .may = *role == PEER_WRITER ? OP_WRITE : OP_READ};
	name = remembered(p, cred.uid);
	if (name != NULL) {
		snprintf(peer->name, sizeof(peer->name), "%s", name);
		return 0;
	}
	q = calloc(1, sizeof(*q));
	if (q == NULL)
		return -ENOMEM;
	*q = (struct question){{.run = look_up}, p, tag, *peer, *role};
	thread_send(p->names, &q->task);
	return 1;
}

struct peers *peers_open(struct thread *control, peer_known_fn *known, void *ctx)
{
	struct peers *p = calloc(1, sizeof(*p));
	char name[64];

	if (p == NULL)
		return NULL;
	p->control = control;
	p->known = known;
	p->ctx = ctx;
	p->self = geteuid();
	p->readers = peer_readers_group();
	/* Those who act most never wait for a look-up. */
	look_up_name(p->self, name);
	remember(p, p->self, name, INT64_MAX);
	look_up_name(0, name);
	remember(p, 0, name, INT64_MAX);
	p->names = thread_start("names");
	if (p->names == NULL) {
		free(p);
		return NULL;
	}
	return p;
}

void peers_close(struct peers *p)
{
	if (p == NULL)
		return;
	thread_stop(p->names);
	free(p);
}
