#include "lib/policy/image.h"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace weir::policy {
namespace {

constexpr uint32_t kMostExamples = 64 << 20;  // bytes that a damaged image may claim
constexpr std::array<std::string_view, 4> kSeverities = {"low", "medium", "high", "critical"};

// The entries of a sorted index that have this hash.
std::span<const IndexEntry> Under(std::span<const IndexEntry> index, uint64_t hash) {
  const auto first = std::ranges::lower_bound(index, hash, {}, &IndexEntry::hash);
  return {first, std::ranges::upper_bound(first, index.end(), hash, {}, &IndexEntry::hash)};
}

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
        !InBounds(header.globs, sizeof(IndexEntry), 8, size) || !InBounds(header.names, sizeof(IndexEntry), 8, size) ||
        !InBounds(header.examples, 1, 1, size) || header.examples_size > kMostExamples)
      return broken;
  }
  image.policies_ = image.Array<PolicyRecord>(header.policies);
  image.rules_ = image.Array<RuleRecord>(header.rules);
  image.index_ = image.Array<IndexEntry>(header.index);
  image.globs_ = image.Array<IndexEntry>(header.globs);
  image.names_ = image.Array<IndexEntry>(header.names);
  image.examples_ = header.examples;
  image.examples_size_ = header.examples_size;
  if (trusted) return image;
  const auto text_ok = [&](Ref r) { return InBounds(r, 1, 1, bytes.size()); };
  const auto texts_ok = [&](Ref r) { return InBounds(r, sizeof(Ref), 4, bytes.size()) && std::ranges::all_of(image.Array<Ref>(r), text_ok); };
  for (const PolicyRecord& p : image.policies_) {
    bool ok = texts_ok(p.aliases) && texts_ok(p.compliance) && p.severity <= Severity::kCritical && InBounds(p.rules, 4, 4, bytes.size());
    for (const Ref r : {p.id, p.title, p.message, p.why, p.docs, p.category}) ok = ok && text_ok(r);
    ok = ok && InBounds(p.examples, 1, 1, header.examples_size);
    if (!ok || std::ranges::any_of(image.Array<uint32_t>(p.rules), [&](uint32_t r) { return r >= image.rules_.size(); })) return broken;
  }
  for (const RuleRecord& r : image.rules_) {
    bool ok = r.policy < image.policies_.size() && text_ok(r.language) && texts_ok(r.types) && texts_ok(r.aliases) && texts_ok(r.narrow) && r.narrow.length % 2 == 0 && text_ok(r.fix) && text_ok(r.when_text) && text_ok(r.each_text) && text_ok(r.pass_text) && r.pass.length != 0;
    for (const Ref program : {r.when, r.each, r.pass})
      ok = ok && (program.length == 0 || (InBounds(program, 1, 8, bytes.size()) && cel::Verify(image.Program(program))));
    if (!ok) return broken;
  }
  const auto below = [](std::span<const IndexEntry> index, size_t count) {
    return std::ranges::all_of(index, [count](uint32_t number) { return number < count; }, &IndexEntry::number);
  };
  if (!below(image.globs_, image.rules_.size()) || !below(image.index_, image.rules_.size()) || !below(image.names_, image.policies_.size())) return broken;
  return image;
}

std::string Image::Examples(const PolicyRecord& policy) const {
  std::string all(examples_size_, '\0');
  uLongf size = examples_size_;
  const std::string_view packed = Text(examples_);
  if (uncompress(reinterpret_cast<Bytef*>(all.data()), &size, reinterpret_cast<const Bytef*>(packed.data()), uLong(packed.size())) != Z_OK || size != all.size()) return {};
  return all.substr(policy.examples.offset, policy.examples.length);
}

void Image::RulesFor(std::string_view language, std::string_view type, std::vector<uint32_t>& out) const {
  for (const IndexEntry& entry : Under(index_, Hash(language, type))) out.push_back(entry.number);
  for (const IndexEntry& entry : Under(globs_, Hash(language))) {
    const RuleRecord& rule = rules_[entry.number];
    for (size_t i = 0; i < rule.types.length; ++i)
      if (GlobMatches(Text(rule.types, i), type)) {
        out.push_back(entry.number);
        break;
      }
  }
}

const PolicyRecord* Image::Find(std::string_view id) const {
  for (const IndexEntry& entry : Under(names_, Hash(id))) {
    const PolicyRecord& p = policies_[entry.number];
    if (Text(p.id) == id) return &p;
    for (size_t i = 0; i < p.aliases.length; ++i)
      if (Text(p.aliases, i) == id) return &p;
  }
  return nullptr;
}

uint64_t Image::Fingerprint() const { return reinterpret_cast<const Header*>(bytes_.data())->fingerprint; }

}  // namespace weir::policy
