#include "lib/fix/session.h"

#include <algorithm>

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
    if (f.action != scan::Action::kNone && f.in != nullptr && filter.Takes(f)) wanted_.push_back({std::string(f.language), std::string(f.scope), std::string(f.policy), std::string(f.resource), IdentityOf(f)});
    else others_.insert(IdentityOf(f));
  }
}

const Finding* Session::Find(const Wanted& wanted) {
  const auto& findings = proposer_.Findings(wanted.language, wanted.scope);
  for (const Finding& f : findings)
    if (IdentityOf(f) == wanted.identity && !seen_.contains(wanted.identity)) return &f;
  // Taking an element out of a list moves what stands behind it: the finding is then one that was not there before.
  for (const Finding& f : findings)
    if (f.policy == wanted.policy && f.resource == wanted.resource) {
      const std::string identity = IdentityOf(f);
      const bool later = std::ranges::any_of(wanted_, [&](const Wanted& w) { return w.identity == identity; });
      if (!later && !others_.contains(identity) && !seen_.contains(identity)) return &f;
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
  WEIR_RETURN_IF_ERROR(proposer_.Accept(edits));
  ++fixed_;
  return {};
}

Session::Left Session::ApplySafe() {
  Left left;
  while (Next() != nullptr) {
    if (!fix_) ++left.none;
    else if (!fix_->safe) ++left.suggested;
    else if (!Accept(fix_->edits).ok()) ++left.none;
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
