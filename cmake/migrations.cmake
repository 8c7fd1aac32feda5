# Embeds migrations/NNNN_name.sql into OUT as `const struct migration migrations[]`. The numbers run from 0001
# without a gap, so a file that was forgotten, or that two branches both called 0007, stops the build.
function(embed_migrations)
	cmake_parse_arguments(M "" "DIR;HEADER;OUT" "" ${ARGN})
	file(GLOB files CONFIGURE_DEPENDS ${M_DIR}/*.sql)
	list(SORT files)
	set(texts "")
	set(rows "")
	set(number 0)
	foreach(file ${files})
		set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
		math(EXPR number "${number} + 1")
		get_filename_component(name ${file} NAME_WE)
		string(REGEX MATCH "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+$" ok "${name}")
		if(NOT ok OR NOT CMAKE_MATCH_1 EQUAL number)
			message(FATAL_ERROR "${file}: migrations are called NNNN_name.sql and numbered without a "
				"gap; this one should have number ${number}")
		endif()
		file(READ ${file} hex HEX)
		string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
		string(APPEND texts "static const char sql_${number}[] = {${bytes}0};\n")
		string(APPEND rows "\t{${number}, \"${name}\", sql_${number}, sizeof(sql_${number}) - 1},\n")
	endforeach()
	file(CONFIGURE OUTPUT ${M_OUT} @ONLY CONTENT
"/* Generated from migrations/: do not edit. */
#include \"${M_HEADER}\"

${texts}
const struct migration migrations[] = {
${rows}};
const size_t migrations_count = sizeof(migrations) / sizeof(migrations[0]);
")
endfunction()
