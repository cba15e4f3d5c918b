#include "lib/scan/difference.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace weir::scan {
namespace {

// Findings before the change by one of their numbers. Each is taken once, by whichever number; those of the same number in their order.
class Waiting {
 public:
  explicit Waiting(std::vector<bool>& taken) : taken_(taken) {}

  void Add(uint64_t number, size_t index) { all_.push_back({number, index}); }
  void Sort() {
    std::ranges::sort(all_);
    passed_.assign(all_.size(), 0);
  }
  std::optional<size_t> Take(uint64_t number) {
    const size_t first = size_t(std::ranges::lower_bound(all_, std::pair(number, size_t(0))) - all_.begin());
    if (first == all_.size()) return std::nullopt;
    for (size_t& passed = passed_[first]; first + passed < all_.size() && all_[first + passed].first == number;) {
      const size_t index = all_[first + passed++].second;
      if (taken_[index]) continue;
      taken_[index] = true;
      return index;
    }
    return std::nullopt;
  }

 private:
  std::vector<bool>& taken_;
  std::vector<std::pair<uint64_t, size_t>> all_;
  std::vector<size_t> passed_;  // how many of the same number are done with, at the first of them
};

}  // namespace

std::vector<size_t> Compare(const std::vector<MatchKey>& before, const std::vector<MatchKey>& after_keys, std::vector<Finding>& after) {
  std::vector<bool> taken(before.size());
  std::vector<size_t> open;
  for (size_t i = 0; i < after.size(); ++i)
    if (after[i].verdict == Verdict::kFail) {
      after[i].status = FindingStatus::kIntroduced;
      open.push_back(i);
    }
  const auto match = [&](uint64_t MatchKey::* number, const auto& waits, const auto& asks) {
    Waiting waiting(taken);
    for (size_t i = 0; i < before.size(); ++i)
      if (!taken[i] && waits(before[i])) waiting.Add(before[i].*number, i);
    waiting.Sort();
    std::erase_if(open, [&](size_t i) {
      const auto old = asks(after_keys[i]) ? waiting.Take(after_keys[i].*number) : std::nullopt;
      // A suppression that was taken away brings its finding back.
      if (old && before[*old].verdict == Verdict::kFail) after[i].status = FindingStatus::kPersisting;
      return old.has_value();
    });
  };
  const auto any = [](const MatchKey&) { return true; };
  // What was in the same file comes first.
  for (const auto number : {&MatchKey::in_file, &MatchKey::key}) match(number, [](const MatchKey& k) { return IsMatched(k.verdict); }, any);
  // A block that was only renamed, or moved to another module: same policy, same text.
  match(&MatchKey::content, [](const MatchKey& k) { return k.verdict == Verdict::kFail && !k.diagnostic; }, [](const MatchKey& k) { return !k.diagnostic; });
  std::vector<size_t> fixed;
  for (size_t i = 0; i < before.size(); ++i)
    if (!taken[i] && before[i].verdict == Verdict::kFail) fixed.push_back(i);
  return fixed;
}

}  // namespace weir::scan
