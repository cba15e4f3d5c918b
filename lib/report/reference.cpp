#include "lib/report/reference.h"

#include <rapidjson/document.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>

#include "lib/base/file.h"

namespace weir::report {
namespace {

constexpr size_t kTypesShown = 12;  // of a rule; some speak of a hundred

std::string ProviderTitle(std::string_view provider) {
  static constexpr std::pair<std::string_view, std::string_view> kTitles[] = {
      {"alicloud", "Alibaba Cloud"}, {"aws", "AWS"}, {"azure", "Azure"}, {"cloudstack", "CloudStack"}, {"digitalocean", "DigitalOcean"}, {"docker", "Dockerfiles"},
      {"general", "Every provider"}, {"github", "GitHub"}, {"gitlab", "GitLab"}, {"google", "Google Cloud"}, {"ibm", "IBM Cloud"}, {"k8s", "Kubernetes"},
      {"naver", "NAVER Cloud"}, {"nifcloud", "NIFCLOUD"}, {"openstack", "OpenStack"}, {"panos", "PAN-OS"}, {"tencentcloud", "Tencent Cloud"}};
  for (const auto& [name, title] : kTitles)
    if (name == provider) return std::string(title);
  std::string title(provider);
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = char(title[0] - 'a' + 'A');
  return title;
}

// Prose for Markdown: what is typed is what is read. Code between backticks stays as it is, and an underscore within a word
// means nothing.
std::string Prose(std::string_view text) {
  std::string out;
  bool code = false;
  for (const char c : text) {
    if (c == '`') code = !code;
    if (!code && std::strchr("\\*[]<>|#", c) != nullptr && c != '\0') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

bool IsSuggestion(std::string_view json) {
  rapidjson::Document fix;
  fix.Parse(json.data(), json.size());
  return fix.IsObject() && fix.HasMember("suggest") && fix["suggest"].IsTrue();
}

std::string Count(size_t n) { return std::to_string(n) + (n == 1 ? " policy" : " policies"); }

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void Policy(const Listed& listed) {
    const policy::Image& image = *listed.image;
    const policy::PolicyRecord& p = *listed.policy;
    out_ += "\n## " + std::string(image.Text(p.id)) + "\n";
    for (size_t i = 0; i < p.aliases.length; ++i) out_ += "<a id=\"" + Attribute(image.Text(p.aliases, i)) + "\"></a>";
    if (p.aliases.length != 0) out_ += "\n";
    out_ += "\n**" + Prose(image.Text(p.title)) + "** · " + std::string(policy::SeverityName(p.severity)) + " · " + std::string(image.Text(p.category)) + "\n\n" + Prose(image.Text(p.why));
    if (p.docs.length != 0) out_ += " [More](<" + std::string(image.Text(p.docs)) + ">)";
    out_ += "\n\n";
    Judges(image, p);
    std::string also;
    for (size_t i = 0; i < p.aliases.length; ++i) also += (i > 0 ? ", `" : "`") + std::string(image.Text(p.aliases, i)) + "`";
    Line("also known as", also);
    std::string compliance;
    for (size_t i = 0; i + 1 < p.compliance.length; i += 2) {
      const bool begins = i == 0 || image.Text(p.compliance, i) != image.Text(p.compliance, i - 2);
      compliance += begins ? (i > 0 ? "; " : "") + Prose(image.Text(p.compliance, i)) + " " : ", ";
      compliance += Prose(image.Text(p.compliance, i + 1));
    }
    Line("compliance", compliance);
  }

 private:
  static std::string Attribute(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '"' ? "&quot;" : c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    return out;
  }

  void Line(std::string_view what, const std::string& text) {
    if (!text.empty()) out_ += "- " + std::string(what) + ": " + text + "\n";
  }

  // What the rules speak of, language by language, and whether there are fixes.
  void Judges(const policy::Image& image, const policy::PolicyRecord& p) {
    std::vector<std::pair<std::string_view, std::vector<std::string_view>>> languages;
    size_t safe = 0, suggested = 0;
    for (const uint32_t r : image.Array<uint32_t>(p.rules)) {
      const policy::RuleRecord& rule = image.rules()[r];
      const std::string_view language = image.Text(rule.language);
      auto at = std::ranges::find(languages, language, &std::pair<std::string_view, std::vector<std::string_view>>::first);
      if (at == languages.end()) at = languages.insert(languages.end(), {language, {}});
      for (size_t i = 0; i < rule.types.length; ++i)
        if (std::ranges::find(at->second, image.Text(rule.types, i)) == at->second.end()) at->second.push_back(image.Text(rule.types, i));
      if (rule.fix.length != 0) ++(IsSuggestion(image.Text(rule.fix)) ? suggested : safe);
    }
    for (const auto& [language, types] : languages) {
      std::string text;
      for (size_t i = 0; i < std::min(types.size(), kTypesShown); ++i) text += (i > 0 ? ", `" : "`") + std::string(types[i]) + "`";
      if (types.size() > kTypesShown) text += " and " + std::to_string(types.size() - kTypesShown) + " more";
      Line(LanguageTitle(language), text);
    }
    Line("fix", safe > 0 ? "made by `weir fix`" : suggested > 0 ? "suggested, a person decides" : "");
  }

  std::string& out_;
};

}  // namespace

std::vector<ReferencePage> Reference(std::vector<Listed> policies) {
  std::ranges::stable_sort(policies, {}, [](const Listed& l) { return l.image->Text(l.policy->id); });
  std::map<std::string, std::vector<Listed>> providers;
  for (const Listed& l : policies) providers[std::string(ProviderOf(l))].push_back(l);

  std::vector<ReferencePage> pages;
  std::string index = "# Policies\nWritten by `weir policies docs`. " + Count(policies.size()) + "; `weir explain ID` shows the same in the terminal, with examples.\n\n" +
                      "| provider | policies | critical | high | medium | low |\n|---|---|---|---|---|---|\n";
  for (const auto& [provider, members] : providers) {
    std::array<size_t, 4> by_severity = {};
    for (const Listed& l : members) ++by_severity[size_t(l.policy->severity)];
    index += "| [" + ProviderTitle(provider) + "](" + provider + ".md) | " + std::to_string(members.size());
    for (size_t i = by_severity.size(); i-- > 0;) index += " | " + std::to_string(by_severity[i]);
    index += " |\n";
    std::string text = "# " + ProviderTitle(provider) + "\nWritten by `weir policies docs`. " + Count(members.size()) + ".\n";
    Writer writer(text);
    for (const Listed& l : members) writer.Policy(l);
    pages.push_back({provider + ".md", std::move(text)});
  }
  pages.insert(pages.begin(), {"README.md", std::move(index)});
  return pages;
}

Status WriteReference(const std::vector<ReferencePage>& pages, const std::string& folder) {
  if (mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) return {Code::kIo, folder + ": " + std::strerror(errno)};
  for (const ReferencePage& page : pages)
    if (Status written = WriteFileAtomically(folder + "/" + page.name, page.text); !written.ok()) return written;
  return {};
}

}  // namespace weir::report
