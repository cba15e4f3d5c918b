#include "hooks/manual.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <vector>

namespace weir::hooks {
namespace {

struct OptionText {
  std::string name;         // "--diff", or "path" where it is positional
  std::string description;
  bool positional = false, value = false;
};
struct CommandText {
  std::string name, description;
  std::vector<OptionText> options;
  std::vector<CommandText> commands;
};

/// What there is to say of a command, whoever it is said to.
CommandText Describe(const CLI::App& app) {
  CommandText text{app.get_name(), app.get_description(), {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    const bool positional = option->get_lnames().empty() && option->get_snames().empty();
    const std::string name = positional ? option->get_name(true) : option->get_lnames().empty() ? "-" + option->get_snames()[0] : "--" + option->get_lnames()[0];
    text.options.push_back({name, option->get_description(), positional, option->get_items_expected_max() > 0});
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) text.commands.push_back(Describe(*command));
  return text;
}

std::string Join(const std::vector<std::string>& words, const char* between) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : between) + word;
  return all;
}

std::vector<std::string> OptionNames(const CommandText& command) {
  std::vector<std::string> names;
  for (const OptionText& option : command.options)
    if (!option.positional) names.push_back(option.name);
  return names;
}

std::vector<std::string> CommandNames(const CommandText& command) {
  std::vector<std::string> names;
  for (const CommandText& one : command.commands) names.push_back(one.name);
  return names;
}

/// Text for troff: a line must not begin with a dot or a quote, and a hyphen that is one is written so.
std::string Troff(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool ellipsis = text.compare(i, 3, "…") == 0;  // the only character beyond ASCII that descriptions use
    if (ellipsis) out += "...", i += 2;
    else out += text[i] == '\\' ? "\\e" : text[i] == '-' ? "\\-" : std::string(1, text[i]);
  }
  if (!out.empty() && (out[0] == '.' || out[0] == '\'')) out.insert(0, "\\&");
  return out;
}

void WriteCommand(const CommandText& command, const std::string& above, std::string& page) {
  const std::string name = above + " " + command.name;
  std::string line = name;
  for (const OptionText& option : command.options)
    if (option.positional) line += " [" + option.name + "]";
  page += ".SS " + Troff(line) + "\n" + Troff(command.description) + ".\n";
  for (const OptionText& option : command.options) {
    if (option.positional || option.name == "--help") continue;
    page += ".TP\n.B " + Troff(option.name) + (option.value ? " \\fI" + Troff(option.name.substr(2)) + "\\fR" : "") + "\n" + Troff(option.description) + ".\n";
  }
  for (const CommandText& one : command.commands) WriteCommand(one, name, page);
}

/// A text between single quotes of a shell; of fish, which knows a backslash there.
std::string Quoted(const std::string& text, const char* quote) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? quote : std::string(1, c);
  return out + "'";
}

constexpr const char* kHooks = "pre-commit pre-merge-commit pre-push pre-receive update post-receive";

/// What may stand after a command beside its options: a word for each shell's own way to complete it.
std::string Words(const CommandText& command) {
  if (command.name == "hook") return kHooks;
  if (command.name == "completion") return "bash zsh fish";
  return Join(CommandNames(command), " ");
}

std::string Bash(const CommandText& app) {
  std::string out = "# bash completion for weir\n_weir() {\n  local cur=${COMP_WORDS[COMP_CWORD]} command='' words='' i\n"
                    "  for ((i = 1; i < COMP_CWORD; i++)); do\n    case ${COMP_WORDS[i]} in -*) ;; *) command=${COMP_WORDS[i]}; break ;; esac\n  done\n  case $command in\n"
                    "    '') words='" + Join(CommandNames(app), " ") + " " + Join(OptionNames(app), " ") + "' ;;\n";
  for (const CommandText& command : app.commands) {
    const std::string words = Words(command);
    out += "    " + command.name + ") words='" + words + (words.empty() ? "" : " ") + Join(OptionNames(command), " ") + "'";
    if (command.name == "explain") out += "; [[ $cur == -* ]] || words+=\" $(weir policies list 2>/dev/null | awk '{print $2}')\"";
    out += " ;;\n";
  }
  return out + "  esac\n  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\ncomplete -o default -F _weir weir\n";
}

std::string ZshText(std::string text) {
  for (size_t at = 0; (at = text.find_first_of("[]:", at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

std::string Zsh(const CommandText& app) {
  std::string out = "#compdef weir\n_weir() {\n  local -a commands\n  commands=(\n";
  for (const CommandText& command : app.commands) out += "    " + Quoted(command.name + ":" + ZshText(command.description), "'\\''") + "\n";
  out += "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    _arguments";
  for (const OptionText& option : app.options)
    if (!option.positional) out += " " + Quoted(option.name + "[" + ZshText(option.description) + "]", "'\\''");
  out += "\n    return\n  fi\n  shift words\n  (( CURRENT-- ))\n  case $words[1] in\n";
  for (const CommandText& command : app.commands) {
    out += "    " + command.name + ") ";
    if (command.name == "explain") out += "local -a ids; ids=($(weir policies list 2>/dev/null | awk '{print $2}')); ";
    out += "_arguments";
    for (const OptionText& option : command.options)
      if (!option.positional) out += " " + Quoted(option.name + "[" + ZshText(option.description) + "]" + (option.value ? ":" + option.name.substr(2) + ":_files" : ""), "'\\''");
    if (command.name == "explain") out += " \"1:policy:($ids)\"";
    else if (const std::string words = Words(command); !words.empty()) out += " '1:what:(" + words + ")' '*:file:_files'";
    else out += " '*:file:_files'";
    out += " ;;\n";
  }
  return out + "  esac\n}\nif [ \"$funcstack[1]\" = _weir ]; then _weir \"$@\"; else compdef _weir weir; fi\n";
}

std::string Fish(const CommandText& app) {
  std::string out = "# fish completion for weir\n";
  for (const OptionText& option : app.options)
    if (option.name.starts_with("--")) out += "complete -c weir -n __fish_use_subcommand -l " + option.name.substr(2) + " -d " + Quoted(option.description, "\\'") + "\n";
  for (const CommandText& command : app.commands)
    out += "complete -c weir -f -n __fish_use_subcommand -a " + command.name + " -d " + Quoted(command.description, "\\'") + "\n";
  for (const CommandText& command : app.commands) {
    const std::string seen = "complete -c weir -n '__fish_seen_subcommand_from " + command.name + "'";
    for (const OptionText& option : command.options)
      if (option.name.starts_with("--")) out += seen + " -l " + option.name.substr(2) + (option.value ? " -r" : "") + " -d " + Quoted(option.description, "\\'") + "\n";
    if (command.name == "explain") out += seen + " -f -a '(weir policies list 2>/dev/null | awk \"{print \\$2}\")'\n";
    else if (const std::string words = Words(command); !words.empty()) out += seen + " -f -a '" + words + "'\n";
  }
  return out;
}

}  // namespace

std::string ManualPage(const CLI::App& app) {
  const CommandText text = Describe(app);
  std::string page = ".TH WEIR 1 \"\" \"weir " WEIR_VERSION "\" \"User Commands\"\n.SH NAME\nweir \\- judge and repair what a commit or a push changes in infrastructure as code\n"
                     ".SH SYNOPSIS\n.B weir\n.I command\n[\\fIoptions\\fR]\n.SH DESCRIPTION\n" + Troff(text.description) +
                     ".\nIt runs as a hook of git: what a change makes worse stops the commit or the push, with the offending expression and a fix that was tried.\n"
                     "Nothing in a repository is executed and no network is used.\n.SH COMMANDS\n";
  for (const CommandText& command : text.commands) WriteCommand(command, "weir", page);
  return page + ".SH EXIT STATUS\n.TP\n.B 0\nNothing blocks.\n.TP\n.B 1\nFindings block; for doctor: something is broken.\n.TP\n.B 2\nWrong usage or configuration.\n"
                ".TP\n.B 3\nThe work could not be completed: no pass.\n.SH FILES\n.TP\n.I .weir.yaml\nThe configuration of a repository, at its root.\n"
                ".TP\n.I .weir/hooks\nThe hooks that a team wants, one a line.\n.SH SEE ALSO\n.BR githooks (5),\n.BR git\\-config (1)\n";
}

std::string Completion(const CLI::App& app, const std::string& shell) {
  const CommandText text = Describe(app);
  return shell == "bash" ? Bash(text) : shell == "zsh" ? Zsh(text) : shell == "fish" ? Fish(text) : "";
}

}  // namespace weir::hooks
