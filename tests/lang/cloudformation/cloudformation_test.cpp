#include "lib/lang/cloudformation/cloudformation.h"

#include <algorithm>

#include "lib/model/json.h"
#include "tests/support/test.h"

namespace weir::cloudformation {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

struct Scan {
  explicit Scan(Files files, const std::string& scope = "t.yaml", const Limits& limits = {}) : snapshot(git::NewMemorySnapshot(std::move(files))) {
    CloudFormation().Evaluate(scope, *snapshot, sources, arena, limits, document);
  }
  explicit Scan(const std::string& text) : Scan(Files{{"t.yaml", text}}) {}

  const Resource* Find(std::string_view address) const {
    for (const Resource* r : document.resources)
      if (r->address == address) return r;
    return nullptr;
  }
  const Value& At(std::string_view address, std::string_view path) const {
    const Resource* resource = Find(address);
    REQUIRE(resource != nullptr);
    const auto values = ValuesAt(*resource->body, path);
    INFO(address << " " << path);
    REQUIRE(values.size() == 1);
    return *values[0];
  }
  std::string Text(std::string_view address, std::string_view path) const { return Show(At(address, path)); }
  std::string Place(std::string_view address, std::string_view path) const { return std::string(sources.text(At(address, path).origin)); }

  static std::string Show(const Value& v) {
    if (v.is_unknown()) return v.has(Value::kPartial) ? std::string(v.text) + "…" : "unknown";
    if (v.kind == Kind::kString) return std::string(v.text);
    std::string json;
    return WriteJson(v, json) ? json : "partly unknown";
  }

  std::unique_ptr<git::Snapshot> snapshot;
  Arena arena;
  SourceMap sources;
  Document document;
};

/// A template with one resource whose property V is `value`.
std::string With(const std::string& value, const std::string& sections = "") {
  return sections + "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      V: " + value + "\n";
}

constexpr const char* kSections = R"(
Parameters:
  Env: {Type: String, Default: dev}
  Size: {Type: Number, Default: 3}
  Nets: {Type: CommaDelimitedList, Default: "10.0.0.0/16, 10.1.0.0/16"}
  Key: {Type: String}
  Only: {Type: String, AllowedValues: [one]}
  Ami: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /aws/ami}
  Secret: {Type: String, NoEcho: true, Default: hush}
Mappings:
  Sizes:
    dev: {Disk: 10, Tags: [a, b]}
    prod: {Disk: 100}
Conditions:
  IsDev: !Equals [!Ref Env, dev]
  IsProd: {"Fn::Equals": [{Ref: Env}, prod]}
  HasKey: !Not [!Equals [!Ref Key, ""]]
  Both: !And [!Condition IsDev, {Condition: IsProd}]
  Either: !Or [!Condition IsProd, !Condition IsDev]
  Never: !Equals [a, b]
)";

}  // namespace

TEST_CASE("intrinsic functions are worth what CloudFormation makes of them, in both spellings") {
  const auto row = GENERATE(table<std::string, std::string>({
      {"!Ref Env", "dev"},
      {"{Ref: Size}", "3"},
      {"!Ref Nets", "[\"10.0.0.0/16\",\"10.1.0.0/16\"]"},
      {"!Ref Key", "unknown"},
      {"!Ref Only", "one"},
      {"!Ref Ami", "unknown"},
      {"!Ref AWS::Region", "unknown"},
      {"!Ref Q", "unknown"},
      {"!GetAtt Q.Arn", "unknown"},
      {"{Fn::GetAtt: [Q, Arn]}", "unknown"},
      {"!Sub '${Env}-data'", "dev-data"},
      {"!Sub '${Env}'", "dev"},
      {"{Fn::Sub: 'x-${Key}-y'}", "x-…"},
      {"!Sub ['${A}/${!B}/${Size}', {A: !Ref Env}]", "dev/${B}/3"},
      {"!Sub 'arn:aws:s3:::${Env}/${AWS::AccountId}'", "arn:aws:s3:::dev/…"},
      {"!Join ['-', [a, !Ref Env, 3]]", "a-dev-3"},
      {"{Fn::Join: ['', [a, !Ref Key, c]]}", "a…"},
      {"!Join [',', !Ref Nets]", "10.0.0.0/16,10.1.0.0/16"},
      {"!Select [1, !Ref Nets]", "10.1.0.0/16"},
      {"!Select ['0', {Fn::Split: ['/', '10.0.0.0/16']}]", "10.0.0.0"},
      {"!Split [',', 'a,b,c']", "[\"a\",\"b\",\"c\"]"},
      {"!FindInMap [Sizes, !Ref Env, Disk]", "10"},
      {"{Fn::FindInMap: [Sizes, dev, Tags]}", "[\"a\",\"b\"]"},
      {"!FindInMap [Sizes, none, Disk, {DefaultValue: 7}]", "7"},
      {"!FindInMap [Sizes, !Ref Key, Disk]", "unknown"},
      {"!If [IsDev, small, large]", "small"},
      {"{Fn::If: [IsProd, small, large]}", "large"},
      {"!If [HasKey, same, same]", "same"},
      {"!If [HasKey, one, two]", "unknown"},
      {"!If [Both, a, b]", "b"},
      {"!If [Either, a, b]", "a"},
      {"!If [HasKey, {A: 1, B: 2}, {A: 1, B: 3}]", "partly unknown"},
      {"!Base64 'text'", "text"},
      {"{Fn::Base64: !Sub 'x ${Env}'}", "x dev"},
      {"!Cidr ['10.0.0.0/16', 2, 8]", "[\"10.0.0.0/24\",\"10.0.1.0/24\"]"},
      {"!ImportValue other", "unknown"},
      {"!GetAZs ''", "unknown"},
      {"{Fn::Transform: {Name: AWS::Include, Parameters: {Location: 's3://b/x'}}}", "unknown"},
      {"{Fn::ToJsonString: {a: [1, !Ref Env]}}", "{\"a\":[1,\"dev\"]}"},
      {"{Fn::Length: !Ref Nets}", "2"},
      {"[a, !Ref AWS::NoValue, b]", "[\"a\",\"b\"]"},
      {"{a: !Ref AWS::NoValue, b: 1}", "{\"b\":1}"},
      {"!If [Never, 1, !Ref AWS::NoValue]", ""},
      {"{Fn::Unheard: 1}", "{\"Fn::Unheard\":1}"},
      {"!Unheard 1", "unknown"},
  }));
  INFO(std::get<0>(row));
  const Scan scan(With(std::get<0>(row), kSections));
  REQUIRE(scan.document.diagnostics.empty());
  if (std::get<1>(row).empty()) CHECK(scan.Find("AWS::S3::Bucket.B")->body->Get("V") == nullptr);
  else CHECK(scan.Text("AWS::S3::Bucket.B", "V") == std::get<1>(row));
}

TEST_CASE("a value stands where it must be changed, and tells through which parameter it came") {
  const Scan scan(With("!Ref Env", kSections));
  CHECK(scan.Place("AWS::S3::Bucket.B", "V") == "dev");
  const Value& v = scan.At("AWS::S3::Bucket.B", "V");
  REQUIRE((v.provenance != nullptr && v.provenance->hops != nullptr));
  CHECK(v.provenance->hops->name == "Parameters.Env");
  CHECK(scan.sources.text(v.provenance->hops->use) == "!Ref Env");
  CHECK(Scan(With("!Sub '${Env}'", kSections)).Place("AWS::S3::Bucket.B", "V") == "dev");
  CHECK(Scan(With("!Sub '${Env}-x'", kSections)).Place("AWS::S3::Bucket.B", "V") == "!Sub '${Env}-x'");
  CHECK(Scan(With("!FindInMap [Sizes, dev, Disk]", kSections)).Place("AWS::S3::Bucket.B", "V") == "10");
  CHECK(Scan(With("!If [IsDev, small, large]", kSections)).Place("AWS::S3::Bucket.B", "V") == "small");
  CHECK(Scan(With("!Ref Secret", kSections)).At("AWS::S3::Bucket.B", "V").has(Value::kSensitive));
}

TEST_CASE("Ref, GetAtt and Sub relate resources, through lists and conditions too") {
  for (const char* text : {"!Ref Q", "!GetAtt Q.Arn", "!Sub '${Q.Arn}/x'", "[{X: !Ref Q}]", "!If [HasKey, !Ref Q, none]", "!Join ['', [a, !GetAtt Q.Arn]]"}) {
    INFO(text);
    const Scan scan(With(text, kSections));
    const auto related = scan.document.Related(*scan.Find("AWS::SQS::Queue.Q"), "AWS::S3::Bucket", "V");
    REQUIRE(related.size() == 1);
    CHECK(scan.document.References(*related[0], "").at(0)->name == "Q");
  }
}

TEST_CASE("a resource is declared unless its condition is false whatever is given") {
  const Scan scan(std::string(kSections) + R"(
Resources:
  A: {Type: AWS::SQS::Queue, Condition: IsDev}
  B: {Type: AWS::SQS::Queue, Condition: IsProd}
  C: {Type: AWS::SQS::Queue, Condition: HasKey}
  D: {Type: AWS::SQS::Queue, Condition: Never}
  E: {Type: AWS::SQS::Queue, Condition: Missing}
)");
  std::string names;
  for (const Resource* r : scan.document.resources) names += r->name;
  CHECK(names == "ABCE");
}

TEST_CASE("JSON templates say the same, with their own places") {
  const Scan scan(Files{{"t.json", R"({"AWSTemplateFormatVersion": "2010-09-09", "Parameters": {"E": {"Type": "String", "Default": "x"}},
 "Resources": {"B": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Metadata": {"m": 1},
  "Properties": {"V": {"Fn::Join": ["-", [{"Ref": "E"}, "y"]]}, "W": true}}}})"}},
                  "t.json");
  CHECK(scan.Text("AWS::S3::Bucket.B", "V") == "x-y");
  CHECK(scan.Place("AWS::S3::Bucket.B", "W") == "true");
  CHECK(scan.Text("AWS::S3::Bucket.B", "DeletionPolicy") == "Retain");
  CHECK(scan.Text("AWS::S3::Bucket.B", "Metadata.m") == "1");
  CHECK(scan.sources.text(scan.Find("AWS::S3::Bucket.B")->header) == "\"B\"");
}

TEST_CASE("Fn::ForEach declares a resource for every element, and entries of a mapping") {
  const Scan scan(R"(
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'Red,Blue'}
Resources:
  Fn::ForEach::Topics:
    - Name
    - !Ref Names
    - Topic${Name}:
        Type: AWS::SNS::Topic
        Properties:
          TopicName: !Sub 'topic-${Name}'
          Other: !Ref Name
          Fn::ForEach::Inner:
            - Key
            - [A, B]
            - K${Key}: !Ref Key
)");
  REQUIRE(scan.document.resources.size() == 2);
  CHECK(scan.Text("AWS::SNS::Topic.TopicRed", "TopicName") == "topic-Red");
  CHECK(scan.Text("AWS::SNS::Topic.TopicBlue", "Other") == "Blue");
  CHECK(scan.Text("AWS::SNS::Topic.TopicBlue", "KB") == "B");
}

TEST_CASE("a nested stack is evaluated with its parameters, and its outputs come back") {
  const std::string child = "Parameters:\n  Acl: {Type: String}\nResources:\n  In: {Type: AWS::S3::Bucket, Properties: {AccessControl: !Ref Acl}}\nOutputs:\n  Acl: {Value: !Ref Acl}\n";
  const Scan scan(Files{{"stacks/t.yaml", R"(
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./parts/child.yaml
      Parameters: {Acl: PublicRead}
  Out: {Type: AWS::S3::Bucket, Properties: {AccessControl: !GetAtt Child.Outputs.Acl}}
)"},
                        {"stacks/parts/child.yaml", child}},
                  "stacks/t.yaml");
  CHECK(scan.Text("Child/AWS::S3::Bucket.In", "AccessControl") == "PublicRead");
  CHECK(scan.Place("Child/AWS::S3::Bucket.In", "AccessControl") == "PublicRead");
  CHECK(scan.Text("AWS::S3::Bucket.Out", "AccessControl") == "PublicRead");
  std::string cache;
  const std::vector<std::string> changed = {"stacks/parts/child.yaml"};
  CHECK(*CloudFormation().ScopesOf(changed, *scan.snapshot, cache) == std::vector<std::string>{"stacks/parts/child.yaml", "stacks/t.yaml"});
}

TEST_CASE("nested stacks that leave the repository or contain themselves are told and end") {
  const auto stack = [](const std::string& url) { return "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: " + url + "}\n"; };
  const auto told = [](const Scan& scan) { return scan.document.diagnostics.size() == 1 ? std::string(scan.document.diagnostics[0].summary) : std::to_string(scan.document.diagnostics.size()); };
  CHECK(told(Scan(stack("../../../etc/x.yaml"))).find("outside of the repository") != std::string::npos);
  CHECK(told(Scan(stack("t.yaml"))).find("contains itself") != std::string::npos);
  CHECK(told(Scan(Files{{"t.yaml", stack("u.yaml")}, {"u.yaml", stack("t.yaml")}})).find("contains itself") != std::string::npos);
  CHECK(told(Scan(stack("missing.yaml"))) == "0");
  CHECK(told(Scan(stack("https://s3.amazonaws.com/b/x.yaml"))) == "0");
}

TEST_CASE("SAM's resources have Globals, CloudFormation's names, and what they create") {
  const Scan scan(R"(
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    Tracing: Active
    Environment: {Variables: {STAGE: dev}}
    Layers: [one]
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Environment: {Variables: {NAME: f}}
      Layers: [two]
      DeadLetterQueue: {Type: SQS, TargetArn: arn}
      FunctionUrlConfig: {AuthType: NONE}
      Policies:
        - AWSLambdaExecute
        - Statement: [{Effect: Allow, Action: '*', Resource: '*'}]
  T: {Type: AWS::Serverless::SimpleTable}
)");
  CHECK(scan.Text("AWS::Serverless::Function.F", "Runtime") == "python3.12");
  CHECK(scan.Text("AWS::Serverless::Function.F", "Environment.Variables") == R"({"NAME":"f","STAGE":"dev"})");
  CHECK(scan.Text("AWS::Serverless::Function.F", "Layers") == R"(["one","two"])");
  CHECK(scan.Text("AWS::Serverless::Function.F", "TracingConfig.Mode") == "Active");
  CHECK(scan.Text("AWS::Serverless::Function.F", "DeadLetterConfig.TargetArn") == "arn");
  CHECK(scan.Text("AWS::Lambda::Url.FUrl", "AuthType") == "NONE");
  CHECK(scan.Text("AWS::IAM::Role.FRole", "Policies[0].PolicyDocument.Statement[0].Action") == "*");
  CHECK(scan.Text("AWS::IAM::Role.FRole", "ManagedPolicyArns") == R"(["AWSLambdaExecute"])");
  CHECK(scan.Find("AWS::DynamoDB::Table.T") != nullptr);
}

TEST_CASE("a serverless.yml declares its functions with what the provider gives them, and its CloudFormation") {
  const Scan scan(Files{{"app/serverless.yml", R"(
service: shop
custom:
  stage: ${opt:stage, 'dev'}
  statements: ${file(iam.yml):statements}
provider:
  name: aws
  runtime: nodejs20.x
  environment: {STAGE: '${self:custom.stage}'}
  iamRoleStatements: ${self:custom.statements}
functions:
  hello:
    handler: h.x
    environment: {NAME: 'x-${self:custom.stage}'}
resources:
  Resources:
    B: {Type: AWS::S3::Bucket, Properties: {BucketName: 'b-${self:custom.stage}'}}
)"},
                        {"app/iam.yml", "statements:\n  - {Effect: Allow, Action: '*', Resource: '*'}\n"}},
                  "app/serverless.yml");
  CHECK(scan.document.diagnostics.empty());
  CHECK(scan.Text("function.hello", "environment") == R"({"NAME":"x-dev","STAGE":"dev"})");
  CHECK(scan.Text("function.hello", "runtime") == "nodejs20.x");
  CHECK(scan.Text("function.hello", "policy.Statement[0].Action") == "*");
  CHECK(scan.Find("function.hello")->language == "serverless");
  CHECK(scan.Text("AWS::S3::Bucket.B", "BucketName") == "b-dev");
  CHECK(scan.Find("AWS::S3::Bucket.B")->language == "cloudformation");
}

TEST_CASE("variables that lead to themselves or out of the repository end") {
  const Scan scan(Files{{"serverless.yml", "custom: {a: '${self:custom.b}', b: '${self:custom.a}', c: 'x${self:custom.c}'}\nfunctions:\n  f: {x: '${self:custom.a}', y: '${self:custom.c}', z: '${file(../../x.yml)}'}\n"}}, "serverless.yml");
  CHECK(scan.Text("function.f", "x") == "unknown");
  CHECK(scan.document.diagnostics.size() == 1);
}

TEST_CASE("work is bounded: loops over loops are cut, and say so") {
  std::string list = "[";
  for (int i = 0; i < 200; ++i) list += (i > 0 ? ",a" : "a") + std::to_string(i);
  list += "]";
  const Scan scan("Resources:\n  Fn::ForEach::A:\n    - X\n    - " + list + "\n    - Fn::ForEach::B:\n        - Y\n        - " + list + "\n        - R${X}${Y}: {Type: AWS::SNS::Topic}\n");
  REQUIRE(!scan.document.diagnostics.empty());
  CHECK(scan.document.diagnostics[0].kind == Diagnostic::Kind::kLimit);
  CHECK(scan.document.resources.size() <= Limits{}.instances);
}

}  // namespace weir::cloudformation
