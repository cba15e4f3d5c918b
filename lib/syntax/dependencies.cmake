# libyaml's events are what lib/syntax/yaml makes its trees of; its archive where the distribution ships one.
find_library(WEIR_LIBYAML_ARCHIVE NAMES libyaml.a yaml REQUIRED)
add_library(weir_libyaml INTERFACE)
target_link_libraries(weir_libyaml INTERFACE ${WEIR_LIBYAML_ARCHIVE})
