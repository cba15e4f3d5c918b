#include "lib/report/formats.h"

namespace weir::report {

std::span<const Format> Formats() {
  static constexpr Format kAll[] = {{"github", Github}, {"gitlab", Gitlab}, {"json", Json}, {"jsonl", JsonLines}, {"junit", Junit}, {"sarif", Sarif}};
  return kAll;
}

const Format* FindFormat(std::string_view name) {
  for (const Format& format : Formats())
    if (format.name == name) return &format;
  return nullptr;
}

std::string FormatNames() {
  std::string out = "text";
  for (const Format& format : Formats()) (out += &format == &Formats().back() ? " and " : ", ") += format.name;
  return out;
}

}  // namespace weir::report
