// A policy's `fix:` as JSON, the form in which the image carries it. Internal to lib/policy/.
#pragma once

#include <string>

namespace YAML {
class Node;
}

namespace weir::policy {

/// {"suggest":bool,"reason":text,"edits":[{"op":"set","path":"acl","value":…},…]}; empty with `why` where the fix makes no sense.
/// Plain YAML scalars become JSON's bools, numbers and null; quoted ones stay texts.
std::string FixToJson(const YAML::Node& fix, std::string& why);

}  // namespace weir::policy
