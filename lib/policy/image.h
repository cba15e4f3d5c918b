// The compiled policy library: one block of bytes, read in place.
//
// The build compiles policies/ into an image inside the binary; a team's own policies are compiled to the same form. Nothing
// is parsed or allocated to use it: records refer to texts and programs by offset, and rules are found by the hash
// of (language, resource type) in a sorted index. Images of other origin than this binary pass Open(), which checks every offset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/cel/cel.h"

namespace weir::policy {

enum class Severity : uint8_t { kLow, kMedium, kHigh, kCritical };
std::string_view SeverityName(Severity severity);
/// "low" … "critical"; false for any other word.
bool ParseSeverity(std::string_view name, Severity& out);

/// Offset and length in the image's bytes.
struct Ref {
  uint32_t offset = 0, length = 0;
};

struct PolicyRecord {
  Ref id, title, message, why, docs, category;
  Ref aliases;     // Ref[length] at offset
  Ref compliance;  // Ref[length]: framework and control in turn
  Ref rules;       // uint32_t[length] rule numbers
  Ref examples;    // of the text of all examples, which is packed: see Image::Examples
  Severity severity = Severity::kLow;
  uint8_t reserved[3] = {};
};

struct RuleRecord {
  uint32_t policy = 0;
  Ref language;
  Ref types;           // Ref[length]
  Ref aliases;         // Ref[length]: in place of the policy's; empty: those
  Ref narrow;          // Ref[length]: alias and type in turn; an alias that is there means those types of the rule only ("": none)
  Ref when, each, pass;  // CEL programs; length 0 where absent (`each` is the document's `for`)
  Ref when_text, each_text, pass_text;  // their sources, for people to read
  Ref fix;             // JSON: {"suggest":bool,"reason":text,"edits":[{"op":…,"path":…,"value":…}]}; length 0: none
};

struct IndexEntry {
  uint64_t hash;    // of what is looked up
  uint32_t number;  // of a rule or policy
  uint32_t reserved = 0;
};

class Image {
 public:
  /// Looks at `bytes` (8-aligned), which must outlive the image. `trusted`: it is part of this program and is not checked.
  static Result<Image> Open(std::span<const std::byte> bytes, bool trusted);
  /// The library inside this binary.
  static const Image& BuiltIn();

  std::span<const PolicyRecord> policies() const { return policies_; }
  std::span<const RuleRecord> rules() const { return rules_; }
  std::string_view Text(Ref ref) const { return {reinterpret_cast<const char*>(bytes_.data()) + ref.offset, ref.length}; }
  /// The YAML of a policy's examples. All examples are packed as one, since only `explain` reads them: this unpacks them.
  std::string Examples(const PolicyRecord& policy) const;
  std::string_view Text(Ref list, size_t i) const { return Text(Array<Ref>(list)[i]); }
  cel::Program Program(Ref ref) const { return bytes_.subspan(ref.offset, ref.length); }
  template <typename T>
  std::span<const T> Array(Ref ref) const {
    return {reinterpret_cast<const T*>(bytes_.data() + ref.offset), ref.length};
  }

  /// Rules that may speak of resources of `type`: exact ones by the index, then those with globs that match.
  void RulesFor(std::string_view language, std::string_view type, std::vector<uint32_t>& out) const;
  /// By id or alias, looked up as rules are; null where there is none.
  const PolicyRecord* Find(std::string_view id_or_alias) const;
  /// A short text that changes whenever the image does.
  uint64_t Fingerprint() const;

  static uint64_t Hash(std::string_view language, std::string_view type = {});

  struct Header {
    static constexpr uint64_t kMagic = 0x3630'4745'4d49'5257;  // "WRIMEG06"
    uint64_t magic;
    uint64_t size;
    uint64_t fingerprint;
    // Arrays. Of IndexEntry, sorted: rules by language and type; rules with globs by language alone; policies by id and aliases.
    Ref policies, rules, index, globs, names;
    Ref examples;            // deflated (zlib)
    uint32_t examples_size;  // as they are unpacked
    uint32_t reserved;
  };

 private:
  std::span<const std::byte> bytes_;
  std::span<const PolicyRecord> policies_;
  std::span<const RuleRecord> rules_;
  std::span<const IndexEntry> index_;
  std::span<const IndexEntry> globs_, names_;
  Ref examples_;
  uint32_t examples_size_ = 0;
};

/// Shell-like: `*` any characters, `?` one.
bool GlobMatches(std::string_view pattern, std::string_view text);

}  // namespace weir::policy
