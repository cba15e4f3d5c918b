// From the instructions of one Dockerfile to its stages and resources. Internal to lib/lang/dockerfile/.
#pragma once

#include "lib/base/limits.h"
#include "lib/lang/dockerfile/expand.h"
#include "lib/model/document.h"
#include "lib/syntax/dockerfile/tree.h"

namespace weir::dockerfile {

/// Adds the file's resources and diagnostics to `out`. `path` is what addresses begin with; `file` names the source in spans.
void EvaluateFile(const Tree& tree, std::string_view path, Span file, Arena& arena, const Limits& limits, Document& out);

/// The body of one instruction as policies read it.
struct InstructionReader {
  const Instruction& instruction;
  Environment& environment;  // ARG and ENV change it
  char escape;
  Arena& arena;

  std::vector<Entry> Read();

 private:
  const Value* Text(std::string_view text, Span span) const { return NewString(arena, text, span); }
  const Value* Expanded(const Word& word) const { return Expand(word.text, word.span, environment, escape, arena); }
  const Value* List(const std::vector<const Value*>& items) const { return NewSequence(arena, Kind::kList, arena.Copy(items), RestSpan()); }
  Span RestSpan() const;
  const Value* Flags() const;
  const Value* Mounts() const;
  const Value* Argv() const;
  const Value* Commands(const Instruction& of) const;
  const Value* Heredocs() const;
  const Value* Pairs();
  const Value* Ports() const;
  void ReadFrom(std::vector<Entry>& out) const;
  void ReadCopy(std::vector<Entry>& out) const;
};

/// An object that reads softly.
const Value* NewBody(std::vector<Entry> entries, Span span, Arena& arena);

}  // namespace weir::dockerfile
