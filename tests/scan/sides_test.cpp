// However a scan of a change is carried out, it says the same.
#include <algorithm>
#include <filesystem>
#include <random>

#include "lib/base/file.h"
#include "lib/git/repository.h"
#include "lib/scan/scan.h"
#include "lib/scan/verdict_cache.h"
#include "tests/scan/support.h"
#include "tests/support/repo.h"

namespace weir::scan {
namespace {

using Maker = std::mt19937;

std::string Folder(Maker& random, const std::string& name) {
  const auto cidr = [&] { return random() % 2 == 0 ? kPublic : random() % 2 == 0 ? kPrivate : std::string("var.cidr"); };
  std::string out = "variable \"cidr\" {\n  default = " + (random() % 2 == 0 ? kPublic : kPrivate) + "\n}\n";
  for (size_t i = random() % 4; i-- > 0;) {
    if (random() % 6 == 0) out += "# weir:ignore aws-security-group-open-ssh known\n";
    out += Group(std::string(1, char('a' + random() % 5)) + std::to_string(i), cidr());
  }
  if (random() % 3 == 0) out += "module \"m\" {\n  source = \"../" + std::to_string(random() % 3) + "\"\n  cidr = " + cidr() + "\n}\n";
  if (random() % 4 == 0) out += "moved {\n  from = aws_security_group.a0\n  to = aws_security_group.b0\n}\n";
  if (random() % 9 == 0) out += "resource \"broken " + name + "\n";
  return out;
}

std::string Row(const Finding& f) {
  std::string out(f.policy);
  for (const std::string_view part : {f.resource, f.scope, f.file, std::string_view(f.reason)}) (out += ' ') += part;
  for (const std::string& path : f.blame) (out += ' ') += path;
  for (const uint64_t number : {uint64_t(f.status), uint64_t(f.verdict), uint64_t(f.action), uint64_t(f.start.byte), uint64_t(f.block_start.line), f.fingerprint}) (out += ' ') += std::to_string(number);
  return out += '\n';
}

std::string Said(const git::ChangeSet& change, unsigned threads, bool brief, std::shared_ptr<VerdictCache> verdicts = nullptr) {
  Options options = TestOptions();
  options.threads = threads;
  options.verdicts = std::move(verdicts);
  options.brief = brief;
  Report report = ScanChange(change, options);
  std::string out;
  for (Finding& f : report.findings) {
    if (f.action == Action::kNone) continue;
    f.fingerprint = 0;  // of what nobody compares by it, it is not made
    out += Row(f);
  }
  const Summary& s = report.summary;
  for (const size_t n : {s.blocking, s.warnings, s.persisting, s.fixed, s.suppressed, s.known, s.files, s.resources}) (out += ' ') += std::to_string(n);
  for (const std::string& reason : report.incomplete) (out += '\n') += reason;
  return out;
}

std::string Whole(const git::ChangeSet& change, unsigned threads) {
  Options options = TestOptions();
  options.threads = threads;
  std::string out;
  for (const Finding& f : ScanChange(change, options).findings) out += Row(f);
  return out;
}

TEST_CASE("a change says the same in one thread and in several, described and counted") {
  size_t rows = 0;
  for (unsigned seed = 0; seed < 25; ++seed) {
    INFO("seed " << seed);
    Maker random(seed);
    Files before;
    for (int i = 0; i < 14; ++i) before["live/" + std::to_string(i) + "/main.tf"] = Folder(random, "x");
    Files after = before;
    std::vector<std::pair<std::string, std::string>> renames;
    for (int i = 0; i < 14; ++i) {
      const std::string path = "live/" + std::to_string(i) + "/main.tf";
      switch (random() % 6) {
        case 0: break;
        case 1: after.erase(path); break;
        case 2: after["live/" + std::to_string(i) + "/more.tf"] = Group("more", kPublic); break;
        case 3: {
          const std::string to = "moved/" + std::to_string(i) + "/main.tf";
          after[to] = after[path];
          after.erase(path);
          renames.emplace_back(path, to);
          break;
        }
        default: after[path] = Folder(random, "y");
      }
    }
    const git::ChangeSet change = ChangeOf(before, after, renames);
    const std::string whole = Whole(change, 1);
    rows += size_t(std::count(whole.begin(), whole.end(), '\n'));
    CHECK(Whole(change, 2) == whole);
    CHECK(Whole(change, 5) == whole);
    const std::string shown = Said(change, 1, false);
    CHECK(Said(change, 1, true) == shown);
    CHECK(Said(change, 4, true) == shown);
  }
  CHECK(rows > 500);
}


// Sixty folders that call each other, most of which every commit changes, removes, moves or brings back.
class History {
 public:
  explicit History(unsigned seed) : random_(seed) {}

  /// The next commit's id.
  std::string Next() {
    for (int i = 0; i < 60; ++i) {
      const std::string at = "live/" + std::to_string(i), moved = "old/" + std::to_string(i);
      switch (random_() % 8) {
        case 0: break;
        case 1: repo_.Remove(at); break;
        case 2:
          if (!std::filesystem::exists(repo_.path() + "/" + at)) break;
          repo_.Remove(moved).Write(moved + "/x", "");
          std::filesystem::remove(repo_.path() + "/" + moved + "/x");
          std::filesystem::rename(repo_.path() + "/" + at, repo_.path() + "/" + moved);
          break;
        default: repo_.Write(at + "/main.tf", Folder(random_, "x")).Write("k8s/" + std::to_string(i) + ".yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p" + std::to_string(random_() % 60) + "}\n");
      }
    }
    return repo_.Commit().GitLine({"rev-parse", "HEAD"});
  }
  git::ChangeSet Between(const std::string& from, const std::string& to) const {
    const auto repository = git::Repository::Open(repo_.path());
    REQUIRE(repository.ok());
    auto change = (*repository)->Between(from, to);
    REQUIRE(change.ok());
    return *std::move(change);
  }

 private:
  Maker random_;
  test::TestRepo repo_;
};

TEST_CASE("pushes of a random history say the same with what is kept between them and without") {
  test::TempFolder folder;
  const std::string path = folder.path() + "/verdicts";
  const auto cache = [&] { return std::make_shared<VerdictCache>(path, "this build"); };
  size_t held = 0;
  for (unsigned seed = 0; seed < 2; ++seed) {
    History history(seed);
    std::string from = history.Next();
    for (int push = 0; push < 4; ++push) {
      INFO("seed " << seed << ", push " << push);
      const std::string to = history.Next();
      const git::ChangeSet change = history.Between(from, to);
      const std::string plain = Said(change, 1, false);
      for (const unsigned threads : {1u, 4u}) CHECK(Said(change, threads, true, cache()) == plain);
      // A file that was torn or changed is as none.
      if (std::filesystem::exists(path)) {
        const std::string whole = test::ReadFile(path);
        for (int damage = 0; damage < 4; ++damage) {
          std::string broken = whole;
          Maker random(unsigned(push * 10 + damage));
          if (damage % 2 == 0) broken.resize(random() % broken.size());
          else broken[random() % broken.size()] ^= char(1 + random() % 255);
          REQUIRE(WriteFileAtomically(path, broken, 0600).ok());
          CHECK(Said(change, 2, true, cache()) == plain);
        }
        REQUIRE(WriteFileAtomically(path, whole, 0600).ok());
      }
      // As a push ends; the next one begins where this one went.
      const auto kept = cache();
      CHECK(Said(change, 2, true, kept) == plain);
      kept->Save();
      Options options = TestOptions();
      const auto next = cache();
      next->Begin(options);
      for (int i = 0; i < 60; ++i)
        if (const auto entry = next->Find("terraform", "live/" + std::to_string(i)); entry && entry->reads.HoldIn(*change.after, next->hash())) ++held;
      from = to;
    }
  }
  CHECK(held > 100);
}

TEST_CASE("what is kept of other policies, another configuration or build, or may have been written by others, is not believed") {
  test::TempFolder folder;
  const std::string path = folder.path() + "/verdicts";
  const auto found = [&](const std::string& config, const std::string& build) {
    VerdictCache cache(path, build);
    cache.Begin(TestOptions(config));
    return cache.Find("terraform", "live").has_value();
  };
  {
    VerdictCache cache(path, "one");
    cache.Begin(TestOptions());
    ScopeVerdicts verdicts;
    verdicts.keys.push_back({.key = 1});
    cache.Put("terraform", "live", verdicts);
    verdicts.keys.push_back({.key = 2, .verdict = Verdict::kSuppressed});
    cache.Put("terraform", "accepted", verdicts);
    cache.Save();
    VerdictCache again(path, "one");
    again.Begin(TestOptions());
    CHECK(!again.Find("terraform", "accepted"));
  }
  CHECK(found("", "one"));
  CHECK(found("version: 1\nblock: low\n", "one"));  // what blocks is decided later
  CHECK(!found("", "two"));
  for (const char* config : {"policies: {aws-s3-public-acl: off}", "policies: {aws-s3-public-acl: low}", "exclude: [\"live/**\"]", "suppressions: {reason: required}", "paths: {\"live/**\": {exclude: true}}"}) {
    INFO(config);
    CHECK(!found(std::string("version: 1\n") + config + "\n", "one"));
  }
  std::filesystem::permissions(path, std::filesystem::perms(0666));
  CHECK(!found("", "one"));
  std::filesystem::permissions(path, std::filesystem::perms(0600));
  CHECK(found("", "one"));
  std::filesystem::rename(path, path + "-elsewhere");
  std::filesystem::create_symlink(path + "-elsewhere", path);
  CHECK(!found("", "one"));
}

}  // namespace
}  // namespace weir::scan
