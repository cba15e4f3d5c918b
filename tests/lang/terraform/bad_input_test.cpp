#include <unistd.h>

#include <functional>

#include "lib/lang/terraform/module.h"
#include "tests/lang/terraform/scan.h"
#include "tests/support/repo.h"

namespace weir::terraform {
namespace {

TEST_CASE("what is wrong is one diagnostic and hides nothing else") {
  struct Case {
    const char* text;
    const char* summary;
  };
  const Case cases[] = {
      {"locals {\n  a = local.b\n  b = local.a\n}\n", "Cycle; "},
      {"resource \"r\" \"a\" {\n  p = r.b.p\n}\nresource \"r\" \"b\" {\n  p = r.a.p\n}\n", "Cycle; "},
      {"resource \"r\" \"a\" {}\nresource \"r\" \"a\" {}\n", "Duplicate declaration; "},
      {"module \"m\" {\n  source = \"./none\"\n}\n", "Unreadable module directory; "},
      {"module \"m\" {\n  source = \"../../up\"\n}\n", "Module outside of the repository; "},
      {"module \"m\" {\n  source = \"./\"\n}\n", "Module calls itself; "},
      {"resource \"r\" \"a\" {\n  for_each = [\"x\"]\n}\n", "Invalid for_each argument; "},
      {"resource \"r\" \"a\" {\n  count = -1\n}\n", "Invalid count argument; "},
      {"resource \"r\" \"a\" {\n  count = 1000000\n}\n", "Too many instances; "},
      {"resource \"r\" \"a\" {\n  for_each = toset(flatten([for a in range(200) : [for b in range(200) : \"${a}-${b}\"]]))\n}\n", "Too many instances; "},
      {"resource \"r\" \"a\" {\n  for_each = toset([for p in setproduct(range(1000), range(1000)) : p[0]])\n}\n", "Result too large; "},
      {"locals { x = 1 }\nlocals { x = 2 }\n", "Duplicate local value definition; "},
      {"locals { x = \"a\" + 1 }\n", "Invalid operand; "},
      {"locals { x = upper([1]) }\n", "Error in function call; "},
      {"module \"m\" {\n  source = \"./loop\"\n  in = module.m.out\n}\n", "Cycle; "},
      {"variable \"v\" {\n  type = number\n  default = \"x\"\n}\n", "Invalid value for variable; "},
      {"locals { x = y.z }\n", "Reference to undeclared name; "},
      {"nonsense \"x\" {}\n", "Unsupported block type; "},
      {"resource \"r\" \"a\" {\n  for_each = null\n}\n", "Invalid for_each argument; "},
      {"resource \"r\" \"a\" {\n  for_each = toset([for i in range(1000) : \"${i}-${i}\"])\n  count = 1\n}\n", "Invalid combination of \"count\" and \"for_each\"; "},
      {"resource \"r\" \"a\" {\n  for_each = sensitive({ k = 1 })\n}\n", "Invalid for_each argument; "},
      {"resource \"r\" \"a\" {\n  count = \"x\"\n}\n", "Invalid count argument; "},
      {"resource \"r\" \"a\" {\n  count = 1.5\n}\n", "Invalid count argument; "},
      {"resource \"r\" \"a\" {\n  count = null\n}\n", "Invalid count argument; "},
      {"variable \"v\" {\n  nullable = false\n  default = null\n}\n", "Invalid default value for variable; "},
      {"variable \"v\" {\n  type = string\n}\nlocals { x = var.v.y }\n", "Unsupported attribute; "},
      {"variable \"v\" {\n  type = object({ a = string })\n  default = {}\n}\n", "Invalid value for variable; "},
      {"locals { x = provider::nowhere::f(1) }\n", ""},
      {"locals { x = nofunction(1) }\n", "Call to unknown function; "},
      {"locals { x = file(\"../../../etc/passwd\") }\n", "Error in function call; "},
      {"variable \"v\" {}\nvariable \"v\" {}\n", "Duplicate declaration; "},
      {"output \"o\" { value = 1 }\noutput \"o\" { value = 2 }\n", "Duplicate declaration; "},
      {"locals { x = each.key }\n", "Reference to undeclared name; "},
      {"module \"m\" {\n  source = \"./child\"\n}\n", "Missing required argument; "},
      {"module \"m\" {\n}\n", "Missing required argument; "},
      {"module \"m\" {\n  source = \"./strict\"\n  v = null\n}\n", "Required variable not set; "},
      {"\xEF\xBB\xBFlocals {\r\n  x = 1\r\n}\r\n", ""},
      {"moved {\n  from = r.x\n  to = r.y\n}\nremoved {\n  from = r.z\n}\nimport {\n  to = r.ok\n  id = \"i\"\n}\ncheck \"c\" {\n  assert {\n    condition = true\n    error_message = \"m\"\n  }\n}\n", ""},
      {"ephemeral \"e\" \"x\" {}\nvariable \"w\" {\n  ephemeral = true\n  default = 1\n}\n", ""},
      {"module \"m\" {\n  source = \"registry/x/y\"\n}\nlocals { x = module.m.z }\n", ""},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    const Scan scan(Files{{"a.tf", c.text}, {"child/m.tf", "variable \"needed\" {}\n"}, {"strict/m.tf", "variable \"v\" {\n  nullable = false\n}\n"}, {"loop/m.tf", "variable \"in\" {}\noutput \"out\" { value = var.in }\n"}, {"ok.tf", "resource \"r\" \"ok\" {\n  p = 1\n}\n"}});
    CHECK(scan.Summaries() == c.summary);
    for (const Diagnostic& d : scan.document.diagnostics) {
      CHECK(d.span.length > 0);
      CHECK(scan.sources.path(d.span.file) != "ok.tf");
      CHECK((d.detail.ends_with('.') || d.detail.ends_with('?') || d.summary == "Error in function call" || d.summary == "Invalid value for variable" || d.summary == "Result too large"));
    }
    CHECK(scan.At("r.ok", "p")->number.AsInt() == 1);
  }
  const Scan broken(Files{{"a.tf", "resource \"r\" \"a\" {\n  p = \n}\n"},
                          {"ok.tf", "resource \"r\" \"ok\" {\n  p = r.gone.x\n}\n"}});
  REQUIRE(broken.document.diagnostics.size() == 1);
  CHECK(broken.document.diagnostics[0].kind == Diagnostic::Kind::kSyntax);
  CHECK(broken.At("r.ok", "p")->is_unknown());
}

TEST_CASE("a link to a configuration file is not followed, and what it may declare is no mistake") {
  const test::TempFolder folder;
  std::filesystem::create_directory(folder.path() + "/m");
  std::ofstream(folder.path() + "/m/main.tf") << "resource \"r\" \"a\" {\n  p = var.elsewhere\n  q = local.too\n}\n";
  REQUIRE(symlink("../variables.tf", (folder.path() + "/m/variables.tf").c_str()) == 0);
  const auto snapshot = git::OpenFolderSnapshot(folder.path());
  REQUIRE(snapshot.ok());
  SourceMap sources;
  Arena arena;
  Document document;
  Terraform().Evaluate("m", **snapshot, sources, arena, {}, document);
  CHECK(document.diagnostics.empty());
  REQUIRE(document.resources.size() == 1);
  CHECK(document.resources[0]->body->Get("p")->is_unknown());
}

TEST_CASE("a name that is not there is told with what would declare it") {
  const std::pair<const char*, const char*> cases[] = {{"var.size", "no variable \"size\""},
                                                       {"local.size", "no local value \"size\""},
                                                       {"module.net.id", "no module \"net\""},
                                                       {"aws_vpc.main.id", "no resource \"aws_vpc\" \"main\""},
                                                       {"data.aws_ami.x.id", "no data block \"aws_ami\" \"x\""},
                                                       {"each.key", "only in a block with for_each"},
                                                       {"count.index", "only in a block with count"}};
  for (const auto& [name, said] : cases) {
    INFO(name);
    const Scan scan(Files{{"m.tf", "resource \"r\" \"a\" {\n  p = " + std::string(name) + "\n}\n"}});
    REQUIRE(scan.document.diagnostics.size() == 1);
    CHECK(scan.document.diagnostics[0].detail.find(said) != std::string::npos);
    CHECK(scan.sources.text(scan.document.diagnostics[0].span) == name);
  }
}

TEST_CASE("no configuration takes more steps than its size: twice as large, about twice as many") {
  const auto repeat = [](std::string_view text, size_t n) {
    std::string out;
    for (size_t i = 0; i < n; ++i) out += text;
    return out;
  };
  const auto lines = [](size_t n, auto line) {
    std::string out;
    for (size_t i = 0; i < n; ++i) out += line(std::to_string(i), std::to_string(i + 1), std::to_string(i + 2));
    return out;
  };
  struct Shape {
    const char* what;
    size_t size;
    std::function<std::string(size_t)> make;
  };
  const Shape shapes[] = {
      {"brackets in brackets", 90, [&](size_t n) { return "locals {\n  a = " + repeat("[", n) + "1" + repeat("]", n) + "\n}\n"; }},
      {"templates in templates", 40, [&](size_t n) { return "locals {\n  a = " + repeat("\"x${", n) + "1" + repeat("}\"", n) + "\n}\n"; }},
      {"calls in calls", 90, [&](size_t n) { return "locals {\n  a = " + repeat("abs(", n) + "1" + repeat(")", n) + "\n}\n"; }},
      {"conditions in conditions", 40, [&](size_t n) { return "locals {\n  a = " + repeat("true ? (", n) + "1" + repeat(") : 0", n) + "\n}\n"; }},
      {"a long concatenation", 200, [&](size_t n) { return "locals {\n  a = concat(" + repeat("[1], ", n) + "[2])\n  b = \"" + repeat("${local.a[0]}", n) + "\"\n}\n"; }},
      {"locals that each name two others", 300, [&](size_t n) {
         return "locals {\n  v0 = 1\n  v1 = 1\n" + lines(n, [](const auto& a, const auto& b, const auto& c) { return "  v" + c + " = min(local.v" + a + ", local.v" + b + ")\n"; }) + "}\n";
       }},
      {"a cycle of locals", 300, [&](size_t n) {
         return "locals {\n" + lines(n, [](const auto& a, const auto& b, const auto&) { return "  v" + a + " = local.v" + b + "\n"; }) + "  v" + std::to_string(n) + " = local.v0\n}\n";
       }},
      {"resources that refer to each other", 300, [&](size_t n) {
         return "resource \"r\" \"v0\" {}\n" + lines(n, [](const auto& a, const auto& b, const auto&) { return "resource \"r\" \"v" + b + "\" {\n  p = [r.v" + a + ".id, r.v" + a + ".p]\n}\n"; });
       }},
      {"instances over instances", 300, [&](size_t n) {
         return "resource \"r\" \"a\" {\n  for_each = toset([for i in range(" + std::to_string(n) + ") : \"k${i}\"])\n  p = each.key\n}\nresource \"r\" \"b\" {\n  for_each = r.a\n  p = each.value.p\n}\n";
       }},
      {"instances of instances by index", 300, [&](size_t n) {
         return "resource \"r\" \"a\" {\n  count = " + std::to_string(n) + "\n}\nresource \"r\" \"b\" {\n  count = length(r.a)\n  p = r.a[count.index].id\n}\n";
       }},
  };
  const auto steps = [](const std::string& text) {
    const auto snapshot = git::NewMemorySnapshot({{"main.tf", text}});
    SourceMap sources;
    Arena arena;
    Document document;
    const Limits limits;
    Evaluation evaluation(*snapshot, sources, arena, limits, document, "");
    ModuleInstance(evaluation, *evaluation.Load("", true), nullptr, nullptr, {}).Publish();
    return double(evaluation.eval.steps);
  };
  for (const Shape& shape : shapes) {
    INFO(shape.what);
    const double once = steps(shape.make(shape.size)), twice = steps(shape.make(2 * shape.size));
    CHECK(once >= double(shape.size));
    CHECK(twice <= 2.5 * once);
  }
}

TEST_CASE("bytes that are no text are said once and hide nothing else") {
  const Files ok = {{"ok.tf", "resource \"r\" \"ok\" {\n  p = 1\n}\n"}, {"bin.dat", std::string("\xff\xfe\0\x01", 4)}};
  for (const std::string& text : {std::string("locals {\n  x = \"\xff\"\n}\n"), std::string("locals {\n  x = 1\0\n}\n", 20),
                                  std::string("locals {\n  x = templatefile(\"bin.dat\", {})\n}\n"), std::string("locals {\n  x = file(\"bin.dat\")\n}\n")}) {
    INFO(text);
    Files files = ok;
    files["a.tf"] = text;
    const Scan scan(files);
    CHECK(scan.document.diagnostics.size() == 1);
    CHECK(scan.At("r.ok", "p")->number.AsInt() == 1);
  }
}

}  // namespace
}  // namespace weir::terraform
