#include "lib/policy/secret_formats.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "lib/base/text.h"
#include "lib/policy/secret_words.h"
#include "lib/policy/secrets.h"

namespace weir::policy {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlnum(char c) { return IsDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Alphabets: letters and digits (0), also '_' (w), also '_' and '-' (u), base64 (b), hexadecimal (h), capitals and digits (A), 'u' and '.' (d).
bool In(char c, char alphabet) {
  switch (alphabet) {
    case '0': return IsAlnum(c);
    case 'w': return IsAlnum(c) || c == '_';
    case 'u': return IsAlnum(c) || c == '_' || c == '-';
    case 'd': return IsAlnum(c) || c == '_' || c == '-' || c == '.';
    case 'b': return IsAlnum(c) || c == '+' || c == '/' || c == '=';
    case 'h': return IsDigit(c) || (c >= 'a' && c <= 'f');
    case 'A': return IsDigit(c) || (c >= 'A' && c <= 'Z');
    default: return false;
  }
}

size_t Run(std::string_view text, size_t from, char alphabet, size_t most) {
  size_t n = 0;
  while (n < most && from + n < text.size() && In(text[from + n], alphabet)) ++n;
  return n;
}
size_t RunBack(std::string_view text, size_t before, char alphabet, size_t most) {
  size_t n = 0;
  while (n < most && n < before && In(text[before - 1 - n], alphabet)) ++n;
  return n;
}

// 6 bits a letter, both alphabets of RFC 4648; stops at padding.
std::string Decode64(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    const int v = c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26 : IsDigit(c) ? c - '0' + 52 : c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
    if (v < 0) break;
    bits = bits << 6 | uint32_t(v);
    if ((have += 6) >= 8) out += char(bits >> (have -= 8));
  }
  return out;
}

// "Behind GitHub's new authentication token formats": the last six letters are the CRC-32 of the thirty before them, in base 62.
bool GitHubChecksum(std::string_view token) {
  static constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const std::string_view body = token.substr(4, 30), written = token.substr(34);
  uint32_t crc = 0xFFFFFFFF;
  for (const char c : body) {
    crc ^= uint8_t(c);
    for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
  }
  crc = ~crc;
  for (size_t i = 6; i-- > 0; crc /= 62)
    if (written[i] != kDigits[crc % 62]) return false;
  return true;
}

bool Varied(std::string_view token) { return EntropyOf(token) >= 3.2; }
bool IsAnthropic(std::string_view token) { return token.ends_with("AA") && Varied(token); }
// xoxb-2345…-2345…-abc…: numbers of the workspace and the app, then the secret.
bool IsSlack(std::string_view token) { return std::ranges::count(token, '-') >= 2 && std::ranges::any_of(token, IsDigit) && Varied(token); }
bool IsSendGrid(std::string_view token) { return token.size() == 69 && token[25] == '.' && std::ranges::count(token, '.') == 2 && Varied(token); }
bool IsAwsKeyId(std::string_view token) { return EntropyOf(token.substr(4)) >= 2.5; }

// The anchor, then a run of the alphabet of the right length; not inside a longer word.
Match Token(const Format& format, std::string_view text, size_t at) {
  if (at > 0 && (IsAlnum(text[at - 1]) || text[at - 1] == '_')) return {};
  const size_t n = Run(text, at + format.anchor.size(), format.alphabet[0], format.most + 1);
  if (n < format.least || n > format.most) return {};
  const std::string_view token = text.substr(at, format.anchor.size() + n);
  if (IsSample(token) || (format.check != nullptr && !format.check(token))) return {};
  return {at, token.size()};
}

// As Token, but the anchor ("AccountKey=") is no part of the secret.
Match After(const Format& format, std::string_view text, size_t at) {
  const size_t start = at + format.anchor.size(), n = Run(text, start, format.alphabet[0], format.most + 1);
  const std::string_view token = text.substr(start, n);
  return n < format.least || n > format.most || IsSample(token) || !Varied(token) ? Match{} : Match{start, n};
}

// https://core.telegram.org/bots/features: 110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw
Match Telegram(const Format&, std::string_view text, size_t at) {
  size_t id = 0;
  while (id < 11 && id < at && IsDigit(text[at - 1 - id])) ++id;
  const size_t n = Run(text, at + 1, 'u', 36);
  if (id < 8 || id > 10 || n != 35) return {};
  const std::string_view token = text.substr(at - id, id + 1 + n);
  return IsSample(token) || token == "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw" || !Varied(token) ? Match{} : Match{at - id, token.size()};
}

// Terraform Cloud: 14 letters, ".atlasv1.", 60 to 70 letters.
Match Atlas(const Format& format, std::string_view text, size_t at) {
  const size_t before = RunBack(text, at, '0', 15), after = Run(text, at + format.anchor.size(), 'u', 90);
  const std::string_view token = text.substr(at - before, before + format.anchor.size() + after);
  return before != 14 || after < 60 || after > 80 || IsSample(token) ? Match{} : Match{at - before, token.size()};
}

// OpenAI writes "OpenAI" in base64 into the middle of its keys.
Match OpenAi(const Format& format, std::string_view text, size_t at) {
  const size_t before = RunBack(text, at, 'u', 120), after = Run(text, at + format.anchor.size(), 'u', 120);
  const std::string_view token = text.substr(at - before, before + format.anchor.size() + after);
  return !token.starts_with("sk-") || before < 20 || after < 20 || IsSample(token) || !Varied(token) ? Match{} : Match{at - before, token.size()};
}

// Azure's shared access signature: the signature of a query that says when it ends.
Match SharedAccess(const Format& format, std::string_view text, size_t at) {
  if (at == 0 || (text[at - 1] != '&' && text[at - 1] != '?')) return {};
  const size_t start = at + format.anchor.size();
  size_t n = 0;
  while (n < 120 && start + n < text.size() && (In(text[start + n], 'b') || text[start + n] == '%')) ++n;
  const size_t from = at > 400 ? at - 400 : 0;
  const std::string_view around = text.substr(from, at - from + 500);
  const std::string_view token = text.substr(start, n);
  const bool query = around.find("se=") != std::string_view::npos && around.find("sv=") != std::string_view::npos;
  return n < 43 || n > 100 || !query || IsSample(token) || !Varied(token) ? Match{} : Match{start, n};
}

// RFC 7519: a header that names its algorithm and a body, both JSON, and a signature.
Match Jwt(const Format&, std::string_view text, size_t at) {
  if (at > 0 && In(text[at - 1], 'd')) return {};
  const size_t head = Run(text, at, 'u', 2000);
  if (at + head >= text.size() || text[at + head] != '.') return {};
  const size_t body = Run(text, at + head + 1, 'u', 8000), dot = at + head + 1 + body;
  if (dot >= text.size() || text[dot] != '.') return {};
  const size_t signature = Run(text, dot + 1, 'u', 2000);
  const std::string header = Decode64(text.substr(at, head)), claims = Decode64(text.substr(at + head + 1, body));
  if (signature < 20 || header.find("\"alg\"") == std::string::npos || !claims.starts_with("{")) return {};
  if (IsSample(claims) || claims.find("John Doe") != std::string::npos || IsSample(text.substr(dot + 1, signature))) return {};
  return {at, dot + 1 + signature - at};
}

// PEM (RFC 7468) with a body that is base64 and begins as a key does; not one that is encrypted with a passphrase.
Match PrivateKey(const Format& format, std::string_view text, size_t at) {
  const size_t label = at + format.anchor.size();
  const size_t end = text.substr(0, std::min(text.size(), label + 60)).find("-----", label);
  if (end == std::string_view::npos) return {};
  const std::string_view name = text.substr(label, end - label);
  if (name.find("PRIVATE KEY") == std::string_view::npos || name.find("ENCRYPTED") != std::string_view::npos) return {};
  std::string body;
  size_t i = end + 5;
  for (; i < text.size() && i < end + 16384; ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == 'n' || text[i + 1] == 'r')) ++i;
    else if (In(text[i], 'b')) body += text[i];
    else if (!IsSpace(text[i])) break;
  }
  if (body.size() < 56 || EntropyOf(body) < 4.0 || IsSample(body.substr(0, 2000))) return {};
  const bool key = body[0] == 'M' || body.starts_with("b3BlbnNzaC1rZXktdjE") || name.find("PGP") != std::string_view::npos;
  return key ? Match{at, i - at} : Match{};
}

// scheme://user:password@host
Match UrlPassword(const Format&, std::string_view text, size_t at) {
  if (at == 0 || !IsAlnum(text[at - 1])) return {};
  const std::string_view rest = text.substr(at + 3, 300);
  const size_t end = rest.find_first_of("@/ \t\r\n\"'`<>?#");
  if (end == std::string_view::npos || rest[end] != '@') return {};
  const std::string_view login = rest.substr(0, end);
  const size_t colon = login.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view password = login.substr(colon + 1);
  const bool reference = password.find_first_of("${}()*%[]") != std::string_view::npos && password.find("%40") == std::string_view::npos;
  if (password.size() < 6 || reference || IsPlaceholder(password) || password == login.substr(0, colon)) return {};
  if (rest.substr(end + 1, 7) == "example") return {};
  return {at + 3 + colon + 1, password.size()};
}

// name = "value", name: value, "name": "value", NAME=value, around a word such as password.
Match Assignment(const Format& format, std::string_view text, size_t at) {
  const size_t before = RunBack(text, at, 'd', 60), after = Run(text, at + format.anchor.size(), 'd', 60);
  size_t i = at + format.anchor.size() + after;
  const std::string_view name = text.substr(at - before, i - (at - before));
  const auto skip = [&](std::string_view what) {
    while (i < text.size() && what.find(text[i]) != std::string_view::npos) ++i;
  };
  if (i < text.size() && (text[i] == '"' || text[i] == '\'')) ++i;
  skip(" \t");
  if (i >= text.size() || (text[i] != '=' && text[i] != ':')) return {};
  const bool colon = text[i++] == ':';
  if (i < text.size() && text[i] == '>') ++i;
  const size_t sign = i;
  skip(" \t");
  if (i >= text.size() || !IsSecretName(name)) return {};
  // "a:secret:b" is a name with parts, "secret: b" is YAML.
  if (colon && i == sign && text[i] != '"' && text[i] != '\'') return {};
  const char quote = text[i] == '"' || text[i] == '\'' ? text[i] : '\0';
  const size_t start = i + (quote != '\0');
  const size_t end = std::min(quote != '\0' ? text.find(quote, start) : text.find_first_of(" \t\r\n,;)\"'", start), text.size());
  const std::string_view value = text.substr(start, end - start);
  if (value.size() < 8 || value.size() > 300 || IsPlaceholder(value) || !LooksRandom(value)) return {};
  // Without quotes it may as well be code: a call, a member, an index.
  if (quote == '\0' && (value.find_first_of("()[]{}.<>$") != std::string_view::npos || !std::ranges::any_of(value, IsDigit))) return {};
  return {start, value.size()};
}

constexpr size_t kAny = 400;
constexpr Format kFormats[] = {
    {"aws-access-key", "AKIA", false, Token, "A", 16, 16, IsAwsKeyId},
    {"aws-access-key", "ASIA", false, Token, "A", 16, 16, IsAwsKeyId},
    {"github-token", "ghp_", false, Token, "0", 36, 36, GitHubChecksum},
    {"github-token", "gho_", false, Token, "0", 36, 36, GitHubChecksum},
    {"github-token", "ghu_", false, Token, "0", 36, 36, GitHubChecksum},
    {"github-token", "ghs_", false, Token, "0", 36, 36, GitHubChecksum},
    {"github-token", "ghr_", false, Token, "0", 36, 36, GitHubChecksum},
    {"github-token", "github_pat_", false, Token, "w", 82, 82, Varied},
    {"npm-token", "npm_", false, Token, "0", 36, 36, GitHubChecksum},
    {"gitlab-token", "glpat-", false, Token, "d", 20, kAny, Varied},
    {"gitlab-token", "gldt-", false, Token, "u", 20, kAny, Varied},
    {"gitlab-token", "glrt-", false, Token, "d", 20, kAny, Varied},
    {"gitlab-token", "glptt-", false, Token, "u", 40, 40, Varied},
    {"gitlab-token", "glcbt-", false, Token, "u", 20, kAny, Varied},
    {"slack-token", "xoxb-", false, Token, "u", 30, kAny, IsSlack},
    {"slack-token", "xoxp-", false, Token, "u", 30, kAny, IsSlack},
    {"slack-token", "xoxa-", false, Token, "u", 30, kAny, IsSlack},
    {"slack-token", "xoxr-", false, Token, "u", 30, kAny, IsSlack},
    {"slack-token", "xapp-", false, Token, "u", 30, kAny, IsSlack},
    {"slack-webhook", "hooks.slack.com/services/", false, After, "b", 40, 60, nullptr},
    {"stripe-key", "sk_live_", false, Token, "0", 24, 250, Varied},
    {"stripe-key", "rk_live_", false, Token, "0", 24, 250, Varied},
    {"google-api-key", "AIza", false, Token, "u", 35, 35, Varied},
    {"azure-storage-key", "AccountKey=", true, After, "b", 86, 88, nullptr},
    {"azure-shared-access-key", "SharedAccessKey=", true, After, "b", 43, 88, nullptr},
    {"azure-sas", "sig=", false, SharedAccess},
    {"pypi-token", "pypi-AgEIcHlwaS5vcmc", false, Token, "u", 50, kAny, Varied},
    {"sendgrid-key", "SG.", false, Token, "d", 66, 66, IsSendGrid},
    {"mailgun-key", "key-", false, Token, "h", 32, 32, Varied},
    {"telegram-token", ":AA", false, Telegram},
    {"digitalocean-token", "dop_v1_", false, Token, "h", 64, 64, Varied},
    {"digitalocean-token", "doo_v1_", false, Token, "h", 64, 64, Varied},
    {"digitalocean-token", "dor_v1_", false, Token, "h", 64, 64, Varied},
    {"vault-token", "hvs.", false, Token, "u", 24, kAny, Varied},
    {"vault-token", "hvb.", false, Token, "u", 90, kAny, Varied},
    {"terraform-cloud-token", ".atlasv1.", false, Atlas},
    {"anthropic-key", "sk-ant-", false, Token, "u", 80, 150, IsAnthropic},
    {"openai-key", "T3BlbkFJ", false, OpenAi},
    {"private-key", "-----BEGIN ", false, PrivateKey},
    {"jwt", "eyJ", false, Jwt},
    {"password-in-url", "://", false, UrlPassword},
    {"password", "passw", true, Assignment},
    {"password", "passphrase", true, Assignment},
    {"generic-secret", "secret", true, Assignment},
    {"generic-secret", "token", true, Assignment},
    {"generic-secret", "api_key", true, Assignment},
    {"generic-secret", "apikey", true, Assignment},
    {"generic-secret", "access_key", true, Assignment},
    {"generic-secret", "account_key", true, Assignment},
};

}  // namespace

std::span<const Format> SecretFormats() { return kFormats; }

bool HoldsAwsKeyId(std::string_view text) {
  for (size_t at = text.find("AKIA"); at != std::string_view::npos; at = text.find("AKIA", at + 1))
    if ((at == 0 || !IsAlnum(text[at - 1])) && Run(text, at + 4, '0', 17) == 16 && Run(text, at + 4, 'A', 16) == 16) return true;
  return false;
}

std::string DecodedText(std::string_view text) {
  constexpr size_t kShortest = 32, kLongest = 65'536;  // user data has at most 16 KiB
  if (text.size() < kShortest || text.size() > kLongest) return {};
  std::string packed;
  for (const char c : text) {
    if (c == '\r' || c == '\n') continue;
    if (!In(c, 'b')) return {};
    packed += c;
  }
  std::string out = Decode64(packed);
  const bool control = std::ranges::any_of(out, [](char c) { return uint8_t(c) < 0x20 && !IsSpace(c); });
  return control || !IsValidUtf8(out) ? std::string() : out;
}

}  // namespace weir::policy
