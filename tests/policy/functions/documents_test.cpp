// Policy documents that are known in part: what decides is known, and what is not known makes a result unknown only where it decides.
#include "tests/policy/functions/support.h"

namespace weir::policy {
namespace {

struct Documents : test::Bench {
  Arena arena;

  const weir::Value* Text(std::string_view text) { return NewString(arena, text); }
  /// What a template with an interpolation gives: "@" stands for something unknown, "#" for the unknown name of a thing.
  const weir::Value* Template(std::string_view text) {
    std::vector<const weir::Value*> parts;
    weir::Value* out = NewUnknown(arena);
    out->flags |= weir::Value::kPartial;
    out->text = text.substr(0, text.find_first_of("@#"));
    while (!text.empty()) {
      const size_t at = std::min(text.find_first_of("@#"), text.size());
      if (at > 0) parts.push_back(Text(text.substr(0, at)));
      if (at < text.size()) {
        weir::Value* part = NewUnknown(arena);
        if (text[at] == '#') part->flags |= weir::Value::kName;
        parts.push_back(part);
      }
      text.remove_prefix(std::min(at + 1, text.size()));
    }
    out->structure = NewSequence(arena, Kind::kTuple, arena.Copy(parts));
    return out;
  }
  void Self(const weir::Value* document) {
    std::vector<Entry> entries = {{"policy", document, {}}};
    weir::Value* body = NewMapping(arena, Kind::kObject, arena.Copy(entries));
    body->flags |= weir::Value::kSoft;
    slots[kSelf] = cel::Value::FromModel(body);
  }
};

TEST_CASE("a document with unknown interpolations is read as far as it is known") {
  struct Case {
    std::string_view document, expression, result;
  };
  static constexpr Case kCases[] = {
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "@"}]})", "iam.allows(self.policy, 's3:GetObject')", "true"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "@"}]})", "'*' in iam.statements(self.policy)[0].resources", "unknown"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::@/*"}]})", "'*' in iam.statements(self.policy)[0].resources", "false"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "s3:@"}]})", "iam.allows(self.policy, 'iam:PassRole')", "false"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "s3:@"}]})", "iam.allows(self.policy, 's3:GetObject')", "unknown"},
      {R"({"Statement": [{"Effect": "Allow", "Action": ["s3:@", "iam:*"]}]})", "iam.allows(self.policy, 'iam:PassRole')", "true"},
      {R"({"Statement": [{"Effect": "@", "Action": "*", "Principal": "*"}]})", "iam.isPublic(self.policy)", "unknown"},
      {R"({"Statement": [{"Effect": "Deny", "Action": "@", "Principal": "*"}]})", "iam.isPublic(self.policy)", "false"},
      {R"({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::@:root"}}]})", "iam.isPublic(self.policy)", "false"},
      {R"({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "@"}}]})", "iam.isPublic(self.policy)", "unknown"},
      {R"({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "@"}}]})", "iam.crossAccount(self.policy, '111122223333')", "unknown"},
      {R"({"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"ArnEquals": {"aws:SourceArn": "@"}}}]})", "iam.isPublic(self.policy)", "false"},
      {R"({"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"ArnEquals": @}}]})", "iam.isPublic(self.policy)", "unknown"},
      {R"({"Statement": [@, {"Effect": "Allow", "Principal": "*"}]})", "iam.isPublic(self.policy)", "true"},
      {R"({"Statement": @})", "iam.isPublic(self.policy)", "unknown"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "#"}]})", "'*' in iam.statements(self.policy)[0].resources", "false"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "#/*"}]})", "'*' in iam.statements(self.policy)[0].resources", "false"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "@/*"}]})", "'*' in iam.statements(self.policy)[0].resources", "false"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "@*"}]})", "'*' in iam.statements(self.policy)[0].resources", "unknown"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "#"}]})", "iam.allows(self.policy, 's3:GetObject', '*')", "false"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "#"}]})", "iam.allows(self.policy, 's3:GetObject', 'arn:aws:s3:::b')", "unknown"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "#/*"}]})", "iam.allows(self.policy, 's3:GetObject', 'arn:aws:s3:::b')", "false"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "#/*"}]})", "iam.allows(self.policy, 's3:GetObject', 'arn:aws:s3:::b/c')", "unknown"},
      {R"({"Statement": [{"Resource": "#"}, {"Resource": "@", "Effect": "Deny"}]})", "json.decode(self.policy).Statement[0].Resource == '*'", "false"},
      {R"({"Statement": [{"Resource": "#"}, {"Resource": "@", "Effect": "Deny"}]})", "json.decode(self.policy).Statement[1].Resource == '*'", "unknown"},
      {R"({"Statement": [{"Resource": "#"}, {"Resource": "@", "Effect": "Deny"}]})", "json.decode(self.policy).Statement.exists(s, has(s.Effect) && s.Effect == 'Deny')", "true"},
      {"@", "json.decode(self.policy)", "unknown"},
      {"@", "iam.isPublic(self.policy)", "unknown"},
      {R"({"Statement": "@)", "iam.isPublic(self.policy)", "unknown"},
      {R"({"@": []})", "iam.isPublic(self.policy)", "unknown"},
  };
  for (const Case& c : kCases) {
    Documents bench;
    bench.Self(bench.Template(c.document));
    INFO(c.document << "  " << c.expression);
    CHECK(bench.Run(std::string(c.expression)) == c.result);
  }
}

TEST_CASE("the statements of merged documents are read, and an overriding one takes the place of its namesake") {
  Documents bench;
  const auto body = [&](std::vector<Entry> entries) { return NewMapping(bench.arena, Kind::kObject, bench.arena.Copy(entries)); };
  const auto list = [&](std::vector<const weir::Value*> items) { return NewSequence(bench.arena, Kind::kList, bench.arena.Copy(items)); };
  const auto statement = [&](std::string_view sid, std::string_view action) {
    return body({{"sid", bench.Text(sid), {}}, {"actions", list({bench.Text(action)}), {}}, {"effect", bench.Text("Allow"), {}}});
  };
  const weir::Value* merged = body({{"statement", list({statement("a", "s3:*"), statement("b", "ec2:*")}), {}},
                                    {"source_policy_documents", list({bench.Text(R"({"Statement": {"Effect": "Allow", "Action": "sqs:*"}})")}), {}},
                                    {"override_policy_documents", list({bench.Text(R"({"Statement": {"Sid": "b", "Effect": "Deny", "Action": "iam:*"}})")}), {}}});
  bench.Self(merged);
  CHECK(bench.Run("iam.actions(self.policy) == ['sqs:*', 's3:*']") == "true");
  CHECK(bench.Run("iam.statements(self.policy).size() == 3") == "true");
}

TEST_CASE("a statement says where it stands, for blame") {
  Documents bench;
  weir::Value* text = NewString(bench.arena, R"({"Statement": {"Effect": "Allow"}})", Span{0, 7, 30});
  bench.Self(text);
  const cel::Value statement = bench.Value("iam.statements(self.policy)[0]");
  REQUIRE(statement.model != nullptr);
  CHECK(statement.model->origin.offset == 7);
}

TEST_CASE("literal secrets of a resource are told with the name that they stand under") {
  Documents bench;
  const auto body = [&](std::vector<Entry> entries) {
    weir::Value* v = NewMapping(bench.arena, Kind::kObject, bench.arena.Copy(entries));
    v->flags |= weir::Value::kSoft;
    return v;
  };
  const auto text = [&](std::string_view s) { return bench.Text(s); };
  weir::Value* encoded = NewUnknown(bench.arena);
  encoded->structure = body({{"name", text("DB_PASSWORD"), {}}, {"value", text("kP7wQ2zL"), {}}});
  weir::Value* through = NewString(bench.arena, "kP7wQ2zL9");
  Hop hop{Hop::Kind::kVariable, "password", {}, nullptr};
  Provenance provenance{{}, {}, &hop};
  through->provenance = &provenance;
  bench.slots[kSelf] = cel::Value::FromModel(body({{"admin_password", text("kP7wQ2zL"), {}},
                                                    {"container_definitions", encoded, {}},
                                                    {"description", text("kP7wQ2zL"), {}},
                                                    {"login_password", through, {}},
                                                    {"other_password", text("changeme"), {}}}));
  CHECK(bench.Run("secret.inBody(self).map(s, s.name) == ['admin_password', 'DB_PASSWORD']") == "true");
}

}  // namespace
}  // namespace weir::policy
