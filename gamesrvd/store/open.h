/* gamesrvd/store/open.h
 * Opening the database file: the part of store_open() that is about the disk.
 *
 * Thread: the caller of store_open(), before the store thread runs.
 */
#pragma once
#include "gamesrvd/store/db.h"

/* Errors as store_open(); the database is closed then. */
MUST_USE int store_db_open(struct store_db *db, const char *dir, struct buf *why);
