// The manual page and the shells' completions, made from the same description of the command line as --help.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace weir::hooks {

/// Every command with its options, as a page for man(1).
std::string ManualPage(const CLI::App& app);

/// For "bash", "zsh" or "fish"; empty for another shell.
std::string Completion(const CLI::App& app, const std::string& shell);

}  // namespace weir::hooks
