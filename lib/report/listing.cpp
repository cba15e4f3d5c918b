#include "lib/report/listing.h"

#include <algorithm>
#include <set>

#include "lib/base/json_writer.h"
#include "lib/base/text.h"
#include "lib/policy/rule_languages.h"

namespace weir::report {
namespace {

// The first columns of `text`, with "…" where something was cut off.
std::string Cut(const std::string& text, size_t columns) {
  if (DisplayWidth(text) <= columns) return text;
  std::string out;
  size_t at = 0, used = 0;
  while (at < text.size()) {
    const size_t from = at;
    DecodeUtf8(text, at);
    const size_t width = DisplayWidth(std::string_view(text).substr(from, at - from));
    if (used + width + 1 > columns) break;
    out.append(text, from, at - from);
    used += width;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out + "…";
}

bool Among(const std::vector<std::string>& wanted, std::string_view word) {
  return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& w) { return w == word; });
}

}  // namespace

std::string Table(const std::vector<std::vector<std::string>>& rows, unsigned width) {
  std::vector<size_t> widths;
  std::vector<std::vector<std::string>> safe;
  for (const auto& row : rows) {
    auto& out = safe.emplace_back();
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      out.push_back(TerminalSafe(row[i]));
      widths[i] = std::max(widths[i], DisplayWidth(out.back()));
    }
  }
  std::string text;
  for (const auto& row : safe) {
    size_t used = 0;
    for (size_t i = 0; i < row.size(); ++i) {
      if (i + 1 == row.size()) {
        text += Cut(row[i], width > used + 12 ? width - used : 12);
        break;
      }
      text += row[i] + std::string(widths[i] - DisplayWidth(row[i]) + 2, ' ');
      used += widths[i] + 2;
    }
    text += '\n';
  }
  return text;
}

std::string Wrapped(std::string_view text, unsigned width, unsigned indent) {
  std::string out;
  size_t used = 0;
  while (!text.empty()) {
    const size_t start = text.find_first_not_of(" \n\t");
    if (start == std::string_view::npos) break;
    text.remove_prefix(start);
    const std::string word = TerminalSafe(text.substr(0, text.find_first_of(" \n\t")));
    text.remove_prefix(std::min(text.find_first_of(" \n\t"), text.size()));
    const size_t columns = DisplayWidth(word);
    if (used > 0 && indent + used + 1 + columns <= width) {
      out += ' ';
      used += 1;
    } else {
      if (used > 0) out += '\n';
      out.append(indent, ' ');
      used = 0;
    }
    out += word;
    used += columns;
  }
  return out.empty() ? out : out + '\n';
}

std::vector<std::string_view> LanguagesOf(const Listed& listed) {
  std::vector<std::string_view> out;
  for (const uint32_t rule : listed.image->Array<uint32_t>(listed.policy->rules)) {
    const std::string_view language = listed.image->Text(listed.image->rules()[rule].language);
    if (std::ranges::find(out, language) == out.end()) out.push_back(language);
  }
  return out;
}

std::string_view LanguageTitle(std::string_view language) {
  const policy::RuleLanguage* known = policy::FindRuleLanguage(language);
  return known != nullptr ? known->title : language;
}

std::string_view ProviderOf(const Listed& listed) {
  const std::string_view id = listed.image->Text(listed.policy->id);
  return id.substr(0, id.find('-'));
}

bool PolicyFilter::Takes(const Listed& listed) const {
  const policy::Image& image = *listed.image;
  const policy::PolicyRecord& p = *listed.policy;
  if (own && !listed.own) return false;
  if (!Among(severities, policy::SeverityName(p.severity)) || !Among(providers, ProviderOf(listed)) || !Among(categories, image.Text(p.category))) return false;
  if (!languages.empty() && std::ranges::none_of(LanguagesOf(listed), [&](std::string_view l) { return Among(languages, l); })) return false;
  if (frameworks.empty()) return true;
  // "cis" takes cis-aws-3.0 and every other one of that family.
  for (size_t i = 0; i + 1 < p.compliance.length; i += 2)
    for (const std::string& wanted : frameworks)
      if (const std::string_view name = image.Text(p.compliance, i); name == wanted || name.starts_with(wanted + "-")) return true;
  return false;
}

Status PolicyFilter::Check(const std::vector<Listed>& policies) const {
  std::set<std::string_view> known[5];  // severities, providers, frameworks, categories, languages
  for (const policy::Severity s : {policy::Severity::kLow, policy::Severity::kMedium, policy::Severity::kHigh, policy::Severity::kCritical}) known[0].insert(policy::SeverityName(s));
  for (const Listed& l : policies) {
    known[1].insert(ProviderOf(l));
    for (size_t i = 0; i + 1 < l.policy->compliance.length; i += 2) known[2].insert(l.image->Text(l.policy->compliance, i));
    known[3].insert(l.image->Text(l.policy->category));
  }
  for (const policy::RuleLanguage& language : policy::RuleLanguages()) known[4].insert(language.key);
  const std::pair<const char*, const std::vector<std::string>&> asked[] = {{"severity", severities}, {"provider", providers}, {"framework", frameworks}, {"category", categories}, {"language", languages}};
  for (size_t i = 0; i < std::size(asked); ++i)
    for (const std::string& word : asked[i].second) {
      const auto means = [&](std::string_view name) { return name == word || (i == 2 && name.starts_with(word + "-")); };
      if (known[i].empty() || std::ranges::any_of(known[i], means)) continue;
      const auto near = std::ranges::min_element(known[i], {}, [&](std::string_view name) { return EditDistance(word, name); });
      return {Code::kUsage, "no policy has the " + std::string(asked[i].first) + " '" + word + "'; did you mean '" + std::string(*near) + "'?"};
    }
  return {};
}

std::string PolicyTable(std::vector<Listed> policies, unsigned width) {
  std::ranges::stable_sort(policies, [](const Listed& a, const Listed& b) {
    return std::pair(b.policy->severity, a.image->Text(a.policy->id)) < std::pair(a.policy->severity, b.image->Text(b.policy->id));
  });
  std::vector<std::vector<std::string>> rows;
  for (const Listed& l : policies)
    rows.push_back({std::string(policy::SeverityName(l.policy->severity)), std::string(l.image->Text(l.policy->id)), std::string(l.image->Text(l.policy->title))});
  return Table(rows, width);
}

std::string PolicyJson(const std::vector<Listed>& policies) {
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  out.StartArray();
  for (const Listed& l : policies) {
    const policy::Image& image = *l.image;
    const policy::PolicyRecord& p = *l.policy;
    out.StartObject();
    WriteField(out, "id", image.Text(p.id));
    WriteField(out, "title", image.Text(p.title));
    WriteField(out, "severity", policy::SeverityName(p.severity));
    WriteField(out, "category", image.Text(p.category));
    WriteField(out, "provider", ProviderOf(l));
    out.Key("own"), out.Bool(l.own);
    out.Key("aliases");
    out.StartArray();
    for (size_t i = 0; i < p.aliases.length; ++i) WriteText(out, image.Text(p.aliases, i));
    out.EndArray();
    out.Key("compliance");
    out.StartObject();
    for (size_t i = 0; i + 1 < p.compliance.length;) {
      const std::string_view framework = image.Text(p.compliance, i);
      out.Key(framework.data(), rapidjson::SizeType(framework.size()));
      out.StartArray();
      for (; i + 1 < p.compliance.length && image.Text(p.compliance, i) == framework; i += 2) WriteText(out, image.Text(p.compliance, i + 1));
      out.EndArray();
    }
    out.EndObject();
    WriteField(out, "why", image.Text(p.why));
    WriteField(out, "docs", image.Text(p.docs));
    out.Key("rules");
    out.StartArray();
    for (const uint32_t r : image.Array<uint32_t>(p.rules)) {
      const policy::RuleRecord& rule = image.rules()[r];
      out.StartObject();
      WriteField(out, "language", image.Text(rule.language));
      out.Key("types");
      out.StartArray();
      for (size_t i = 0; i < rule.types.length; ++i) WriteText(out, image.Text(rule.types, i));
      out.EndArray();
      for (const auto& [key, text] : {std::pair("when", rule.when_text), std::pair("for", rule.each_text), std::pair("pass", rule.pass_text)})
        if (text.length != 0) WriteField(out, key, image.Text(text));
      out.Key("fix"), out.Bool(rule.fix.length != 0);
      out.EndObject();
    }
    out.EndArray();
    out.EndObject();
  }
  out.EndArray();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace weir::report
