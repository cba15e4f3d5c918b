// How fast a text is searched for secrets, beside a copy of it: `secret_bench`. Texts: prose without a candidate, Terraform, one assignment after the other.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>

#include "lib/policy/secrets.h"

namespace weir::policy {
namespace {

std::string Repeat(std::string_view text, size_t size) {
  std::string out;
  while (out.size() < size) out += text;
  return out;
}

template <typename Work>
double Fastest(Work work) {
  double best = 1e9;
  for (int i = 0; i < 7; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

void Run() {
  constexpr size_t kSize = 32u << 20;
  const std::pair<const char*, std::string> texts[] = {
      {"prose", Repeat("The quick brown fox jumps over the lazy dog, and nothing in this line is worth a second look; 4711 of them.\n", kSize)},
      {"terraform", Repeat("resource \"aws_instance\" \"web\" {\n  ami           = \"ami-0a1b2c3d4e5f60718\"\n  instance_type = var.instance_type\n  tags = {\n    Name = \"web\"\n  }\n}\n\n", kSize)},
      {"assignments", Repeat("password = var.password\ntoken: ${{ secrets.TOKEN }}\nurl = \"https://host/path\"\n", kSize)},
  };
  std::string copy(kSize + 4096, ' ');
  for (const auto& [name, text] : texts) {
    size_t found = 0;
    const double search = Fastest([&] { found = FindSecrets(text).size(); });
    const double copying = Fastest([&] { std::memcpy(copy.data(), text.data(), text.size()); });
    std::printf("%-12s %6.0f MB/s, %5.1f times a copy, %zu found\n", name, double(text.size()) / search / 1e6, search / copying, found);
  }
}

}  // namespace
}  // namespace weir::policy

int main() { weir::policy::Run(); }
