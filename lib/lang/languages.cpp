#include "lib/lang/language.h"
#include "lib/lang/terraform/terraform.h"

namespace weir {

std::span<const Language* const> Languages() {
  static const Language* const all[] = {&terraform::Terraform()};
  return all;
}

const Language* FindLanguage(std::string_view name) {
  for (const Language* language : Languages())
    if (language->name() == name) return language;
  return nullptr;
}

const Language* LanguageOf(std::string_view path, std::string_view head) {
  for (const Language* language : Languages())
    if (language->Claims(path, head)) return language;
  return nullptr;
}

}  // namespace weir
