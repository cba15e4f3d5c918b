#include "lib/fix/session.h"

#include <algorithm>
#include <tuple>

namespace weir::fix {
namespace {

using scan::Finding;

std::string IdentityOf(const Finding& f) {
  std::string key(f.policy);
  (((key += '\n') += f.resource) += '\n') += f.scope;
  for (const std::string& path : f.blame) (key += '\n') += path;
  return key;
}

}  // namespace

bool Filter::Takes(const Finding& f) const {
  const auto named = [&](const std::string& id) { return id == f.policy || std::ranges::any_of(scan::AliasesOf(f), [&](std::string_view alias) { return alias == id; }); };
  if (!policies.empty() && std::ranges::none_of(policies, named)) return false;
  const std::string_view block = f.block_file();
  const auto holds = [&](const std::string& path) {
    return path.empty() || f.file == path || block == path || f.file.starts_with(path + "/") || block.starts_with(path + "/");
  };
  return paths.empty() || std::ranges::any_of(paths, holds);
}

Session::Session(const scan::Report& report, const git::Snapshot& snapshot, const scan::Options& options, const Filter& filter)
    : snapshot_(snapshot), options_(options), proposer_(snapshot, options) {
  for (const Finding& f : report.findings) {
    if (f.status == scan::FindingStatus::kFixed) continue;
    if (f.action != scan::Action::kNone && f.in != nullptr && filter.Takes(f)) meant_.insert(wanted_.emplace_back(Wanted{std::string(f.language), std::string(f.scope), std::string(f.policy), std::string(f.resource), IdentityOf(f)}).identity);
    else others_.insert(IdentityOf(f));
  }
}

const Session::Known& Session::FindingsOf(const Wanted& wanted) {
  const auto [at, fresh] = known_.try_emplace({wanted.language, wanted.scope});
  if (fresh)
    for (const Finding& f : proposer_.Findings(wanted.language, wanted.scope)) {
      at->second.by_identity[IdentityOf(f)].push_back(&f);
      at->second.by_resource[std::string(f.policy).append(1, '\n').append(f.resource)].push_back(&f);
    }
  return at->second;
}

const Finding* Session::Find(const Wanted& wanted) {
  const Known& known = FindingsOf(wanted);
  if (const auto same = known.by_identity.find(wanted.identity); same != known.by_identity.end() && !seen_.contains(wanted.identity)) return same->second[0];
  // Taking an element out of a list moves what stands behind it: the finding is then one that was not there before.
  if (const auto near = known.by_resource.find(wanted.policy + '\n' + wanted.resource); near != known.by_resource.end())
    for (const Finding* f : near->second) {
      const std::string identity = IdentityOf(*f);
      if (!meant_.contains(identity) && !others_.contains(identity) && !seen_.contains(identity)) return f;
    }
  return nullptr;
}

const Finding* Session::Next() {
  fix_.reset();
  while (number_ < wanted_.size()) {
    const Finding* finding = Find(wanted_[number_++]);
    if (finding == nullptr) {
      ++unnecessary_;
      continue;
    }
    seen_.insert(IdentityOf(*finding));
    fix_ = proposer_.Propose(*finding, &why_);
    return finding;
  }
  return nullptr;
}

Status Session::Accept(const std::vector<Edit>& edits) {
  known_.clear();
  WEIR_RETURN_IF_ERROR(proposer_.Accept(edits));
  ++fixed_;
  return {};
}

Session::Left Session::ApplySafe() {
  Left left;
  std::vector<const Wanted*> open;
  for (; number_ < wanted_.size(); ++number_) open.push_back(&wanted_[number_]);
  while (!open.empty()) {
    std::vector<const Finding*> findings;
    std::vector<size_t> asked_by;  // numbers in `open`
    std::set<const Finding*> once;
    for (size_t i = 0; i < open.size(); ++i) {
      const Finding* finding = Find(*open[i]);
      if (finding == nullptr) ++unnecessary_, open[i] = nullptr;
      else if (once.insert(finding).second) findings.push_back(finding), asked_by.push_back(i);
    }
    std::vector<Edit> safe;
    std::vector<const std::vector<Edit>*> made;
    size_t fixed = 0;
    const std::vector<Proposal> proposals = proposer_.ProposeNext(findings);
    for (const Proposal& proposal : proposals) {
      seen_.insert(IdentityOf(*findings[proposal.finding]));
      open[asked_by[proposal.finding]] = nullptr;
      if (!proposal.fix || !proposal.fix->safe) {
        ++(proposal.fix ? left.suggested : left.none);
      } else if (std::ranges::any_of(made, [&](const std::vector<Edit>* known) { return *known == proposal.fix->edits; })) {
        ++unnecessary_;
      } else {
        made.push_back(&proposal.fix->edits);
        safe.insert(safe.end(), proposal.fix->edits.begin(), proposal.fix->edits.end());
        ++fixed;
      }
    }
    std::ranges::sort(safe);
    if (fixed > 0) {
      known_.clear();
      (proposer_.Accept(safe).ok() ? fixed_ : left.none) += fixed;
    }
    std::erase(open, nullptr);
  }
  return left;
}

std::vector<ChangedFile> Session::Changes() const {
  std::vector<ChangedFile> out;
  for (auto& [path, text] : proposer_.Changed()) {
    const auto before = snapshot_.Read(path, options_.config.limits.file_size);
    if (before.ok() && before->text() != text) out.push_back({path, std::string(before->text()), text});
  }
  return out;
}

}  // namespace weir::fix
