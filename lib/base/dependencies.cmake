# RE2, for the regular expressions of languages and policies; its archive where the distribution ships one.
find_library(WEIR_RE2_ARCHIVE NAMES libre2.a re2 REQUIRED)
add_library(weir_re2 INTERFACE)
target_link_libraries(weir_re2 INTERFACE ${WEIR_RE2_ARCHIVE} Threads::Threads)
