#include "lib/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <vector>

#include "tests/support/test.h"

namespace weir {

TEST_CASE("every number below the count is worked on once, by however many threads") {
  for (const size_t count : {0u, 1u, 2u, 7u, 1000u})
    for (const unsigned threads : {0u, 1u, 2u, 16u}) {
      std::vector<std::atomic<int>> times(count);
      ForEach(count, threads, [&](size_t i) { ++times[i]; });
      CHECK(std::all_of(times.begin(), times.end(), [](const auto& n) { return n == 1; }));
    }
  CHECK(Processors() >= 1);
}

}  // namespace weir
