# libgit2, from the distribution.
pkg_check_modules(LIBGIT2 REQUIRED libgit2)
add_library(weir_libgit2 INTERFACE)
target_link_libraries(weir_libgit2 INTERFACE ${LIBGIT2_LINK_LIBRARIES})
