// However a scan of a change is carried out, it says the same.
#include <algorithm>
#include <random>

#include "lib/scan/scan.h"
#include "tests/scan/support.h"

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

std::string Said(const git::ChangeSet& change, unsigned threads, bool brief) {
  Options options = TestOptions();
  options.threads = threads;
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

}  // namespace
}  // namespace weir::scan
