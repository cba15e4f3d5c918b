// Fixes one by one, decided by a person at a terminal.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lib/fix/session.h"

namespace weir::fix {

/// The terminal of the person, whatever standard input and output are (in a git hook, standard input is none).
class Terminal {
 public:
  virtual ~Terminal() = default;
  virtual void Print(std::string_view text) = 0;
  /// One key without Enter; 0 where the terminal is gone or Ctrl-C or Ctrl-D was pressed.
  virtual char Key() = 0;
  /// A line; false where the terminal is gone.
  virtual bool Line(std::string& line) = 0;
  /// `text` as the person's editor leaves it; `name` is what the file is called there. kIo where the editor fails.
  virtual Result<std::string> Edit(const std::string& name, const std::string& text) = 0;
};

/// /dev/tty, or null where the process has none. `editor`: the program of `git var GIT_EDITOR`, found when it is needed.
std::unique_ptr<Terminal> OpenTerminal(std::function<std::string()> editor);

/// How things look is the report's to say.
struct Rendering {
  std::function<std::string(const scan::Finding&, const Fix&)> fix;  // the diff
  std::function<std::string(const scan::Finding&)> heading;          // place, severity, policy
  std::function<std::string(const scan::Finding&)> explain;
};

struct Decisions {
  size_t fixed = 0, suppressed = 0, refused = 0;
  bool quit = false;
};

/// Asks for each finding of the session that has a fix: apply, leave, edit, suppress with a reason, explain, quit. A suggestion
/// cannot be applied as it is: a person must write the value. What is accepted is in the session; nothing is written to disk.
Decisions Ask(Session& session, Terminal& terminal, const Rendering& rendering);

/// `text` with a comment line that suppresses `policy` for `reason` above `line` (from 1); nothing where the file has no comments.
std::optional<std::string> WithSuppression(std::string_view path, std::string_view text, uint32_t line, std::string_view policy, std::string_view reason);

}  // namespace weir::fix
