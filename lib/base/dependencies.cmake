# RE2, for the regular expressions of languages and policies; its archive where the distribution ships one.
find_library(WEIR_RE2_ARCHIVE NAMES libre2.a re2 REQUIRED)
add_library(weir_re2 INTERFACE)
target_link_libraries(weir_re2 INTERFACE ${WEIR_RE2_ARCHIVE} Threads::Threads)

# utf8proc, for case, composition and characters beyond ASCII.
find_library(WEIR_UTF8PROC_ARCHIVE NAMES libutf8proc.a utf8proc REQUIRED)
add_library(weir_utf8proc INTERFACE)
target_compile_definitions(weir_utf8proc INTERFACE UTF8PROC_STATIC)
target_link_libraries(weir_utf8proc INTERFACE ${WEIR_UTF8PROC_ARCHIVE})
