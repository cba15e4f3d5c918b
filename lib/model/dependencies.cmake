# MPFR on GMP, for Terraform's numbers of 512 bits; their archives where the distribution ships them.
find_library(WEIR_MPFR_ARCHIVE NAMES libmpfr.a mpfr REQUIRED)
find_library(WEIR_GMP_ARCHIVE NAMES libgmp.a gmp REQUIRED)
add_library(weir_mpfr INTERFACE)
target_link_libraries(weir_mpfr INTERFACE ${WEIR_MPFR_ARCHIVE} ${WEIR_GMP_ARCHIVE})
