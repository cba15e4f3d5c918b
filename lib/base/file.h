// Whole files of the operating system: read at once, written atomically.
//
// What is scanned is read through git::Snapshot; this is for configuration, caches, plans and what weir
// writes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/blob.h"
#include "lib/base/limits.h"
#include "lib/base/result.h"

namespace weir {

/// Content of a regular file, pipe or device; symbolic links are followed. kNotFound where nothing is there,
/// kLimit where it holds more than `max_bytes` (decided before it is read where the size is known), kIo
/// otherwise. Messages name the path.
Result<Blob> ReadFile(const std::string& path, uint64_t max_bytes = Limits{}.file_size);

/// The same for a file that no other user can have written: kInvalid where it is a symbolic link, belongs to somebody else, or others may
/// write to it.
Result<Blob> ReadOwnFile(const std::string& path, uint64_t max_bytes);

/// Replaces the file by `content`: written beside it, flushed to the disk, renamed over it. Whoever reads
/// `path` sees the old or the new file, never a part, and a failure leaves the old one. A symbolic link is
/// replaced, not followed. `mode` holds the permission bits, taken as they are (no umask). The folder must
/// exist. A cache need not outlive a power failure: kNotFlushed saves it the wait for the disk, and what is found broken later is thrown
/// away.
enum class Flush : uint8_t { kToDisk, kNotFlushed };
Status WriteFileAtomically(const std::string& path, std::string_view content, uint32_t mode = 0644, Flush flush = Flush::kToDisk);

}  // namespace weir
