// What a comment, an annotation or a resource's metadata says when it accepts findings.
//
//   weir:ignore <id>[, <id>] [until=2027-01-31] <reason>      the line or block that it stands on or above
//   weir:ignore-file <id>[, <id>] [until=…] <reason>          the file, at whose top it stands
//   checkov:skip=<id>[,<id>][:<reason>]                       the block that it stands in; a Dockerfile's reaches the file
//   trivy:ignore:<id>[<attribute>=<value>,…][:exp:<date>][:ws:<workspace>]   also tfsec:ignore; several on a line
//   zizmor: ignore[<audit>, …] <reason>                       the workflow, job or step that it stands in
//   kics-scan ignore-line | ignore-block | ignore | disable=<id>,… | enable=<id>,…
//
// An id is a policy's, one of its aliases, or a pattern with "*". Dates are inclusive.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/scan/comments.h"

namespace weir::scan {

enum class Reach : uint8_t {
  kLine,      // findings that begin on the line after it
  kThing,     // what begins on its line, or below it where it stands alone: line, element, attribute, block
  kAround,    // the resource that it stands in, or whose module call it stands in
  kFile,
  kResource,  // the resource whose annotation or metadata it is
};

struct Suppression {
  Reach reach = Reach::kThing;
  std::vector<std::string> ids;
  bool all_but = false;            // every policy except `ids`
  bool skips = false;              // the check is not made at all: what passes is suppressed too
  bool top_only = false;           // counts only above a file's first code
  bool beside = false;             // kAround: reaches secrets of the lines next to it too
  std::string until, reason;       // until: 2027-01-31; empty: for ever
  std::vector<std::pair<std::string, std::string>> conditions;  // attribute path, value
  std::string problem;             // why it cannot hold; empty: it can
  std::string text;                // as written, for people
  uint32_t line = 0;               // of the comment
  uint32_t from = 0, to = 0;       // the lines that it reaches, where it reaches lines
};

/// True where `text` may hold a suppression: a cheap look before it is read.
bool MayHoldSuppressions(std::string_view text);

/// The suppressions of one line of a comment; `from` and `to` are not set yet.
std::vector<Suppression> ParseSuppressions(const CommentLine& comment, CommentFormat format);

/// Of an annotation: `checkov.io/skip1: ID=reason` (also bridgecrew.io, cortex.io), `weir/ignore…: <id>[, <id>] [until=…] <reason>`.
/// False where the key is none of these.
bool ParseAnnotation(std::string_view key, std::string_view value, Suppression& out);
/// "<id>[, <id>] [until=…] <reason>", as it stands behind weir:ignore.
void ParseOwn(std::string_view text, Suppression& out);

}  // namespace weir::scan
