// Differences of texts by lines: what people read, what `git apply` takes, and how a change follows into another version of a file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::fix {

/// Lines with their endings.
std::vector<std::string_view> Lines(std::string_view text);

/// Lines [a, a + a_count) of the one text stand where [b, b + b_count) of the other stand.
struct Hunk {
  size_t a = 0, a_count = 0, b = 0, b_count = 0;
};

/// The shortest difference (Myers 1986), in order, hunks apart from each other. Texts that differ in more than some thousand lines
/// are one hunk where they do.
std::vector<Hunk> Diff(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b);

/// A patch of one file with three lines of context, as `git diff` writes it and `git apply` reads it. Empty where nothing differs.
std::string Patch(std::string_view path, std::string_view before, std::string_view after);

/// The change from `before` to `after` made in `other`, a version of `before` with changes of its own; nothing where the lines that
/// it changes, or those beside them, are not in `other` as they were. Line endings may differ: `other` keeps its own.
std::optional<std::string> Transfer(std::string_view before, std::string_view after, std::string_view other);

}  // namespace weir::fix
