#include "lib/git/index_reader.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "lib/git/tree.h"

namespace weir::git {
namespace {

// Offsets inside an entry: ctime, mtime, device and inode come first, owner and size before the id.
constexpr size_t kModeOffset = 24;
constexpr size_t kIdOffset = 40;
constexpr size_t kHeaderSize = 12;
constexpr uint16_t kExtended = 0x4000, kNameLength = 0x0FFF;
constexpr uint16_t kIntentToAdd = 0x2000;  // in the second flags

uint32_t Read32(const uint8_t* p) {
  return uint32_t(p[0]) << 24 | uint32_t(p[1]) << 16 | uint32_t(p[2]) << 8 | p[3];
}
uint16_t Read16(const uint8_t* p) { return uint16_t(p[0] << 8 | p[1]); }

/// A file in memory as long as the object lives.
class Mapping {
 public:
  Mapping() = default;
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (data_ != nullptr) munmap(data_, size_);
  }
  /// False with errno set where it cannot be read. An empty or absent file maps to nothing.
  bool Open(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT;
    struct stat info;
    bool ok = fstat(fd, &info) == 0;
    if (ok && info.st_size > 0) {
      size_ = size_t(info.st_size);
      // git replaces an index by rename and never writes into it, so the map cannot change or shrink.
      void* data = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
      ok = data != MAP_FAILED;
      data_ = ok ? data : nullptr;
    }
    const int error = errno;
    close(fd);
    errno = error;
    return ok;
  }
  const uint8_t* data() const { return static_cast<const uint8_t*>(data_); }
  size_t size() const { return data_ != nullptr ? size_ : 0; }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
};

class IndexFile final : public IndexEntries {
 public:
  Status Open(const std::string& path, uint8_t id_size) {
    path_ = path;
    id_size_ = id_size;
    if (!map_.Open(path)) return {Code::kIo, "cannot read " + path + ": " + std::strerror(errno)};
    if (map_.size() == 0) return {};
    if (map_.size() > UINT32_MAX) return {Code::kUnsupported, path + " is larger than 4 GiB"};
    const uint8_t* data = map_.data();
    if (map_.size() < kHeaderSize + id_size || std::memcmp(data, "DIRC", 4) != 0)
      return Corrupt("it does not start as an index does");
    version_ = Read32(data + 4);
    if (version_ < 2 || version_ > 4)
      return {Code::kUnsupported, path + " is an index of version " + std::to_string(version_)};
    end_ = map_.size() - id_size;
    size_t at = kHeaderSize;
    const uint32_t count = Read32(data + 8);
    // Each entry takes at least this much: a count that cannot be true must not make us reserve memory for
    // it.
    if (count > (end_ - at) / (kIdOffset + id_size + 3))
      return Corrupt("it counts more entries than it holds");
    offsets_.reserve(count);
    WEIR_RETURN_IF_ERROR(version_ == 4 ? ReadCompressed(count, at) : ReadPlain(count, at));
    return ReadExtensions(at);
  }

  size_t size() const override { return offsets_.size(); }

  std::string_view Name(size_t i) const override {
    if (version_ == 4) return {names_.data() + name_starts_[i], name_starts_[i + 1] - name_starts_[i]};
    const uint8_t* flags = map_.data() + offsets_[i] + kIdOffset + id_size_;
    const char* name = reinterpret_cast<const char*>(flags + FlagsSize(flags));
    const size_t length = Read16(flags) & kNameLength;
    return {name, length < kNameLength ? length : kNameLength + std::strlen(name + kNameLength)};
  }

  IndexEntry Get(size_t i) const override {
    const uint8_t* entry = map_.data() + offsets_[i];
    const uint8_t* flags = entry + kIdOffset + id_size_;
    IndexEntry out;
    out.name = Name(i);
    out.mode = CanonicalMode(Read32(entry + kModeOffset));
    out.id.size = id_size_;
    std::memcpy(out.id.bytes.data(), entry + kIdOffset, id_size_);
    out.stage = uint8_t(Read16(flags) >> 12 & 3);
    out.intent_to_add = FlagsSize(flags) == 4 && (Read16(flags + 2) & kIntentToAdd) != 0;
    return out;
  }

 private:
  Status Corrupt(const std::string& why) const {
    return {Code::kInvalid, path_ + " is corrupt: " + why +
                                " (git status tells more; remove it and run git reset to rebuild it)"};
  }

  size_t FlagsSize(const uint8_t* flags) const {
    return version_ >= 3 && (Read16(flags) & kExtended) != 0 ? 4 : 2;
  }

  /// Versions 2 and 3: the name as it is, then one to eight NUL so that the next entry is aligned.
  Status ReadPlain(uint32_t count, size_t& at) {
    const uint8_t* data = map_.data();
    const size_t fixed = kIdOffset + id_size_;
    for (uint32_t i = 0; i < count; ++i) {
      if (end_ - at < fixed + 5) return Corrupt("an entry is cut off");
      const uint8_t* flags = data + at + fixed;
      const size_t name = at + fixed + FlagsSize(flags);
      size_t length = Read16(flags) & kNameLength;
      if (length == kNameLength) {
        const void* nul = end_ > name ? std::memchr(data + name, 0, end_ - name) : nullptr;
        if (nul == nullptr) return Corrupt("a name has no end");
        length = size_t(static_cast<const uint8_t*>(nul) - (data + name));
        if (length < kNameLength) return Corrupt("a name is shorter than its entry says");
      }
      const size_t next = at + ((name - at + length + 8) & ~size_t(7));
      if (length == 0) return Nameless();
      if (next > end_ || data[name + length] != 0)
        return Corrupt("a name does not end where it should");
      if (!Add(at, data + at)) return Sparse();
      at = next;
    }
    return {};
  }

  /// Version 4: how many bytes of the last name to drop, and what to append, ended by NUL; no padding.
  Status ReadCompressed(uint32_t count, size_t& at) {
    const uint8_t* data = map_.data();
    const size_t fixed = kIdOffset + id_size_;
    name_starts_.reserve(count + 1);
    name_starts_.push_back(0);
    size_t last = 0;  // length of the last name
    for (uint32_t i = 0; i < count; ++i) {
      if (end_ - at < fixed + 5) return Corrupt("an entry is cut off");
      const uint8_t* flags = data + at + fixed;
      size_t p = at + fixed + FlagsSize(flags);
      uint64_t drop = 0;
      // The number form of pack files: seven bits a byte, each continuation adds one so that no number has
      // two forms.
      for (unsigned bytes = 0;; ++bytes) {
        if (p >= end_ || bytes > 8) return Corrupt("a name is cut off");
        const uint8_t byte = data[p++];
        drop = drop << 7 | (byte & 0x7F);
        if ((byte & 0x80) == 0) break;
        ++drop;
      }
      const void* nul = end_ > p ? std::memchr(data + p, 0, end_ - p) : nullptr;
      if (drop > last || nul == nullptr) return Corrupt("a compressed name does not fit the one before");
      const size_t added = size_t(static_cast<const uint8_t*>(nul) - (data + p));
      const size_t kept = last - size_t(drop);
      if (kept + added == 0) return Nameless();
      const size_t start = names_.size();
      // Names that repeat a long prefix could grow without bound from a small file.
      if (start + kept + added > kMaxNames)
        return {Code::kLimit, path_ + ": the names in it take more than 1 GiB"};
      names_.append(names_, start - last, kept);
      names_.append(reinterpret_cast<const char*>(data + p), added);
      name_starts_.push_back(names_.size());
      last = kept + added;
      if (!Add(at, data + at)) return Sparse();
      at = p + added + 1;
    }
    return {};
  }

  /// False for a whole folder in place of its files.
  bool Add(size_t at, const uint8_t* entry) {
    if ((Read32(entry + kModeOffset) & 0170000) == 0040000) return false;
    offsets_.push_back(uint32_t(at));
    const uint8_t* flags = entry + kIdOffset + id_size_;
    intent_to_add_ |= FlagsSize(flags) == 4 && (Read16(flags + 2) & kIntentToAdd) != 0;
    return true;
  }
  /// An entry that replaces one of the shared index of a split index stands without its name.
  Status Nameless() const {
    const std::string_view bytes(reinterpret_cast<const char*>(map_.data()), end_);
    if (bytes.find("link") != std::string_view::npos) return {Code::kUnsupported, path_ + " is a split index"};
    return Corrupt("a name is empty");
  }
  Status Sparse() const { return {Code::kUnsupported, path_ + " is a sparse index: it holds whole folders"}; }

  Status ReadExtensions(size_t at) {
    const uint8_t* data = map_.data();
    while (end_ - at >= 8) {
      const std::string_view name(reinterpret_cast<const char*>(data + at), 4);
      const size_t length = Read32(data + at + 4);
      at += 8;
      if (length > end_ - at) return Corrupt("an extension is cut off");
      // `git reset` writes folders into the cache tree whose files are in the index only as intended to be added.
      if (name == "TREE") {
        if (!intent_to_add_) ReadCacheTree({reinterpret_cast<const char*>(data + at), length});
      } else if (name[0] < 'A' || name[0] > 'Z') {
        const char* kind = name == "link"   ? "a split index"
                           : name == "sdir" ? "a sparse index"
                                            : "of a newer kind";
        return {Code::kUnsupported, path_ + " is " + kind};
      }
      at += length;
    }
    return {};
  }

  /// A cache tree that is broken is as good as none: it only saves time.
  void ReadCacheTree(std::string_view text) {
    struct Open {
      size_t node;
      uint64_t left;
    };
    std::vector<Open> open;
    folders_.reserve(text.size() / (id_size_ + 10u));
    const auto number = [&](char end, int64_t& value) {
      size_t i = 0;
      const bool negative = !text.empty() && text[0] == '-';
      if (negative) ++i;
      const size_t first = i;
      for (value = 0; i < text.size() && text[i] >= '0' && text[i] <= '9' && i < 12; ++i)
        value = value * 10 + (text[i] - '0');
      if (i == first || i >= text.size() || text[i] != end) return false;
      if (negative) value = -value;
      text.remove_prefix(i + 1);
      return true;
    };
    do {
      const size_t nul = text.find('\0');
      if (nul == std::string_view::npos) return folders_.clear();
      CachedFolder folder;
      folder.name = text.substr(0, nul);
      text.remove_prefix(nul + 1);
      int64_t inside;
      int64_t entries;
      if (!number(' ', entries) || !number('\n', inside) || inside < 0 || entries > int64_t(size()))
        return folders_.clear();
      folder.entries = int32_t(std::max<int64_t>(entries, -1));
      if (folder.entries >= 0) {
        if (text.size() < id_size_) return folders_.clear();
        folder.id = reinterpret_cast<const uint8_t*>(text.data());
        text.remove_prefix(id_size_);
      }
      folders_.push_back(folder);
      open.push_back({folders_.size() - 1, uint64_t(inside)});
      while (!open.empty() && open.back().left == 0) {
        folders_[open.back().node].skip = uint32_t(folders_.size() - open.back().node);
        open.pop_back();
      }
      if (!open.empty()) --open.back().left;
    } while (!open.empty());
  }

  static constexpr size_t kMaxNames = size_t(1) << 30;

  std::string path_;
  Mapping map_;
  uint32_t version_ = 2;
  size_t end_ = 0;  // of entries and extensions: the checksum follows
  std::vector<uint32_t> offsets_;
  bool intent_to_add_ = false;  // of any entry
  std::string names_;                // version 4 only
  std::vector<size_t> name_starts_;  // one more than entries
};

class OwnedIndex final : public IndexEntries {
 public:
  explicit OwnedIndex(std::vector<OwnedIndexEntry> entries) : entries_(std::move(entries)) {}
  size_t size() const override { return entries_.size(); }
  std::string_view Name(size_t i) const override { return entries_[i].name; }
  IndexEntry Get(size_t i) const override {
    IndexEntry entry = entries_[i].entry;
    entry.name = entries_[i].name;
    return entry;
  }

 private:
  std::vector<OwnedIndexEntry> entries_;
};

}  // namespace

ObjectId IndexEntries::FolderId(size_t i) const {
  ObjectId id;
  if (folders_[i].id == nullptr) return id;
  id.size = id_size_;
  std::memcpy(id.bytes.data(), folders_[i].id, id_size_);
  return id;
}

size_t IndexEntries::LowerBound(std::string_view name, size_t from) const {
  size_t low = from, high = size();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (Name(middle) < name)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

size_t IndexEntries::EndOfPrefix(std::string_view prefix, size_t from) const {
  // Most folders are small: steps that double, then halving between the last two.
  size_t low = from, step = 1;
  while (low + step < size() && Name(low + step).starts_with(prefix)) {
    low += step;
    step *= 2;
  }
  size_t high = std::min(low + step, size());
  while (low + 1 < high) {
    const size_t middle = low + (high - low) / 2;
    if (Name(middle).starts_with(prefix))
      low = middle;
    else
      high = middle;
  }
  return low + 1;
}

Result<std::shared_ptr<const IndexEntries>> OpenIndex(const std::string& path, uint8_t id_size) {
  auto index = std::make_shared<IndexFile>();
  WEIR_RETURN_IF_ERROR(index->Open(path, id_size));
  return std::shared_ptr<const IndexEntries>(std::move(index));
}

std::shared_ptr<const IndexEntries> NewIndexEntries(std::vector<OwnedIndexEntry> entries) {
  return std::make_shared<OwnedIndex>(std::move(entries));
}

}  // namespace weir::git
