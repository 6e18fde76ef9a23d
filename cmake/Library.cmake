# libsideline: the pure floors in one static library, with its public headers and
# sideline.pc. An empty floor adds nothing.
include(GNUInstallDirs)
set(objects "")
set(libraries "")
foreach(floor base geo ledger oracle)
  get_target_property(kind sl_${floor} TYPE)
  if(kind STREQUAL "STATIC_LIBRARY")
    list(APPEND objects $<TARGET_OBJECTS:sl_${floor}>)
  endif()
endforeach()
add_library(sideline_library STATIC ${objects})
set_target_properties(sideline_library PROPERTIES OUTPUT_NAME sideline LINKER_LANGUAGE C)
install(TARGETS sideline_library COMPONENT library ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY "${CMAKE_SOURCE_DIR}/include/sideline" COMPONENT library DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h")

# The prefix is found from where the file is, so that the tree can be moved.
file(RELATIVE_PATH SL_PREFIX_FROM_PC "/p/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/p")
configure_file("${CMAKE_CURRENT_LIST_DIR}/sideline.pc.in" "${CMAKE_BINARY_DIR}/sideline.pc" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/sideline.pc" COMPONENT library DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
