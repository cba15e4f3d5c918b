# What Terraform's functions need: digests (Nettle) and gzip (zlib); archives where the distribution ships them.
find_library(WEIR_NETTLE_ARCHIVE NAMES libnettle.a nettle REQUIRED)
find_library(WEIR_ZLIB_ARCHIVE NAMES libz.a z REQUIRED)
add_library(weir_functions INTERFACE)
target_link_libraries(weir_functions INTERFACE ${WEIR_NETTLE_ARCHIVE} ${WEIR_ZLIB_ARCHIVE})
