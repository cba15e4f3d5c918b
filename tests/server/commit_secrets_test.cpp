#include "lib/server/commit_secrets.h"

#include "tests/support/test.h"

namespace weir::server {
namespace {

// Put together here, so that this file holds no secret.
const std::string kPassword = std::string("kP7-wQ2z") + "-L9xT4vB";
const std::string kAccessKey = std::string("AKIA") + "3ZQ7T5VNWK2XJ4RD";

TEST_CASE("a commit that adds what may be a secret is worth a search") {
  struct Case {
    const char* name;
    std::string before, after;
  };
  const Case cases[] = {
      {"a password of its own name", "", "resource \"aws_db_instance\" \"a\" {\n  password = \"" + kPassword + "\"\n}\n"},
      {"a key by its format, in a comment", "a = 1\n", "a = 1\n# " + kAccessKey + "\n"},
      {"a default whose variable was there before", "variable \"db_password\" {\n  type    = string\n  default = \"\"\n}\n",
       "variable \"db_password\" {\n  type    = string\n  default = \"hunter-twenty-two\"\n}\n"},
      {"a value whose name stands beside it", "set {\n  name  = \"auth.password\"\n}\n", "set {\n  name  = \"auth.password\"\n  value = \"correct-horse\"\n}\n"},
      {"a value whose name stands below it", "set {\n  name  = \"auth.password\"\n}\n", "set {\n  value = \"correct-horse\"\n  name  = \"auth.password\"\n}\n"},
      {"a name above a value that was there", "variable \"x\" {\n  default = \"correct-horse\"\n}\n", "variable \"token\" {\n  default = \"correct-horse\"\n}\n"},
      {"a random value under any name, used elsewhere", "", "locals {\n  p = \"q8Zr3LkP0vXw7TnB5yHd\"\n}\n"},
      {"YAML without quotes", "", "env:\n  - name: API_TOKEN\n    value: q8Zr3LkP0vXw7TnB5yHd\n"},
      {"text that nobody has indented", "variable \"db_password\" {\ntype = string\n}\n", "variable \"db_password\" {\ntype = string\ndefault = \"hunter-twenty-two\"\n}\n"},
      {"camel case", "", "properties:\n  apiKey: hunter-twenty-two\n"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK(MayAddSecret(c.before, c.after));
  }
}

TEST_CASE("most commits add none") {
  struct Case {
    const char* name;
    std::string before, after;
  };
  const std::string secret = "password = \"" + kPassword + "\"\n";
  const Case cases[] = {
      {"nothing added", secret, secret},
      {"a secret taken away", secret + "a = 1\n", "a = 1\n"},
      {"another line beside one that was there", secret + "}\n", secret + "}\nport = 22\n"},
      {"a name of a key that is no secret", "", "kms_key_id = aws_kms_key.a.arn\n"},
      {"ordinary attributes", "", "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"logs\"\n  acl    = \"private\"\n  tags = merge(local.tags, { Name = \"b1\" })\n}\n"},
      {"a reference to a variable under a password's name", "", "password = var.db\n"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK_FALSE(MayAddSecret(c.before, c.after));
  }
}

}  // namespace
}  // namespace weir::server
