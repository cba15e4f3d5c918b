// What every test includes: Catch2 of either major version, and where the conformance data is.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace weir::test {

inline std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The conformance data beside the project (WEIR_CONFORMANCE overrides), or nothing where it is absent: such tests say so and are skipped.
inline std::optional<std::filesystem::path> Conformance(const std::string& part) {
  const char* set = std::getenv("WEIR_CONFORMANCE");
  const std::filesystem::path root = set != nullptr ? set : std::string(WEIR_SOURCE_DIR) + "/../shared/conformance";
  if (!std::filesystem::exists(root / part)) {
    WARN("skipped: no conformance data at " << (root / part).string());
    return std::nullopt;
  }
  return root / part;
}

}  // namespace weir::test
