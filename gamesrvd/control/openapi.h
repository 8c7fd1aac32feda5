/* gamesrvd/control/openapi.h
 * OpenAPI 3.1 from the table of operations and the table of shapes. Thread: any; pure.
 */
#pragma once
#include <jansson.h>

json_t *openapi_describe(void); /* new reference; NULL: out of memory */
