// How fast YAML becomes a tree, beside libyaml's bare events for the same text: `yaml_bench [FILE.yaml…]`. Without files: a
// manifest of 32 MB, once in ASCII and once with words in Greek.
#include <yaml.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "lib/syntax/yaml/yaml.h"

namespace weir::yaml {
namespace {

constexpr std::string_view kManifest = R"(---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop-frontend   # the public one
  labels: {app: shop, tier: "frontend"}
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: server
          image: registry.example.com/shop/server:1.4.2
          args: ["--listen", "0.0.0.0:8080"]
          env:
            - name: GREETING
              value: 'WORD'
          resources:
            limits: {cpu: 500m, memory: 256Mi}
)";

size_t BareEvents(std::string_view text) {
  yaml_parser_t parser;
  yaml_parser_initialize(&parser);
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  size_t count = 0;
  for (bool more = true; more; ++count) {
    yaml_event_t event;
    if (!yaml_parser_parse(&parser, &event)) break;
    more = event.type != YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return count;
}

template <typename Work>
double Time(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void Measure(const char* name, const std::string& text) {
  size_t found = 0;
  double events = 1e9, tree = 1e9;  // the fastest of runs in turn, so that a busy machine slows down both
  for (int i = 0; i < 7; ++i) {
    events = std::min(events, Time([&] { found = BareEvents(text); }));
    tree = std::min(tree, Time([&] {
      Arena arena(1 << 20);
      found += Parse(text, 0, arena).documents.size();
    }));
  }
  std::printf("%-12s events %6.1f MB/s, tree %6.1f MB/s: %3.0f %% (%zu)\n", name, double(text.size()) / events / 1e6, double(text.size()) / tree / 1e6, 100 * events / tree, found);
}

std::string Repeat(std::string_view word, size_t size) {
  std::string one(kManifest);
  one.replace(one.find("WORD"), 4, word);
  std::string out;
  while (out.size() < size) out += one;
  return out;
}

}  // namespace
}  // namespace weir::yaml

int main(int argc, char** argv) {
  using namespace weir::yaml;
  for (int i = 1; i < argc; ++i) {
    std::stringstream text;
    text << std::ifstream(argv[i], std::ios::binary).rdbuf();
    Measure(argv[i], text.str());
  }
  if (argc > 1) return 0;
  Measure("ASCII", Repeat("welcome", 32u << 20));
  Measure("Greek", Repeat("καλώς ήρθατε", 32u << 20));
}
