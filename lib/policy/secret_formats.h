// The formats of credentials, and how each is recognised once its first letters have been seen. Internal to the search for secrets.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace weir::policy {

/// Where a secret stands; length 0: there is none.
struct Match {
  size_t start = 0, length = 0;
};

struct Format {
  std::string_view kind;
  std::string_view anchor;  // at least three bytes that every secret of the format holds
  bool any_case = false;    // the anchor in any case
  /// Looks at `text` around the anchor at `at`. Reads a bounded number of bytes, or as far as a run of its alphabet goes.
  Match (*read)(const Format& format, std::string_view text, size_t at);
  /// For tokens that are the anchor and a run of letters: which ones (see the .cpp), how many, and what else must hold.
  const char* alphabet = nullptr;
  size_t least = 0, most = 0;
  bool (*check)(std::string_view token) = nullptr;
};

std::span<const Format> SecretFormats();

}  // namespace weir::policy
