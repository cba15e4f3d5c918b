#include "lib/lang/compose/project.h"

#include <algorithm>
#include <charconv>

#include "lib/git/paths.h"

namespace weir::compose {
namespace {

constexpr int kDeepestInclude = 16;
constexpr int kDeepestMerge = 64;
constexpr size_t kMostServices = 5'000;

// Lists that replace one another where two descriptions of a service meet; all others are joined.
bool Replaces(std::string_view key) { return key == "command" || key == "entrypoint" || key == "test"; }

const Value* At(const Value* v, std::string_view key) { return v != nullptr && IsMapping(v->kind) ? v->Get(key) : nullptr; }

}  // namespace

const Value* Project::Object(std::vector<Entry> entries, Span span) {
  Value* v = NewMapping(arena_, Kind::kObject, arena_.Copy(entries), span);
  v->flags |= Value::kSoft;
  return v;
}

const Project::File* Project::Load(const std::string& path) {
  if (const auto at = files_.find(path); at != files_.end()) return &at->second;
  File& file = files_[path];
  if (files_.size() > 256) {
    out_.diagnostics.push_back({Diagnostic::Kind::kLimit, {}, "The project reads too many files", "Split it."});
    return &file;
  }
  const yaml::Tree* tree = ReadYaml(path, snapshot_, sources_, arena_, limits_, out_);
  if (tree == nullptr) return &file;
  if (const auto env = snapshot_.Read(git::Join(git::FolderOf(path), ".env"), limits_.file_size); env.ok()) file.variables = ReadEnvFile(env->text());
  for (const yaml::Document& d : tree->documents)
    if (d.root != nullptr && file.root == nullptr) file.root = &d.root->Resolved();
  if (file.root == nullptr) return &file;
  if (file.root->kind != yaml::Kind::kMapping) {
    out_.diagnostics.push_back({Diagnostic::Kind::kSyntax, file.root->span, "A Compose file is a mapping", "It begins with services."});
    file.root = nullptr;
    return &file;
  }
  file.body = Interpolate(*ValueOf(*file.root, YamlSchema::kCore, arena_), file.variables, arena_);
  return &file;
}

void Project::Read(const std::string& path, const std::string& override_path) {
  Collect(path, 0);
  if (!override_path.empty()) Override(override_path);
  Publish(path);
}

void Project::Collect(const std::string& path, int depth) {
  if (!collected_.insert(path).second) return;
  const File* file = Load(path);
  if (file->body == nullptr) return;
  if (const Value* include = At(file->body, "include")) {
    std::vector<const Value*> items;
    if (IsSequence(include->kind)) items.assign(include->items.begin(), include->items.end());
    for (const Value* item : items) {
      const Value* p = IsMapping(item->kind) ? item->Get("path") : item;
      if (p != nullptr && IsSequence(p->kind)) p = p->items.empty() ? nullptr : p->items[0];
      if (p == nullptr || p->kind != Kind::kString || p->text.find("://") != std::string_view::npos) continue;
      const auto target = git::ResolveBeside(path, p->text);
      if (!target) Problem(p->origin, "The included file lies outside of the repository", "It is not judged.");
      else if (depth >= kDeepestInclude) out_.diagnostics.push_back({Diagnostic::Kind::kLimit, p->origin, "Files include each other too deeply", "Include fewer levels."});
      else Collect(*target, depth + 1);
    }
  }
  const yaml::Node* services = file->root->Find("services");
  const Value* bodies = At(file->body, "services");
  if (services == nullptr || bodies == nullptr || !IsMapping(bodies->kind)) return;
  for (const yaml::Pair& pair : PairsOf(*services)) {
    const Value* body = bodies->Get(pair.key->text);
    if (body == nullptr || !IsMapping(body->kind)) continue;
    if (services_.size() >= kMostServices) {
      out_.diagnostics.push_back({Diagnostic::Kind::kLimit, pair.key->span, "The project has too many services", "Split it."});
      return;
    }
    std::set<std::string> on_the_way = {path + "\n" + std::string(pair.key->text)};
    services_.push_back({pair.key->text, Extended(path, pair.key->text, *body, on_the_way), Cover(pair.key->span, pair.value->span), pair.key->span, path});
  }
}

// What the override file says of services that the main file has, and its own ones.
void Project::Override(const std::string& path) {
  const size_t own = services_.size();
  Collect(path, 0);
  std::vector<Service> added(services_.begin() + long(own), services_.end());
  services_.resize(own);
  for (Service& s : added) {
    const auto at = std::ranges::find(services_, s.name, &Service::name);
    if (at == services_.end()) services_.push_back(std::move(s));
    else at->body = Merge(*at->body, *s.body, "", 0);
  }
}

const Value* Project::Extended(const std::string& path, std::string_view, const Value& service, std::set<std::string>& on_the_way) {
  const Value* extends = service.Get("extends");
  if (extends == nullptr) return &service;
  const Value* name = IsMapping(extends->kind) ? extends->Get("service") : extends;
  const Value* file = At(extends, "file");
  if (name == nullptr || name->kind != Kind::kString || (file != nullptr && file->kind != Kind::kString)) return &service;
  const std::optional<std::string> named = file != nullptr ? git::ResolveBeside(path, file->text) : path;
  if (!named) {
    Problem(file->origin, "The extended file lies outside of the repository", "What the service takes from it is not judged.");
    return &service;
  }
  const std::string& from = *named;
  if (!on_the_way.insert(from + "\n" + std::string(name->text)).second) {
    Problem(extends->origin, "The service extends itself", "Take one of the references out.");
    return &service;
  }
  if (on_the_way.size() > size_t(kDeepestInclude)) {
    out_.diagnostics.push_back({Diagnostic::Kind::kLimit, extends->origin, "Services extend each other too deeply", "Extend fewer levels."});
    return &service;
  }
  const File* other = Load(from);
  const Value* base = At(At(other->body, "services"), name->text);
  if (base == nullptr || !IsMapping(base->kind)) {
    Problem(name->origin, "There is no service " + std::string(name->text.substr(0, 80)) + " in " + from, "The service is judged without it.");
    return &service;
  }
  return Merge(*Extended(from, name->text, *base, on_the_way), service, "", 0);
}

const Value* Project::Merge(const Value& base, const Value& over, std::string_view key, int depth) {
  if (depth > kDeepestMerge) return &over;
  if (IsMapping(base.kind) && IsMapping(over.kind)) {
    std::vector<Entry> entries;
    for (const Entry& e : base.entries)
      if (over.Find(e.key) == nullptr && !(depth == 0 && e.key == "depends_on")) entries.push_back(e);
    for (const Entry& e : over.entries) {
      const Value* below = base.Get(e.key);
      // Lists and mappings say the same of the environment: they are joined in one form.
      if (below != nullptr && depth == 0 && e.key == "environment") entries.push_back({e.key, Merge(*Environment(*below), *Environment(*e.value), e.key, depth + 1), e.key_span});
      else entries.push_back({e.key, below == nullptr ? e.value : Merge(*below, *e.value, e.key, depth + 1), e.key_span});
    }
    return Object(std::move(entries), over.origin);
  }
  if (IsSequence(base.kind) && IsSequence(over.kind) && !Replaces(key)) {
    std::vector<const Value*> items;
    for (const Value* item : base.items) {
      const Value* name = At(item, "name");
      const bool hidden = key == "environment" && name != nullptr && std::ranges::any_of(over.items, [&](const Value* o) { return At(o, "name") != nullptr && Equal(*At(o, "name"), *name); });
      if (!hidden) items.push_back(item);
    }
    items.insert(items.end(), over.items.begin(), over.items.end());
    return NewSequence(arena_, Kind::kList, arena_.Copy(items), over.origin);
  }
  return &over;
}

// {A: b} and ["A=b", "C"]: [{name: "A", value: "b"}, {name: "C"}]
const Value* Project::Environment(const Value& value) {
  std::vector<const Value*> out;
  if (IsMapping(value.kind))
    for (const Entry& e : value.entries) {
      std::vector<Entry> entries = {{"name", Text(e.key, e.key_span), {}}};
      if (!e.value->is_null()) entries.push_back({"value", e.value, {}});
      out.push_back(Object(std::move(entries), e.value->origin));
    }
  if (IsSequence(value.kind))
    for (const Value* item : value.items) {
      if (IsMapping(item->kind)) {
        out.push_back(item);
        continue;
      }
      const bool partial = item->is_unknown() && item->has(Value::kPartial);
      if (item->kind != Kind::kString && !partial) continue;
      const size_t equals = item->text.find('=');
      std::vector<Entry> entries = {{"name", Text(item->text.substr(0, equals), item->origin), {}}};
      if (equals != std::string_view::npos) entries.push_back({"value", partial ? item : Text(item->text.substr(equals + 1), item->origin), {}});
      out.push_back(Object(std::move(entries), item->origin));
    }
  return NewSequence(arena_, Kind::kList, arena_.Copy(out), value.origin);
}

// "127.0.0.1:8080:80/tcp"
const Value* Project::Ports(const Value& value) {
  std::vector<const Value*> out;
  if (IsSequence(value.kind))
    for (const Value* item : value.items) {
      if (IsMapping(item->kind) || item->is_unknown()) {
        out.push_back(item);
        continue;
      }
      std::string_view text = item->kind == Kind::kString ? item->text : std::string_view();
      if (item->kind == Kind::kNumber) text = arena_.Copy(std::string_view(item->number.ToString()));
      std::vector<Entry> entries = {{"text", item, {}}};
      const size_t slash = text.find('/');
      entries.push_back({"protocol", Text(slash == std::string_view::npos ? "tcp" : text.substr(slash + 1), item->origin), {}});
      text = text.substr(0, slash);
      const size_t last = text.rfind(':');
      entries.push_back({"target", Text(text.substr(last == std::string_view::npos ? 0 : last + 1), item->origin), {}});
      if (last != std::string_view::npos) {
        std::string_view host = text.substr(0, last);
        const size_t colon = host.rfind(':');
        if (colon != std::string_view::npos) entries.push_back({"host_ip", Text(host.substr(0, colon), item->origin), {}});
        entries.push_back({"published", Text(host.substr(colon == std::string_view::npos ? 0 : colon + 1), item->origin), {}});
      }
      out.push_back(Object(std::move(entries), item->origin));
    }
  return NewSequence(arena_, Kind::kList, arena_.Copy(out), value.origin);
}

// "./data:/data:ro"
const Value* Project::Volumes(const Value& value) {
  std::vector<const Value*> out;
  if (IsSequence(value.kind))
    for (const Value* item : value.items) {
      if (item->kind != Kind::kString) {
        out.push_back(item);
        continue;
      }
      const std::string_view text = item->text;
      const size_t first = text.find(':');
      std::vector<Entry> entries = {{"text", item, {}}};
      if (first == std::string_view::npos) {
        entries.push_back({"target", item, {}});
        entries.push_back({"type", Text("volume", item->origin), {}});
      } else {
        const size_t second = text.find(':', first + 1);
        const std::string_view source = text.substr(0, first), mode = second == std::string_view::npos ? std::string_view() : text.substr(second + 1);
        entries.push_back({"source", Text(source, item->origin), {}});
        entries.push_back({"target", Text(text.substr(first + 1, second == std::string_view::npos ? second : second - first - 1), item->origin), {}});
        entries.push_back({"type", Text(source.find_first_of("/.~") == 0 ? "bind" : "volume", item->origin), {}});
        entries.push_back({"read_only", NewBool(arena_, mode == "ro" || mode.starts_with("ro,") || mode.ends_with(",ro"), item->origin), {}});
      }
      out.push_back(Object(std::move(entries), item->origin));
    }
  return NewSequence(arena_, Kind::kList, arena_.Copy(out), value.origin);
}

const Value* Project::Normal(const Service& service) {
  std::vector<Entry> entries;
  for (const Entry& e : service.body->entries) {
    const Value* value = e.value;
    if (e.key == "environment") value = Environment(*value);
    else if (e.key == "ports") value = Ports(*value);
    else if (e.key == "volumes") value = Volumes(*value);
    entries.push_back({e.key, value, e.key_span});
  }
  entries.push_back({"name", Text(service.name, service.header), {}});
  entries.push_back({"file", Text(arena_.Copy(std::string_view(service.file)), service.header), {}});
  return Object(std::move(entries), service.header);
}

void Project::Publish(const std::string& path) {
  const auto declare = [&](std::string_view type, std::string_view name, std::string_view address, const Value* body, Span block, Span header) {
    auto* r = arena_.New<Resource>();
    r->language = "compose";
    r->type = type;
    r->name = name;
    r->address = r->declared = address;
    r->body = body;
    r->block = block;
    r->header = header;
    out_.resources.push_back(r);
  };
  const File& main = files_[path];
  if (main.root == nullptr) return;
  std::vector<const Value*> bodies;
  for (const Service& s : services_) bodies.push_back(Normal(s));
  std::vector<Entry> entries;
  for (const Entry& e : main.body->entries)
    if (e.key != "services") entries.push_back(e);
  const Span first = main.root->pairs().empty() ? main.root->span : main.root->pairs()[0].key->span;
  entries.push_back({"services", NewSequence(arena_, Kind::kList, arena_.Copy(bodies), first), {}});
  declare("compose", "compose", "compose", Object(std::move(entries), first), main.root->span, first);
  for (size_t i = 0; i < services_.size(); ++i)
    declare("service", services_[i].name, arena_.Copy("services." + std::string(services_[i].name)), bodies[i], services_[i].block, services_[i].header);
}

}  // namespace weir::compose
