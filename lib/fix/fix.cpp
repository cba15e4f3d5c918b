#include "lib/fix/fix.h"

#include <algorithm>
#include <deque>
#include <numeric>

#include "lib/base/parallel.h"
#include "lib/fix/maker.h"
#include "lib/fix/verify.h"

namespace weir::fix {
namespace {

using scan::Finding;

/// A finding on its way to a fix.
struct Attempt {
  const Finding* finding = nullptr;
  Proposal proposal;
  RuleFix rule;
  Where where = Where::kOrigin;  // first where the value is defined; where that does not verify, at the attribute itself
  bool is_made = false;
  Made made;
};

}  // namespace

class Proposer::Impl {
 public:
  explicit Impl(std::shared_ptr<ScopeIndex> index) : verifier_(std::move(index)) {}

  /// Settles at least one of the attempts, or takes one to where else it can be made; the first that is settled was the first of the list.
  /// What is settled is taken out. `together`: only what can be accepted at once. Late, fewer are settled, or none.
  std::vector<Proposal> Settle(std::deque<Attempt>& attempts, bool together, const Late& late = {}) {
    Verifier::Round round(verifier_);
    std::vector<size_t> taken;
    std::vector<bool> settled(attempts.size());
    for (size_t i = 0; i < attempts.size() && !(late && late()); ++i) {
      Attempt& attempt = attempts[i];
      if (!attempt.is_made && attempt.finding->in != nullptr && !round.IsOpenFor(*attempt.finding)) continue;
      if (!attempt.is_made && !Begin(attempt)) settled[i] = true;
      else if (round.Admit({attempt.finding, &attempt.made.edits, !attempt.made.moved})) taken.push_back(i);
    }
    std::vector<Change> changes;
    for (const size_t i : taken) changes.push_back({attempts[i].finding, &attempts[i].made.edits, !attempts[i].made.moved});
    const Verifier::Reasons refused = verifier_.Refuses(changes, together, late);
    for (size_t n = 0; n < taken.size(); ++n) {
      Attempt& attempt = attempts[taken[n]];
      if (!refused[n]) continue;
      attempt.proposal.why = *refused[n];
      if (refused[n]->empty()) {
        attempt.proposal.fix = Fix{!attempt.rule.suggest, attempt.rule.reason, std::move(attempt.made.edits)};
      } else if (attempt.where == Where::kOrigin && attempt.made.moved) {
        attempt.where = Where::kResource;
        attempt.is_made = false;
        continue;
      }
      settled[taken[n]] = true;
    }
    std::vector<Proposal> out;
    std::deque<Attempt> left;
    for (size_t i = 0; i < attempts.size(); ++i)
      if (settled[i]) out.push_back(std::move(attempts[i].proposal));
      else left.push_back(std::move(attempts[i]));
    attempts.swap(left);
    return out;
  }

  Verifier& verifier() { return verifier_; }

 private:
  // Makes the edits; false where there are none, and the proposal then says why.
  bool Begin(Attempt& attempt) {
    const Finding& finding = *attempt.finding;
    const auto refuse = [&](std::string why) { return attempt.proposal.why = std::move(why), false; };
    if (finding.rule == nullptr || finding.in == nullptr || finding.verdict != scan::Verdict::kFail) return refuse("there is nothing to fix");
    if (finding.rule->fix.length == 0) return refuse("the policy has no fix");
    auto rule = ReadRuleFix(finding.image->Text(finding.rule->fix));
    if (!rule || !finding.block.valid()) return refuse("the place is not in a file");
    attempt.rule = std::move(*rule);
    for (;; attempt.where = Where::kResource) {
      attempt.made = Make(finding, attempt.rule, attempt.where);
      Made& made = attempt.made;
      if (made.why.empty() && made.in_block && !verifier_.InstancesAgree(finding)) made.why = "the block makes several resources, and not all of them need it";
      if (made.why.empty()) return attempt.is_made = true;
      if (attempt.where == Where::kResource) return refuse(made.why);
    }
  }

  Verifier verifier_;
};

namespace {

std::deque<Attempt> AttemptsOf(const std::vector<const Finding*>& findings, const std::vector<size_t>& numbers) {
  std::deque<Attempt> attempts(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) attempts[i].finding = findings[numbers[i]], attempts[i].proposal.finding = numbers[i];
  return attempts;
}

std::vector<size_t> AllOf(const std::vector<const Finding*>& findings) {
  std::vector<size_t> numbers(findings.size());
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

/// Numbers of the findings, in groups that are seen in no scope in common.
std::vector<std::vector<size_t>> Groups(const std::vector<const Finding*>& findings, ScopeIndex& index) {
  std::vector<size_t> parent(findings.size());
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](size_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  std::map<ScopeKey, size_t> first;
  for (size_t i = 0; i < findings.size(); ++i)
    for (const ScopeKey& scope : index.Of(*findings[i])) parent[root(i)] = root(first.try_emplace(scope, i).first->second);
  std::map<size_t, std::vector<size_t>> groups;
  for (size_t i = 0; i < findings.size(); ++i) groups[root(i)].push_back(i);
  std::vector<std::vector<size_t>> out;
  for (auto& [number, group] : groups) out.push_back(std::move(group));
  return out;
}

}  // namespace

Proposer::Proposer(const git::Snapshot& snapshot, const scan::Options& options) : impl_(std::make_unique<Impl>(std::make_shared<ScopeIndex>(snapshot, options))) {}
Proposer::~Proposer() = default;

std::vector<Proposal> Proposer::ProposeNext(const std::vector<const Finding*>& findings) {
  std::deque<Attempt> attempts = AttemptsOf(findings, AllOf(findings));
  std::vector<Proposal> out;
  while (!attempts.empty() && out.empty()) out = impl_->Settle(attempts, true);
  return out;
}

std::optional<Fix> Proposer::Propose(const Finding& finding, std::string* why) {
  Proposal only = std::move(ProposeNext({&finding})[0]);
  if (why != nullptr) *why = std::move(only.why);
  return std::move(only.fix);
}

Proposals Proposer::ProposeAll(const std::vector<const Finding*>& findings, const Late& late) {
  const auto settle = [&](Impl& impl, const std::vector<size_t>& numbers) {
    Proposals out;
    std::deque<Attempt> attempts = AttemptsOf(findings, numbers);
    while (!attempts.empty() && !(late && late())) std::ranges::move(impl.Settle(attempts, false, late), std::back_inserter(out.made));
    out.untried = attempts.size();
    return out;
  };
  // What was accepted is known to this one alone.
  const bool alone = findings.size() == 1 || !impl_->verifier().files().empty();
  const auto groups = alone ? std::vector<std::vector<size_t>>{AllOf(findings)} : Groups(findings, *impl_->verifier().index());
  std::vector<Proposals> of_group(groups.size());
  ForEach(groups.size(), Processors(), [&](size_t i) {
    if (groups.size() == 1) return void(of_group[i] = settle(*impl_, groups[i]));
    Impl beside(impl_->verifier().index());  // knows what this one knows of files
    of_group[i] = settle(beside, groups[i]);
  });
  Proposals out;
  for (Proposals& group : of_group) {
    std::ranges::move(group.made, std::back_inserter(out.made));
    out.untried += group.untried;
  }
  std::ranges::sort(out.made, {}, &Proposal::finding);
  return out;
}

std::string Proposer::Refuses(const Finding& finding, const std::vector<Edit>& edits) {
  const Change change{&finding, &edits, false};
  return *impl_->verifier().Refuses({&change, 1}, true)[0];
}
Status Proposer::Accept(const std::vector<Edit>& edits) { return impl_->verifier().Accept(edits); }
const std::vector<Finding>& Proposer::Findings(std::string_view language, std::string_view scope) { return impl_->verifier().Now(language, scope).findings; }
Result<Blob> Proposer::Read(std::string_view path) const { return impl_->verifier().current().Read(path); }

std::map<std::string, std::string> Proposer::Changed() const {
  std::map<std::string, std::string> out;
  for (const auto& [path, text] : impl_->verifier().files()) out.emplace(path, *text);
  return out;
}

std::optional<Fix> Propose(const Finding& finding, const git::Snapshot& snapshot, const scan::Options& options) { return Proposer(snapshot, options).Propose(finding); }

std::optional<std::string> Apply(std::string_view text, std::string_view file, const std::vector<Edit>& edits) {
  std::string out;
  size_t at = 0;
  for (const Edit& e : edits) {
    if (e.file != file) continue;
    if (e.start < at || e.end < e.start || e.end > text.size()) return std::nullopt;
    out += text.substr(at, e.start - at);
    out += e.text;
    at = e.end;
  }
  return out += text.substr(at);
}

}  // namespace weir::fix
