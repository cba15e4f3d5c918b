// Work that may fail in any way, done in a process of its own: whatever happens to it, the caller hears of it in time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "lib/base/result.h"

namespace weir::server {

struct Bounds {
  uint32_t seconds = 60;
  uint64_t memory_mib = 2048;  // address space beyond what the caller has now
};

/// Runs `work` in a child process and gives its result (0 to 255) once it ended by itself. kLimit with a sentence where it took too long or
/// wanted more memory, kIo where it crashed or could not be started; then it is dead, and so are the processes it started. Where the
/// calling process is killed, the child is too. Standard streams are shared.
Result<int> Supervise(const Bounds& bounds, const std::function<int()>& work);

}  // namespace weir::server
