#include "lib/base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace weir {

unsigned Processors() {
  constexpr unsigned kMost = 4;
  cpu_set_t set;
  const unsigned usable = sched_getaffinity(0, sizeof set, &set) == 0 ? unsigned(CPU_COUNT(&set)) : std::thread::hardware_concurrency();
  return std::clamp(usable, 1u, kMost);
}

void ForEach(size_t count, unsigned threads, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  const auto run = [&] {
    for (size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> beside;
  for (size_t n = std::min<size_t>(threads, count); n > 1; --n) {
    try {
      beside.emplace_back(run);
    } catch (const std::system_error&) {
      break;  // at a limit of processes or memory
    }
  }
  run();
  for (std::thread& thread : beside) thread.join();
}

}  // namespace weir
