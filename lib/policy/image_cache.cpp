#include "lib/policy/image_cache.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "lib/base/file.h"

namespace weir::policy {
namespace {

constexpr std::string_view kMagic = "weir policies 1\n";
constexpr std::string_view kPrefix = "policies-";
constexpr size_t kHead = 32;
constexpr uint64_t kMaxBytes = 64u << 20;

uint64_t HashOf(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) hash = (hash ^ uint8_t(c)) * 0x100000001b3;
  return hash;
}

size_t PaddedTo8(size_t n) { return (n + 7) / 8 * 8; }

void MakeFolders(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) mkdir(path.substr(0, slash).c_str(), 0755);
  mkdir(path.c_str(), 0755);
}

}  // namespace

ImageCache::ImageCache(std::string folder, std::string key) : folder_(std::move(folder)), key_(std::move(key)) {}

std::string ImageCache::Path() const {
  char name[32];
  std::snprintf(name, sizeof name, "%016llx", static_cast<unsigned long long>(HashOf(key_)));
  return folder_ + "/" + std::string(kPrefix) + name;
}

std::vector<std::byte> ImageCache::Load() const {
  if (folder_.empty()) return {};
  const auto file = ReadFile(Path(), kMaxBytes);
  if (!file.ok()) return {};
  const std::string_view bytes = file->text();
  if (bytes.size() < kHead || !bytes.starts_with(kMagic)) return {};
  uint64_t numbers[2];
  std::memcpy(numbers, bytes.data() + kMagic.size(), sizeof numbers);
  if (numbers[0] != key_.size() || bytes.size() - kHead < PaddedTo8(key_.size()) || bytes.substr(kHead, key_.size()) != key_) return {};
  const std::string_view image = bytes.substr(kHead + PaddedTo8(key_.size()));
  if (HashOf(image) != numbers[1]) return {};
  const auto* first = reinterpret_cast<const std::byte*>(image.data());
  return {first, first + image.size()};
}

void ImageCache::Save(std::span<const std::byte> image) const {
  if (folder_.empty()) return;
  MakeFolders(folder_);
  const std::string_view text(reinterpret_cast<const char*>(image.data()), image.size());
  const uint64_t numbers[2] = {key_.size(), HashOf(text)};
  std::string bytes(kMagic);
  bytes.append(reinterpret_cast<const char*>(numbers), sizeof numbers);
  bytes += key_;
  bytes.resize(kHead + PaddedTo8(key_.size()));
  bytes += text;
  if (bytes.size() > kMaxBytes || !WriteFileAtomically(Path(), bytes).ok()) return;

  std::vector<std::pair<time_t, std::string>> kept;
  DIR* dir = opendir(folder_.c_str());
  if (dir == nullptr) return;
  while (const dirent* entry = readdir(dir)) {
    struct stat info;
    const std::string path = folder_ + "/" + entry->d_name;
    if (std::string_view(entry->d_name).starts_with(kPrefix) && stat(path.c_str(), &info) == 0) kept.emplace_back(info.st_mtime, path);
  }
  closedir(dir);
  std::ranges::sort(kept, std::greater<>());
  for (size_t i = kKept; i < kept.size(); ++i)
    if (kept[i].second != Path()) unlink(kept[i].second.c_str());
}

}  // namespace weir::policy
