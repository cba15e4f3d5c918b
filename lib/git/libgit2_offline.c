// libgit2 without its network: the entry points of its TLS, SSH, HTTP and Negotiate parts, all failing.
//
// The distributions' libgit2.a refers to several libraries that weir never calls, and starting them up costs milliseconds
// at every commit. Linked before the archive, these definitions keep its objects for them out of the program. Which names
// an archive asks for differs by version and by how it was built; names that nobody asks for do no harm, and where the
// set does not fit, dependencies.cmake links the library as it is.

int git_mbedtls__set_cert_location(const char *file, const char *path);
int git_mbedtls__set_cert_location(const char *file, const char *path) {
  (void)file;
  (void)path;
  return -1;
}

// Starting up succeeds with nothing done; everything after it fails.
#define WEIR_STARTS(name) \
  int name(void);         \
  int name(void) { return 0; }
#define WEIR_FAILS(name) \
  int name(void);        \
  int name(void) { return -1; }

WEIR_STARTS(git_mbedtls_stream_global_init)
WEIR_FAILS(git_mbedtls_stream_new)
WEIR_FAILS(git_mbedtls_stream_wrap)
WEIR_STARTS(git_openssl_stream_global_init)
WEIR_FAILS(git_openssl_set_locking)
WEIR_FAILS(git_openssl__set_cert_location)
WEIR_FAILS(git_openssl_stream_new)
WEIR_FAILS(git_openssl_stream_wrap)
WEIR_STARTS(git_gnutls_stream_global_init)
WEIR_STARTS(git_transport_ssh_global_init)
WEIR_STARTS(git_transport_ssh_libssh2_global_init)
WEIR_FAILS(git_transport_ssh_with_paths)
WEIR_FAILS(git_smart_subtransport_ssh)
WEIR_FAILS(git_smart_subtransport_ssh_libssh2)
WEIR_FAILS(git_http_auth_negotiate)
WEIR_FAILS(git_http_auth_ntlm)

// The HTTP parser that older versions take from outside.
WEIR_FAILS(http_parser_init)
WEIR_STARTS(http_parser_execute)
WEIR_FAILS(http_parser_pause)
WEIR_FAILS(http_parser_parse_url)
WEIR_STARTS(http_should_keep_alive)
const char *http_errno_description(int error);
const char *http_errno_description(int error) {
  (void)error;
  return "HTTP is not built in";
}

// SHA-256 repositories are read through git's plumbing, not through libgit2.
WEIR_FAILS(mbedtls_sha256_init)
WEIR_FAILS(mbedtls_sha256_free)
WEIR_FAILS(mbedtls_sha256_starts)
WEIR_FAILS(mbedtls_sha256_update)
WEIR_FAILS(mbedtls_sha256_finish)
WEIR_FAILS(mbedtls_sha256_starts_ret)
WEIR_FAILS(mbedtls_sha256_update_ret)
WEIR_FAILS(mbedtls_sha256_finish_ret)
