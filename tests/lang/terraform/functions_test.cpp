#include <rapidjson/document.h>

#include <map>
#include <set>

#include "lib/lang/terraform/debug_eval.h"
#include "tests/support/test.h"

namespace weir::terraform {
namespace {

std::string Eval(std::string_view expression) {
  static const auto snapshot = git::NewMemorySnapshot({{"a.txt", "text\n"}, {"bin", std::string("\xff\xfe\0", 3)}, {"t/hello.tftpl", "Hello ${name}!"},
                                                       {"t/deep/x.txt", ""}, {"t/y.txt", ""}, {"t/self.tftpl", "${templatefile(\"t/self.tftpl\", {})}"}});
  return DebugEval(expression, *snapshot);
}

TEST_CASE("every function gives what Terraform's console gives") {
  const auto path = test::Conformance("terraform/functions.json");
  if (!path) return;
  std::set<std::string> deviations;
  std::ifstream list(std::string(WEIR_SOURCE_DIR) + "/tests/conformance/deviations-functions.tsv");
  for (std::string line; std::getline(list, line);) deviations.insert(line.substr(0, line.find('\t')));
  CHECK(deviations.size() <= 5);
  rapidjson::Document cases;
  cases.Parse(test::ReadFile(*path).c_str());
  REQUIRE(cases.IsArray());
  size_t compared = 0;
  for (const auto& c : cases.GetArray()) {
    const std::string expression = c["expr"].GetString();
    const std::string result = Eval(expression);
    INFO(expression << "\n" << result);
    rapidjson::Document ours;
    ours.Parse(result.c_str());
    REQUIRE(ours.IsObject());
    const bool agrees = c.HasMember("error") ? ours.HasMember("error") : !c.HasMember("value") || (ours.HasMember("value") && ours["value"] == c["value"]);
    ++compared;
    if (deviations.erase(expression) > 0) CHECK_FALSE(agrees);  // a deviation that is none any more leaves the list
    else CHECK(agrees);
  }
  CHECK(deviations.empty());
  CHECK(compared > 400);
}

TEST_CASE("functions, operators and templates that the console was asked about") {
  const std::pair<const char*, const char*> cases[] = {
      {"1/3", "0.33333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333335"},
      {"0.1+0.2", "0.3"},
      {"pow(2, 0.5)", "1.4142135623730951"},
      {"tostring(1e21)", "\"1000000000000000000000\""},
      {"9223372036854775807 + 1", "9223372036854775808"},
      {"-5 % 3", "-2"},
      {"5.5 % 2", "1.5"},
      {"true ? {a=1} : {b=2}", "{\"a\":1}"},
      {"type(true ? {a=1} : {b=2})", "\"map(number)\""},
      {"true ? [1] : [\"a\",\"b\"]", "[\"1\"]"},
      {"[1] == tolist([1])", "false"},
      {"format(\"%v %g %.3g\", 1234567, 123456.7, 123456.7)", "\"1.234567e+06 123456.7 1.23e+05\""},
      {"format(\"%[2]s %[1]s\", \"a\", \"b\")", "\"b a\""},
      {"format(\"%08.3f|%+.2e|%#x\", -3.14159, 12345.678, 255)", "\"-003.142|+1.23e+04|0xff\""},
      {"upper(\"straße ñ\")", "\"STRAßE Ñ\""},
      {"length(\"👩‍👩‍👧é\")", "2"},
      {"substr(\"héllo\", -3, 2)", "\"ll\""},
      {"regexall(\"a*\", \"baac\")", "[\"\",\"aa\",\"\"]"},
      {"replace(\"abc\", \"/(?P<n>b)/\", \"<$n>\")", "\"a\\u003cb\\u003ec\""},
      {"replace(\"abc\", \"\", \"-\")", "\"-a-b-c-\""},
      {"cidrsubnets(\"fd00:fd12:3456:7890::/56\", 16, 32)", "[\"fd00:fd12:3456:7800::/72\",\"fd00:fd12:3456:7800:100::/88\"]"},
      {"cidrhost(\"10.0.0.0/8\", -1)", "\"10.255.255.255\""},
      {"yamlencode({a=\"\"})", "\"\\\"a\\\": \\\"\\\"\\n\""},
      {"yamlencode({a=[1,\"x\"],b={}})", "\"\\\"a\\\":\\n- 1\\n- \\\"x\\\"\\n\\\"b\\\": {}\\n\""},
      {"yamldecode(\"a: &x [1, yes]\\nb: *x\\nc: {<<: {d: ~}}\")", "{\"a\":[1,true],\"b\":[1,true],\"c\":{\"d\":null}}"},
      {"timeadd(\"2017-11-22T00:00:00Z\", \"-1.5h2m\")", "\"2017-11-21T22:28:00Z\""},
      {"formatdate(\"EEE MMMM D h:m:s HH AA ZZZZ\", \"2018-01-02T03:12:01-08:00\")", "\"Tue January 2 3:12:1 03 AM -0800\""},
      {"csvdecode(\"a,b\\n1,\\\"x,y\\\"\\n\")", "[{\"a\":\"1\",\"b\":\"x,y\"}]"},
      {"uuidv5(\"dns\", \"tada\")", "\"faa898db-9b9d-5b75-86a9-149e7bb8e3b8\""},
      {"parseint(\"Zz\", 62)", "3817"},
      {"setproduct([\"a\",\"b\"],[1])", "[[\"a\",1],[\"b\",1]]"},
      {"try(upper(null), \"x\")", "\"x\""},
      // OpenTofu's
      {"base64gunzip(\"H4sIAAAAAAAA/8pIzcnJBwAAAP//AQAA//+GphA2BQAAAA==\")", "\"hello\""},
      {"cidrcontains(\"10.0.0.0/8\", \"10.1.0.0/16\")", "true"},
      {"urldecode(\"a+b%26\")", "\"a b\\u0026\""},
  };
  for (const auto& [expression, value] : cases) {
    INFO(expression);
    CHECK(Eval(expression) == "{\"value\":" + std::string(value) + "}");
  }
}

TEST_CASE("files are read from the side of the change and from nowhere else") {
  CHECK(Eval("file(\"a.txt\")") == "{\"value\":\"text\\n\"}");
  CHECK(Eval("filemd5(\"a.txt\")") == "{\"value\":\"e1cbb0c3879af8347246f12c559a86b5\"}");
  CHECK(Eval("filebase64(\"bin\")") == "{\"value\":\"//4A\"}");
  CHECK(Eval("fileset(\"t\", \"**/*.txt\")") == "{\"value\":[\"deep/x.txt\",\"y.txt\"]}");
  CHECK(Eval("fileset(\"t\", \"{y,z}.txt\")") == "{\"value\":[\"y.txt\"]}");
  CHECK(Eval("fileset(\"nowhere\", \"*\")") == "{\"value\":[]}");
  CHECK(Eval("templatefile(\"t/hello.tftpl\", {name = \"you\"})") == "{\"value\":\"Hello you!\"}");
  CHECK(Eval("fileexists(\"../a.txt\")") == "{\"value\":false}");
  for (const char* outside : {"file(\"../../etc/passwd\")", "file(\"/etc/passwd\")", "templatefile(\"/etc/passwd\", {})", "filesha256(\"/etc/passwd\")", "file(\"bin\")"}) {
    INFO(outside);
    CHECK(Eval(outside).starts_with("{\"error\":"));
  }
  CHECK(Eval("fileset(\"/etc\", \"*\")").find("passwd") == std::string::npos);
}

TEST_CASE("what only a run can tell is unknown") {
  for (const char* expression : {"timestamp()", "uuid()", "bcrypt(\"x\")", "plantimestamp()", "path.cwd", "abspath(\"x\")", "upper(timestamp())", "[uuid()]"}) {
    INFO(expression);
    CHECK(Eval(expression) == "{\"unknown\":true}");
  }
}

TEST_CASE("what cannot be evaluated is one error that says why") {
  const std::pair<const char*, const char*> cases[] = {
      {"uper(\"a\")", "did you mean 'upper'?"},
      {"upper()", "Not enough function arguments"},
      {"upper(\"a\", \"b\")", "Too many function arguments"},
      {"local.x", "Reference to undeclared"},
      {"1 +", ""},
      {"regex(\"[a\", \"a\")", "is no regular expression"},
      {"range(0, 5000)", "more than 1024 numbers"},
      {"setproduct(range(1000), range(1000))", "more than 100000 combinations"},
      {"formatdate(\"YYY\", \"2018-01-02T23:12:01Z\")", "there is no date format 'YYY'"},
      {"yamldecode(\"a: [\")", "yamldecode()"},
      {"templatefile(\"t/self.tftpl\", {})", "Templates call each other too deeply"},
      {"format(\"%s %s\", \"a\")", "more verbs than there are arguments"},
      {"true ? 1 : false", "Inconsistent conditional result types"},
      {"1e99999999999", "Invalid number literal"},
  };
  for (const auto& [expression, says] : cases) {
    INFO(expression);
    const std::string result = Eval(expression);
    INFO(result);
    CHECK(result.starts_with("{\"error\":"));
    CHECK(result.find(says) != std::string::npos);
  }
}

TEST_CASE("no expression takes more than its bounds") {
  // Each doubles what the one before gave: 2^40 and more without bounds.
  std::string doubled = "\"x\"";
  for (int i = 0; i < 40; ++i) doubled = "join(\"\", [for s in [" + doubled + "]: \"${s}${s}\"])";
  CHECK(Eval(doubled).find("\"value\"") == std::string::npos);
  std::string nested;
  for (int i = 0; i < 5000; ++i) nested += "[";
  CHECK(Eval(nested).starts_with("{\"error\":"));
  CHECK(Eval("yamldecode(\"a: &a [x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\")").starts_with("{"));
}

}  // namespace
}  // namespace weir::terraform
