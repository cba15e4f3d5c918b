// References to container images, as the grammar of the distribution project has them
// (https://pkg.go.dev/github.com/distribution/reference): [registry/]repository[:tag][@digest].
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::policy {

struct ImageRef {
  std::string registry;    // "docker.io" where none is written
  std::string repository;  // "library/nginx" for a bare name of Docker Hub
  std::string tag;         // "latest" where neither tag nor digest is written; empty with a digest alone
  std::string digest;      // "sha256:…", or empty
};

/// Nothing where the text is no reference.
std::optional<ImageRef> ReadImageRef(std::string_view text);

}  // namespace weir::policy
