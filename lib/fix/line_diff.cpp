#include "lib/fix/line_diff.h"

#include <algorithm>
#include <cstdint>

namespace weir::fix {
namespace {

constexpr size_t kMostDifferences = 3000;

// Pairs of equal lines of the shortest edit script between `a` and `b`, which have no common beginning or end; false where it is too long.
bool Match(const std::vector<std::string_view>& a, size_t a0, size_t a1, const std::vector<std::string_view>& b, size_t b0, size_t b1,
           std::vector<std::pair<size_t, size_t>>& pairs) {
  const int64_t n = int64_t(a1 - a0), m = int64_t(b1 - b0), most = std::min<int64_t>(n + m, kMostDifferences);
  std::vector<int64_t> furthest(size_t(2 * most + 2), 0);
  std::vector<std::vector<int64_t>> trace;
  const auto at = [&](std::vector<int64_t>& v, int64_t k) -> int64_t& { return v[size_t(k + most)]; };
  for (int64_t d = 0; d <= most; ++d) {
    trace.push_back(furthest);
    for (int64_t k = -d; k <= d; k += 2) {
      int64_t x = k == -d || (k != d && at(furthest, k - 1) < at(furthest, k + 1)) ? (k + 1 > most ? 0 : at(furthest, k + 1)) : at(furthest, k - 1) + 1;
      while (x < n && x - k < m && x - k >= 0 && a[a0 + size_t(x)] == b[b0 + size_t(x - k)]) ++x;
      at(furthest, k) = x;
      if (x < n || x - k < m) continue;
      // Back along the trace.
      int64_t y = m;
      x = n;
      for (int64_t step = d; step >= 0; --step) {
        auto& v = trace[size_t(step)];
        const int64_t diagonal = x - y;
        const bool down = diagonal == -step || (diagonal != step && at(v, diagonal - 1) < at(v, diagonal + 1));
        const int64_t from = down ? diagonal + 1 : diagonal - 1;
        const int64_t px = step == 0 ? 0 : at(v, from), py = step == 0 ? 0 : px - from;
        while (x > px && y > py && x > 0 && y > 0 && a[a0 + size_t(x - 1)] == b[b0 + size_t(y - 1)]) pairs.emplace_back(a0 + size_t(--x), b0 + size_t(--y));
        x = px;
        y = py;
      }
      std::ranges::reverse(pairs);
      return true;
    }
  }
  return false;
}

std::string Range(size_t start, size_t count) {
  const size_t first = count == 0 ? start : start + 1;
  return std::to_string(first) + (count == 1 ? "" : "," + std::to_string(count));
}

// As git writes paths in patches: quoted where a byte is not a plain character.
std::string QuotedPath(std::string_view prefix, std::string_view path) {
  std::string out(prefix);
  bool quote = false;
  for (const char c : path) {
    const auto byte = uint8_t(c);
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
      quote = true;
    } else if (byte < 0x20 || byte >= 0x7f) {
      const char octal[] = {'\\', char('0' + (byte >> 6)), char('0' + ((byte >> 3) & 7)), char('0' + (byte & 7)), 0};
      out += octal;
      quote = true;
    } else {
      out += c;
    }
  }
  return quote ? "\"" + out + "\"" : out;
}

std::string WithLf(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') out += text[i];
  return out;
}

bool IsAllCrlf(std::string_view text) {
  size_t lf = 0, crlf = 0;
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') ++lf, crlf += i > 0 && text[i - 1] == '\r';
  return lf > 0 && lf == crlf;
}

}  // namespace

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const size_t length = end == std::string_view::npos ? text.size() : end + 1;
    out.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return out;
}

std::vector<Hunk> Diff(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  size_t head = 0, tail = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  while (tail < a.size() - head && tail < b.size() - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  std::vector<std::pair<size_t, size_t>> pairs;
  if (!Match(a, head, a.size() - tail, b, head, b.size() - tail, pairs)) pairs.clear();
  pairs.emplace_back(a.size() - tail, b.size() - tail);
  std::vector<Hunk> hunks;
  size_t x = head, y = head;
  for (const auto& [i, j] : pairs) {
    if (i > x || j > y) hunks.push_back({x, i - x, y, j - y});
    x = i + 1;
    y = j + 1;
  }
  return hunks;
}

std::string Patch(std::string_view path, std::string_view before, std::string_view after) {
  constexpr size_t kContext = 3;
  const auto a = Lines(before), b = Lines(after);
  const std::vector<Hunk> hunks = Diff(a, b);
  if (hunks.empty()) return {};
  const std::string from = QuotedPath("a/", path), to = QuotedPath("b/", path);
  std::string out = "diff --git " + from + " " + to + "\n--- " + from + "\n+++ " + to + "\n";
  const auto line = [&](char sign, std::string_view text) {
    (out += sign) += text;
    if (!text.ends_with('\n')) out += "\n\\ No newline at end of file\n";
  };
  for (size_t i = 0; i < hunks.size();) {
    size_t last = i;
    while (last + 1 < hunks.size() && hunks[last + 1].a - (hunks[last].a + hunks[last].a_count) <= 2 * kContext) ++last;
    const size_t lead = std::min(kContext, hunks[i].a);
    const size_t a_from = hunks[i].a - lead, b_from = hunks[i].b - lead;
    const size_t a_end = hunks[last].a + hunks[last].a_count, b_end = hunks[last].b + hunks[last].b_count;
    const size_t trail = std::min(kContext, a.size() - a_end);
    out += "@@ -" + Range(a_from, a_end + trail - a_from) + " +" + Range(b_from, b_end + trail - b_from) + " @@\n";
    size_t at = a_from;
    for (; i <= last; ++i) {
      for (; at < hunks[i].a; ++at) line(' ', a[at]);
      for (size_t k = 0; k < hunks[i].a_count; ++k) line('-', a[at++]);
      for (size_t k = 0; k < hunks[i].b_count; ++k) line('+', b[hunks[i].b + k]);
    }
    for (; at < a_end + trail; ++at) line(' ', a[at]);
  }
  return out;
}

std::optional<std::string> Transfer(std::string_view before, std::string_view after, std::string_view other) {
  if (other == before) return std::string(after);
  // A checkout may have given the file other line endings.
  if (IsAllCrlf(other) && before.find('\r') == std::string_view::npos) {
    const auto changed = Transfer(before, after, WithLf(other));
    if (!changed) return std::nullopt;
    std::string out;
    for (const char c : *changed) out += c == '\n' ? "\r\n" : std::string(1, c);
    return out;
  }
  const auto a = Lines(before), b = Lines(after), c = Lines(other);
  // Where every line of `before` stands in `other`.
  constexpr size_t kGone = SIZE_MAX;
  std::vector<size_t> place(a.size(), kGone);
  size_t x = 0, y = 0;
  const auto pair_up = [&](size_t to) {
    while (x < to) place[x++] = y++;
  };
  for (const Hunk& h : Diff(a, c)) {
    pair_up(h.a);
    x = h.a + h.a_count;
    y = h.b + h.b_count;
  }
  pair_up(a.size());
  std::string out;
  size_t done = 0;
  for (const Hunk& h : Diff(a, b)) {
    size_t from = 0, to = 0;
    if (h.a_count > 0) {
      for (size_t i = 0; i < h.a_count; ++i)
        if (place[h.a + i] == kGone || place[h.a + i] != place[h.a] + i) return std::nullopt;
      from = place[h.a];
      to = from + h.a_count;
    } else {
      // New lines go between two that must still be neighbours; at an end of the file one is enough.
      const bool first = h.a == 0, last = h.a == a.size();
      if ((!first && place[h.a - 1] == kGone) || (!last && place[h.a] == kGone)) return std::nullopt;
      from = to = first ? 0 : place[h.a - 1] + 1;
      if (!last && place[h.a] != to) {
        if (first) from = to = place[h.a];
        else return std::nullopt;
      }
      // Lines that were added at the end have to follow a whole line.
      if (last && to != c.size() && !a.empty() && !a.back().ends_with('\n')) return std::nullopt;
    }
    for (; done < from; ++done) out += c[done];
    for (size_t k = 0; k < h.b_count; ++k) out += b[h.b + k];
    done = to;
  }
  for (; done < c.size(); ++done) out += c[done];
  return out;
}

}  // namespace weir::fix
