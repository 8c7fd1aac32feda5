/* tests/unit/test_slab.c */
#include <stdlib.h>

#include "base/slab.h"
#include "test.h"

enum { LOOP = 5, MANY = 5000 };

struct thing {
	uint64_t value;
	char rest[40];
};

TEST(what_was_taken_is_found_by_its_id_until_it_is_given_back)
{
	struct slab s;
	struct thing *thing;
	struct id id, other_loop;

	slab_init(&s, sizeof(*thing), LOOP, 10);
	thing = slab_take(&s, &id);
	CHECK(thing != NULL && thing->value == 0);
	CHECK_INT(id_loop(id), LOOP);
	CHECK(slab_find(&s, id) == thing);
	other_loop = id_make(LOOP + 1, id_slot(id), id_generation(id));
	CHECK(slab_find(&s, other_loop) == NULL);
	CHECK(slab_find(&s, ID_NONE) == NULL);
	slab_give(&s, id);
	CHECK(slab_find(&s, id) == NULL);
	CHECK_INT(s.count, 0);
	slab_give(&s, id); /* twice is harmless */
	CHECK_INT(s.count, 0);
	slab_fini(&s);
}

TEST(the_next_tenant_of_a_slot_is_clean_and_has_another_id)
{
	struct slab s;
	struct thing *first, *second;
	struct id a, b;

	slab_init(&s, sizeof(*first), LOOP, 10);
	first = slab_take(&s, &a);
	first->value = 7;
	slab_give(&s, a);
	second = slab_take(&s, &b);
	CHECK(first == second); /* last freed, first used */
	CHECK(second->value == 0);
	CHECK(!id_eq(a, b));
	CHECK(slab_find(&s, a) == NULL);
	CHECK(slab_find(&s, b) == second);
	slab_fini(&s);
}

TEST(a_full_slab_takes_nothing_more_until_something_is_given_back)
{
	struct slab s;
	struct id ids[3], more;

	slab_init(&s, 1, LOOP, 3);
	for (int i = 0; i < 3; i++)
		CHECK(slab_take(&s, &ids[i]) != NULL);
	CHECK(slab_take(&s, &more) == NULL);
	slab_give(&s, ids[1]);
	CHECK(slab_take(&s, &more) != NULL);
	slab_fini(&s);
}

TEST(things_stay_where_they_are_while_the_slab_grows)
{
	static struct thing *things[MANY];
	static struct id ids[MANY];
	struct slab s;

	slab_init(&s, sizeof(struct thing), LOOP, MANY);
	for (uint64_t i = 0; i < MANY; i++) {
		things[i] = slab_take(&s, &ids[i]);
		CHECK(things[i] != NULL);
		CHECK_INT((uintptr_t)things[i] % _Alignof(max_align_t), 0);
		things[i]->value = i;
	}
	for (uint64_t i = 0; i < MANY; i++) {
		CHECK(slab_find(&s, ids[i]) == things[i]);
		CHECK_INT(things[i]->value, i);
	}
	slab_fini(&s);
}

TEST(a_walk_sees_each_once_while_others_come_and_go)
{
	struct slab s;
	struct id ids[300], id;
	uint32_t at = 0, seen = 0;

	slab_init(&s, sizeof(struct thing), LOOP, 1000);
	for (int i = 0; i < 300; i++)
		slab_take(&s, &ids[i]);
	for (int i = 0; i < 300; i += 3)
		slab_give(&s, ids[i]);
	while (slab_next(&s, &at, &id) != NULL) {
		CHECK(id_slot(id) % 3 != 0);
		seen++;
		slab_give(&s, id);
	}
	CHECK_INT(seen, 200);
	CHECK_INT(s.count, 0);
	slab_fini(&s);
}

/* A model: an array of what must be in there. */
TEST(random_takes_and_gives_agree_with_a_plain_array)
{
	static struct id live[256], gone[256];
	uint32_t count = 0, gone_count = 0;
	struct slab s;

	srand(1);
	slab_init(&s, sizeof(struct thing), LOOP, 256);
	for (uint64_t step = 1; step < 100000; step++) {
		if (rand() % 2 && count < 256) {
			struct thing *thing = slab_take(&s, &live[count]);

			CHECK(thing != NULL);
			thing->value = live[count++].v;
		} else if (count > 0) {
			uint32_t which = (uint32_t)rand() % count;

			gone[gone_count++ % 256] = live[which];
			slab_give(&s, live[which]);
			live[which] = live[--count];
		}
		CHECK_INT(s.count, count);
		if (count > 0) {
			struct id id = live[(uint32_t)rand() % count];
			const struct thing *thing = slab_find(&s, id);

			CHECK(thing != NULL && thing->value == id.v);
		}
		if (gone_count > 0)
			CHECK(slab_find(&s, gone[(uint32_t)rand() %
						 (gone_count < 256 ? gone_count : 256)]) == NULL);
	}
	slab_fini(&s);
}
