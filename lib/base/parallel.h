// Work on many independent things by a few threads.
//
//   std::vector<Answer> answers(questions.size());
//   ForEach(questions.size(), Processors(), [&](size_t i) { answers[i] = Ask(questions[i]); });
//
// Which thread does what is left to chance, so each call of `work` writes to its own place; read in order, the result is always the same.
#pragma once

#include <cstddef>
#include <functional>

namespace weir {

/// Processors that this process may use, at most four: a scan shares the machine with what waits for it.
unsigned Processors();

/// Calls `work` for every number below `count`, in up to `threads` threads of which the caller's is one. Returns when all is done. Where
/// no thread can be started, the others do its part. `work` must not throw.
void ForEach(size_t count, unsigned threads, const std::function<void(size_t)>& work);

}  // namespace weir
