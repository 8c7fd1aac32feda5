# Short names for the enums of a .proto: protoc-c's GAMESRV__V1__FRAME_TYPE__FRAME_HELLO is FRAME_HELLO to us.
# cmake -DPROTO=game.proto -DPREFIX=GAMESRV__V1 -DOUT=names.h -P wire_names.cmake
file(STRINGS ${PROTO} lines)
set(text "")
foreach(line IN LISTS lines)
	if(line MATCHES "^enum ([A-Za-z]+) *{(.*)$")
		# FrameType -> FRAME_TYPE
		string(REGEX REPLACE "([a-z])([A-Z])" "\\1_\\2" enum "${CMAKE_MATCH_1}")
		string(TOUPPER "${enum}" enum)
		string(REGEX REPLACE "^[^{]*{" "" line "${line}")
	endif()
	if(enum)
		string(REGEX REPLACE "//.*$" "" code "${line}")
		string(REGEX MATCHALL "[A-Z][A-Z0-9_]+ *=" values "${code}")
		foreach(value IN LISTS values)
			string(REGEX REPLACE " *=$" "" value "${value}")
			string(APPEND text "#define ${value} ${PREFIX}__${enum}__${value}\n")
		endforeach()
		if(code MATCHES "}")
			set(enum "")
		endif()
	endif()
endforeach()
file(CONFIGURE OUTPUT ${OUT} @ONLY CONTENT
"/* Generated from ${PROTO}: do not edit. */
#pragma once
#include \"game.pb-c.h\"

${text}")
