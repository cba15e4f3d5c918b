// Other programs, started without a shell.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"

namespace weir {

/// How a program ended and what it wrote. `exit` is its exit status, or 128 + the signal that ended it.
struct ProcessResult {
  int exit = 0;
  std::string out, err;
};

struct ProcessOptions {
  std::string_view input;  // the program's standard input
  std::vector<std::pair<std::string, std::string>> environment =
      {};                      // added to, or in place of, this process's own
  std::string directory = {};  // working folder; empty: this process's own
};

/// Runs `argv[0]` (searched in PATH) with `argv` as arguments and waits until it ends. A program that ends
/// with a status other than 0 is no error here. kNotFound where it cannot be started, kIo where the system
/// refuses pipes or processes.
Result<ProcessResult> Run(const std::vector<std::string>& argv, const ProcessOptions& options = {});

}  // namespace weir
