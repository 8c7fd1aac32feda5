/* tests/unit/test_shown_config.c: the CONFIG payloads of a room, as a client would put them together. */
#include <stdio.h>

#include "gamesrvd/rooms/config_parts.h"
#include "gamesrvd/rooms/room_config.h"
#include "set_help.h"
#include "wire/message.h"

#define SCHEMA                                                                                     \
	"schema: Arena\nfields:\n"                                                                 \
	"  hp: int  `default:\"100\" reload:\"next\"`\n"                                           \
	"  speed: int  `default:\"1\"`\n"                                                          \
	"  note: string?\n"

#define TYPE(shown) "kind: RoomType\nname: duel\nmode: relay\nshows: " shown "\n"

static struct loaded set_of(const struct loaded *previous, const char *type, const char *arenas)
{
	struct loaded l = LOAD(previous ? previous->set : NULL, "arenas.yaml", arenas, "rooms.yaml",
			       type, "schemas/s.yaml", SCHEMA);

	check_clean(&l);
	return l;
}

static struct room_config_key key_of(const struct loaded *pinned, const struct loaded *now)
{
	return (struct room_config_key){STR("duel"), pinned->set, now->set, 1, 2};
}

/* "rev 2/1 complete; Arena/a={..} -Arena/b ..." of all parts together. */
static void check_parts(const struct str *parts, size_t count, const char *wanted)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct buf text = {0};

	for (size_t i = 0; i < count; i++) {
		ProtobufCMessage *m;
		const Gamesrv__V1__Config *config;

		CHECK(parts[i].n <= CONFIG_PART);
		CHECK_INT(wire_unpack(mem, &gamesrv__v1__config__descriptor, parts[i], &m),
			  WIRE_OK);
		config = (const Gamesrv__V1__Config *)m;
		CHECK_INT(config->more, i + 1 < count);
		if (i == 0)
			buf_printf(&text, "rev %u/%u%s;", (unsigned)config->revision,
				   (unsigned)config->pinned, config->complete ? " complete" : "");
		for (size_t k = 0; k < config->n_documents; k++)
			buf_printf(&text, " %s/%s=%.*s", config->documents[k]->kind,
				   config->documents[k]->name, (int)config->documents[k]->json.len,
				   (char *)config->documents[k]->json.data);
		for (size_t k = 0; k < config->n_removed; k++)
			buf_printf(&text, " -%s", config->removed[k]);
	}
	CHECK_TEXT(text.p ? text.p : "", wanted);
	buf_free(&text);
}

static void check_complete(struct room_configs *c, const struct loaded *pinned,
			   const struct loaded *now, const char *wanted)
{
	struct room_config_key key = key_of(pinned, now);
	const struct str *parts = NULL;
	size_t count = room_config_complete(c, &key, &parts);

	check_parts(parts, count, wanted);
}

static void check_change(struct room_configs *c, const struct loaded *pinned,
			 const struct loaded *before, const struct loaded *now, const char *wanted)
{
	struct room_config_key key = key_of(pinned, now);
	const struct str *parts = NULL;
	size_t count = room_config_change(c, &key, before->set, 1, &parts);

	check_parts(parts, count, wanted);
}

#define ARENA(name, rest) "kind: Arena\nname: " name "\n" rest
#define NEXT_DOC          "---\n"

TEST(a_joiner_gets_every_document_of_the_kinds_that_are_shown)
{
	struct loaded a =
		set_of(NULL, TYPE("[Arena]"), ARENA("b", "hp: 7\n") NEXT_DOC ARENA("a", ""));
	struct room_configs *c = room_configs_new();

	check_complete(c, &a, &a,
		       "rev 2/1 complete; Arena/a={\"hp\":100,\"speed\":1} "
		       "Arena/b={\"hp\":7,\"speed\":1}");
	room_configs_free(c);
	unload(&a);
}

TEST(a_room_that_shows_nothing_says_so)
{
	struct loaded a = set_of(NULL, TYPE("[]"), ARENA("a", ""));
	struct room_configs *c = room_configs_new();

	check_complete(c, &a, &a, "rev 2/1 complete;");
	room_configs_free(c);
	unload(&a);
}

TEST(a_change_tells_live_fields_and_keeps_those_of_the_match)
{
	struct loaded a = set_of(NULL, TYPE("[Arena]"), ARENA("a", "hp: 100\nspeed: 1\n"));
	struct loaded b = set_of(&a, TYPE("[Arena]"), ARENA("a", "hp: 50\nspeed: 2\n"));
	struct room_configs *c = room_configs_new();

	check_change(c, &a, &a, &b, "rev 2/1; Arena/a={\"hp\":100,\"speed\":2}");
	check_complete(c, &a, &b, "rev 2/1 complete; Arena/a={\"hp\":100,\"speed\":2}");
	check_complete(c, &b, &b, "rev 2/1 complete; Arena/a={\"hp\":50,\"speed\":2}");
	check_change(c, &b, &b, &b, "");
	room_configs_free(c);
	unload(&b);
	unload(&a);
}

TEST(a_change_of_next_fields_only_is_nothing_to_a_running_match)
{
	struct loaded a = set_of(NULL, TYPE("[Arena]"), ARENA("a", "hp: 100\n"));
	struct loaded b = set_of(&a, TYPE("[Arena]"), ARENA("a", "hp: 50\n"));
	struct room_configs *c = room_configs_new();

	check_change(c, &a, &a, &b, "");
	room_configs_free(c);
	unload(&b);
	unload(&a);
}

TEST(documents_come_and_go_with_what_they_set)
{
	struct loaded a = set_of(NULL, TYPE("[Arena]"),
				 ARENA("a", "speed: 2\n") NEXT_DOC ARENA("b", "hp: 1\n"));
	struct loaded b = set_of(&a, TYPE("[Arena]"),
				 ARENA("c", "speed: 3\n") NEXT_DOC ARENA("d", "hp: 1\n"));
	struct room_configs *c = room_configs_new();

	check_change(c, &a, &a, &b, "rev 2/1; Arena/c={\"hp\":100,\"speed\":3} -Arena/a");
	check_complete(c, &a, &b,
		       "rev 2/1 complete; Arena/b={\"hp\":1,\"speed\":1} "
		       "Arena/c={\"hp\":100,\"speed\":3}");
	room_configs_free(c);
	unload(&b);
	unload(&a);
}

TEST(a_kind_that_is_shown_from_now_on_comes_whole_and_one_that_is_not_goes_whole)
{
	struct loaded a = set_of(NULL, TYPE("[]"), ARENA("a", "speed: 2\n"));
	struct loaded b = set_of(&a, TYPE("[Arena]"), ARENA("a", "speed: 2\n"));
	struct room_configs *c = room_configs_new();

	check_change(c, &a, &a, &b, "rev 2/1; Arena/a={\"hp\":100,\"speed\":2}");
	check_change(c, &a, &b, &a, "rev 2/1; -Arena/a");
	room_configs_free(c);
	unload(&b);
	unload(&a);
}

TEST(a_room_type_that_is_gone_shows_what_it_showed)
{
	struct loaded a = set_of(NULL, TYPE("[Arena]"), ARENA("a", "speed: 2\n"));
	struct loaded b =
		set_of(&a, "kind: RoomType\nname: other\nmode: relay\n", ARENA("a", "speed: 3\n"));
	struct room_configs *c = room_configs_new();

	check_change(c, &a, &a, &b, "rev 2/1; Arena/a={\"hp\":100,\"speed\":3}");
	room_configs_free(c);
	unload(&b);
	unload(&a);
}

/* `count` arenas with notes of `size` bytes, the first with another speed. */
static char *many(unsigned count, unsigned size, unsigned speed)
{
	struct buf text = {0};

	for (unsigned i = 0; i < count; i++) {
		buf_printf(&text, "%skind: Arena\nname: a%05u\nspeed: %u\nnote: \"",
			   i ? "---\n" : "", i, i ? 1 : speed);
		buf_fill(&text, 'x', size);
		buf_add(&text, STR("\"\n"));
	}
	return text.p;
}

static size_t documents_in(const struct str *parts, size_t count)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	size_t documents = 0;

	for (size_t i = 0; i < count; i++) {
		ProtobufCMessage *m;

		CHECK(parts[i].n <= CONFIG_PART);
		CHECK_INT(wire_unpack(mem, &gamesrv__v1__config__descriptor, parts[i], &m),
			  WIRE_OK);
		CHECK_INT(((const Gamesrv__V1__Config *)m)->more, i + 1 < count);
		documents += ((const Gamesrv__V1__Config *)m)->n_documents;
	}
	return documents;
}

TEST(much_configuration_comes_in_parts_that_clients_can_read)
{
	char *text = many(2000, 200, 1);
	struct loaded a = set_of(NULL, TYPE("[Arena]"), text);
	struct room_configs *c = room_configs_new();
	struct room_config_key key = key_of(&a, &a);
	const struct str *parts;
	size_t count = room_config_complete(c, &key, &parts);

	CHECK(count >= 8);
	CHECK_INT(documents_in(parts, count), 2000);
	room_configs_free(c);
	unload(&a);
	free(text);
}

TEST(many_small_documents_stay_below_the_elements_that_a_client_reads_at_once)
{
	char *text = many(3000, 0, 1);
	struct loaded a = set_of(NULL, TYPE("[Arena]"), text);
	struct room_configs *c = room_configs_new();
	struct room_config_key key = key_of(&a, &a);
	const struct str *parts;
	size_t count = room_config_complete(c, &key, &parts);

	CHECK_INT(documents_in(parts, count), 3000);
	room_configs_free(c);
	unload(&a);
	free(text);
}

TEST(a_document_larger_than_a_part_is_left_out_and_goes_when_it_grew)
{
	char *large = many(2, CONFIG_PART, 1);
	struct loaded a =
		set_of(NULL, TYPE("[Arena]"), ARENA("a00000", "") NEXT_DOC ARENA("b", ""));
	struct loaded b = set_of(&a, TYPE("[Arena]"), large);
	struct room_configs *c = room_configs_new();

	check_complete(c, &b, &b, "rev 2/1 complete;");
	check_change(c, &a, &a, &b, "rev 2/1; -Arena/a00000 -Arena/b");
	room_configs_free(c);
	unload(&b);
	unload(&a);
	free(large);
}

TEST(a_configuration_made_after_another_is_the_same_as_one_made_alone)
{
	char *text_a = many(500, 50, 1), *text_b = many(500, 50, 9);
	struct loaded a = set_of(NULL, TYPE("[Arena]"), text_a),
		      b = set_of(&a, TYPE("[Arena]"), text_b);
	struct room_configs *c = room_configs_new(), *alone = room_configs_new();
	struct room_config_key first = key_of(&a, &a), key = key_of(&a, &b);
	const struct str *parts, *wanted;
	size_t count;

	CHECK(room_config_complete(c, &first, &parts) > 0);
	room_configs_trim(c);
	count = room_config_complete(c, &key, &parts);
	CHECK_INT(count, room_config_complete(alone, &key, &wanted));
	for (size_t i = 0; i < count; i++)
		CHECK(str_eq(parts[i], wanted[i]));
	room_configs_trim(c);
	room_configs_trim(c);
	CHECK_INT(room_config_complete(c, &key, &parts), count);
	room_configs_free(c);
	room_configs_free(alone);
	unload(&b);
	unload(&a);
	free(text_a);
	free(text_b);
}
