#include "lib/policy/secret_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "lib/policy/secrets.h"

namespace weir::policy {
namespace {

constexpr size_t kLongest = 4096;  // what is longer is judged by its beginning

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLetter(char c) { return IsUpper(c) || (c >= 'a' && c <= 'z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string Lower(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = IsUpper(c) ? char(c + 32) : c;
  return out;
}

// "dbPassword", "DB-PASSWORD" and "db.password" are "_db_password": a leading underscore makes a suffix a whole word.
std::string Normal(std::string_view name) {
  std::string out = "_";
  for (size_t i = 0; i < name.size() && i < 200; ++i) {
    const char c = name[i];
    const bool hump = IsUpper(c) && i > 0 && !IsUpper(name[i - 1]) && IsLetter(name[i - 1]);
    if (hump && out.back() != '_') out += '_';
    if (IsLetter(c) || IsDigit(c)) out += IsUpper(c) ? char(c + 32) : c;
    else if (out.back() != '_') out += '_';
  }
  if (out.size() > 1 && out.back() == '_') out.pop_back();
  return out;
}

bool EndsInAny(std::string_view name, std::span<const std::string_view> endings) {
  return std::ranges::any_of(endings, [&](std::string_view e) { return name.ends_with(e); });
}

constexpr std::string_view kPasswordEndings[] = {"_password", "_passwd", "_passphrase", "_pwd", "_password_wo", "password"};
constexpr std::string_view kSecretEndings[] = {
    "_secret",     "_token",       "_api_key",      "_apikey",       "_secret_key",  "_private_key", "_access_key",        "_account_key",
    "_auth_key",   "_master_key",  "_signing_key",  "_shared_key",   "_client_secret", "_secret_string", "_secret_value",    "_encryption_key",
    "_license_key", "_storage_key", "_access_token", "_connection_string", "_webhook_secret", "_credential", "_plaintext_value", "_storage_account_access_key"};

// Values made of these words alone are no secrets.
constexpr std::string_view kWords[] = {
    "change", "changeme", "me",   "your",   "my",     "the",   "password", "passwd", "pass",  "secret", "token", "key",   "here",  "example", "test",
    "dummy",  "sample",  "placeholder", "todo", "fixme", "foo", "bar",   "baz",    "value", "some",   "insert", "replace", "with", "this", "not",
    "real",   "fake",    "lorem", "ipsum",  "default", "null", "none",   "undefined", "redacted", "masked", "hidden", "db", "api", "access", "auth",
    "user",   "username", "admin", "root",  "string", "super", "a",      "to",     "be",    "set",    "it",    "is",    "of",    "in",    "for",
    "true",   "false",   "enabled", "disabled", "required", "optional", "client", "private", "public", "app", "service", "account", "name", "id",
    "x",      "xx",      "xxx",   "qwerty", "plaintext", "encrypted", "env", "variable", "please", "generated", "random", "managed", "terraform",
    "local",  "dev",     "development", "demo", "mock", "stub", "abc", "empty", "nothing"};
// Values that hold one of these are none either.
constexpr std::string_view kTelling[] = {"example", "changeme", "change_me", "change-me", "placeholder", "dummy", "redacted", "sample", "xxxx", "****", "....",
                                         "fake",    "lorem",    "your_",     "your-",     "yourpass",    "todo",  "replace",  "insert", "notreal", "test"};

}  // namespace

double EntropyOf(std::string_view text) {
  std::array<unsigned, 256> counts{};
  for (const char c : text) ++counts[uint8_t(c)];
  double bits = 0;
  for (const unsigned n : counts)
    if (n != 0) bits -= n / double(text.size()) * std::log2(n / double(text.size()));
  return bits;
}

bool IsSample(std::string_view token) {
  token = token.substr(0, kLongest);
  const std::string lower = Lower(token);
  for (const std::string_view word : {"example", "xxxx", "placeholder", "redacted", "changeme", "dummy", "00000000"})
    if (lower.find(word) != std::string::npos) return true;
  size_t same = 1, up = 1, down = 1;
  for (size_t i = 1; i < lower.size(); ++i) {
    same = lower[i] == lower[i - 1] ? same + 1 : 1;
    up = lower[i] == lower[i - 1] + 1 ? up + 1 : 1;
    down = lower[i] == lower[i - 1] - 1 ? down + 1 : 1;
    if (same >= 6 || up >= 7 || down >= 7) return true;
  }
  // One half again: "deadbeefdeadbeef".
  const size_t half = lower.size() / 2;
  return half >= 4 && lower.size() % 2 == 0 && lower.substr(0, half) == lower.substr(half);
}

bool IsPlaceholder(std::string_view value) {
  value = value.substr(0, kLongest);
  for (const std::string_view mark : {"${", "{{", "$(", "%(", "%{", "<", "#{"})
    if (value.find(mark) != std::string_view::npos) return true;
  for (const std::string_view start : {"$", "arn:", "aws:", "ssm:", "vault:", "http://", "https://", "/", "./", "~/", "file:", "env.", "var.", "local.", "data.", "module.",
                                       "secretsmanager:", "secrets.", "projects/", "op://", "@Microsoft.KeyVault", "ENC[", "sha256:", "kms:", "ref+"})
    if (value.starts_with(start)) return true;
  const std::string lower = Lower(value);
  for (const std::string_view word : kTelling)
    if (lower.find(word) != std::string::npos) return true;
  if (IsSample(value)) return true;
  for (size_t i = 0; i < lower.size();) {
    if (!IsLetter(lower[i])) {
      // Digits after words ("password123") tell nothing more; digits between letters do.
      const bool digit = IsDigit(lower[i]);
      size_t n = 0;
      while (i < lower.size() && !IsLetter(lower[i])) n += IsDigit(lower[i++]);
      if (digit && n > 4) return false;
      continue;
    }
    const size_t start = i;
    while (i < lower.size() && IsLetter(lower[i])) ++i;
    if (std::ranges::find(kWords, std::string_view(lower).substr(start, i - start)) == std::end(kWords)) return false;
  }
  return true;
}

bool IsPasswordName(std::string_view name) { return EndsInAny(Normal(name), kPasswordEndings); }

bool IsSecretName(std::string_view name) {
  const std::string normal = Normal(name);
  return EndsInAny(normal, kPasswordEndings) || EndsInAny(normal, kSecretEndings);
}

bool LooksRandom(std::string_view value) {
  if (value.size() < 8 || value.find_first_of(" \t\r\n") != std::string_view::npos) return false;
  const bool digit = std::ranges::any_of(value, IsDigit), letter = std::ranges::any_of(value, IsLetter);
  const bool upper = std::ranges::any_of(value, IsUpper);
  const bool lower = std::ranges::any_of(value, [](char c) { return c >= 'a' && c <= 'z'; });
  if (!letter || !(digit || (upper && lower))) return false;
  // Words with a number at the end, or a dotted or dashed name, are names of things.
  const size_t names = size_t(std::ranges::count_if(value, [](char c) { return c == '-' || c == '.' || c == ':' || c == '/'; }));
  if (names >= 2 && value.size() / (names + 1) < 8) return false;
  const bool hex = value.find_first_not_of("0123456789abcdefABCDEF-") == std::string_view::npos;
  return EntropyOf(value.substr(0, 256)) >= (value.size() >= 20 && !hex ? 3.5 : value.size() >= 12 ? 3.0 : 2.7);
}

std::string MaskSecret(std::string_view secret) {
  return std::string(secret.substr(0, secret.size() >= 12 ? 4 : 0)) + "…";
}

}  // namespace weir::policy
