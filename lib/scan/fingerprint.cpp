#include "lib/scan/fingerprint.h"

#include "lib/git/paths.h"
#include "lib/model/document.h"

namespace weir::scan {
namespace {

// `ingress[0].cidr_blocks[1]` and `steps["a"]` without what is between the brackets.
std::string WithoutKeys(std::string_view path) {
  std::string out;
  bool inside = false, quoted = false;
  for (const char c : path) {
    if (inside) {
      if (c == '"') quoted = !quoted;
      else if (c == ']' && !quoted) inside = false;
      if (!inside) out += ']';
    } else {
      out += c;
      inside = c == '[';
    }
  }
  return out;
}

std::string NameOf(const Finding& f) {
  std::string_view address = f.resource;
  if (f.in != nullptr && !f.in->module_path.empty() && address.starts_with(f.in->module_path)) address.remove_prefix(std::min(address.size(), f.in->module_path.size() + 1));
  // Some languages begin an address with the file's path or name, or have no other for the file itself.
  for (const std::string_view file : {std::string_view(f.file), git::FileNameOf(f.file)})
    if (address.starts_with(file) && (address.size() == file.size() || address[file.size()] == ':')) return WithoutKeys(address.substr(file.size()));
  return WithoutKeys(address);
}

}  // namespace

uint64_t Fingerprint(const Finding& f) {
  uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](std::string_view part) {
    for (const char c : part) hash = (hash ^ uint8_t(c)) * 0x100000001b3;
    hash = (hash ^ 0x0a) * 0x100000001b3;
  };
  add(f.policy);
  add(f.type);
  if (f.in == nullptr) {
    add(f.message);  // a diagnostic has no resource
  } else {
    add(NameOf(f));
    for (const std::string& path : f.blame) add(WithoutKeys(path));
  }
  return hash;
}

}  // namespace weir::scan
