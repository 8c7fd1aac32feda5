/* tests/unit/test_yaml_put.c */
#include "frame.h"
#include "test.h"

#define CHECK_YAML(json, wanted)                                                                   \
	do {                                                                                       \
		CLEANUP(buf_free) struct buf out_ = {0};                                           \
		json_t *v_ = json_loads(json, JSON_DECODE_ANY, NULL);                              \
		CHECK(v_ != NULL);                                                                 \
		yaml_put(&out_, v_);                                                               \
		json_decref(v_);                                                                   \
		CHECK_STR(buf_str(&out_), wanted);                                                 \
	} while (0)

TEST(objects_and_lists_nest_in_block_style)
{
	CHECK_YAML("{\"a\":1,\"b\":{\"c\":true,\"d\":null},\"e\":[{\"f\":1,\"g\":[2,3]},\"x\"]}",
		   "a: 1\nb:\n  c: true\n  d: null\ne:\n- f: 1\n  g:\n  - 2\n  - 3\n- x\n");
}

TEST(empty_things_are_written_in_flow_style)
{
	CHECK_YAML("{\"a\":[],\"b\":{},\"c\":\"\"}", "a: []\nb: {}\nc: \"\"\n");
	CHECK_YAML("[{},[]]", "- {}\n- []\n");
}

TEST(text_that_would_be_read_as_something_else_is_quoted)
{
	CHECK_YAML("[\"no\",\"1.10\",\"a: b\",\"# x\",\"a\\nb\",\"\\u001b\",\"true\",\"it's\"]",
		   "- \"no\"\n- \"1.10\"\n- \"a: b\"\n- \"# x\"\n- \"a\\nb\"\n- \"\\x1b\"\n- "
		   "\"true\"\n- \"it's\"\n");
	CHECK_YAML("[\"frozen-keep\",\"two words\",\"arenas/a.yaml\"]",
		   "- frozen-keep\n- two words\n- arenas/a.yaml\n");
}
