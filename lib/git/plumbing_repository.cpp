// A repository of which git itself is the only reader.
#include <cstdlib>

#include "lib/base/process.h"
#include "lib/git/repository_base.h"

namespace weir::git {
namespace {

std::string Trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

class PlumbingRepository final : public RepositoryBase {
 public:
  PlumbingRepository(Places where, std::shared_ptr<const Git> git, std::string hooks)
      : RepositoryBase(std::move(where), ObjectsByGit(git), git), hooks_(std::move(hooks)) {}

  Result<ObjectId> Resolve(std::string_view revision) const override {
    const auto out = git().Out({"rev-parse", "--verify", "-q", "--end-of-options", std::string(revision)});
    if (!out.ok()) return {Code::kNotFound, "there is no revision '" + std::string(revision) + "'"};
    return ParseId(Trimmed(*out));
  }

  std::optional<std::string> Config(std::string_view key) const override {
    auto out = git().Out({"config", "-z", "--get", std::string(key)});
    if (!out.ok()) return std::nullopt;
    if (!out->empty() && out->back() == '\0') out->pop_back();
    return *out;
  }

  std::string HooksDir() const override { return hooks_; }

  std::optional<CommitLabel> Introduced(const RefUpdate&, std::string_view, uint32_t) const override {
    return std::nullopt;  // a process a commit is not cheap
  }

  Result<std::vector<Commit>> NewCommits(std::span<const RefUpdate> updates, size_t most) const override {
    std::vector<std::string> args{"rev-list", "--topo-order", "--reverse", "--parents", "--format=%s", "--stdin"};
    std::string input;
    for (const RefUpdate& update : updates) {
      if (update.new_id.is_null()) continue;
      const auto commit = git().Out({"rev-parse", "--verify", "-q", update.new_id.ToHex() + "^{commit}"});
      if (!commit.ok()) continue;  // a tag of a tree or a blob
      input += *commit;
      if (!update.old_id.is_null() && Has(update.old_id)) input += "^" + update.old_id.ToHex() + "\n";
    }
    std::vector<Commit> commits;
    if (input.empty()) return commits;
    args.push_back("--not");
    args.push_back(CountsAsShared("refs/heads/any", "") ? "--all" : "--remotes");
    WEIR_ASSIGN_OR_RETURN(const std::string listed, git().Out(args, input));
    // "commit <id> <parents…>" and the subject, in turn.
    bool subject = false;
    for (std::string_view text = listed; !text.empty();) {
      std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (subject) {
        commits.back().subject = line;
        subject = false;
        continue;
      }
      if (!line.starts_with("commit ")) return {Code::kInvalid, "git rev-list printed '" + std::string(line) + "'"};
      if (commits.size() == most) return {Code::kLimit, "the push brings more than " + std::to_string(most) + " commits"};
      line.remove_prefix(7);
      Commit& out = commits.emplace_back();
      for (bool first = true; !line.empty(); first = false) {
        const std::string_view id = line.substr(0, line.find(' '));
        line.remove_prefix(std::min(line.size(), id.size() + 1));
        if (first) out.id = ParseId(id);
        else out.parents.push_back(ParseId(id));
      }
      subject = true;
    }
    return commits;
  }

 protected:
  Result<ObjectId> HeadTree() const override {
    const auto head = git().Out({"rev-parse", "--verify", "-q", "HEAD"});
    if (head.ok()) return TreeOf(ParseId(Trimmed(*head)));
    // Unborn only where HEAD names a branch that is not there; a broken one is an error.
    WEIR_ASSIGN_OR_RETURN(const std::string branch, git().Out({"symbolic-ref", "HEAD"}));
    if (git().Out({"show-ref", "--verify", "-q", Trimmed(branch)}).ok()) return head.status();
    return ObjectId{};
  }

  Result<ObjectId> TreeOf(const ObjectId& id) const override {
    const auto out = git().Out({"rev-parse", "--verify", id.ToHex() + "^{tree}"});
    if (out.ok()) return ParseId(Trimmed(*out));
    // git says the same of a missing object and of one that is no tree.
    const auto blob = git().Out({"rev-parse", "--verify", "-q", id.ToHex() + "^{blob}"});
    return {blob.ok() ? Code::kNotFound : Code::kInvalid, out.status().message()};
  }

  bool Has(const ObjectId& id) const override { return git().Out({"cat-file", "-e", id.ToHex()}).ok(); }

  Result<ObjectId> Shared(const ObjectId& tip, const std::string& ref) const override {
    WEIR_ASSIGN_OR_RETURN(const std::string refs,
                          git().Out({"for-each-ref", "--format=%(objectname) %(refname)"}));
    // rev-list with boundary: what the others reach is excluded, and the first commit at the border is
    // shared.
    std::string input = tip.ToHex() + "\n";
    std::string_view text = refs;
    bool others = false;
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      const size_t space = line.find(' ');
      if (space == std::string_view::npos || !CountsAsShared(line.substr(space + 1), ref)) continue;
      input.append("^").append(line.substr(0, space)).append("\n");
      others = true;
    }
    if (!others) return ObjectId{};
    const auto listed = git().Out({"rev-list", "--boundary", "--stdin"}, input);
    if (!listed.ok()) return listed.status();
    const std::string_view lines = *listed;
    if (lines.empty()) return tip;  // all of it is known already
    const size_t border = lines[0] == '-' ? 0 : lines.find("\n-");
    if (border == std::string_view::npos) return ObjectId{};
    const size_t start = border == 0 ? 1 : border + 2;
    return ParseId(lines.substr(start, lines.find('\n', start) - start));
  }

 private:
  std::string hooks_;
};

}  // namespace

Result<std::unique_ptr<Repository>> OpenByGit(const std::string& path) {
  const auto ask = [&](std::vector<std::string> args) -> Result<std::string> {
    args.insert(args.begin(), {"git", "rev-parse"});
    WEIR_ASSIGN_OR_RETURN(const ProcessResult result, Run(args, {.input = {}, .directory = path}));
    if (result.exit != 0)
      return {Code::kNotFound,
              "there is no Git repository at " + Absolute(path) + ": " + Trimmed(result.err)};
    return Trimmed(result.out);
  };
  Places places;
  WEIR_ASSIGN_OR_RETURN(places.git_dir, ask({"--absolute-git-dir"}));
  WEIR_ASSIGN_OR_RETURN(const std::string common, ask({"--git-common-dir"}));
  WEIR_ASSIGN_OR_RETURN(const std::string format, ask({"--show-object-format"}));
  WEIR_ASSIGN_OR_RETURN(const std::string index, ask({"--git-path", "index"}));
  WEIR_ASSIGN_OR_RETURN(const std::string hooks, ask({"--git-path", "hooks"}));
  // git answers relative to the folder that it was asked in.
  places.common_dir = Absolute(common, Absolute(path));
  places.index = Absolute(index, Absolute(path));
  places.id_size = format == "sha256" ? 32 : 20;
  if (const auto work_tree = ask({"--show-toplevel"}); work_tree.ok()) places.work_tree = *work_tree;
  auto git = std::make_shared<Git>(places.git_dir, places.work_tree, places.index);
  return std::unique_ptr<Repository>(std::make_unique<PlumbingRepository>(std::move(places), std::move(git),
                                                                          Absolute(hooks, Absolute(path))));
}

}  // namespace weir::git
