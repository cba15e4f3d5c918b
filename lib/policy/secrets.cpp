#include "lib/policy/secrets.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "lib/policy/secret_formats.h"
#include "lib/policy/secret_words.h"

namespace weir::policy {
namespace {

constexpr size_t kWindow = 3;  // every anchor's first bytes, in lower case

constexpr uint8_t Fold(char c) { return uint8_t(uint8_t(c) | 0x20); }
constexpr size_t Pair(char a, char b) { return size_t((Fold(a) & 0x3F) << 6 | (Fold(b) & 0x3F)); }

// How far the search may step, by the last two bytes of a window (Wu and Manber, "A Fast Algorithm for Multi-Pattern Searching"): 2
// where no anchor's beginning holds them, 1 where one holds them first, 0 where one may end there. Built by the compiler's
// optimiser or at first use: 4 KiB.
struct Steps {
  std::array<uint8_t, 4096> step;
  Steps() {
    step.fill(2);
    for (const Format& f : SecretFormats()) {
      uint8_t& first = step[Pair(f.anchor[0], f.anchor[1])];
      first = std::min<uint8_t>(first, 1);
      step[Pair(f.anchor[1], f.anchor[2])] = 0;
    }
  }
};

bool IsAt(const Format& format, std::string_view text, size_t at) {
  if (text.size() - at < format.anchor.size()) return false;
  if (!format.any_case) return text.substr(at).starts_with(format.anchor);
  return std::equal(format.anchor.begin(), format.anchor.end(), text.begin() + ptrdiff_t(at), [](char a, char b) { return Fold(a) == Fold(b); });
}

std::string_view Refined(const Format& format, std::string_view text, const Match& match) {
  if (format.kind == "private-key") {
    // The key of a Google service account stands in the JSON file that Google gives out.
    const size_t from = match.start > 400 ? match.start - 400 : 0;
    return text.substr(from, match.start - from).find("service_account") != std::string_view::npos ? "gcp-service-account-key" : format.kind;
  }
  if (format.kind != "generic-secret" && format.kind != "password") return format.kind;
  const size_t line = match.start > 100 ? match.start - 100 : 0;
  const std::string_view kind = KindOfSecret(text.substr(line, match.start - line), text.substr(match.start, match.length));
  return kind.empty() ? format.kind : kind;
}

bool IsAll(std::string_view text, std::string_view others, bool hex) {
  return std::ranges::all_of(text, [&](char c) {
    const bool digit = c >= '0' && c <= '9', low = c >= 'a' && c <= (hex ? 'f' : 'z'), high = !hex && c >= 'A' && c <= 'Z';
    return digit || low || high || others.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::vector<Secret> FindSecrets(std::string_view text, size_t most) {
  static const Steps steps;
  std::vector<Secret> found;
  size_t done = 0;  // end of the last secret
  for (size_t i = kWindow - 1; i < text.size();) {
    const uint8_t step = steps.step[Pair(text[i - 1], text[i])];
    if (step != 0) {
      i += step;
      continue;
    }
    const size_t at = i - 2;
    ++i;
    if (at < done) continue;
    for (const Format& format : SecretFormats()) {
      if (Fold(format.anchor[0]) != Fold(text[at]) || !IsAt(format, text, at)) continue;
      const Match match = format.read(format, text, at);
      if (match.length == 0 || match.start < done) continue;
      found.push_back({Refined(format, text, match), match.start, match.length});
      done = match.start + match.length;
      if (found.size() >= most) return found;
      break;
    }
  }
  return found;
}

void MaskRange(std::string& text, size_t from, size_t to) {
  const auto quote = [&](size_t i) { return i < text.size() && (text[i] == '"' || text[i] == '\''); };
  to = std::min(to, text.size());
  if (from < to && quote(from)) ++from;
  if (from < to && quote(to - 1)) --to;
  const size_t shown = to > from && to - from >= 12 ? 4 : 0;
  for (size_t i = from; i < to; ++i)
    if (i - from >= shown || uint8_t(text[i]) >= 0x80) text[i] = '*';
}

std::string WithSecretsMasked(std::string_view text) {
  std::string out(text);
  for (const Secret& s : FindSecrets(text)) MaskRange(out, s.start, s.start + s.length);
  return out;
}

std::string_view KindOfSecret(std::string_view name, std::string_view value) {
  if (IsPlaceholder(value)) return {};
  const auto holds = [&](std::string_view word) {
    return std::search(name.begin(), name.end(), word.begin(), word.end(), [](char a, char b) { return Fold(a) == Fold(b); }) != name.end();
  };
  if (holds("twilio") && value.size() == 32 && IsAll(value, "", true)) return "twilio-auth-token";
  if (holds("secret") && value.size() == 40 && IsAll(value, "/+=", false) && !IsAll(value, "", true) && EntropyOf(value) >= 4) return "aws-secret-key";
  if (const auto own = FindSecrets(value, 1); !own.empty()) return own[0].kind;
  if (IsPasswordName(name) && value.size() >= 6 && value.find_first_of(" \n") == std::string_view::npos) return "password";
  if (IsSecretName(name) && LooksRandom(value)) return "generic-secret";
  return {};
}

}  // namespace weir::policy
