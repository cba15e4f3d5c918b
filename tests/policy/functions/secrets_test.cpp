// What is a secret and what is none. True ones are put together while the test runs, so that nothing in this file looks like one.
#include "lib/policy/secrets.h"

#include <random>

#include "tests/policy/functions/support.h"

namespace weir::policy {
namespace {

constexpr std::string_view kAlnum = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::mt19937 generator(7);

std::string Random(size_t n, std::string_view alphabet = kAlnum) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += alphabet[generator() % alphabet.size()];
  return out;
}

// As GitHub's article has it: six digits in base 62 of the CRC-32 (as zlib counts it) of the thirty letters.
std::string WithChecksum(const std::string& prefix) {
  const std::string body = Random(30);
  uint32_t crc = 0xFFFFFFFF;
  for (const char c : body)
    for (int i = 0; i < 8; ++i) {
      const uint32_t bit = (crc ^ uint32_t(uint8_t(c) >> i)) & 1;
      crc = crc >> 1 ^ (bit != 0 ? 0xEDB88320 : 0);
    }
  crc = ~crc;
  std::string digits(6, '0');
  for (size_t i = 6; i-- > 0; crc /= 62) digits[i] = kAlnum[crc % 62];
  return prefix + body + digits;
}

std::string Base64Url(const std::string& text) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    bits = bits << 8 | uint8_t(c);
    for (have += 8; have >= 6; have -= 6) out += kDigits[bits >> (have - 6) & 63];
  }
  if (have > 0) out += kDigits[bits << (6 - have) & 63];
  return out;
}

struct Case {
  std::string kind, secret, before, after;
};

std::vector<Case> TrueOnes() {
  const std::string dashes(5, '-');
  const auto pem = [&](const std::string& label, const std::string& start, const std::string& line) {
    std::string body = start + Random(60);
    for (int i = 0; i < 6; ++i) body += line + Random(64);
    return dashes + "BEGIN " + label + dashes + line + body + line;
  };
  const std::string jwt = Base64Url(R"({"alg":"HS256","typ":"JWT"})") + "." + Base64Url(R"({"sub":"u-7731","role":"admin"})") + "." + Random(43);
  return {
      {"aws-access-key", "AKI" + std::string("A") + Random(16, kUpper), "aws_access_key_id = ", ""},
      {"aws-access-key", "ASI" + std::string("A") + Random(16, kUpper), "", "\n"},
      {"aws-secret-key", Random(38) + "/+", "aws_secret_access_key = \"", "\""},
      {"github-token", WithChecksum("gh" + std::string("p_")), "GITHUB_TOKEN=", "\n"},
      {"github-token", WithChecksum("gh" + std::string("s_")), "https://x-access-token@", ""},
      {"github-token", "github" + std::string("_pat_") + Random(22) + "_" + Random(59), "", ""},
      {"npm-token", WithChecksum("np" + std::string("m_")), "//packages.example.com/:_authToken=", ""},
      {"gitlab-token", "glpa" + std::string("t-") + Random(20), "", ""},
      {"slack-token", "xox" + std::string("b-") + Random(12, "123456789") + "-" + Random(13, "123456789") + "-" + Random(24), "", ""},
      {"slack-webhook", "T" + Random(10, kUpper) + "/B" + Random(10, kUpper) + "/" + Random(24), "https://hooks.slack.com/" + std::string("services/"), ""},
      {"stripe-key", "sk_li" + std::string("ve_") + Random(24), "", ""},
      {"google-api-key", "AIz" + std::string("a") + Random(35), "key=", ""},
      {"azure-storage-key", Random(86) + "==", "AccountName=a;Account" + std::string("Key="), ";"},
      {"azure-sas", Random(43) + "%3D", "https://a.blob.core.windows.net/c?sv=2022-11-02&se=2030-01-01&si" + std::string("g="), ""},
      {"pypi-token", "pypi-AgEIcHlwaS5v" + std::string("cmc") + Random(90), "", ""},
      {"sendgrid-key", "SG" + std::string(".") + Random(22) + "." + Random(43), "", ""},
      {"mailgun-key", "ke" + std::string("y-") + Random(32, kHex), "", ""},
      {"telegram-token", Random(9, "123456789") + ":A" + std::string("A") + Random(33), "", ""},
      {"digitalocean-token", "dop_v" + std::string("1_") + Random(64, kHex), "", ""},
      {"vault-token", "hv" + std::string("s.") + Random(95), "VAULT_TOKEN: ", ""},
      {"terraform-cloud-token", Random(14) + ".atlas" + std::string("v1.") + Random(67), "token = \"", "\""},
      {"anthropic-key", "sk-an" + std::string("t-api03-") + Random(93) + "AA", "", ""},
      {"openai-key", "sk-pro" + std::string("j-") + Random(40) + "T3Blbk" + "FJ" + Random(40), "", ""},
      {"private-key", pem("RSA PRIVATE " + std::string("KEY"), "MIIE", "\n"), "", dashes + "END"},
      {"private-key", pem("PRIVATE " + std::string("KEY"), "MIIE", "\\n"), "\"", dashes + "END"},
      {"private-key", pem("OPENSSH PRIVATE " + std::string("KEY"), "b3BlbnNzaC1rZXktdjE", "\n"), "", dashes + "END"},
      {"gcp-service-account-key", pem("PRIVATE " + std::string("KEY"), "MIIE", "\\n"), R"({"type": "service_account", "private_key": ")", dashes + "END"},
      {"jwt", jwt, "Authorization: Bearer ", "\n"},
      {"password-in-url", "kP7" + Random(8), "amqp://app:", "@queue.internal:5672"},
      {"password", "kP7!" + Random(8), "db_password: \"", "\""},
      {"generic-secret", "q" + Random(30) + "9", "CLIENT_SECRET=", "\n"},
      {"twilio-auth-token", Random(32, kHex), "twilio_auth_token = \"", "\""},
  };
}

TEST_CASE("each kind of secret is found, where it stands and as what it is") {
  for (int round = 0; round < 50; ++round)
    for (const Case& c : TrueOnes()) {
      const std::string text = "some text before\n" + c.before + c.secret + c.after;
      const auto found = FindSecrets(text);
      INFO(c.kind << " in " << text);
      REQUIRE(found.size() == 1);
      CHECK(found[0].kind == c.kind);
      // A private key ends where its last line does.
      CHECK(c.secret.starts_with(text.substr(found[0].start, std::min<size_t>(found[0].length, 60))));
      CHECK(found[0].length + 4 >= c.secret.size());
      CHECK(found[0].length <= c.secret.size());
    }
}

TEST_CASE("one letter changed in a token with a checksum makes it no token") {
  for (int round = 0; round < 200; ++round) {
    std::string token = WithChecksum("gh" + std::string("p_"));
    char& c = token[4 + generator() % 36];
    c = kAlnum[(kAlnum.find(c) + 1 + generator() % 60) % 62];
    CHECK(FindSecrets(token).empty());
  }
}

TEST_CASE("examples, placeholders and references are no secrets") {
  const std::string dashes(5, '-');
  const std::vector<std::string> texts = {
      "aws_access_key_id = AKIAIOSFODNN7EXAMPLE",
      "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      "access_key = \"AKIA1234567890123456\"",
      "password = \"changeme\"",
      "password = \"CHANGE_ME\"",
      "password = var.db_password",
      "password = \"${var.db_password}\"",
      "password: ${{ secrets.DB_PASSWORD }}",
      "password: {{ .Values.password }}",
      "password = data.aws_secretsmanager_secret_version.db.secret_string",
      "PASSWORD=$DB_PASSWORD",
      "password = \"<your password>\"",
      "password = \"xxxxxxxxxxxx\"",
      "password = \"************\"",
      "password = \"your-password-here\"",
      "token = \"<token>\"",
      "token: \"my-secret-token\"",
      "secret_name = \"prod/db/Credentials1\"",
      "secret_arn = \"arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-Ab12Cd\"",
      "secretKeyRef:\n  name: db\n  key: password1",
      "token = getToken(user2, Secret3)",
      "password_length = \"16characters\"",
      "api_key = \"dummy-Key-1234abcd\"",
      "client_secret = \"test-A1b2C3d4E5f6\"",
      "https://user:password@example.com/",
      "https://user:${PASSWORD}@host/",
      "postgres://postgres:postgres@localhost/db",
      "ghp_" + std::string(36, 'x'),
      "ghp_" + Random(36),
      "sk_test_" + Random(24),
      "AIza" + std::string(35, '0'),
      "npm_" + std::string("abcdefghijklmnopqrstuvwxyz0123456789"),
      dashes + "BEGIN RSA PRIVATE KEY" + dashes + "\n...\n" + dashes + "END RSA PRIVATE KEY" + dashes,
      dashes + "BEGIN CERTIFICATE" + dashes + "\nMIID" + Random(600) + "\n" + dashes + "END CERTIFICATE" + dashes,
      dashes + "BEGIN PUBLIC KEY" + dashes + "\nMIIB" + Random(300),
      dashes + "BEGIN ENCRYPTED PRIVATE KEY" + dashes + "\nMIIE" + Random(600),
      // The token of jwt.io's front page.
      Base64Url(R"({"alg":"HS256","typ":"JWT"})") + "." + Base64Url(R"({"sub":"1234567890","name":"John Doe","iat":1516239022})") + "." + Random(43),
      "eyJhbGciOiJIUzI1NiJ9 and no more",
      "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
      "sha256:" + Random(64, kHex),
      "commit " + Random(40, kHex),
      "monkey-" + Random(32, kHex),
      "lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor",
  };
  for (const std::string& text : texts) {
    INFO(text);
    CHECK(FindSecrets(text).empty());
  }
}

TEST_CASE("a name says whether a value is a secret") {
  const std::string value = "kP7" + std::string("wQ2zL9");
  for (const char* name : {"password", "db_password", "dbPassword", "DB-PASSWORD", "client_secret", "apiKey", "auth_token", "master_user_password", "admin.pwd"}) {
    INFO(name);
    CHECK(IsSecretName(name));
    CHECK_FALSE(KindOfSecret(name, value).empty());
  }
  for (const char* name : {"description", "password_policy", "secret_arn", "secret_name", "token_ttl", "kms_key_id", "key_name", "public_key", "tokens_per_minute", "password_length"}) {
    INFO(name);
    CHECK_FALSE(IsSecretName(name));
    CHECK(KindOfSecret(name, value).empty());
  }
}

TEST_CASE("of a secret four characters are shown at most") {
  CHECK(MaskSecret("abcd1234efgh5678") == "abcd…");
  CHECK(MaskSecret("short1") == "…");
  CHECK(MaskSecret("") == "…");
}

TEST_CASE("any text is searched without a fault, and what is found lies in it") {
  const std::string_view parts[] = {"AKIA", "ghp_", "-----BEGIN ", "PRIVATE KEY-----", "eyJ", ".", "://", ":", "@", "password", "=", "\"", "T3BlbkFJ", "sk-", "SG.", ":AA", "123456789", "sig=", "&", "\\n", "\n",
                                    "MIIE", "secret", "token", " ", "se=", "sv="};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (size_t n = generator() % 30; n-- > 0;) {
      text += parts[generator() % std::size(parts)];
      if (generator() % 3 == 0) text += Random(generator() % 90);
      if (generator() % 9 == 0) text += char(generator());
    }
    size_t last = 0;
    for (const Secret& s : FindSecrets(text)) {
      CHECK(s.start >= last);
      CHECK(s.length > 0);
      CHECK(s.start + s.length <= text.size());
      last = s.start + s.length;
    }
  }
}

}  // namespace
}  // namespace weir::policy
