// Every function with values of every type, in every place: a value, an error or an unknown, and never a fault.
#include <random>

#include "tests/policy/functions/support.h"

namespace weir::policy {
namespace {

using cel::Type;

struct Values {
  Arena& arena;
  std::mt19937& random;

  const weir::Value* Model(int depth) {
    switch (random() % (depth > 3 ? 6 : 10)) {
      case 0: return NewNull(arena);
      case 1: return NewBool(arena, random() % 2 != 0);
      case 2: return NewNumber(arena, Number::FromInt(int64_t(random()) - 2'000'000'000));
      case 3: {
        weir::Value* v = NewUnknown(arena);
        if (random() % 2 != 0) {
          v->flags |= weir::Value::kPartial;
          v->text = Text();
          if (random() % 2 != 0) v->structure = Sequence(Kind::kTuple, depth);
        } else if (random() % 2 != 0) {
          v->structure = Model(depth + 1);
        }
        return v;
      }
      case 4: case 5: return NewString(arena, Text());
      case 6: return Sequence(Kind::kList, depth);
      case 7: {
        weir::Value* v = Sequence(Kind::kList, depth);
        v->flags |= weir::Value::kBlockList;
        return v;
      }
      default: {
        std::vector<Entry> entries;
        static constexpr std::string_view kKeys[] = {"Statement", "statement", "Effect", "Action", "Principal", "Condition", "Resource", "AWS", "from_port", "to_port", "protocol",
                                                     "password", "name", "value", "effect", "principals", "identifiers", "type", "source_policy_documents", "override_policy_documents"};
        for (size_t n = random() % 6; n-- > 0;) entries.push_back({kKeys[random() % std::size(kKeys)], Model(depth + 1), {}});
        weir::Value* v = NewMapping(arena, Kind::kObject, arena.Copy(entries));
        v->flags |= weir::Value::kSoft;
        return v;
      }
    }
  }
  weir::Value* Sequence(Kind kind, int depth) {
    std::vector<const weir::Value*> items;
    for (size_t n = random() % 4; n-- > 0;) items.push_back(Model(depth + 1));
    return NewSequence(arena, kind, arena.Copy(items));
  }
  std::string_view Text() {
    static constexpr std::string_view kTexts[] = {"", "*", "0.0.0.0/0", "::ffff:1.2.3.4/97", "10.0.0.0/8", "1.2.3.4/", "/8", "80-443", "443-80", "-1", "-", "9223372036854775807", "-9223372036854775808",
                                                  "99999999999999999999", "arn:aws:iam::111122223333:root", "arn:aws:", "arn:aws:iam::*:*", "nginx", "a/b:c@sha256:0", "@", ":", "*/5 * * * *", "cron(0 0 ? * MON#1 *)",
                                                  "cron(", "rate(5 minutes)", "rate(-1 day)", "0/99 * * * *", "~> 1.2", ">= ", "1.2.3-", "v", "1.", "TLSv1_2016", "TLS", "1", "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\"}]}",
                                                  "{\"Statement\": ", "\xEF\xB7\x90" "0;", "\"", "[[[[[[[[", "\xFF\xFE", "password=hunter2hunter2", "Allow", "us-east-1"};
    const std::string_view text = kTexts[random() % std::size(kTexts)];
    if (random() % 40 == 0) return arena.Copy(std::string(size_t(1) << (random() % 17), "[{*:a/.9"[random() % 8]));
    if (random() % 6 == 0) return arena.Copy(std::string(text) + std::string(kTexts[random() % std::size(kTexts)]));
    return text;
  }
  cel::Value Argument() {
    switch (random() % 12) {
      case 0: return cel::Value::Null();
      case 1: return cel::Value::SoftNull();
      case 2: return cel::Value::Int(int64_t(random()) << (random() % 33));
      case 3: return cel::Value::Double(random() % 2 != 0 ? 1.2 : -1e308);
      case 4: return cel::Value::String(Text());
      case 5: return cel::Value::Bytes(Text());
      case 6: return cel::Value::Unknown();
      case 7: return cel::Value::List({});
      case 8: return cel::Value::Duration(-1);
      case 9: return cel::Value::Bool(true);
      default: return cel::Value::FromModel(Model(0));
    }
  }
};

// Looks at a result as an expression would, to the bottom.
size_t Walk(const cel::Value& v, int depth) {
  size_t n = 1;
  if (depth > 40) return n;
  if (v.is(Type::kString) || v.is(Type::kError)) n += v.text.size();
  if (v.is(Type::kList))
    for (size_t i = 0; i < v.size(); ++i) n += Walk(v.At(i), depth + 1);
  if (v.is(Type::kMap))
    for (size_t i = 0; i < v.size(); ++i) n += Walk(v.EntryAt(i), depth + 1);
  return n;
}

TEST_CASE("every function takes any value of any type without a fault, within its steps") {
  std::mt19937 random(11);
  const Document document;
  Resource resource;
  cel::EvalContext context(PolicyFunctions());
  for (int round = 0; round < 4000; ++round) {
    context.arena.Reset();
    Values values{context.arena, random};
    weir::Value* body = NewMapping(context.arena, Kind::kObject, {});
    resource.body = body;
    const Host host{&document, &resource};
    context.host = random() % 2 != 0 ? &host : nullptr;
    for (const cel::Function& f : DomainFunctions()) {
      std::vector<cel::Value> args;
      const size_t count = f.min_args + random() % (f.max_args - f.min_args + 1);
      for (size_t i = 0; i < count; ++i) args.push_back(values.Argument());
      // The evaluator calls a function only with what it says that it takes.
      for (cel::Value& arg : args)
        if (arg.is(Type::kError) || (arg.is(Type::kUnknown) && !f.takes_unknown)) arg = cel::Value::Null();
      context.steps = 0;
      context.limits.steps = random() % 4 == 0 ? random() % 100 : 1'000'000;
      INFO(f.name);
      CHECK(Walk(f.call(args, context), 0) > 0);
    }
  }
}

}  // namespace
}  // namespace weir::policy
