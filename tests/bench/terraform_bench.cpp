// How fast Terraform is parsed and evaluated, on one core, in processor time.
//
//   terraform_bench             generated configurations
//   terraform_bench FILE.tf…    parses these files instead of a generated one, then the same
//
// Three parts: MB/s of the parser beside a pass that only copies the bytes and counts newlines; nanoseconds a
// unit at 1, 10 and 100 times as many files, resources, instances (linear growth: the three are alike); and
// configurations that would hurt an evaluator which visits anything twice, each at one and two times its size
// (linear growth: the ratio is about 2; modules that each call the next one twice are twice as many at every step, up to the limit on
// instances), with the first diagnostic where there is one.
//
// Memory that was freed is kept, so that what is measured is not how fast the kernel hands out empty pages: on a busy machine that took
// more than half of the time, and more of it at 100 times than at once.
#include <fmt/format.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "lib/lang/terraform/terraform.h"
#include "lib/syntax/hcl/parser.h"
#include "tests/bench/processor_time.h"

namespace {

using Files = std::map<std::string, std::string, std::less<>>;

template <typename Work>
double BestSeconds(int rounds, Work work) {
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const double start = weir::bench::ProcessorSeconds();
    work();
    best = std::min(best, weir::bench::ProcessorSeconds() - start);
  }
  return best;
}

std::string Resources(size_t from, size_t count) {
  std::string out;
  for (size_t i = from; i < from + count; ++i)
    out += fmt::format(R"(resource "aws_security_group" "web{0}" {{
  name        = "web-${{var.stage}}-{0}"
  description = "Web servers {0}"
  ingress {{
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", cidrsubnet("172.16.0.0/12", 8, 3)]
  }}
  tags = merge(local.tags, {{ Name = "web{0}" }})
}}

)",
                       i);
  return out;
}

const char* const kShared = R"(variable "stage" { default = "live" }
locals { tags = { stage = var.stage, owner = "platform" } }
)";

Files OneFile(size_t resources) { return {{"main.tf", kShared + Resources(0, resources)}}; }

Files ManyFiles(size_t files) {
  Files out = {{"shared.tf", kShared}};
  for (size_t i = 0; i < files; ++i) out[fmt::format("f{:05}.tf", i)] = Resources(i * 5, 5);
  return out;
}

Files Instances(size_t count) {
  return {{"main.tf", fmt::format("resource \"aws_instance\" \"w\" {{\n  count = {}\n"
                                  "  tags  = {{ Name = \"w-${{count.index}}\" }}\n}}\n",
                                  count)}};
}

std::string Repeat(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

Files Nested(std::string_view open, std::string_view middle, std::string_view close, size_t depth) {
  return {{"main.tf", "locals {\n  a = " + Repeat(open, depth) + std::string(middle) + Repeat(close, depth) +
                          "\n}\noutput \"o\" { value = local.a }\n"}};
}

Files Concatenation(size_t operands) {
  return {{"main.tf", "output \"o\" { value = 1" + Repeat(" + 1", operands - 1) + " }\n"}};
}

// Every local names two others, as a walk that forgets what it has seen would visit 2^count of them.
Files Locals(size_t count) {
  std::string out = "locals {\n  v0 = 1\n  v1 = 1\n";
  for (size_t i = 2; i < count; ++i) out += fmt::format("  v{} = min(local.v{}, local.v{})\n", i, i - 1, i - 2);
  return {{"main.tf", out + fmt::format("}}\noutput \"o\" {{ value = local.v{} }}\n", count - 1)}};
}

Files Cycle(size_t count) {
  std::string out = "locals {\n";
  for (size_t i = 0; i < count; ++i) out += fmt::format("  v{} = local.v{}\n", i, (i + 1) % count);
  return {{"main.tf", out + "}\n"}};
}

// Each module calls the next one `calls` times.
Files Modules(size_t depth, int calls) {
  Files out;
  for (size_t i = 0; i < depth; ++i) {
    std::string text = "variable \"in\" { default = 1 }\n";
    if (i + 1 < depth)
      for (int call = 0; call < calls; ++call)
        text += fmt::format("module \"m{}\" {{\n  source = \"{}m{}\"\n  in     = var.in\n}}\n", call,
                            i == 0 ? "./" : "../", i + 1);
    else
      text += "resource \"aws_instance\" \"i\" { ami = var.in }\n";
    out[i == 0 ? "main.tf" : fmt::format("m{}/main.tf", i)] = text;
  }
  return out;
}

Files ForEachOverForEach(size_t count) {
  return {{"main.tf", fmt::format(R"(resource "aws_s3_bucket" "b" {{
  for_each = toset(flatten([for a in range(100) : [for b in range({}) : "b${{a}}-${{b}}"]]))
  bucket   = each.key
}}
resource "aws_s3_bucket_versioning" "v" {{
  for_each = aws_s3_bucket.b
  bucket   = each.value.bucket
}}
)",
                                  count / 100)}};
}

Files OverTheLimit(size_t count) {
  return {{"main.tf", fmt::format("resource \"aws_s3_bucket\" \"b\" {{\n  for_each = toset(flatten([for a in range(1000) : "
                                  "[for b in range({}) : \"${{a}}-${{b}}\"]]))\n}}\n"
                                  "resource \"aws_instance\" \"i\" {{ count = {} }}\n",
                                  count / 1000, count)}};
}

struct Run {
  double seconds;
  size_t resources, diagnostics;
  std::string first;
};

Run Evaluate(Files files, int rounds) {
  const auto snapshot = weir::git::NewMemorySnapshot(std::move(files));
  Run run{};
  run.seconds = BestSeconds(rounds, [&] {
    weir::SourceMap sources;
    weir::Arena arena;
    weir::Document document;
    weir::terraform::Terraform().Evaluate("", *snapshot, sources, arena, weir::Limits{}, document);
    run.resources = document.resources.size();
    run.diagnostics = document.diagnostics.size();
    run.first = document.diagnostics.empty() ? "" : std::string(document.diagnostics[0].summary);
  });
  return run;
}

void Parse(const std::string& text) {
  weir::Limits limits;
  limits.file_size = text.size();
  weir::Arena arena;
  size_t errors = 0;
  const double parse = BestSeconds(15, [&] {
    arena.Reset();
    errors = weir::hcl::Parse(text, 0, arena, limits).errors.size();
  });
  std::string copy(text.size(), '\0');
  size_t lines = 0;
  const double baseline = BestSeconds(15, [&] {
    std::memcpy(copy.data(), text.data(), text.size());
    lines = static_cast<size_t>(std::count(copy.begin(), copy.end(), '\n'));
  });
  const double megabytes = static_cast<double>(text.size()) / 1e6;
  fmt::print("parse {:.0f} MB/s of {:.2f} MB, {} lines, {} errors; copy and count newlines {:.0f} MB/s; ratio {:.1f}\n",
             megabytes / parse, megabytes, lines, errors, megabytes / baseline, parse / baseline);
}

void Growth(const char* unit, size_t one, const std::function<Files(size_t)>& make) {
  fmt::print("{:<28}", fmt::format("ns a {}", unit));
  for (const size_t times : {1u, 10u, 100u}) {
    const size_t count = one * times;
    const double seconds = Evaluate(make(count), times == 100 ? 5 : 15).seconds;
    fmt::print("  {:>7}: {:>7.0f}", count, seconds * 1e9 / static_cast<double>(count));
  }
  fmt::print("\n");
  std::fflush(stdout);
}

void Hard(const char* what, size_t size, const std::function<Files(size_t)>& make) {
  const Run half = Evaluate(make(size / 2), 2), whole = Evaluate(make(size), 2);
  fmt::print("{:<28}  {:>7}: {:>9.2f} ms  twice the half: {:>4.1f}  {} resources, {} diagnostics{}{}\n", what, size,
             whole.seconds * 1e3, whole.seconds / half.seconds, whole.resources, whole.diagnostics,
             whole.first.empty() ? "" : ": ", whole.first);
  std::fflush(stdout);
}

/// The files' texts, each in a block of its own: what stands at the top of several files is no repetition then.
std::string Joined(int count, char** paths) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    std::ifstream in(paths[i], std::ios::binary);
    const std::string one{std::istreambuf_iterator<char>(in), {}};
    weir::Arena arena;
    if (!in || !weir::hcl::Parse(one, 0, arena).errors.empty()) {
      fmt::print("left out, unreadable or invalid: {}\n", paths[i]);
      continue;
    }
    text += "file {\n" + one.substr(one.starts_with("\xEF\xBB\xBF") ? 3 : 0) + "\n}\n";
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
  const std::string text = argc > 1 ? Joined(argc - 1, argv + 1) : Resources(0, 5000);
  if (text.empty()) {
    std::fputs("usage: terraform_bench [FILE.tf…]; none of the files could be parsed\n", stderr);
    return 2;
  }
  Parse(text);
  const Run thousand = Evaluate(OneFile(1000), 15);
  fmt::print("parse and evaluate {} resources of one module: {:.2f} ms\n", thousand.resources,
             thousand.seconds * 1e3);
  Growth("file of 5 resources", 10, ManyFiles);
  Growth("resource", 100, OneFile);
  Growth("instance", 100, Instances);
  Hard("brackets in brackets", 190, [](size_t n) { return Nested("[", "1", "]", n); });
  Hard("templates in templates", 90, [](size_t n) { return Nested("\"x${", "1", "}\"", n); });
  Hard("calls in calls", 190, [](size_t n) { return Nested("abs(", "1", ")", n); });
  Hard("too deep", 100'000, [](size_t n) { return Nested("[", "1", "]", n); });
  Hard("operands", 100'000, Concatenation);
  Hard("locals, each naming two", 10'000, Locals);
  Hard("a cycle of locals", 10'000, Cycle);
  Hard("modules, a chain", 30, [](size_t n) { return Modules(n, 1); });
  Hard("modules, a chain too long", 50, [](size_t n) { return Modules(n, 1); });
  Hard("for_each over for_each", 400, ForEachOverForEach);
  Hard("for_each over the limit", 40'000, OverTheLimit);
  Hard("modules called twice", 16, [](size_t n) { return Modules(n, 2); });
  return 0;
}
