// GitHub's expressions (https://docs.github.com/actions/reference/workflows-and-actions/expressions): what stands in ${{ }}. Internal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::github_actions {

/// What an expression reads and does. Names are in lower case; an index that is computed, and every filter, is `*`.
struct Expression {
  std::vector<std::string> contexts;   // every context that is read: "github.event.issue.title", "secrets.token", "env.x"
  std::vector<std::string> flowing;    // those whose text can become the text of the result
  std::vector<std::string> functions;  // in lower case, each once
  std::vector<std::string> literal_contains;  // contexts that a text literal is asked to contain: contains('a b', github.ref)
  std::vector<std::string> actor_checks;      // "github.actor" where it is compared with the name of a bot
  bool constant = true;                // reads no context and calls no function
  std::string error;                   // why it is none; the rest then tells what was read before
  uint32_t error_at = 0;               // byte in the text
};

/// Reads the text between `${{` and `}}`. Linear, nested at most 100 deep.
Expression ParseExpression(std::string_view text);

/// Where the expressions of a text stand, the marks included; `open` is set where the last one is never closed.
struct Occurrence {
  uint32_t begin = 0, end = 0;
  std::string_view inner;
  bool closed = true;
};
std::vector<Occurrence> FindExpressions(std::string_view text);

/// Whether strangers decide what the context holds.
bool IsAttackers(std::string_view context);
/// Whether whoever starts or calls the workflow, or an earlier step, decides it.
bool IsInput(std::string_view context);

}  // namespace weir::github_actions
