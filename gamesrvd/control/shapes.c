/* gamesrvd/control/shapes.c */
#include "gamesrvd/control/shapes.h"

#define PLAN_FIELDS                                                                                \
	"valid:bool base_revision:int digest:text would:apply|nothing documents_added:int "        \
	"documents_removed:int "                                                                   \
	"documents_changed:int changes:[#Change] changes_total:int effects:#Effects "              \
	"needs_allow_delete:int "                                                                  \
	"findings:[#Finding] total:int"

#define DRAIN_OPTIONS                                                                              \
	"policy:wait|end|kick deadline_ms:int lb_wait_ms:int rate:int notices_ms:[int]"

const struct shape shapes_table[] = {
	{"Error", "What went wrong; the message is for people, the code for programs.",
	 "error:#ErrorBody"},
	{"ErrorBody", "", "code:text message:text details:obj"},
	{"Actor", "Who did it, as the kernel says.", "uid:int name:text"},
	{"Place", "", "file:text? line:int"},
	{"Finding", "Something wrong in a bundle, and where; lines and columns from 1.",
	 "code:text severity:error|warning file:text? line:int? column:int? end_line:int? "
	 "end_column:int? byte:int? "
	 "utf16_column:int? path:text? message:text hint:text? rule:#Place?"},
	{"Findings", "", "valid:bool findings:[#Finding] total:int"},
	{"Change", "One field that differs; a whole document has field null.",
	 "op:added|removed|changed path:text kind:text name:text field:text? before:text? "
	 "after:text? "
	 "reload:live|next|restart"},
	{"Effects", "How many fields take effect when, and what they touch.",
	 "live:int next:int restart:int rooms:int sessions:int now:#Reach keep:#Reach "
	 "documents:[#Touched] documents_total:int"},
	{"Reach", "Open rooms, and the players in them.", "rooms:int sessions:int"},
	{"Touched", "A changed document that open rooms show or run by.",
	 "kind:text name:text room_types:[#TouchedType] now:#TouchedRooms keep:#TouchedRooms"},
	{"TouchedType", "", "name:text rooms:int sessions:int"},
	{"TouchedRooms",
	 "How many of its fields take effect at once (now), or not in these rooms (keep); older: "
	 "of a revision before.",
	 "changes:int rooms:int sessions:int older?:int"},
	{"Revision", "One attempt to change what is in force; revision is null when it failed.",
	 "id:int revision:int? parent:int? time:time actor:#Actor message:text? origin:text "
	 "outcome:text digest:text? "
	 "documents_added:int documents_removed:int documents_changed:int changes_total:int "
	 "findings_total:int "
	 "rollback_of:int? pinned:bool error:text?"},
	{"Token", "Says who a player is.", "player:text token:text expires:time"},
	{"Confirm", "A change that takes itself back unless confirmed.",
	 "revision:int deadline:time remaining_ms:int rolls_back_to:int"},
	{"Plan", "What a bundle would change.", PLAN_FIELDS},
	{"Stages", "How long each stage took.",
	 "parse_ms:int plan_ms:int prepare_ms:int record_ms:int commit_ms:int total_ms:int "
	 "total_us:int"},
	{"Applied", "The plan, and what came of it.",
	 PLAN_FIELDS
	 " outcome:applied|unchanged|dry-run revision:int confirm:#Confirm? pending_total:int "
	 "stages:#Stages"},
	{"Confirmed", "", "revision:int outcome:confirmed"},
	{"Kind", "", "kind:text builtin:bool documents:int doc:text?"},
	{"Kinds", "", "revision:int kinds:[#Kind]"},
	{"Item", "One document; spec holds its fields.",
	 "kind:text name:text file:text line:int spec:obj"},
	{"Items", "", "revision:int items:[#Item] next_cursor:text?"},
	{"Field", "",
	 "field:text value:any state:written|defaulted|null|absent reload:live|next|restart "
	 "file:text? "
	 "line:int?"},
	{"Document", "",
	 "revision:int kind:text name:text file:text line:int spec:obj fields:[#Field]"},
	{"Schema", "The kinds in force, as written.",
	 "revision:int fingerprint:text builtin_fingerprint:text files:{text}"},
	{"Revisions", "Newest first.", "revisions:[#Revision] next_cursor:text?"},
	{"RevisionDetail", "", "revision:#Revision changes:[#Change] findings:#Findings"},
	{"RevisionFiles", "Path to digest, or to text.", "revision:int digest:text files:{text}"},
	{"BlameLine", "",
	 "field:text? value:text? revision:int time:time actor:#Actor message:text?"},
	{"Blame", "", "path:text lines:[#BlameLine]"},
	{"Waiting", "A change that waits for a restart.",
	 "path:text running:text? desired:text? reload:text since_revision:int"},
	{"Pending", "", "pending:[#Waiting] total:int"},
	{"Bundle", "The bundle on disk, as last looked at.",
	 "path:text? watch:off|plan-only|auto mechanism:inotify|polling|none state:text "
	 "digest:text? checked:time? "
	 "message:text? findings_total:int"},
	{"Drift", "", "disk:text? desired:int running:int"},
	{"Override", "An option that wins over a field of the Server document.",
	 "option:text field:text value:text"},
	{"Alarm", "", "code:text since:time message:text"},
	{"Status", "Health and what is in force.",
	 "version:text pid:int started:time uptime_ms:int state:starting|ready|stopping "
	 "socket:text data:text "
	 "schema_fingerprint:text builtin_fingerprint:text revision:#Revision? documents:int "
	 "bytes:int bundle:#Bundle "
	 "drift:#Drift confirm:#Confirm? pending_total:int pending:[#Waiting] "
	 "overrides:[#Override] alarms:[#Alarm] players:#Players drain:#DrainBrief"},
	{"Players", "How many are there now; connections of those who said nothing yet, too.",
	 "connections:int sessions:int rooms:int seated:int loops:int listening:[text]"},
	{"DrainBrief", "The server's drain and cordon; others: drains of types and rooms.",
	 "phase:active|cordoned|lb-wait|notify|draining|drained cordoned:bool remaining_ms:int? "
	 "others:int"},
	{"Session", "One stay of a player; room, seat and revision are null outside of a room.",
	 "id:text player:text state:text room:text? seat:int? revision:int? transport:text? "
	 "address:text? client_build:text? rtt_ms:num? age_ms:int idle_ms:int epoch:int "
	 "resumes:int "
	 "messages_in:int messages_out:int bytes_in:int bytes_out:int dropped:int queue_bytes:int "
	 "queue_max_bytes:int"},
	{"Sessions", "", "sessions:[#Session] next_cursor:text?"},
	{"Member", "A seat that is taken.",
	 "seat:int session:text? player:text suspended:bool spectator:bool"},
	{"Lockstep", "",
	 "frame:int input_delay:int late_inputs:int confirmed_frame:int confirmed_hash:text "
	 "desyncs:int log_complete:bool evidence:text?"},
	{"Room", "A room; members are null in listings.",
	 "id:text type:text key:text? state:text mode:text why:text? seats:int taken:int "
	 "suspended:int spectators:int loop:int revision:int pinned:int locked:bool cordoned:bool "
	 "draining:bool paused:bool degraded:bool age_ms:int tick_ms:num ticks:int late_ticks:int "
	 "skipped_ticks:int tick_cost_ms:num tick_cost_max_ms:num messages_in:int bytes_out:int "
	 "log_bytes:int seed:text lockstep:#Lockstep? note:text? members:[#Member]?"},
	{"Rooms", "", "rooms:[#Room] next_cursor:text?"},
	{"Done", "What was done to one thing, and how many players it reached.",
	 "id:text outcome:kicked|closed|finished|said reached:int"},
	{"Bulk", "What was done to many; ids are the first hundred.",
	 "matched:int done:int dry_run:bool ids:[text]"},
	{"Cordon", "What takes in nobody new.", "target:text time:time actor:#Actor message:text?"},
	{"Cordoned", "", "target:text cordoned:bool changed:bool"},
	{"DrainRoom", "A room that is waited for, and what for.",
	 "id:text type:text key:text? state:text players:int suspended:int age_ms:int "
	 "usual_ms:int? "
	 "left_ms:int? why:empty|suspended|open|running|ending"},
	{"PerSecond", "Over the last ten seconds.", "rooms:num sessions:num"},
	{"Drain", "One drain; blockers are the ten rooms that will take longest.",
	 "target:text phase:active|cordoned|lb-wait|notify|draining|drained "
	 "outcome:running|drained|cut|aborted origin:operator|signal actor:#Actor message:text? "
	 "begun:time deadline:time ended:time? remaining_ms:int refuses:bool durable:bool "
	 "rooms:int "
	 "rooms_left:int sessions:int sessions_left:int rooms_cut:int players_cut:int "
	 "per_second:#PerSecond eta_ms:int? blockers:[#DrainRoom] "
	 "blockers_total:int " DRAIN_OPTIONS},
	{"DrainType", "", "type:text rooms:int players:int usual_ms:int?"},
	{"DrainPlan",
	 "What a drain would touch; blockers: rooms that would not end before the deadline.",
	 "target:text rooms:int sessions:int types:[#DrainType] eta_ms:int? blockers:[#DrainRoom] "
	 "blockers_total:int " DRAIN_OPTIONS},
	{"DrainAsked", "",
	 "outcome:started|joined|changed|aborted|dry-run drain:#Drain? plan:#DrainPlan?"},
	{"Drains", "",
	 "state:active|cordoned|lb-wait|notify|draining|drained cordons:[#Cordon] drains:[#Drain]"},
	{"OpenAPI", "This description.",
	 "openapi:text info:obj servers:[obj] paths:obj components:obj"},
};
const size_t shapes_table_count = ARRAY_LEN(shapes_table);

const struct shape *shape_find(struct str name)
{
	for (size_t i = 0; i < shapes_table_count; i++) {
		if (str_is(name, shapes_table[i].name))
			return &shapes_table[i];
	}
	return NULL;
}

static json_t *one_of(struct str words)
{
	json_t *list = json_array();
	struct str word;

	while (str_cut(&words, '|', &word))
		json_array_append_new(list, json_stringn(word.p, word.n));
	return json_pack("{s:s, s:o}", "type", "string", "enum", list);
}

static struct str inside(struct str s)
{
	return (struct str){s.p + 1, s.n - 2};
}

static json_t *plain_type(struct str type)
{
	static const struct {
		const char *name, *type, *format;
	} rows[] = {{"text", "string", NULL},     {"int", "integer", NULL},
		    {"num", "number", NULL},      {"bool", "boolean", NULL},
		    {"obj", "object", NULL},      {"time", "string", "date-time"},
		    {"string", "string", NULL},   {"integer", "integer", NULL},
		    {"boolean", "boolean", NULL}, {"object", "object", NULL},
		    {"array", "array", NULL}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (str_is(type, rows[i].name))
			return json_pack("{s:s, s:s*}", "type", rows[i].type, "format",
					 rows[i].format);
	}
	return json_object(); /* any */
}

json_t *shape_type(struct str type)
{
	if (type.n > 1 && type.p[type.n - 1] == '?') {
		type.n--;
		return json_pack("{s:[o, {s:s}]}", "anyOf", shape_type(type), "type", "null");
	}
	if (type.n > 1 && type.p[0] == '#')
		return json_pack(
			"{s:o}", "$ref",
			json_sprintf("#/components/schemas/%.*s", (int)type.n - 1, type.p + 1));
	if (type.n > 2 && type.p[0] == '[')
		return json_pack("{s:s, s:o}", "type", "array", "items", shape_type(inside(type)));
	if (type.n > 2 && type.p[0] == '{')
		return json_pack("{s:s, s:o}", "type", "object", "additionalProperties",
				 shape_type(inside(type)));
	return str_find(type, '|') >= 0 ? one_of(type) : plain_type(type);
}

json_t *shape_schema(const struct shape *shape)
{
	json_t *properties = json_object(), *required = json_array();
	struct str rest = str_of(shape->fields), field;

	while (str_cut(&rest, ' ', &field)) {
		struct str type = field, name;
		bool optional;

		str_cut(&type, ':', &name);
		optional = name.n && name.p[name.n - 1] == '?';
		name.n -= optional;
		json_object_setn_new(properties, name.p, name.n, shape_type(type));
		if (!optional)
			json_array_append_new(required, json_stringn(name.p, name.n));
	}
	return json_pack("{s:s, s:s*, s:o, s:o}", "type", "object", "description",
			 shape->doc[0] ? shape->doc : NULL, "properties", properties, "required",
			 required);
}
