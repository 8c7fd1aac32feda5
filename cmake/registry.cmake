# A folder is a registry: every FILE in DIR named PREFIX_x.c defines `const struct STRUCT PREFIX_x`; this
# writes the table `const struct STRUCT *const TABLE[]` (sorted by file name, with TABLE_count) into OUT.
function(folder_registry)
	cmake_parse_arguments(R "" "DIR;PREFIX;STRUCT;TABLE;HEADER;OUT" "" ${ARGN})
	file(GLOB files CONFIGURE_DEPENDS ${R_DIR}/${R_PREFIX}_*.c)
	list(SORT files)
	set(externs "")
	set(rows "")
	foreach(file ${files})
		get_filename_component(symbol ${file} NAME_WE)
		string(APPEND externs "extern const struct ${R_STRUCT} ${symbol};\n")
		string(APPEND rows "\t&${symbol},\n")
	endforeach()
	file(CONFIGURE OUTPUT ${R_OUT} @ONLY CONTENT
"/* Generated from the files in ${R_PREFIX}_*.c: do not edit. */
#include \"${R_HEADER}\"

${externs}
const struct ${R_STRUCT} *const ${R_TABLE}[] = {
${rows}};
const size_t ${R_TABLE}_count = sizeof(${R_TABLE}) / sizeof(${R_TABLE}[0]);
")
endfunction()
