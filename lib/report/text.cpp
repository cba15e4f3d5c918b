#include <algorithm>

#include "lib/base/text.h"
#include "lib/fix/line_diff.h"
#include "lib/policy/secrets.h"
#include "lib/report/listing.h"
#include "lib/report/report.h"

namespace weir::report {
namespace {

// Where a comment accepts the finding. Inside a script of a step or an instruction it would be a part of the script.
uint32_t LineToAccept(const scan::Finding& f) {
  const bool script = f.type == "step" || f.type.starts_with("instruction.");
  return script && f.block.valid() && f.block.file == f.span.file ? f.block_start.line : f.start.line;
}

using scan::Action;
using scan::Finding;

class TextReport {
 public:
  TextReport(const scan::Report& report, const Fixes& fixes, const TextOptions& options) : report_(report), fixes_(fixes), options_(options) {}

  // Of a single finding, the report that it is of does not matter.
  std::string OneFix(const Finding& f, const fix::Fix& fix) {
    Diff(f, fix);
    return std::move(out_);
  }
  std::string Heading(const Finding& f) {
    HeadingLine(f);
    out_ += Wrapped(f.message, options_.width, 2);
    return std::move(out_);
  }

  std::string Run() {
    std::vector<size_t> shown;
    for (size_t i = 0; i < report_.findings.size(); ++i)
      if (report_.findings[i].action != Action::kNone) shown.push_back(i);
    std::stable_partition(shown.begin(), shown.end(), [&](size_t i) { return report_.findings[i].action == Action::kBlock; });
    const size_t limit = options_.all ? shown.size() : std::min(shown.size(), kShown);
    const Finding* previous = nullptr;
    std::vector<bool> told(limit);
    for (size_t i = 0; i < limit; ++i) {
      if (told[i]) continue;
      const Finding& f = report_.findings[shown[i]];
      std::vector<const Finding*> alike;
      for (size_t j = i + 1; j < limit; ++j)
        if (!told[j] && SameFix(shown[i], shown[j])) {
          alike.push_back(&report_.findings[shown[j]]);
          told[j] = true;
        }
      WriteFinding(f, shown[i], previous, alike);
      previous = &f;
    }
    if (limit < shown.size()) More(shown, limit);
    if (const std::string note = UntriedNote(fixes_); !note.empty()) out_ += Wrapped(note, options_.width, 0) + "\n";
    if (options_.suppressions) Suppressions();
    if (!report_.incomplete.empty()) Incomplete();
    Closing(shown);
    return std::move(out_);
  }

 private:
  std::string Color(const char* code, std::string_view text) const {
    return options_.color ? "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m" : std::string(text);
  }
  static const char* SeverityColor(policy::Severity s) {
    return s == policy::Severity::kCritical ? "1;31" : s == policy::Severity::kHigh ? "31" : s == policy::Severity::kMedium ? "33" : "36";
  }
  std::string Bar() const { return options_.unicode ? "│" : "|"; }

  void HeadingLine(const Finding& f) {
    out_ += Color("1", TerminalSafe(f.file) + ":" + std::to_string(f.start.line) + ":" + std::to_string(f.start.column)) + "  " +
            Color(SeverityColor(f.severity), policy::SeverityName(f.severity)) + "  " + TerminalSafe(f.policy) + "\n";
  }

  // What else is wrong with the same text needs no second look at it.
  static bool SamePlace(const Finding& f, const Finding* previous) {
    return previous != nullptr && f.in != nullptr && previous->in == f.in && previous->evaluation == f.evaluation && previous->span == f.span;
  }

  // Several policies may ask for one change: a block that is absent altogether.
  bool SameFix(size_t a, size_t b) const {
    const auto one = fixes_.find(a), other = fixes_.find(b);
    if (one == fixes_.end() || other == fixes_.end() || one->second.safe != other->second.safe || one->second.reason != other->second.reason) return false;
    const Finding &x = report_.findings[a], &y = report_.findings[b];
    return x.in != nullptr && x.in == y.in && x.span == y.span && x.severity == y.severity && x.action == y.action && x.since == y.since && x.refused == y.refused &&
           one->second.edits == other->second.edits;
  }

  // How many are not shown, and what shows them.
  void More(const std::vector<size_t>& shown, size_t limit) {
    size_t by_severity[4] = {};
    for (size_t i = limit; i < shown.size(); ++i) ++by_severity[size_t(report_.findings[shown[i]].severity)];
    std::string counts;
    for (size_t s = 4; s-- > 0;)
      if (by_severity[s] > 0) counts += (counts.empty() ? "" : ", ") + std::to_string(by_severity[s]) + " " + std::string(policy::SeverityName(policy::Severity(s)));
    out_ += std::string(options_.unicode ? "…" : "...") + " and " + std::to_string(shown.size() - limit) + " more (" + counts + ")";
    if (options_.occasion == Occasion::kCommit) out_ += ": weir scan --staged --all shows them";
    if (options_.occasion == Occasion::kScan) out_ += ": --all shows them";
    out_ += "\n\n";
  }

  void WriteFinding(const Finding& f, size_t index, const Finding* previous, const std::vector<const Finding*>& alike) {
    HeadingLine(f);
    out_ += Wrapped(f.message, options_.width, 2);
    const bool again = SamePlace(f, previous);
    if (!again) Source(f);
    if (f.in != nullptr && !again) {
      const bool elsewhere = !f.block.Contains(f.span);
      std::string where = TerminalSafe(f.resource);
      if (!f.blame.empty()) where += ", " + TerminalSafe(f.blame.front());
      out_ += std::string(elsewhere ? "  reaches " : "  in ") + where;
      if (elsewhere && f.block.valid()) out_ += " (" + TerminalSafe(f.block_file()) + ":" + std::to_string(f.block_start.line) + ")";
      out_ += "\n";
      const std::vector<std::string> reach = elsewhere ? scan::ReachOf(f) : std::vector<std::string>();
      if (!reach.empty()) {
        out_ += "    as ";
        for (size_t i = 0; i < reach.size(); ++i) out_ += (i > 0 ? ", " : "") + TerminalSafe(reach[i]);
        out_ += "\n";
      }
    }
    out_ += Wrapped(f.refused, options_.width, 2);
    if (!f.since.empty() && !(again && previous->since == f.since)) out_ += "  since " + TerminalSafe(f.since) + "\n";
    if (const auto fix = fixes_.find(index); fix != fixes_.end()) Diff(f, fix->second);
    if (!alike.empty()) out_ += "  it mends as well:\n";
    for (const Finding* other : alike) out_ += Wrapped(std::string(other->policy) + ": " + std::string(other->message), options_.width, 4);
    out_ += "\n";
  }

  // A gutter of at least three columns with the line's number.
  static std::string Gutter(uint32_t line) {
    std::string number = std::to_string(line);
    return std::string(number.size() < 5 ? 5 - number.size() : 0, ' ') + number + " ";
  }

  // The part of a long line that fits, around [from, to) in bytes; how many bytes were cut off in front is in `cut`.
  std::string_view Fit(std::string_view line, size_t from, size_t& cut) const {
    const size_t room = options_.width > 20 ? options_.width - 10 : 10;
    cut = 0;
    if (line.size() <= room) return line;
    if (from > room / 2) cut = std::min(from - room / 3, line.size() - room);
    while (cut > 0 && (line[cut] & 0xC0) == 0x80) --cut;
    std::string_view part = line.substr(cut, room);
    while (!part.empty() && cut + part.size() < line.size() && (line[cut + part.size()] & 0xC0) == 0x80) part.remove_suffix(1);
    return part;
  }

  void Source(const Finding& f) {
    if (!f.span.valid() || f.evaluation == nullptr) return;
    const SourceMap& sources = f.evaluation->sources;
    if (sources.hidden(f.span.file)) return;
    // What is written in a report is read by more people than the file is.
    const std::string_view source = sources.Line(f.span.file, f.start.line);
    const std::string masked = Masked(f, source);
    const std::string_view line = masked;
    const uint32_t line_start = f.start.byte - uint32_t(ByteColumn(source, f.start.column));
    const size_t from = f.start.byte - line_start;
    const size_t to = std::min<size_t>(f.end.line == f.start.line ? f.end.byte - line_start : line.size(), line.size());
    const bool header = f.in != nullptr && f.span == f.in->header;
    if (!header && f.start.line > 1 && f.block.Contains(f.span)) Context(sources.Line(f.span.file, f.start.line - 1), f.start.line - 1);
    size_t cut = 0;
    const std::string_view part = Fit(line, from, cut);
    out_ += Gutter(f.start.line) + Bar() + " " + TerminalSafe(part, 4) + "\n";
    const size_t begin = std::min(from - std::min(from, cut), part.size()), end = std::max(begin, std::min(to - std::min(to, cut), part.size()));
    const size_t indent = DisplayWidth(TerminalSafe(part.substr(0, begin), 4));
    const size_t width = std::max<size_t>(1, DisplayWidth(TerminalSafe(part.substr(begin, end - begin), 4)));
    std::string rule;
    for (size_t i = 0; i < width; ++i) rule += options_.unicode ? "━" : "^";
    out_ += "      " + Bar() + " " + std::string(indent, ' ') + Color(SeverityColor(f.severity), rule) + "\n";
    if (!header && f.block.Contains(f.span) && f.block_end.line > f.start.line) Context(sources.Line(f.span.file, f.start.line + 1), f.start.line + 1);
  }
  void Context(std::string_view source, uint32_t number) {
    size_t cut = 0;
    const std::string line = policy::WithSecretsMasked(source);
    const std::string part = TerminalSafe(Fit(line, 0, cut), 4);
    out_ += Gutter(number) + Bar() + (part.empty() ? "" : " " + part) + "\n";
  }
  // The first line of what is blamed, without the secrets in it; a finding about secrets blames one, whatever it looks like.
  static std::string Masked(const Finding& f, std::string_view source) {
    std::string line = policy::WithSecretsMasked(source);
    if (f.image == nullptr || f.rule == nullptr || f.image->Text(f.image->policies()[f.rule->policy].category) != "secrets") return line;
    // The first line of a heredoc is its marker.
    if ((f.in != nullptr && f.span == f.in->header) || f.end.line != f.start.line) return line;
    const size_t from = ByteColumn(source, f.start.column);
    policy::MaskRange(line, from, from + (f.end.byte - f.start.byte));
    return line;
  }
  static size_t ByteColumn(std::string_view line, uint32_t column) {
    size_t at = 0;
    for (uint32_t c = 1; c < column && at < line.size(); ++c) DecodeUtf8(line, at);
    return at;
  }

  // The lines that a fix changes, each once, as a person would read a patch.
  void Diff(const Finding& f, const fix::Fix& fix) {
    out_ += fix.safe ? "  fix:\n" : "  fix, " + (fix.reason.empty() ? std::string("choose the value") : TerminalSafe(fix.reason)) + ":\n";
    std::string file;
    for (const fix::Edit& e : fix.edits) {
      if (e.file == file) continue;
      file = e.file;
      if (file != f.file) out_ += "  " + TerminalSafe(file) + "\n";
      FileId id = kNoFile;
      for (FileId i = 0; i < f.evaluation->sources.size(); ++i)
        if (f.evaluation->sources.path(i) == file) id = i;
      if (id == kNoFile) continue;
      const std::string_view before = f.evaluation->sources.text(id);
      if (const auto after = fix::Apply(before, file, fix.edits)) Lines(before, *after);
    }
  }

  void Lines(std::string_view before, std::string_view after) {
    const auto a = fix::Lines(before), b = fix::Lines(after);
    const auto show = [&](std::string_view line, size_t number, char sign, const char* color) {
      while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
      out_ += Gutter(uint32_t(number + 1)) + Color(color, std::string(1, sign) + (line.empty() ? "" : " ") + TerminalSafe(policy::WithSecretsMasked(line), 4)) + "\n";
    };
    for (const fix::Hunk& h : fix::Diff(a, b)) {
      for (size_t i = 0; i < h.a_count; ++i) show(a[h.a + i], h.a + i, '-', "31");
      for (size_t i = 0; i < h.b_count; ++i) show(b[h.b + i], h.b + i, '+', "32");
    }
  }

  void Suppressions() {
    if (report_.suppressions.empty()) {
      out_ += "No suppressions.\n\n";
      return;
    }
    size_t idle = 0;
    for (const scan::SuppressionState& s : report_.suppressions) {
      const bool holds = s.kind == scan::SuppressionState::Kind::kHolds;
      idle += !holds;
      out_ += Color("1", TerminalSafe(s.file) + ":" + std::to_string(s.line)) + "  " + Color(holds ? "32" : "33", scan::SuppressionKindName(s.kind)) + "  " + TerminalSafe(s.text) + "\n";
      out_ += "  " + TerminalSafe(s.note) + "\n";
    }
    out_ += "\nweir: " + Count(report_.suppressions.size(), "suppression") + ", " + std::to_string(idle) + (idle == 1 ? " does" : " do") + " nothing.\n";
  }

  static std::string Count(size_t n, const char* what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

  void Incomplete() {
    const char* what = options_.occasion == Occasion::kPush ? "push is refused" : options_.occasion == Occasion::kCommit ? "commit is stopped" : "is no pass";
    out_ += std::string("weir: the scan was not completed, so this ") + what + ".\n";
    std::vector<std::string> said;
    for (const std::string& reason : report_.incomplete) {
      if (std::ranges::find(said, reason) != said.end()) continue;
      said.push_back(reason);
      out_ += "  " + TerminalSafe(reason) + "\n";
    }
    // Other reasons name their remedy themselves.
    const bool limit = std::ranges::any_of(report_.incomplete, [](const std::string& reason) { return reason.find("limit") != std::string::npos; });
    out_ += limit ? "  raise the limit or exclude the file in .weir.yaml" : "  repair what is named, or exclude the file in .weir.yaml";
    if (!options_.exception.empty()) out_ += "\n  exception:  " + TerminalSafe(options_.exception);
    out_ += options_.occasion == Occasion::kCommit ? "; git commit --no-verify skips all hooks\n" : "\n";
  }

  void Closing(const std::vector<size_t>& shown) {
    const size_t blocking = report_.summary.blocking, warnings = report_.summary.warnings;
    if (blocking + warnings == 0 || options_.occasion == Occasion::kFix) return;
    const Finding& first = report_.findings[shown.front()];
    if (options_.occasion == Occasion::kPush) {
      if (blocking > 0) {
        out_ += "weir: " + TerminalSafe(options_.ref) + (options_.client ? " is not pushed: " : " was not updated: ") + Count(blocking, "finding") + (blocking == 1 ? " blocks it.\n" : " block it.\n");
        out_ += "  repair:     weir fix, then git commit --amend (or a new commit), then push again\n";
        out_ += "  accept:     # weir:ignore " + std::string(first.policy) + " <reason>   above line " + std::to_string(LineToAccept(first)) + "\n";
        if (options_.team && !options_.client) out_ += "  sooner:     weir install, once in a clone, stops it at the commit\n";
        if (!options_.exception.empty()) out_ += "  exception:  " + TerminalSafe(options_.exception) + "\n";
        if (options_.client) out_ += "  skip:       git push --no-verify   (a server may still refuse it)\n";
      } else {
        out_ += "weir: " + Count(warnings, "warning") + ". Nothing blocks " + TerminalSafe(options_.ref) + ".\n";
      }
      return;
    }
    if (options_.occasion == Occasion::kScan) {
      out_ += "weir: " + Count(blocking, "finding") + (blocking == 1 ? " blocks, " : " block, ") + Count(warnings, "warning") + ".\n";
    } else if (blocking > 0) {
      out_ += "weir: " + Count(blocking, "finding") + (blocking == 1 ? " blocks" : " block") + " this commit" + (warnings > 0 ? ", " + Count(warnings, "warning") : "") + ".\n";
    } else {
      out_ += "weir: " + Count(warnings, "warning") + ". Nothing blocks this commit.\n";
      return;
    }
    const std::string explain = "weir explain " + std::string(first.policy);
    const size_t column = std::max<size_t>(41, explain.size() + 2);
    const auto pad = [&](std::string s) { return s + std::string(column - s.size(), ' '); };
    if (!fixes_.empty()) out_ += "  " + pad("weir fix") + "show the fixes and apply them\n";
    out_ += "  " + pad(explain) + "why it matters\n";
    if (options_.occasion == Occasion::kCommit)
      out_ += "  # weir:ignore " + std::string(first.policy) + " <reason>   above line " + std::to_string(LineToAccept(first)) + " accepts it\n";
  }

  const scan::Report& report_;
  const Fixes& fixes_;
  const TextOptions& options_;
  std::string out_;
};

}  // namespace

std::string Text(const scan::Report& report, const Fixes& fixes, const TextOptions& options) { return TextReport(report, fixes, options).Run(); }

std::string FixText(const scan::Finding& finding, const fix::Fix& fix, const TextOptions& options) { return TextReport({}, {}, options).OneFix(finding, fix); }
std::string Heading(const scan::Finding& finding, const TextOptions& options) { return TextReport({}, {}, options).Heading(finding); }

}  // namespace weir::report
