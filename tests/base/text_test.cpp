#include "lib/base/text.h"

#include "lib/base/arena.h"
#include "lib/base/sources.h"
#include "tests/support/test.h"

namespace weir {

TEST_CASE("nothing that steers a terminal survives TerminalSafe") {
  CHECK(TerminalSafe("a\x1b[31mb") == "a\\x1b[31mb");
  CHECK(TerminalSafe("\xc2\x9b" "31m") == "\\x9b31m");
  CHECK(TerminalSafe("x\u202Ey") == "x\\u202ey");
  CHECK(TerminalSafe("\xff\xfe") == "\\xff\\xfe");
  CHECK(TerminalSafe("caf\u00e9 \u4e16") == "caf\u00e9 \u4e16");
  CHECK(TerminalSafe("a\tb", 4) == "a    b");
  CHECK(TerminalSafe("a\r\nb") == "a\\x0d\\nb");
}

TEST_CASE("UTF-8 that is overlong, cut or a surrogate is invalid") {
  CHECK(IsValidUtf8("\u00e9\u4e16\U0001F600"));
  for (const char* bad : {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe4\xb8", "\x80"})
    CHECK_FALSE(IsValidUtf8(bad));
}

TEST_CASE("decoding and encoding are inverse on every scalar value") {
  for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 97) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    AppendUtf8(text, c);
    size_t at = 0;
    REQUIRE(DecodeUtf8(text, at) == c);
    REQUIRE(at == text.size());
  }
}

TEST_CASE("positions count lines and characters from one") {
  SourceMap sources;
  const FileId f = sources.Add("a.tf", "x = 1\r\n\u00e9\u4e16 = 2\nlast");
  CHECK(sources.PositionOf(f, 0) == Position{1, 1, 0});
  CHECK(sources.PositionOf(f, 7) == Position{2, 1, 7});
  CHECK(sources.PositionOf(f, 12) == Position{2, 3, 12});
  CHECK(sources.PositionOf(f, 9999) == Position{3, 5, 21});
  CHECK(sources.Line(f, 1) == "x = 1");
  CHECK(sources.Line(f, 3) == "last");
  CHECK(sources.Line(f, 4).empty());
  CHECK(sources.text(Span{f, 4, 1}) == "1");
}

TEST_CASE("edit distance counts a swap of neighbours as one") {
  CHECK(EditDistance("severity", "severity") == 0);
  CHECK(EditDistance("severity", "sevreity") == 1);
  CHECK(EditDistance("block", "blok") == 1);
  CHECK(EditDistance("", "abc") == 3);
}

TEST_CASE("an arena keeps what it gave out while it grows") {
  Arena arena(16);
  std::vector<std::string_view> texts;
  for (int i = 0; i < 1000; ++i) texts.push_back(arena.Copy(std::string(size_t(i % 50), char('a' + i % 26))));
  for (int i = 0; i < 1000; ++i) REQUIRE(texts[i] == std::string(size_t(i % 50), char('a' + i % 26)));
  auto numbers = arena.NewArray<uint64_t>(3);
  CHECK(reinterpret_cast<uintptr_t>(numbers.data()) % alignof(uint64_t) == 0);
  CHECK(numbers[2] == 0);
}

}  // namespace weir
