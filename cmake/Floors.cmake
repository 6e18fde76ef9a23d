# sl_floor(NAME SOURCES a.c ... LINK lib ...) builds src/NAME as the static
# library sl_NAME. A floor without sources is an empty room and builds nothing.
function(sl_floor name)
  cmake_parse_arguments(F "" "" "SOURCES;LINK" ${ARGN})
  if(NOT F_SOURCES)
    add_library(sl_${name} INTERFACE)
    target_link_libraries(sl_${name} INTERFACE ${F_LINK})
    return()
  endif()
  add_library(sl_${name} STATIC ${F_SOURCES})
  target_link_libraries(sl_${name} PRIVATE sl_flags PUBLIC ${F_LINK})
endfunction()

# sl_program(NAME SOURCES ... LINK ...) builds a program into bin/.
function(sl_program name)
  cmake_parse_arguments(F "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${F_SOURCES})
  target_link_libraries(${name} PRIVATE sl_flags ${F_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  target_link_options(${name} PRIVATE -pie)
  install(TARGETS ${name})
endfunction()
