// Edits of Dockerfiles. Paths are those that policies read (lib/lang/dockerfile/dockerfile.h):
//   set     `keyword` (COPY), `flags.NAME`, `text` (all arguments), or any word that a path leads to: `image`, `commands[1].argv[0]`
//   remove  `keyword` (the whole instruction), `flags.NAME`, a word; the last word of an instruction takes the instruction along
//   append  a word behind the last one of a list, or behind a word: `commands[0].argv`, `commands[0].operands[0]`
//   add_resource  {type: instruction.USER, body: {text: app}}: into the stage, before what starts the program
// An expression ("=…") is a text in which {self.PATH} stands for what is written there. Quotes, continued lines and their style stay.
#pragma once

#include "lib/fix/editor.h"

namespace weir::fix {

std::unique_ptr<Editor> NewDockerfileEditor(EditedText& text, Target target);
bool IsDockerfile(std::string_view path);
bool IsWellFormedDockerfile(std::string_view text);

}  // namespace weir::fix
