#include "lib/fix/dockerfile_editor.h"

#include "lib/base/sources.h"
#include "lib/lang/dockerfile/dockerfile.h"
#include "tests/support/test.h"

namespace weir::fix {
namespace {

using Op = Operation::Op;

NewValue Text(std::string text) {
  NewValue v;
  v.kind = text.starts_with("=") ? NewValue::Kind::kExpression : NewValue::Kind::kText;
  v.text = text.starts_with("=") ? text.substr(1) : text;
  return v;
}

// The text after one operation on the resource of that address; "refused" where it cannot be made.
std::string After(const std::string& source, const std::string& address, Op op, const std::string& path, const NewValue& value) {
  const auto snapshot = git::NewMemorySnapshot({{"Dockerfile", source}});
  SourceMap sources;
  Arena arena;
  Document document;
  dockerfile::Dockerfile().Evaluate("Dockerfile", *snapshot, sources, arena, {}, document);
  for (const Resource* r : document.resources) {
    if (r->address != address) continue;
    EditedText text(source);
    const auto editor = NewEditor("Dockerfile", text, {Target::Kind::kResource, r->block.offset, r->block.end(), "dockerfile", std::string(r->type), std::string(r->name), {}, {}});
    return editor->Do(op, SplitPath(path), value) ? text.text() : "refused";
  }
  return "no such resource";
}

TEST_CASE("an instruction is changed where it is wrong, and nowhere else") {
  struct Case { Op op; std::string source, address, path, value, after; };
  const std::string run = "Dockerfile:stage-0/RUN[0]";
  for (const Case& c : std::vector<Case>{
           {Op::kSet, "FROM a\nadd x /y\n", "Dockerfile:stage-0/ADD[0]", "keyword", "COPY", "FROM a\ncopy x /y\n"},
           {Op::kSet, "FROM a\nCOPY x /y\n", "Dockerfile:stage-0/COPY[0]", "flags.chown", "1:1", "FROM a\nCOPY --chown=1:1 x /y\n"},
           {Op::kSet, "FROM a\nCOPY --chmod=777 x /y\n", "Dockerfile:stage-0/COPY[0]", "flags.chmod", "755", "FROM a\nCOPY --chmod=755 x /y\n"},
           {Op::kSet, "FROM a\nCOPY x \"/y z\"\n", "Dockerfile:stage-0/COPY[0]", "destination", "/w", "FROM a\nCOPY x \"/w\"\n"},
           {Op::kSet, "FROM a\nRUN x && \\\n    apt install y # z\n", run, "commands[1].argv[0]", "apt-get", "FROM a\nRUN x && \\\n    apt-get install y # z\n"},
           {Op::kSet, "FROM a\nRUN <<E\napt install y\nE\n", run, "commands[0].argv[0]", "apt-get", "FROM a\nRUN <<E\napt-get install y\nE\n"},
           {Op::kSet, "FROM a\nENV K b c\n", "Dockerfile:stage-0/ENV[0]", "text", "={self.pairs[0].name}={self.pairs[0].value}", "FROM a\nENV K=\"b c\"\n"},
           {Op::kSet, "FROM a\nUSER root\nCMD x\n", "Dockerfile", "final.user", "app", "FROM a\nUSER app\nCMD x\n"},
           {Op::kRemove, "FROM a\nRUN curl -Lk x\n", run, "commands[0].options[2]", "", "FROM a\nRUN curl -L x\n"},
           {Op::kRemove, "FROM a\nRUN curl --insecure x\n", run, "commands[0].options[0]", "", "FROM a\nRUN curl x\n"},
           {Op::kRemove, "FROM a\r\nRUN curl \\\r\n  --insecure \\\r\n  x\r\n", run, "commands[0].options[0]", "", "FROM a\r\nRUN curl \\\r\n  x\r\n"},
           {Op::kRemove, "FROM a\nRUN curl x \\\n  --insecure\nUSER b\n", run, "commands[0].options[0]", "", "FROM a\nRUN curl x\nUSER b\n"},
           {Op::kRemove, "FROM a\nRUN sudo -E make\n", run, "commands[0].via[0]", "", "FROM a\nRUN make\n"},
           {Op::kRemove, "FROM --platform=x a\n", "Dockerfile:stage-0/FROM[0]", "flags.platform", "", "FROM a\n"},
           {Op::kRemove, "FROM a\nEXPOSE 22\nCMD x\n", "Dockerfile:stage-0/EXPOSE[0]", "ports[0].text", "", "FROM a\nCMD x\n"},
           {Op::kRemove, "FROM a\nRUN [\"curl\", \"-k\", \"x\"]\n", run, "commands[0].options[0]", "", "refused"},
           {Op::kAppend, "FROM a\nRUN apt-get install x && y\n", run, "commands[0].operands[0]", "-y", "FROM a\nRUN apt-get install -y x && y\n"},
           {Op::kAppend, "FROM a\nRUN apk add x > /dev/null\n", run, "commands[0].argv", "--no-cache", "FROM a\nRUN apk add x --no-cache > /dev/null\n"},
           {Op::kSet, "FROM a\nRUN x\n", run, "nothing", "y", "refused"}}) {
    INFO(c.source << " " << c.path);
    CHECK(After(c.source, c.address, c.op, c.path, Text(c.value)) == c.after);
  }
}

TEST_CASE("an instruction is added before what starts the program") {
  NewValue user;
  user.kind = NewValue::Kind::kMap;
  user.members = {{"type", Text("instruction.USER")}, {"body", NewValue{}}};
  user.members[1].second.kind = NewValue::Kind::kMap;
  user.members[1].second.members = {{"text", Text("app")}};
  const auto after = [&](const std::string& source) { return After(source, "Dockerfile", Op::kAddResource, "", user); };
  CHECK(after("FROM a\nRUN x\n# starts\nENTRYPOINT [\"y\"]\nCMD [\"z\"]\n") == "FROM a\nRUN x\nUSER app\n# starts\nENTRYPOINT [\"y\"]\nCMD [\"z\"]\n");
  CHECK(after("FROM a\nCMD x\nRUN y") == "FROM a\nCMD x\nRUN y\nUSER app");
  CHECK(after("FROM a\r\nFROM b\r\n") == "FROM a\r\nFROM b\r\nUSER app\r\n");
}

}  // namespace
}  // namespace weir::fix
