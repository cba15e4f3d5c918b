#include "lib/model/document.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "lib/model/walk.h"

namespace weir {
namespace {

bool IsIdentifier(std::string_view key) {
  if (key.empty() || (key[0] >= '0' && key[0] <= '9') || key[0] == '-') return false;
  return std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return c == '_' || c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c >= 0x80;
  });
}

bool IsNumber(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Takes the first step off `path`: a name, or what stands in brackets, without quotes.
std::string TakeStep(std::string_view& path) {
  if (path[0] == '.') path.remove_prefix(1);
  if (path.empty() || path[0] != '[') {
    const size_t end = std::min(path.find_first_of(".["), path.size());
    std::string step(path.substr(0, end));
    path.remove_prefix(end);
    return step;
  }
  path.remove_prefix(1);
  std::string step;
  if (!path.empty() && path[0] == '"') {
    size_t at = 1;
    while (at < path.size() && path[at] != '"') {
      if (path[at] == '\\' && at + 1 < path.size()) ++at;
      step += path[at++];
    }
    path.remove_prefix(std::min(at + 1, path.size()));
    if (!path.empty() && path[0] == ']') path.remove_prefix(1);
    return step;
  }
  const size_t end = path.find(']');
  step = path.substr(0, end);
  path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
  return step;
}

/// Adds what one step of a path leads to from `value`. A name is looked for in every element of a list.
void Advance(const Value& value, std::string_view step, std::vector<const Value*>& out) {
  if (IsMapping(value.kind)) {
    if (const Value* next = value.Get(step)) out.push_back(next);
  } else if (IsSequence(value.kind)) {
    if (IsNumber(step)) {
      size_t index = 0;
      const auto read = std::from_chars(step.data(), step.data() + step.size(), index);
      if (read.ec == std::errc() && index < value.items.size()) out.push_back(value.items[index]);
      return;
    }
    for (const Value* item : value.items)
      if (IsMapping(item->kind))
        if (const Value* next = item->Get(step)) out.push_back(next);
  } else if (value.is_unknown()) {
    out.push_back(&value);  // what it was derived from is known although it is not
  }
}

}  // namespace

struct Document::Index {
  size_t size = 0;
  std::unordered_map<const Resource*, size_t> order;
  std::unordered_map<std::string_view, std::vector<const Resource*>> instances;  // by declared address
  // Who refers to an instance, and who to every instance of a declared address, by which value; in document order.
  struct Use {
    const Resource* by;
    const Value* value;
  };
  std::unordered_map<const Resource*, std::vector<Use>> to_one;
  std::unordered_map<std::string_view, std::vector<Use>> to_all;
};

const Document::Index& Document::GetIndex() const {
  if (index_ != nullptr && index_->size == resources.size()) return *index_;
  auto index = std::make_shared<Index>();
  index->size = resources.size();
  for (const Resource* resource : resources) {
    index->order.emplace(resource, index->order.size());
    index->instances[resource->declared].push_back(resource);
    Anywhere(*resource->body, [&](const Value& value) {
      if (value.provenance == nullptr) return false;
      for (const Reference& reference : value.provenance->references) {
        if (reference.target == nullptr) continue;
        auto& list = reference.any_instance ? index->to_all[reference.target->declared]
                                            : index->to_one[reference.target];
        if (list.empty() || list.back().value != &value || list.back().by != resource) list.push_back({resource, &value});
      }
      return false;
    });
  }
  index_ = std::move(index);
  return *index_;
}

std::vector<const Resource*> Document::Declared(std::string_view type) const {
  if (asked != nullptr) asked->push_back({nullptr, std::string(type)});
  std::vector<const Resource*> out;
  std::ranges::copy_if(resources, std::back_inserter(out), [&](const Resource* r) { return r->type == type; });
  return out;
}

std::vector<const Resource*> Document::Related(const Resource& of, std::string_view type,
                                               std::string_view attribute) const {
  if (asked != nullptr) asked->push_back({&of, std::string(type)});
  const Index& index = GetIndex();
  std::vector<const Resource*> out;
  const auto add = [&](const std::vector<Index::Use>& uses) {
    for (const Index::Use& use : uses) {
      if (use.by->type != type || use.by == &of || (!out.empty() && out.back() == use.by)) continue;
      const auto at = ValuesAt(*use.by->body, attribute);
      if (std::ranges::any_of(at, [&](const Value* v) { return Anywhere(*v, [&](const Value& inside) { return &inside == use.value; }); })) out.push_back(use.by);
    }
  };
  if (const auto one = index.to_one.find(&of); one != index.to_one.end()) add(one->second);
  if (const auto all = index.to_all.find(of.declared); all != index.to_all.end()) add(all->second);
  std::sort(out.begin(), out.end(),
            [&](auto* a, auto* b) { return index.order.find(a)->second < index.order.find(b)->second; });
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<const Resource*> Document::References(const Resource& resource,
                                                  std::string_view attribute) const {
  if (asked != nullptr) asked->push_back({&resource, {}});
  const Index& index = GetIndex();
  std::vector<Reference> found;
  for (const Value* value : ValuesAt(*resource.body, attribute)) CollectReferences(*value, found);
  std::vector<const Resource*> out;
  for (const Reference& reference : found) {
    if (reference.target == nullptr) continue;
    const auto all = index.instances.find(reference.target->declared);
    if (reference.any_instance && all != index.instances.end())
      out.insert(out.end(), all->second.begin(), all->second.end());
    else
      out.push_back(reference.target);
  }
  const auto order = [&](const Resource* r) {
    const auto at = index.order.find(r);
    return at == index.order.end() ? index.size : at->second;
  };
  std::stable_sort(out.begin(), out.end(), [&](auto* a, auto* b) { return order(a) < order(b); });
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<const Value*> ValuesAt(const Value& value, std::string_view path) {
  std::vector<const Value*> at = {&value};
  std::vector<const Value*> next;
  while (!path.empty() && !at.empty()) {
    const std::string step = TakeStep(path);
    next.clear();
    for (const Value* v : at) Advance(*v, step, next);
    at.swap(next);
  }
  return at;
}

std::string FormatPath(std::span<const std::string_view> keys) {
  std::string out;
  for (const std::string_view key : keys) {
    if (key.starts_with('[')) {
      out += key;
    } else if (IsNumber(key)) {
      (out += '[') += key;
      out += ']';
    } else if (IsIdentifier(key)) {
      if (!out.empty()) out += '.';
      out += key;
    } else {
      out += "[\"";
      for (const char c : key) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
      }
      out += "\"]";
    }
  }
  return out;
}

}  // namespace weir
