#include "lib/fix/interactive.h"

#include <algorithm>

#include "lib/base/text.h"
#include "lib/fix/editor.h"

namespace weir::fix {
namespace {

using scan::Finding;

class Conversation {
 public:
  Conversation(Session& session, Terminal& terminal, const Rendering& rendering) : session_(session), terminal_(terminal), rendering_(rendering) {}

  Decisions Run() {
    while (const Finding* finding = session_.Next()) {
      if (!session_.fix()) continue;
      Show(*finding);
      while (!done_.quit && !Decide(*finding)) {
      }
      if (done_.quit) break;
    }
    return done_;
  }

 private:
  void Show(const Finding& f) {
    terminal_.Print(std::to_string(session_.number()) + " of " + std::to_string(session_.total()) + "  " + rendering_.heading(f));
    terminal_.Print(rendering_.fix(f, *session_.fix()));
  }

  // One question; true where the finding is dealt with.
  bool Decide(const Finding& f) {
    const bool safe = session_.fix()->safe;
    terminal_.Print(safe ? "  apply? [y]es [n]o [e]dit [s]uppress [?] explain [q]uit  " : "  choose? [e]dit [s]uppress [n]o [?] explain [q]uit  ");
    const char key = terminal_.Key();
    terminal_.Print(std::string(1, key >= ' ' ? key : ' ') + "\n");
    switch (key) {
      case 'y': case 'Y':
        if (!safe) return terminal_.Print("  the value is a person's to choose: e opens it in the editor\n"), false;
        return Take(session_.fix()->edits);
      case 'n': case 'N': return ++done_.refused, true;
      case 'e': case 'E': return Edit(f);
      case 's': case 'S': return Suppress(f);
      case '?': case 'x': case 'X': return terminal_.Print(rendering_.explain(f)), false;
      case 'q': case 'Q': case 0: return done_.quit = true;
      default: return terminal_.Print("  y applies it, n leaves it, e opens it in the editor, s accepts the finding with a reason, ? explains, q ends\n"), false;
    }
  }

  bool Take(const std::vector<fix::Edit>& edits) {
    if (const Status status = session_.Accept(edits); !status.ok()) return terminal_.Print("  " + TerminalSafe(status.message()) + "\n"), false;
    return ++done_.fixed, true;
  }

  bool Edit(const Finding& f) {
    std::vector<std::string> paths;
    for (const fix::Edit& e : session_.fix()->edits)
      if (paths.empty() || paths.back() != e.file) paths.push_back(e.file);
    std::vector<fix::Edit> edits;
    for (const std::string& path : paths) {
      const auto before = session_.proposer().Read(path);
      if (!before.ok()) return terminal_.Print("  " + TerminalSafe(before.status().message()) + "\n"), false;
      const auto proposed = Apply(before->text(), path, session_.fix()->edits);
      const auto edited = terminal_.Edit(path, proposed.value_or(std::string(before->text())));
      if (!edited.ok()) return terminal_.Print("  " + TerminalSafe(edited.status().message()) + "\n"), false;
      if (*edited != before->text()) edits.push_back({path, 0, uint32_t(before->text().size()), *edited});
    }
    if (edits.empty()) return terminal_.Print("  nothing was changed\n"), false;
    if (const std::string why = session_.proposer().Refuses(f, edits); !why.empty()) return terminal_.Print("  not taken: " + TerminalSafe(why) + "\n"), false;
    return Take(edits);
  }

  bool Suppress(const Finding& f) {
    terminal_.Print("  reason: ");
    std::string reason;
    if (!terminal_.Line(reason)) return done_.quit = true;
    if (reason.find_first_not_of(" \t") == std::string::npos) return terminal_.Print("  without a reason nothing is suppressed\n"), false;
    const auto before = session_.proposer().Read(f.file);
    if (!before.ok()) return terminal_.Print("  " + TerminalSafe(before.status().message()) + "\n"), false;
    const auto after = WithSuppression(f.file, before->text(), f.start.line, f.policy, reason);
    if (!after || !IsWellFormed(f.file, *after))
      return terminal_.Print("  a comment cannot stand there; switch the policy off in .weir.yaml instead\n"), false;
    if (const Status status = session_.Suppress({{std::string(f.file), 0, uint32_t(before->text().size()), *after}}); !status.ok())
      return terminal_.Print("  " + TerminalSafe(status.message()) + "\n"), false;
    return ++done_.suppressed, true;
  }

  Session& session_;
  Terminal& terminal_;
  const Rendering& rendering_;
  Decisions done_;
};

}  // namespace

Decisions Ask(Session& session, Terminal& terminal, const Rendering& rendering) { return Conversation(session, terminal, rendering).Run(); }

std::optional<std::string> WithSuppression(std::string_view path, std::string_view text, uint32_t line, std::string_view policy, std::string_view reason) {
  if (path.ends_with(".json")) return std::nullopt;
  uint32_t at = 0;
  for (uint32_t i = 1; i < line && at < text.size(); ++i) at = layout::NextLine(text, at);
  std::string said(reason);
  std::ranges::replace_if(said, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  std::string out(text.substr(0, at));
  ((((out += layout::IndentOf(text, at)) += "# weir:ignore ") += policy) += ' ') += said;
  out += layout::NewlineOf(text);
  return out += text.substr(at);
}

}  // namespace weir::fix
