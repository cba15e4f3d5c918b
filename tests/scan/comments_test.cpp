#include "lib/scan/comments.h"

#include "tests/support/test.h"

namespace weir::scan {
namespace {

// "3:text 5:text", a "+" behind the line where code stands before the comment.
std::string CommentsOf(std::string_view source, CommentFormat format) {
  std::string out;
  for (const CommentLine& c : FindComments(source, format)) {
    out += (out.empty() ? "" : " ") + std::to_string(c.line) + (c.alone ? ":" : "+:") + std::string(c.text);
    CHECK(source.substr(c.offset, c.text.size()) == c.text);
  }
  return out;
}
std::string Hcl(std::string_view s) { return CommentsOf(s, CommentFormat::kHcl); }
std::string Yaml(std::string_view s) { return CommentsOf(s, CommentFormat::kYaml); }
std::string Docker(std::string_view s) { return CommentsOf(s, CommentFormat::kDockerfile); }

}  // namespace

TEST_CASE("HCL's comments are those of its lexer: strings, heredocs and templates have none") {
  CHECK(Hcl("# one\na = 1 // two\n/* three\n * four */ b = 2\n") == "1:one 2+:two 3:three 4:four");
  CHECK(Hcl("a = \"# no ${\"x # no\"} // no\"\n").empty());
  CHECK(Hcl("a = <<EOT\n# no\nEOT x\n// no\nEOT\n# yes\n") == "6:yes");
  CHECK(Hcl("a = <<-EOT\n  # no ${ 1 /* in */ }\n  EOT\n") == "2+:in");
  CHECK(Hcl("a = 1 #tight\r\n#\r\n") == "1+:tight 2:");
}

TEST_CASE("YAML's comments begin at a line's start or after white space, outside of scalars") {
  CHECK(Yaml("# one\na: b # two\nc: d#no\n") == "1:one 2+:two");
  CHECK(Yaml("a: 'it''s # no'\nb: \"\\\" # no\" # yes\n") == "2+:yes");
  CHECK(Yaml("a: don't # yes\n") == "1+:yes");
  CHECK(Yaml("a: \"one\n  # no\n  two\" # yes\n") == "3+:yes");
  CHECK(Yaml("a: |\n  # no\n\n  # no\n# yes\nb: >-  # header\n  # no\n") == "5:yes 6+:header");
  CHECK(Yaml("- |\n # no\n- run: |\n    # no\n  name: x # yes\n") == "5+:yes");
  CHECK(Yaml("- key: |\n  # yes\n") == "2:yes");
  CHECK(Yaml("a: !!str |2\n    # no\n   # no\n  # no\n # yes\n") == "5:yes");
  CHECK(Yaml("a: {b: '# no', c: [x, # yes\n  d]}\n") == "1+:yes");
  CHECK(Yaml("--- |\n# no\n") == "");
  CHECK(Yaml("a: &anchor \"# no\"\nb: *anchor # yes\n") == "2+:yes");
  CHECK(Yaml("? |\n  # no\n: \"# no\"\n") == "");
}

TEST_CASE("a Dockerfile's comments are whole lines, inside continued instructions too, and never in a heredoc") {
  CHECK(Docker("# one\nFROM a\n  # two\nRUN a && \\\n# three\n  b # no\n") == "1:one 3:two 5:three");
  CHECK(Docker("RUN <<EOT\n# no\nEOT\n# yes\n") == "4:yes");
  CHECK(Docker("COPY <<-\"ONE\" <<TWO /x/\n# no\nONE\n# no\nTWO\n# yes\n") == "6:yes");
}

TEST_CASE("an outline tells where what begins on a line ends") {
  const Outline hcl = OutlineOf("a \"b\" {\n  c = [\n    1,\n    {\n      d = 2\n    },\n  ]\n  e {\n  }\n}\n", CommentFormat::kHcl);
  CHECK(hcl.EndOf(1) == 10);
  CHECK(hcl.EndOf(2) == 7);
  CHECK(hcl.EndOf(3) == 3);
  CHECK(hcl.EndOf(4) == 6);
  CHECK(hcl.EndOf(8) == 9);
  CHECK(hcl.StartOf(7) == 2);
  CHECK(hcl.StartOf(9) == 9);  // blocks are reached from their beginning
  const Outline yaml = OutlineOf("a:\n- b: 1\n  c: |\n    x\n\n- d\n# comment\ne:\n  f: 2\n---\ng: 1\n", CommentFormat::kYaml);
  CHECK(yaml.EndOf(1) == 6);
  CHECK(yaml.EndOf(2) == 4);
  CHECK(yaml.EndOf(3) == 4);
  CHECK(yaml.EndOf(8) == 9);
  CHECK(OutlineOf("a: 1\n\t# comment\n", CommentFormat::kYaml).EndOf(2) == 2);
  const Outline docker = OutlineOf("FROM a\nRUN b && \\\n# c\n  d\nRUN <<E\nx\nE\n", CommentFormat::kDockerfile);
  CHECK(docker.EndOf(2) == 4);
  CHECK(docker.EndOf(5) == 7);
}

TEST_CASE("files say by their name how comments are written in them") {
  CHECK(FormatOf("a/main.tf") == CommentFormat::kHcl);
  CHECK(FormatOf("a/x.tofu") == CommentFormat::kHcl);
  CHECK(FormatOf("main.tf.json") == CommentFormat::kNone);
  CHECK(FormatOf(".github/workflows/x.yml") == CommentFormat::kYaml);
  CHECK(FormatOf("api/Dockerfile.prod") == CommentFormat::kDockerfile);
  CHECK(FormatOf("web.Dockerfile") == CommentFormat::kDockerfile);
  CHECK(FormatOf("README.md") == CommentFormat::kNone);
}

}  // namespace weir::scan
