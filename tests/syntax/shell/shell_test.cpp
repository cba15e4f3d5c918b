#include "lib/syntax/shell/shell.h"

#include <random>

#include "tests/support/test.h"

namespace weir::shell {
namespace {

// "a b|c&&(d)": each command as its words in brackets after how it is tied and, in braces, its assignments.
std::string Show(std::string_view text) {
  Arena arena;
  std::string out;
  const Script script = ParseLeniently(text, arena);
  for (const Command& c : script.commands) {
    constexpr const char* kLinks[] = {"", "|", "&&", "||", ";", "&"};
    out += (out.empty() ? "" : " ") + std::string(kLinks[size_t(c.link)]);
    if (c.substituted) out += "$";
    for (const Assignment& a : c.assignments) out += "{" + std::string(a.name) + "=" + std::string(a.value.text) + "}";
    for (const Word& w : c.words) out += "[" + std::string(w.text) + "]";
    for (const Redirect& r : c.redirects) out += std::string(r.op) + "(" + std::string(r.target.text) + ")";
  }
  return out + (script.unterminated ? " never ends" : "");
}

TEST_CASE("a script is split into the commands that a shell would run") {
  struct Case { const char* text; const char* commands; };
  for (const Case& c : std::initializer_list<Case>{
           {"a b | c && d || e; f & g", "[a][b] |[c] &&[d] ||[e] ;[f] &[g]"},
           {"A=1 B='2 3' run \"x $y\" 'it''s' a\\ b", "{A=1}{B=2 3}[run][x $y][its][a b]"},
           {"(cd /x && ls) | wc", "[cd][/x] &&[ls] |[wc]"},
           {"{ a; b; } > f", "[a] ;[b] ;>(f)"},
           {"if [ -f x ]; then a; elif b; then c; else d; fi", "[[][-f][x][]] ;[a] ;[b] ;[c] ;[d]"},
           {"for i in 1 2; do a $i; done", ";[a][$i]"},
           {"while read x; do a; done < f", "[read][x] ;[a] ;<(f)"},
           {"case $1 in a|b) c;; *) d ;; esac; e", "[c] ;[d] ;[e]"},
           {"x=$(curl y | grep z) w", "$[curl][y] |$[grep][z] {x=$(curl y | grep z)}[w]"},
           {"echo `id -u` done", "$[id][-u] [echo][`id -u`][done]"},
           {"bash <(curl x)", "$[curl][x] [bash][<(curl x)]"},
           {"a 2>&1 >/dev/null <<< word", "[a]2>&(1)>(/dev/null)<<<(word)"},
           {"cat <<E | sh\nb c\nE\nd", "[cat]<<(E) |[sh] ;[d]"},
           {"a \\\n  b # comment\nc", "[a][b] ;[c]"},
           {"f() { a; }; f", "[a] ;[f]"},
           {"function f { a; }", "[a]"},
           {"[[ $a =~ ^x && -n b ]] && c", "[[[][$a][=~][^x] &&[-n][b][]]] &&[c]"},
           {"a=1", "{a=1}"},
           {"echo $((1 + 2)) ${x:-\"a b\"}", "[echo][$((1 + 2))][${x:-\"a b\"}]"},
           {"echo 'a", "[echo][a] never ends"},
           {"a $(b", "$[b] [a][$(b] never ends"},
           {"cat <<E\nx", "[cat]<<(E) never ends"},
           {"A='1\\'' b", "{A=1'}[b]"},
           {"", ""}}) {
    INFO(c.text);
    CHECK(Show(c.text) == c.commands);
  }
}

TEST_CASE("a command knows what is piped into it") {
  Arena arena;
  const Script script = Parse("curl x | tee y | sh; z", arena);
  REQUIRE(script.commands.size() == 4);
  CHECK(script.commands[1].pipe_from == 0);
  CHECK(script.commands[2].pipe_from == 1);
  CHECK(script.commands[3].pipe_from == -1);
}

TEST_CASE("any text is a script, and every place in it lies within it") {
  std::mt19937 random(11);
  const std::string alphabet = "ab \n\t'\"`$(){}|&;<>\\#=E!caseinfodo";
  for (int i = 0; i < 30'000; ++i) {
    std::string text;
    for (size_t n = random() % 40; n > 0; --n) text += alphabet[random() % alphabet.size()];
    Arena arena;
    for (const Command& c : ParseLeniently(text, arena).commands) {
      REQUIRE(c.begin <= c.end);
      REQUIRE(c.end <= text.size());
      for (const Word& w : c.words) REQUIRE(w.end <= text.size());
      REQUIRE(c.pipe_from < int32_t(text.size()));
    }
  }
}

TEST_CASE("brackets without end are bounded") {
  Arena arena;
  CHECK(Parse(std::string(200'000, '('), arena).unterminated);
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "$(a ";
  CHECK(Parse(nested, arena).unterminated);
}

}  // namespace
}  // namespace weir::shell
