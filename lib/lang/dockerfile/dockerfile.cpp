#include "lib/lang/dockerfile/dockerfile.h"

#include <algorithm>

#include "lib/base/unicode.h"
#include "lib/git/paths.h"
#include "lib/lang/dockerfile/stages.h"
#include "lib/lang/unreadable.h"
#include "lib/syntax/dockerfile/parser.h"

namespace weir::dockerfile {
namespace {

// Dockerfile, Dockerfile.prod, prod.Dockerfile, Containerfile and their like; not what stands beside them.
bool IsDockerfile(std::string_view path) {
  const std::string file = ToLower(git::FileNameOf(path));
  constexpr std::string_view kOther[] = {".dockerignore", ".md", ".txt", ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template", ".erb", ".go", ".py", ".js", ".ts", ".rs", ".java",
                                         ".rb", ".sh", ".json", ".yaml", ".yml", ".toml", ".html", ".vim", ".swp", ".orig", ".rej", ".m4", ".in", ".mustache", ".hbs"};
  if (std::ranges::any_of(kOther, [&](std::string_view end) { return file.ends_with(end); })) return false;
  for (const std::string_view name : {"dockerfile", "containerfile"})
    if (file == name || file.starts_with(std::string(name) + ".") || file.ends_with("." + std::string(name)) || file.starts_with(std::string(name) + "-") || file.starts_with(std::string(name) + "_"))
      return true;
  return false;
}

class DockerfileLanguage final : public Language {
 public:
  std::string_view name() const override { return "dockerfile"; }

  bool Claims(std::string_view path, std::string_view) const override { return IsDockerfile(path); }

  Result<std::vector<std::string>> ScopesOf(std::span<const std::string> paths, const git::Snapshot&, std::string&) const override {
    std::vector<std::string> out(paths.begin(), paths.end());
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  void Evaluate(std::string_view scope, const git::Snapshot& snapshot, SourceMap& sources, Arena& arena, const Limits& limits, Document& out) const override {
    const auto blob = snapshot.Read(scope, limits.file_size);
    if (!blob.ok()) {
      if (blob.status().code() != Code::kNotFound)
        AddUnreadable(scope, blob.status(), sources, arena, out);
      return;
    }
    const FileId file = sources.Add(std::string(scope), blob->text(), blob->owner());
    const std::string_view text = blob->text();
    const Span whole{file, 0, uint32_t(text.size())};
    if (text.find('\0') != std::string_view::npos) {
      out.diagnostics.push_back({Diagnostic::Kind::kSyntax, {file, uint32_t(text.find('\0')), 1}, "The file is not text", "A Dockerfile is UTF-8 text; rename the file if it is none."});
      return;
    }
    const Tree tree = Parse(text, file, arena);
    EvaluateFile(tree, arena.Copy(scope), whole, arena, limits, out);
  }
};

}  // namespace

const Language& Dockerfile() {
  static const DockerfileLanguage language;
  return language;
}

}  // namespace weir::dockerfile
