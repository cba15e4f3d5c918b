#include "lib/scan/verdict_cache.h"

#include <algorithm>

#include "lib/base/bytes.h"
#include "lib/base/file.h"
#include "lib/scan/scan.h"

namespace weir::scan {
namespace {

constexpr std::string_view kMagic = "weir verdicts 1\n";
constexpr size_t kMost = 16u << 20;  // a repository of 100,000 files; beyond it scopes are evaluated again

void PutSettings(std::string& out, const policy::Config::Settings& settings) {
  PutNumber(out, settings.size());
  for (const auto& [policy, setting] : settings) {
    PutText(out, policy);
    PutNumber(out, setting.off ? 0 : 1 + uint64_t(setting.severity));
  }
}

void PutTexts(std::string& out, const std::vector<std::string>& texts) {
  PutNumber(out, texts.size());
  for (const std::string& text : texts) PutText(out, text);
}

// Everything besides a scope's files that decides which findings it has, in full. All members are named, so that no new one is forgotten.
std::string EpochOf(const std::string& program, const Options& options) {
  std::string out;
  PutText(out, program);
  const policy::Library library = options.library();
  PutNumber(out, library.members().size());
  for (const auto& member : library.members()) PutNumber(out, member.image->Fingerprint());
  PutNumber(out, options.suppress);
  PutNumber(out, options.use_baseline && !options.baseline.entries.empty());  // only then fingerprints are made
  // What blocks, what counts and what is offered is decided later.
  const auto& [block, judge, unknown, fix, policies, exclude, sections, custom, waivers, exceptions, limits] = options.config;
  PutSettings(out, policies);
  PutTexts(out, exclude);
  PutNumber(out, sections.size());
  for (const auto& [path, language, off, blocks, settings, raise_only] : sections) {
    PutText(out, path);
    PutText(out, language);
    PutNumber(out, off);
    PutNumber(out, raise_only);
    PutSettings(out, settings);
  }
  PutNumber(out, waivers.size());
  for (const auto& [names, owner, reason, until, paths, resources, file, line] : waivers) {
    for (const auto* texts : {&names, &paths, &resources}) PutTexts(out, *texts);
    PutText(out, reason);
    PutText(out, until);
  }
  const auto& [need_reason, need_end, refuse] = exceptions;
  for (const uint64_t rule : {uint64_t(need_reason), uint64_t(need_end), refuse ? 1 + uint64_t(*refuse) : 0}) PutNumber(out, rule);
  const auto& [file_size, plan_size, depth, alias_nodes, instances, steps, policy_memory, scope_steps, scope_memory, module_depth] = limits;
  for (const uint64_t limit : {file_size, plan_size, uint64_t(depth), alias_nodes, uint64_t(instances), steps, policy_memory, scope_steps, scope_memory, uint64_t(module_depth)}) PutNumber(out, limit);
  return out;
}

std::string NameOf(std::string_view language, std::string_view scope) { return std::string(language).append(1, '\0').append(scope); }

void PutWord(std::string& out, uint64_t word) { out.append(reinterpret_cast<const char*>(&word), sizeof word); }
uint64_t TakeWord(ByteReader& in) {
  uint64_t word = 0;
  if (const std::string_view bytes = in.Take(sizeof word); in.ok) bytes.copy(reinterpret_cast<char*>(&word), sizeof word);
  return word;
}

}  // namespace

void VerdictCache::Begin(const Options& options) {
  std::string epoch = EpochOf(program_, options);
  if (!loaded_) Load();
  if (epoch == epoch_) return;
  epoch_ = std::move(epoch);
  old_.clear();
  fresh_.clear();
}

void VerdictCache::Load() {
  loaded_ = true;
  hash_ = RandomHashKey();
  const auto blob = ReadOwnFile(path_, 2 * kMost);
  if (!blob.ok() || !blob->text().starts_with(kMagic) || blob->text().size() < kMagic.size() + 24) return;
  text_ = blob->text();
  const std::string_view body = std::string_view(text_).substr(0, text_.size() - 8);
  ByteReader sum{std::string_view(text_).substr(body.size())}, in{body.substr(kMagic.size())};
  const HashKey hash{TakeWord(in), TakeWord(in)};
  if (KeyedHash(hash, body) != TakeWord(sum)) return;
  hash_ = hash;
  epoch_ = in.Text();
  while (in.ok && !in.bytes.empty()) {
    const std::string_view name = in.Text(), entry = in.Text();
    if (in.ok) old_.emplace(name, entry);
  }
}

std::optional<ScopeVerdicts> VerdictCache::Find(std::string_view language, std::string_view scope) const {
  const auto at = old_.find(NameOf(language, scope));
  if (at == old_.end()) return std::nullopt;
  ByteReader in{at->second};
  ScopeVerdicts out;
  out.reads = Reads::Load(in);
  for (uint64_t n = in.Number(); in.ok && n > 0; --n) {
    MatchKey key;
    for (uint64_t* word : {&key.key, &key.in_file, &key.content, &key.place}) *word = TakeWord(in);
    key.fingerprint = in.Number();
    key.diagnostic = in.Number() != 0;
    out.keys.push_back(key);
  }
  return in.ok && in.bytes.empty() ? std::optional(std::move(out)) : std::nullopt;
}

void VerdictCache::Put(std::string_view language, std::string_view scope, const ScopeVerdicts& verdicts) {
  const auto accepted = [](const MatchKey& key) { return key.verdict == Verdict::kSuppressed; };
  if (!verdicts.reads.known() || !verdicts.incomplete.empty() || std::ranges::any_of(verdicts.keys, accepted)) return;
  std::string entry;
  verdicts.reads.Save(entry);
  const auto failing = [](const MatchKey& key) { return key.verdict == Verdict::kFail; };
  PutNumber(entry, uint64_t(std::ranges::count_if(verdicts.keys, failing)));
  for (const MatchKey& key : verdicts.keys) {
    if (!failing(key)) continue;
    for (const uint64_t word : {key.key, key.in_file, key.content, key.place}) PutWord(entry, word);
    PutNumber(entry, key.fingerprint);
    PutNumber(entry, key.diagnostic);
  }
  fresh_[NameOf(language, scope)] = std::move(entry);
  changed_ = true;
}

void VerdictCache::Save() {
  if (!changed_) return;
  changed_ = false;
  std::string out(kMagic);
  PutWord(out, hash_[0]);
  PutWord(out, hash_[1]);
  PutText(out, epoch_);
  const auto put = [&](std::string_view name, std::string_view entry) {
    if (out.size() + name.size() + entry.size() > kMost) return;
    PutText(out, name);
    PutText(out, entry);
  };
  for (const auto& [name, entry] : fresh_) put(name, entry);
  for (const auto& [name, entry] : old_)
    if (!fresh_.contains(std::string(name))) put(name, entry);
  PutWord(out, KeyedHash(hash_, out));
  (void)WriteFileAtomically(path_, out, 0600, Flush::kNotFlushed).ok();
}

}  // namespace weir::scan
