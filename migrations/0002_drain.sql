-- What takes in nobody new: "server", "roomtype/duel". A room's own cordon ends with the room and is not kept here.
CREATE TABLE cordon (
	target  TEXT PRIMARY KEY,
	time_us INTEGER NOT NULL, -- since 1970, UTC
	uid     INTEGER NOT NULL,
	actor   TEXT NOT NULL,
	message TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Drains under way, so that a restarted daemon goes on. The beginning is kept on two clocks, as a confirm window
-- is; every other time counts from it.
CREATE TABLE drain (
	target      TEXT PRIMARY KEY,
	phase       TEXT NOT NULL,
	policy      TEXT NOT NULL,
	uid         INTEGER NOT NULL,
	actor       TEXT NOT NULL,
	message     TEXT NOT NULL,
	wall_us     INTEGER NOT NULL, -- when it began
	boot_id     TEXT NOT NULL,
	boottime_us INTEGER NOT NULL,
	deadline_us INTEGER NOT NULL, -- from the beginning
	lb_wait_us  INTEGER NOT NULL,
	rate        INTEGER NOT NULL, -- players a second
	notices     TEXT NOT NULL,    -- milliseconds before the end, "600000,60000"
	rooms       INTEGER NOT NULL, -- there were at the beginning
	sessions    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
