#include "lib/cel/pattern.h"

#include <re2/re2.h>

#include <map>
#include <memory>
#include <string>

namespace weir::cel {

const re2::RE2* CompiledPattern(std::string_view pattern, EvalContext& context) {
  static thread_local std::map<std::string, std::unique_ptr<RE2>, std::less<>> compiled;
  auto at = compiled.find(pattern);
  if (at == compiled.end()) {
    // Patterns of policies are constants and few; those made from data must not fill memory.
    if (compiled.size() >= 1024) compiled.clear();
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    at = compiled.emplace(pattern, std::make_unique<RE2>(re2::StringPiece(pattern.data(), pattern.size()), options)).first;
    context.steps += 100 + pattern.size();
  }
  return at->second->ok() ? at->second.get() : nullptr;
}

}  // namespace weir::cel
