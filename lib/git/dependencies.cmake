# libgit2 from the distribution as the target weir_libgit2: its archive without the network parts where that links, the
# archive with everything it asks for next, the shared library last (WEIR_LIBGIT2=offline|static|shared chooses).
pkg_check_modules(LIBGIT2 REQUIRED libgit2>=1.1)
set(WEIR_LIBGIT2 "" CACHE STRING "How libgit2 is linked: offline, static or shared (empty: the first that works)")

set(weir_libgit2_offline_source ${CMAKE_CURRENT_LIST_DIR}/libgit2_offline.c)
find_library(WEIR_LIBGIT2_ARCHIVE libgit2.a HINTS ${LIBGIT2_LIBDIR} ${LIBGIT2_LIBRARY_DIRS})
find_library(WEIR_ZLIB_ARCHIVE libz.a)
find_library(WEIR_PCRE2_ARCHIVE libpcre2-8.a)
set(weir_libgit2_offline_libraries ${WEIR_LIBGIT2_ARCHIVE})
foreach(archive WEIR_PCRE2_ARCHIVE WEIR_ZLIB_ARCHIVE)
  if(${archive})
    list(APPEND weir_libgit2_offline_libraries ${${archive}})
  endif()
endforeach()
list(APPEND weir_libgit2_offline_libraries Threads::Threads)

# Sets `result` to whether a program that uses libgit2 as weir does links with `sources` and `libraries`.
function(weir_probe_libgit2 result)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  set(probe ${CMAKE_BINARY_DIR}/libgit2_probe.c)
  file(WRITE ${probe} "#include <git2.h>
int main(void) {
  git_repository* repository = 0; git_object* object = 0; git_config* config = 0; git_oid base;
  if (git_libgit2_init() < 0) return 1;
  if (git_repository_open_ext(&repository, \".\", GIT_REPOSITORY_OPEN_FROM_ENV, 0) == 0) {
    git_revparse_single(&object, repository, \"HEAD\");
    git_repository_config_snapshot(&config, repository);
    git_merge_base(&base, repository, &base, &base);
  }
  return 0;
}
")
  try_compile(linked ${CMAKE_BINARY_DIR}/libgit2_probe SOURCES ${probe} ${ARG_SOURCES}
    CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${LIBGIT2_INCLUDE_DIRS}" LINK_LIBRARIES ${ARG_LIBRARIES})
  set(${result} ${linked} PARENT_SCOPE)
endfunction()

if(NOT WEIR_LIBGIT2)
  set(kind shared)
  if(WEIR_LIBGIT2_ARCHIVE)
    weir_probe_libgit2(offline SOURCES ${weir_libgit2_offline_source} LIBRARIES ${weir_libgit2_offline_libraries})
    if(offline)
      set(kind offline)
    else()
      weir_probe_libgit2(static LIBRARIES ${WEIR_LIBGIT2_ARCHIVE} ${LIBGIT2_STATIC_LDFLAGS})
      if(static)
        set(kind static)
      endif()
    endif()
  endif()
  set(WEIR_LIBGIT2 ${kind} CACHE STRING "" FORCE)
  message(STATUS "libgit2 ${LIBGIT2_VERSION}: ${WEIR_LIBGIT2}")
endif()

add_library(weir_libgit2 INTERFACE)
target_include_directories(weir_libgit2 SYSTEM INTERFACE ${LIBGIT2_INCLUDE_DIRS})
if(WEIR_LIBGIT2 STREQUAL "offline")
  # An object, not an archive: its definitions must be there before libgit2.a is searched.
  add_library(weir_libgit2_offline OBJECT ${weir_libgit2_offline_source})
  target_link_libraries(weir_libgit2 INTERFACE $<TARGET_OBJECTS:weir_libgit2_offline> ${weir_libgit2_offline_libraries})
elseif(WEIR_LIBGIT2 STREQUAL "static")
  target_link_libraries(weir_libgit2 INTERFACE ${WEIR_LIBGIT2_ARCHIVE} ${LIBGIT2_STATIC_LDFLAGS})
else()
  target_link_libraries(weir_libgit2 INTERFACE ${LIBGIT2_LINK_LIBRARIES})
endif()
