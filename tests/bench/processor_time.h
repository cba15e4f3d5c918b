// The processor time of this process: what other programs on a busy machine take does not count.
#pragma once

#include <ctime>

namespace weir::bench {

inline double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

}  // namespace weir::bench
