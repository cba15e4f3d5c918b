// Paths and files. What is read is the module's side of the change (FileReader), never the disk.
#include <re2/re2.h>

#include "lib/base/text.h"
#include "lib/lang/terraform/functions.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;

const Value* NoPath(FunctionCallSite& site) { return Fail(site, "a path is needed"); }

std::string_view WithoutSlashes(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

const Value* BaseName(Args a, FunctionCallSite& site) {
  std::string_view path;
  if (!TextOf(a[0], site, path)) return NoPath(site);
  path = WithoutSlashes(path);
  if (path.empty()) return MakeString(".", site);
  return MakeString(path == "/" ? path : path.substr(path.rfind('/') + 1), site);
}

const Value* DirName(Args a, FunctionCallSite& site) {
  std::string_view path;
  if (!TextOf(a[0], site, path)) return NoPath(site);
  const size_t slash = path.rfind('/');
  if (slash == path.npos) return MakeString(".", site);
  const std::string_view folder = WithoutSlashes(path.substr(0, slash));
  return MakeString(folder.empty() ? "/" : folder, site);
}

/// A file's bytes; null where the call's result is there already, in `result`.
const Value* NotRead(const Value* path_argument, FunctionCallSite& site, std::string_view& bytes) {
  std::string_view path;
  if (!TextOf(path_argument, site, path)) return Fail(site, "a path is needed"), MakeUnknown(site);
  if (site.context.files == nullptr) return MakeUnknown(site);
  const auto text = site.context.files->Read(path);
  if (!text.ok()) {
    Fail(site, "'" + std::string(path) + "' cannot be read: " + text.status().message());
    return MakeUnknown(site);
  }
  bytes = *text;
  return nullptr;
}

const Value* File(Args a, FunctionCallSite& site) {
  std::string_view bytes;
  if (const Value* result = NotRead(a[0], site, bytes)) return result;
  return IsValidUtf8(bytes) ? MakeString(bytes, site) : Fail(site, "the file is no UTF-8 text; filebase64() reads any bytes");
}

const Value* FileBase64(Args a, FunctionCallSite& site) {
  std::string_view bytes;
  if (const Value* result = NotRead(a[0], site, bytes)) return result;
  return MakeString(ToBase64(bytes), site);
}

const Value* FileHash(Args a, FunctionCallSite& site) {
  std::string_view bytes;
  if (const Value* result = NotRead(a[0], site, bytes)) return result;
  const bool base64 = site.name.starts_with("filebase64");
  const std::string digest = Digest(site.name.substr(base64 ? 10 : 4), bytes);
  return MakeString(base64 ? ToBase64(digest) : ToHex(digest), site);
}

const Value* FileExists(Args a, FunctionCallSite& site) {
  std::string_view path;
  if (!TextOf(a[0], site, path)) return NoPath(site);
  if (site.context.files == nullptr) return MakeUnknown(site);
  return MakeBool(site.context.files->Read(path).ok(), site);
}

/// `*` and `?` stay within a name, `**` crosses folders, `{a,b}` and `[…]` choose.
std::string PatternOf(std::string_view glob) {
  std::string out;
  int braces = 0;
  for (size_t i = 0; i < glob.size(); ++i) {
    const char c = glob[i];
    if (glob.substr(i, 3) == "**/") out += "(?:.*/)?", i += 2;
    else if (glob.substr(i, 2) == "**") out += ".*", ++i;
    else if (c == '*') out += "[^/]*";
    else if (c == '?') out += "[^/]";
    else if (c == '{') out += "(?:", ++braces;
    else if (c == '}' && braces > 0) out += ")", --braces;
    else if (c == ',' && braces > 0) out += "|";
    else if (c == '[' && glob.find(']', i) != glob.npos) {
      const size_t end = glob.find(']', i);
      std::string set(glob.substr(i, end - i + 1));
      if (set.size() > 1 && set[1] == '!') set[1] = '^';
      out += set;
      i = end;
    } else if (c == '\\' && i + 1 < glob.size()) {
      out += RE2::QuoteMeta(std::string(1, glob[++i]));
    } else {
      out += RE2::QuoteMeta(std::string(1, c));
    }
  }
  return out;
}

const Value* FileSet(Args a, FunctionCallSite& site) {
  std::string_view folder, glob;
  if (!TextOf(a[0], site, folder) || !TextOf(a[1], site, glob)) return Fail(site, "a folder and a pattern are needed");
  if (site.context.files == nullptr) return MakeUnknown(site);
  const auto paths = site.context.files->ListRecursively(folder);
  std::vector<const Value*> found;
  if (paths.status().code() == Code::kNotFound) return MakeList({}, site, Kind::kSet);
  if (!paths.ok()) return Fail(site, "'" + std::string(folder) + "' cannot be listed: " + paths.status().message());
  RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(RE2::Options::EncodingLatin1);  // paths are bytes
  const RE2 pattern(PatternOf(glob), options);
  if (!pattern.ok()) return Fail(site, "'" + std::string(glob) + "' is no pattern of file names");
  for (const std::string& path : *paths) {
    if (!site.context.Spend(1, site.at)) return MakeUnknown(site);
    if (RE2::FullMatch(path, pattern)) found.push_back(MakeString(path, site));
  }
  return MakeList(std::move(found), site, Kind::kSet);  // sorted, as the list was
}

// Where the configuration will be run is not known: only what does not depend on it is.
const Value* AbsPath(Args, FunctionCallSite& site) { return MakeUnknown(site); }
const Value* PathExpand(Args a, FunctionCallSite& site) {
  std::string_view path;
  if (!TextOf(a[0], site, path)) return NoPath(site);
  return path.starts_with('~') ? MakeUnknown(site) : MakeString(path, site);
}

constexpr BuiltIn kFunctions[] = {
    {"abspath", 1, 1, kAny, AbsPath},
    {"basename", 1, 1, kAny, BaseName},
    {"dirname", 1, 1, kAny, DirName},
    {"file", 1, 1, kAny, File},
    {"filebase64", 1, 1, kAny, FileBase64},
    {"filebase64sha256", 1, 1, kAny, FileHash},
    {"filebase64sha512", 1, 1, kAny, FileHash},
    {"fileexists", 1, 1, kAny, FileExists},
    {"filemd5", 1, 1, kAny, FileHash},
    {"fileset", 2, 2, kAny, FileSet},
    {"filesha1", 1, 1, kAny, FileHash},
    {"filesha256", 1, 1, kAny, FileHash},
    {"filesha512", 1, 1, kAny, FileHash},
    {"pathexpand", 1, 1, kAny, PathExpand},
};

}  // namespace

std::span<const BuiltIn> FileFunctions() { return kFunctions; }

}  // namespace weir::terraform
