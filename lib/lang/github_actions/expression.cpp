#include "lib/lang/github_actions/expression.h"

#include <algorithm>

#include "lib/base/unicode.h"

namespace weir::github_actions {
namespace {

constexpr int kDeepest = 100;

constexpr std::string_view kContexts[] = {"github", "env", "vars", "job", "jobs", "steps", "runner", "secrets", "strategy", "matrix", "needs", "inputs"};
struct Signature {
  std::string_view name;
  int least, most;
  bool passes_text;  // the text of its arguments is in its result
};
constexpr Signature kFunctions[] = {{"contains", 2, 2, false}, {"startswith", 2, 2, false}, {"endswith", 2, 2, false}, {"format", 1, 255, true}, {"join", 1, 2, true}, {"tojson", 1, 1, true},
                                    {"fromjson", 1, 1, true}, {"hashfiles", 1, 255, false}, {"success", 0, 255, false}, {"always", 0, 0, false}, {"cancelled", 0, 0, false},
                                    {"failure", 0, 255, false}, {"case", 3, 255, true}};

bool IsStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsName(char c) { return IsStart(c) || IsDigit(c) || c == '-'; }

// The value of a part of an expression, as far as it matters: what text may come out of it.
struct Part {
  std::vector<std::string> flowing;
  std::string path;       // of a context; empty for anything else
  bool is_text = false;   // a text literal
  bool told = false;      // the path is among the contexts already (it stood in brackets)
  std::string literal;
};

class Parser {
 public:
  Parser(std::string_view text, Expression& out) : text_(text), out_(out) {}

  void Run() {
    Skip();
    if (at_ >= text_.size()) return Fail("an expression is missing between ${{ and }}");
    Part part = Or(0);
    Skip();
    if (out_.error.empty() && at_ < text_.size()) Fail("unexpected '" + std::string(text_.substr(at_, 1)) + "'");
    out_.flowing = std::move(part.flowing);
  }

 private:
  void Fail(std::string why) {
    if (!out_.error.empty()) return;
    out_.error = std::move(why);
    out_.error_at = uint32_t(at_);
    at_ = text_.size();
  }
  void Skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
  }
  bool Take(std::string_view what) {
    Skip();
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  char Now() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  static void Join(Part& into, Part&& from) { into.flowing.insert(into.flowing.end(), from.flowing.begin(), from.flowing.end()); }

  Part Or(int depth) {
    Part left = And(depth);
    while (Take("||")) {
      Part right = And(depth);
      left.path.clear();
      Join(left, std::move(right));
    }
    return left;
  }
  // What stands before && is a condition: where it is the result, it is false or empty.
  Part And(int depth) {
    Part left = Compare(depth);
    while (Take("&&")) left = Compare(depth);
    return left;
  }
  Part Compare(int depth) {
    Part left = Unary(depth);
    for (;;) {
      Skip();
      const bool two = Take("==") || Take("!=") || Take("<=") || Take(">=");
      if (!two && !(text_.substr(at_).starts_with("<") || text_.substr(at_).starts_with(">"))) return left;
      if (!two) ++at_;
      const Part right = Unary(depth);
      for (const auto& [context, other] : {std::pair<const Part*, const Part*>(&left, &right), std::pair<const Part*, const Part*>(&right, &left)})
        if (other->is_text && other->literal.ends_with("[bot]") && (context->path == "github.actor" || context->path == "github.triggering_actor" || context->path == "github.event.sender.login"))
          out_.actor_checks.push_back(context->path);
      left = Part();
    }
  }
  Part Unary(int depth) {
    if (depth > kDeepest) {
      Fail("the expression is nested too deeply");
      return {};
    }
    if (Take("!")) {
      Unary(depth + 1);
      return {};
    }
    return Postfix(Primary(depth), depth);
  }

  Part Primary(int depth) {
    Skip();
    const char c = Now();
    if (c == '(') {
      ++at_;
      Part inner = Or(depth + 1);
      if (!Take(")")) Fail("a ')' is missing");
      return inner;
    }
    if (c == '\'') return Literal();
    if (c == '"') {
      Fail("texts stand in single quotes");
      return {};
    }
    if (IsDigit(c) || c == '-' || c == '+' || c == '.') return Number();
    if (!IsStart(c)) {
      Fail(c == '\0' ? "the expression ends too early" : "unexpected '" + std::string(1, c) + "'");
      return {};
    }
    const size_t begin = at_;
    while (IsName(Now())) ++at_;
    const std::string name = ToLower(text_.substr(begin, at_ - begin));
    Skip();
    if (Now() == '(') return Call(name, begin, depth);
    if (name == "true" || name == "false" || name == "null" || name == "nan" || name == "infinity") return {};
    if (std::ranges::find(kContexts, name) == std::end(kContexts)) {
      at_ = begin;
      Fail("there is no context " + name.substr(0, 40));
      return {};
    }
    out_.constant = false;
    Part part;
    part.path = name;
    return part;
  }

  Part Literal() {
    Part part;
    part.is_text = true;
    for (++at_;; ++at_) {
      if (at_ >= text_.size()) {
        Fail("a text is not closed");
        break;
      }
      if (text_[at_] != '\'') {
        part.literal += text_[at_];
      } else if (text_.substr(at_ + 1).starts_with('\'')) {
        part.literal += '\'';
        ++at_;
      } else {
        ++at_;
        break;
      }
    }
    return part;
  }

  Part Number() {
    const size_t begin = at_;
    while (at_ < text_.size() && (IsName(text_[at_]) || text_[at_] == '.' || text_[at_] == '+')) ++at_;
    if (text_.substr(begin, at_ - begin).find_first_of("0123456789") == std::string_view::npos) Fail("that is no number");
    return {};
  }

  Part Call(const std::string& name, size_t begin, int depth) {
    ++at_;
    std::vector<Part> arguments;
    Skip();
    if (Now() != ')') {
      do arguments.push_back(Or(depth + 1));
      while (Take(","));
    }
    if (!Take(")")) Fail("a ')' is missing");
    const auto signature = std::ranges::find(kFunctions, name, &Signature::name);
    if (signature == std::end(kFunctions)) {
      at_ = begin;
      Fail("there is no function " + name.substr(0, 40));
      return {};
    }
    if (int(arguments.size()) < signature->least || int(arguments.size()) > signature->most) {
      at_ = begin;
      Fail(name + "() takes " + (signature->least == signature->most ? std::to_string(signature->least) : "at least " + std::to_string(signature->least)) + " arguments");
      return {};
    }
    out_.constant = false;
    if (std::ranges::find(out_.functions, name) == out_.functions.end()) out_.functions.push_back(name);
    if (name == "contains" && arguments[0].is_text && !arguments[1].path.empty()) out_.literal_contains.push_back(arguments[1].path);
    Part out;
    if (signature->passes_text)
      for (Part& a : arguments) Join(out, std::move(a));
    return out;
  }

  // .name, .*, ['name'], [0], [x]
  Part Postfix(Part part, int depth) {
    const bool context = !part.path.empty();
    const size_t length = part.path.size();
    for (;;) {
      Skip();
      if (Now() == '.') {
        ++at_;
        Skip();
        if (Now() == '*') {
          ++at_;
          if (context) part.path += ".*";
          continue;
        }
        const size_t begin = at_;
        if (!IsStart(Now())) {
          Fail("a name is missing behind '.'");
          return part;
        }
        while (IsName(Now())) ++at_;
        if (context) part.path += "." + ToLower(text_.substr(begin, at_ - begin));
      } else if (Now() == '[') {
        ++at_;
        Skip();
        if (Now() == '*') {
          ++at_;
          if (context) part.path += ".*";
        } else {
          const Part index = Or(depth + 1);
          if (context) part.path += index.is_text ? "." + ToLower(index.literal) : ".*";
        }
        if (!Take("]")) {
          Fail("a ']' is missing");
          return part;
        }
      } else {
        break;
      }
    }
    if (context && !(part.told && part.path.size() == length)) {
      out_.contexts.push_back(part.path);
      part.flowing.assign(1, part.path);
    }
    part.told = true;
    return part;
  }

  std::string_view text_;
  Expression& out_;
  size_t at_ = 0;
};

// `pattern` with `*` for one name, and at its end for any number of them.
bool Matches(std::string_view pattern, std::string_view path) {
  while (!pattern.empty()) {
    if (pattern == "**") return true;
    const std::string_view p = pattern.substr(0, pattern.find('.')), q = path.substr(0, path.find('.'));
    if (p != "*" && p != q && !(q == "*")) return false;
    pattern.remove_prefix(std::min(pattern.size(), p.size() + 1));
    path.remove_prefix(std::min(path.size(), q.size() + 1));
    if (pattern.empty() != path.empty()) return pattern == "**";
  }
  return path.empty();
}

// https://docs.github.com/actions/concepts/security/script-injections: what ends in body, default_branch, email, head_ref, label, message, name,
// page_name, ref, and title.
constexpr std::string_view kAttackers[] = {
    "github.event.issue.title", "github.event.issue.body", "github.event.pull_request.title", "github.event.pull_request.body", "github.event.comment.body",
    "github.event.review.body", "github.event.review_comment.body", "github.event.discussion.title", "github.event.discussion.body", "github.event.pages.*.page_name",
    "github.event.commits.*.message", "github.event.commits.*.author.email", "github.event.commits.*.author.name", "github.event.commits.*.committer.email",
    "github.event.commits.*.committer.name", "github.event.head_commit.message", "github.event.head_commit.author.email", "github.event.head_commit.author.name",
    "github.event.head_commit.committer.email", "github.event.head_commit.committer.name", "github.event.pull_request.head.ref", "github.event.pull_request.head.label",
    "github.event.pull_request.head.repo.default_branch", "github.event.pull_request.head.repo.description", "github.event.pull_request.head.repo.homepage",
    "github.event.workflow_run.head_branch", "github.event.workflow_run.display_title", "github.event.workflow_run.head_commit.message",
    "github.event.workflow_run.head_commit.author.email", "github.event.workflow_run.head_commit.author.name", "github.event.workflow_run.head_repository.description",
    "github.event.workflow_run.pull_requests.*.head.ref", "github.event.milestone.title", "github.event.milestone.description", "github.event.release.body", "github.event.release.name",
    "github.event.label.name", "github.event.label.description", "github.event.client_payload.**", "github.head_ref", "github.event", "github.event.issue", "github.event.pull_request", "github.event.comment",
    "github.event.commits", "github.event.head_commit", "github.event.commits.*", "github.event.commits.*.author", "github"};
constexpr std::string_view kInputs[] = {"inputs.**", "github.event.inputs.**", "github.ref_name", "github.ref", "github.base_ref", "github.event.ref", "github.event.release.tag_name", "github.event.workflow_run.head_sha",
                                        "steps.*.outputs.**", "needs.*.outputs.**", "matrix.**", "env.**", "github.actor", "github.triggering_actor", "github.event.sender.login"};

}  // namespace

Expression ParseExpression(std::string_view text) {
  Expression out;
  Parser(text, out).Run();
  return out;
}

std::vector<Occurrence> FindExpressions(std::string_view text) {
  std::vector<Occurrence> out;
  for (size_t at = text.find("${{"); at != std::string_view::npos; at = text.find("${{", at)) {
    size_t end = at + 3;
    bool quoted = false;
    for (; end < text.size(); ++end) {
      if (text[end] == '\'') quoted = !quoted;
      if (!quoted && text.substr(end).starts_with("}}")) break;
    }
    const bool closed = end < text.size();
    out.push_back({uint32_t(at), uint32_t(closed ? end + 2 : text.size()), text.substr(at + 3, end - at - 3), closed});
    if (!closed) break;
    at = end + 2;
  }
  return out;
}

bool IsAttackers(std::string_view context) {
  return std::ranges::any_of(kAttackers, [&](std::string_view pattern) { return Matches(pattern, context); });
}
bool IsInput(std::string_view context) {
  return std::ranges::any_of(kInputs, [&](std::string_view pattern) { return Matches(pattern, context); });
}

}  // namespace weir::github_actions
