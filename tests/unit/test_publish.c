/* tests/unit/test_publish.c */
#include "conf/publish.h"
#include "test.h"

static int freed;

static void count_free(void *arg)
{
	freed++;
}

static struct conf_set *make_set(void)
{
	struct arena *mem = arena_new("test");
	struct conf_set *set = ARENA_NEW(mem, struct conf_set);

	set->mem = mem;
	set->refs = 1;
	arena_defer(mem, count_free, NULL);
	return set;
}

static void publish(struct publication *pub, uint64_t revision)
{
	struct conf_set *set = make_set();
	struct conf_publish *p = publish_prepare(pub, set, revision);

	conf_set_unref(set);
	CHECK(p != NULL);
	publish_commit(p);
}

static struct publication *publication_of_one(void)
{
	struct conf_set *set = make_set();
	struct publication *pub = publication_new(set, 1);

	conf_set_unref(set);
	freed = 0;
	CHECK(pub != NULL);
	return pub;
}

TEST(a_reader_keeps_its_snapshot_until_it_adopts_the_next)
{
	struct publication *pub = publication_of_one();
	struct conf_reader reader;

	conf_reader_join(pub, &reader);
	CHECK(!conf_reader_adopt(&reader));
	publish(pub, 2);
	CHECK_INT(reader.now->revision, 1);
	CHECK(!publish_settled(pub));
	CHECK_INT(freed, 0);
	CHECK(conf_reader_adopt(&reader));
	CHECK_INT(reader.now->revision, 2);
	CHECK(publish_settled(pub));
	CHECK_INT(freed, 1);
	conf_reader_leave(&reader);
	publication_free(pub);
	CHECK_INT(freed, 2);
}

TEST(the_slowest_reader_holds_back_what_it_reads_and_all_that_is_newer)
{
	struct publication *pub = publication_of_one();
	struct conf_reader slow, quick;

	conf_reader_join(pub, &slow);
	conf_reader_join(pub, &quick);
	publish(pub, 2);
	conf_reader_adopt(&slow);
	publish(pub, 3);
	conf_reader_adopt(&quick);
	CHECK(!publish_settled(pub));
	CHECK_INT(freed, 1); /* revision 1 only: 2 is being read */
	conf_reader_leave(&slow);
	CHECK(publish_settled(pub));
	CHECK_INT(freed, 2);
	conf_reader_leave(&quick);
	publication_free(pub);
}

TEST(a_reader_that_joins_late_starts_with_the_newest)
{
	struct publication *pub = publication_of_one();
	struct conf_reader reader;

	publish(pub, 2);
	conf_reader_join(pub, &reader);
	CHECK_INT(reader.now->revision, 2);
	CHECK(publish_settled(pub));
	conf_reader_leave(&reader);
	publication_free(pub);
}

TEST(a_pinned_set_outlives_its_publication)
{
	struct publication *pub = publication_of_one();
	struct conf_reader reader;
	const struct conf_set *pinned;

	conf_reader_join(pub, &reader);
	pinned = conf_set_ref(reader.now->set);
	publish(pub, 2);
	conf_reader_adopt(&reader);
	CHECK(publish_settled(pub));
	CHECK_INT(freed, 0);
	conf_set_unref(pinned);
	CHECK_INT(freed, 1);
	conf_reader_leave(&reader);
	publication_free(pub);
}

TEST(an_abandoned_swap_shows_nothing)
{
	struct publication *pub = publication_of_one();
	struct conf_set *set = make_set();
	struct conf_reader reader;

	conf_reader_join(pub, &reader);
	publish_abandon(publish_prepare(pub, set, 2));
	CHECK(!conf_reader_adopt(&reader));
	CHECK_INT(reader.now->revision, 1);
	conf_set_unref(set);
	CHECK_INT(freed, 1);
	publish_abandon(NULL);
	conf_reader_leave(&reader);
	publication_free(pub);
}

TEST(old_snapshots_do_not_pile_up_when_nobody_asks)
{
	struct publication *pub = publication_of_one();

	for (uint64_t revision = 2; revision <= 100; revision++)
		publish(pub, revision);
	CHECK_INT(freed, 98); /* the last is held, the one before it until the next prepare */
	publication_free(pub);
	CHECK_INT(freed, 100);
}
