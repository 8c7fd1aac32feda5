/* lib/conf/effective.h
 * A document as it holds for what was opened under an older revision and lives on: a match that runs. Fields that
 * reload "live" have the value of now, all others the one they had then.
 *
 * Thread: any; pure. A field inherits the strictest class on the way to it. A whole thing (document, struct, item of a map or
 * of a list matched by unique=Field) that came or went counts by what it sets: with "live" fields only it comes and
 * goes at once, else for who is opened later. A list whose items are not matched by a field and are not all "live" is kept whole.
 */
#pragma once
#include "conf/set.h"

/* Appends it as a JSON object, without fields marked secret; quantities as canonical text, absent fields left out. Either may
 * be NULL: not there at that time. False: not there for such a reader; nothing is appended. Look at out->failed. */
bool conf_effective_json(struct buf *out, const struct conf_doc *then, const struct conf_doc *now);
/* Would it be there? */
bool conf_effective_is(const struct conf_doc *then, const struct conf_doc *now);
