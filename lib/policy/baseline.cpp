#include "lib/policy/baseline.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <tuple>

namespace weir::policy {
namespace {

constexpr size_t kMaxEntries = 1'000'000;

Status Wrong(std::string_view path, const std::string& what) {
  return {Code::kUsage, std::string(path) + ": " + what + "; restore it from git, or write a new one with weir baseline create --force"};
}

bool ReadHex(std::string_view text, uint64_t& out) {
  if (text.size() != 16) return false;
  out = 0;
  for (const char c : text) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return false;
    out = out << 4 | uint64_t(digit);
  }
  return true;
}

}  // namespace

std::string FingerprintText(uint64_t fingerprint) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out(16, '0');
  for (size_t i = 0; i < 16; ++i) out[15 - i] = kHex[fingerprint >> (4 * i) & 15];
  return out;
}

size_t Baseline::Count(uint64_t fingerprint) const { return by_fingerprint_.count(fingerprint); }

bool Baseline::Names(uint64_t fingerprint, std::string_view file) const {
  const auto [first, last] = by_fingerprint_.equal_range(fingerprint);
  return std::any_of(first, last, [&](const auto& at) { return entries[at.second].file == file; });
}

void Baseline::Index() {
  std::ranges::sort(entries, {}, [](const BaselineEntry& e) { return std::tie(e.file, e.policy, e.resource, e.fingerprint); });
  by_fingerprint_.clear();
  for (size_t i = 0; i < entries.size(); ++i) by_fingerprint_.emplace(entries[i].fingerprint, i);
}

Result<Baseline> ParseBaseline(std::string_view path, std::string_view text) {
  rapidjson::Document root;
  root.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (root.HasParseError()) {
    const size_t at = std::min(root.GetErrorOffset(), text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + std::ptrdiff_t(at), '\n');
    return Wrong(path, "line " + std::to_string(line) + " is no JSON (" + rapidjson::GetParseError_En(root.GetParseError()) + ")");
  }
  if (!root.IsObject() || !root.HasMember("version") || !root.HasMember("findings")) return Wrong(path, "it is no baseline of weir's");
  if (!root["version"].IsInt() || root["version"].GetInt() != 1) return Wrong(path, "this weir reads version 1 of the baseline");
  const auto& findings = root["findings"];
  if (!findings.IsArray()) return Wrong(path, "'findings' is no list");
  if (findings.Size() > kMaxEntries) return Wrong(path, "it has more than " + std::to_string(kMaxEntries) + " findings");
  Baseline out;
  for (rapidjson::SizeType i = 0; i < findings.Size(); ++i) {
    const auto& item = findings[i];
    BaselineEntry entry;
    const auto take = [&](const char* key, std::string& to) {
      if (!item.IsObject() || !item.HasMember(key) || !item[key].IsString()) return false;
      to.assign(item[key].GetString(), item[key].GetStringLength());
      return true;
    };
    std::string fingerprint;
    if (!take("fingerprint", fingerprint) || !ReadHex(fingerprint, entry.fingerprint) || !take("policy", entry.policy) || !take("resource", entry.resource) || !take("file", entry.file))
      return Wrong(path, "finding " + std::to_string(i + 1) + " is not complete (fingerprint of 16 hexadecimal digits, policy, resource, file)");
    out.entries.push_back(std::move(entry));
  }
  out.Index();
  return out;
}

std::string WriteBaseline(const Baseline& baseline) {
  std::string out = "{\"version\": 1, \"findings\": [\n";
  for (size_t i = 0; i < baseline.entries.size(); ++i) {
    const BaselineEntry& e = baseline.entries[i];
    const auto quoted = [](const std::string& text) {
      rapidjson::StringBuffer buffer;
      rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
      writer.String(text.data(), rapidjson::SizeType(text.size()));
      return std::string(buffer.GetString(), buffer.GetSize());
    };
    out += "{\"fingerprint\": \"" + FingerprintText(e.fingerprint) + "\", \"policy\": " + quoted(e.policy) + ", \"resource\": " + quoted(e.resource) +
           ", \"file\": " + quoted(e.file) + (i + 1 < baseline.entries.size() ? "},\n" : "}\n");
  }
  return out + "]}\n";
}

}  // namespace weir::policy
