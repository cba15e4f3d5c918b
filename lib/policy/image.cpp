#include "lib/policy/image.h"

#include <algorithm>
#include <array>

namespace weir::policy {
namespace {

constexpr std::array<std::string_view, 4> kSeverities = {"low", "medium", "high", "critical"};

bool InBounds(Ref ref, size_t element, size_t align, size_t size) {
  return uint64_t(ref.offset) + uint64_t(ref.length) * element <= size && ref.offset % align == 0;
}

}  // namespace

std::string_view SeverityName(Severity severity) { return kSeverities[size_t(severity)]; }

bool ParseSeverity(std::string_view name, Severity& out) {
  const auto at = std::ranges::find(kSeverities, name);
  if (at == kSeverities.end()) return false;
  out = Severity(at - kSeverities.begin());
  return true;
}

bool GlobMatches(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || (pattern[p] == text[t] && pattern[p] != '*'))) {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

uint64_t Image::Hash(std::string_view language, std::string_view type) {
  uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](char c) { hash = (hash ^ uint8_t(c)) * 0x100000001b3; };
  for (const char c : language) add(c);
  add('\0');
  for (const char c : type) add(c);
  return hash;
}

Result<Image> Image::Open(std::span<const std::byte> bytes, bool trusted) {
  const Status broken(Code::kInvalid, "the compiled policies are damaged; delete them to have them compiled again");
  if (bytes.size() < sizeof(Header)) return broken;
  const auto& header = *reinterpret_cast<const Header*>(bytes.data());
  Image image;
  image.bytes_ = bytes;
  if (!trusted) {
    const size_t size = bytes.size();
    if (header.magic != Header::kMagic || header.size != size || !InBounds(header.policies, sizeof(PolicyRecord), 8, size) ||
        !InBounds(header.rules, sizeof(RuleRecord), 8, size) || !InBounds(header.index, sizeof(IndexEntry), 8, size) ||
        !InBounds(header.globs, 4, 4, size))
      return broken;
  }
  image.policies_ = image.Array<PolicyRecord>(header.policies);
  image.rules_ = image.Array<RuleRecord>(header.rules);
  image.index_ = image.Array<IndexEntry>(header.index);
  image.globs_ = image.Array<uint32_t>(header.globs);
  if (trusted) return image;
  const auto text_ok = [&](Ref r) { return InBounds(r, 1, 1, bytes.size()); };
  const auto texts_ok = [&](Ref r) { return InBounds(r, sizeof(Ref), 4, bytes.size()) && std::ranges::all_of(image.Array<Ref>(r), text_ok); };
  for (const PolicyRecord& p : image.policies_) {
    bool ok = texts_ok(p.aliases) && texts_ok(p.compliance) && p.severity <= Severity::kCritical && InBounds(p.rules, 4, 4, bytes.size());
    for (const Ref r : {p.id, p.title, p.message, p.why, p.docs, p.category, p.examples}) ok = ok && text_ok(r);
    if (!ok || std::ranges::any_of(image.Array<uint32_t>(p.rules), [&](uint32_t r) { return r >= image.rules_.size(); })) return broken;
  }
  for (const RuleRecord& r : image.rules_) {
    bool ok = r.policy < image.policies_.size() && text_ok(r.language) && texts_ok(r.types) && texts_ok(r.aliases) && text_ok(r.fix) && text_ok(r.pass_text) && r.pass.length != 0;
    for (const Ref program : {r.when, r.each, r.pass})
      ok = ok && (program.length == 0 || (InBounds(program, 1, 8, bytes.size()) && cel::Verify(image.Program(program))));
    if (!ok) return broken;
  }
  const auto rule_ok = [&](uint32_t r) { return r < image.rules_.size(); };
  if (!std::ranges::all_of(image.globs_, rule_ok) || !std::ranges::all_of(image.index_, rule_ok, &IndexEntry::rule)) return broken;
  return image;
}

void Image::RulesFor(std::string_view language, std::string_view type, std::vector<uint32_t>& out) const {
  const uint64_t hash = Hash(language, type);
  for (auto at = std::ranges::lower_bound(index_, hash, {}, &IndexEntry::hash); at != index_.end() && at->hash == hash; ++at) out.push_back(at->rule);
  for (const uint32_t rule : globs_) {
    if (Text(rules_[rule].language) != language) continue;
    for (size_t i = 0; i < rules_[rule].types.length; ++i)
      if (GlobMatches(Text(rules_[rule].types, i), type)) {
        out.push_back(rule);
        break;
      }
  }
}

const PolicyRecord* Image::Find(std::string_view id) const {
  for (const PolicyRecord& p : policies_) {
    if (Text(p.id) == id) return &p;
    for (size_t i = 0; i < p.aliases.length; ++i)
      if (Text(p.aliases, i) == id) return &p;
  }
  return nullptr;
}

uint64_t Image::Fingerprint() const { return reinterpret_cast<const Header*>(bytes_.data())->fingerprint; }

}  // namespace weir::policy
