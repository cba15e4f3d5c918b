#include "lib/syntax/hcl/dump.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "lib/syntax/hcl/parser.h"

namespace weir::hcl {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

// A constant. Only what a configuration file writes down literally is needed here: the evaluator of
// expressions is lib/lang/terraform's.
struct Constant {
  enum class Type { kNull, kBool, kNumber, kString, kList, kMap } type = Type::kNull;
  bool boolean = false;
  double number = 0;
  std::string text;
  std::vector<Constant> list;
  std::map<std::string, Constant> map;
};

class Dumper {
 public:
  Dumper(std::string_view source, Writer& out) : source_(source), out_(out) {}

  void Errors(std::span<const SyntaxError> errors) {
    out_.Key("errors");
    out_.StartArray();
    for (const SyntaxError& e : errors) {
      out_.StartObject();
      out_.Key("line");
      out_.Uint(static_cast<unsigned>(
          std::count(source_.begin(), source_.begin() + std::min<size_t>(e.span.offset, source_.size()),
                     '\n') +
          1));
      SpanMember("span", e.span);
      out_.Key("summary");
      String(e.summary);
      out_.EndObject();
    }
    out_.EndArray();
  }

  void Members(const Body& body, bool always) {
    if (always || !body.attributes.empty()) {
      out_.Key("attributes");
      out_.StartArray();
      for (const Attribute* a : body.attributes) Write(*a);
      out_.EndArray();
    }
    if (always || !body.blocks.empty()) {
      out_.Key("blocks");
      out_.StartArray();
      for (const Block* b : body.blocks) Write(*b);
      out_.EndArray();
    }
  }

 private:
  void String(std::string_view s) { out_.String(s.data(), static_cast<rapidjson::SizeType>(s.size())); }
  void SpanMember(const char* name, const Span& span) {
    out_.Key(name);
    out_.StartArray();
    out_.Uint(span.offset);
    out_.Uint(span.end());
    out_.EndArray();
  }

  void Write(const Block& b) {
    out_.StartObject();
    out_.Key("type");
    String(b.type);
    out_.Key("labels");
    out_.StartArray();
    for (const Label& label : b.labels) String(label.text);
    out_.EndArray();
    SpanMember("header", b.header_span);
    SpanMember("body", b.body_span);
    Members(*b.body, false);
    out_.EndObject();
  }

  void Write(const Attribute& a) {
    out_.StartObject();
    out_.Key("name");
    String(a.name);
    SpanMember("name_span", a.name_span);
    SpanMember("expression_span", a.expr->span);
    out_.Key("kind");
    String(KindName(a.expr->kind));
    references_.clear();
    Collect(*a.expr);
    if (!references_.empty()) {
      std::sort(references_.begin(), references_.end());
      out_.Key("references");
      out_.StartArray();
      for (const std::string& r : references_) String(r);
      out_.EndArray();
    } else if (const auto value = Evaluate(*a.expr); value && value->type != Constant::Type::kNull) {
      out_.Key("value");
      Write(*value);
    }
    out_.EndObject();
  }

  void Write(const Constant& c) {
    switch (c.type) {
      case Constant::Type::kNull:
        out_.Null();
        break;
      case Constant::Type::kBool:
        out_.Bool(c.boolean);
        break;
      case Constant::Type::kNumber: {
        const std::string text = NumberText(c.number);
        out_.RawValue(text.data(), text.size(), rapidjson::kNumberType);
        break;
      }
      case Constant::Type::kString:
        String(c.text);
        break;
      case Constant::Type::kList:
        out_.StartArray();
        for (const Constant& item : c.list) Write(item);
        out_.EndArray();
        break;
      case Constant::Type::kMap:
        out_.StartObject();
        for (const auto& [key, value] : c.map) {
          out_.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
          Write(value);
        }
        out_.EndObject();
        break;
    }
  }

  static std::string NumberText(double number) {
    char text[64];
    const bool whole = std::abs(number) < 1e15 && std::floor(number) == number;
    const auto end = whole ? std::to_chars(text, text + sizeof text, static_cast<long long>(number))
                           : std::to_chars(text, text + sizeof text, number);
    return {text, end.ptr};
  }

  // References: the traversals that begin at a name which no for-expression around them declares.
  void Collect(const Expr& e) {
    const auto each = [this](const auto& list) {
      for (const Expr* item : list) Collect(*item);
    };
    switch (e.kind) {
      case ExprKind::kLiteral:
      case ExprKind::kAnonSymbol:
      case ExprKind::kError:
        break;
      case ExprKind::kTemplate:
        each(As<Template>(e).parts);
        break;
      case ExprKind::kTemplateWrap:
        Collect(*As<TemplateWrap>(e).wrapped);
        break;
      case ExprKind::kTemplateJoin:
        Collect(*As<TemplateJoin>(e).tuple);
        break;
      case ExprKind::kTuple:
        each(As<TupleCons>(e).items);
        break;
      case ExprKind::kObject:
        for (const ObjectItem& item : As<ObjectCons>(e).items) {
          Collect(*item.key);
          Collect(*item.value);
        }
        break;
      case ExprKind::kObjectKey:
        if (As<ObjectKey>(e).literal_name.empty()) Collect(*As<ObjectKey>(e).wrapped);
        break;
      case ExprKind::kFunctionCall:
        each(As<FunctionCall>(e).args);
        break;
      case ExprKind::kScopeTraversal:
        AddReference(As<ScopeTraversal>(e));
        break;
      case ExprKind::kRelativeTraversal:
        Collect(*As<RelativeTraversal>(e).source);
        break;
      case ExprKind::kIndex:
        Collect(*As<Index>(e).collection);
        Collect(*As<Index>(e).key);
        break;
      case ExprKind::kSplat:
        Collect(*As<Splat>(e).source);
        Collect(*As<Splat>(e).each);
        break;
      case ExprKind::kFor: {
        const For& loop = As<For>(e);
        Collect(*loop.collection);
        declared_.push_back(loop.key_var);
        declared_.push_back(loop.value_var);
        for (const Expr* part : {loop.key, loop.value, loop.cond})
          if (part != nullptr) Collect(*part);
        declared_.resize(declared_.size() - 2);
        break;
      }
      case ExprKind::kConditional:
        Collect(*As<Conditional>(e).condition);
        Collect(*As<Conditional>(e).true_result);
        Collect(*As<Conditional>(e).false_result);
        break;
      case ExprKind::kBinaryOp:
        Collect(*As<BinaryOp>(e).lhs);
        Collect(*As<BinaryOp>(e).rhs);
        break;
      case ExprKind::kUnaryOp:
        Collect(*As<UnaryOp>(e).operand);
        break;
      case ExprKind::kParentheses:
        Collect(*As<Parentheses>(e).inner);
        break;
    }
  }

  void AddReference(const ScopeTraversal& t) {
    if (std::find(declared_.begin(), declared_.end(), t.root) != declared_.end()) return;
    std::string text(t.root);
    for (const Step& step : t.steps) {
      if (step.kind == StepKind::kAttr)
        (text += '.') += step.text;
      else
        text += "[]";
    }
    references_.push_back(std::move(text));
  }

  static std::optional<std::string> AsString(const Constant& c) {
    switch (c.type) {
      case Constant::Type::kString:
        return c.text;
      case Constant::Type::kBool:
        return c.boolean ? "true" : "false";
      case Constant::Type::kNumber:
        return NumberText(c.number);
      default:
        return std::nullopt;
    }
  }

  std::optional<Constant> Evaluate(const Expr& e) {
    Constant c;
    switch (e.kind) {
      case ExprKind::kLiteral: {
        const LiteralValue& literal = As<LiteralValue>(e);
        if (literal.type == LiteralType::kBool) {
          c.type = Constant::Type::kBool;
          c.boolean = literal.boolean;
        } else if (literal.type == LiteralType::kNumber) {
          c.type = Constant::Type::kNumber;
          std::from_chars(literal.text.data(), literal.text.data() + literal.text.size(), c.number);
        } else if (literal.type == LiteralType::kString) {
          c.type = Constant::Type::kString;
          c.text = literal.text;
        }
        return c;
      }
      case ExprKind::kTemplate:
        c.type = Constant::Type::kString;
        for (const Expr* part : As<Template>(e).parts) {
          const auto value = Evaluate(*part);
          const auto text = value ? AsString(*value) : std::nullopt;
          if (!text) return std::nullopt;
          c.text += *text;
        }
        return c;
      case ExprKind::kTemplateWrap:
        return Evaluate(*As<TemplateWrap>(e).wrapped);
      case ExprKind::kParentheses:
        return Evaluate(*As<Parentheses>(e).inner);
      case ExprKind::kTuple:
        c.type = Constant::Type::kList;
        for (const Expr* item : As<TupleCons>(e).items) {
          auto value = Evaluate(*item);
          if (!value) return std::nullopt;
          c.list.push_back(std::move(*value));
        }
        return c;
      case ExprKind::kObject:
        c.type = Constant::Type::kMap;
        for (const ObjectItem& item : As<ObjectCons>(e).items) {
          std::optional<std::string> key(item.key->literal_name);
          if (key->empty()) {
            const auto evaluated = Evaluate(*item.key->wrapped);
            key = evaluated ? AsString(*evaluated) : std::nullopt;
          }
          auto value = Evaluate(*item.value);
          if (!key || !value) return std::nullopt;
          c.map[*key] = std::move(*value);
        }
        return c;
      case ExprKind::kUnaryOp: {
        auto value = Evaluate(*As<UnaryOp>(e).operand);
        const bool negate = As<UnaryOp>(e).op == UnaryOperator::kNegate;
        if (!value || value->type != (negate ? Constant::Type::kNumber : Constant::Type::kBool))
          return std::nullopt;
        value->number = -value->number;
        value->boolean = !value->boolean;
        return value;
      }
      case ExprKind::kConditional: {
        const auto condition = Evaluate(*As<Conditional>(e).condition);
        if (!condition || condition->type != Constant::Type::kBool) return std::nullopt;
        return Evaluate(condition->boolean ? *As<Conditional>(e).true_result
                                           : *As<Conditional>(e).false_result);
      }
      case ExprKind::kBinaryOp:
        return EvaluateBinary(As<BinaryOp>(e));
      default:
        return std::nullopt;
    }
  }

  std::optional<Constant> EvaluateBinary(const BinaryOp& e) {
    const auto lhs = Evaluate(*e.lhs);
    const auto rhs = Evaluate(*e.rhs);
    if (!lhs || !rhs) return std::nullopt;
    Constant c;
    if (e.op == BinaryOperator::kEqual || e.op == BinaryOperator::kNotEqual) {
      if (lhs->type == Constant::Type::kList || lhs->type == Constant::Type::kMap) return std::nullopt;
      const bool equal = lhs->type == rhs->type && AsString(*lhs) == AsString(*rhs);
      c.type = Constant::Type::kBool;
      c.boolean = equal == (e.op == BinaryOperator::kEqual);
      return c;
    }
    if (e.op == BinaryOperator::kOr || e.op == BinaryOperator::kAnd) {
      if (lhs->type != Constant::Type::kBool || rhs->type != Constant::Type::kBool) return std::nullopt;
      c.type = Constant::Type::kBool;
      c.boolean = e.op == BinaryOperator::kOr ? lhs->boolean || rhs->boolean : lhs->boolean && rhs->boolean;
      return c;
    }
    if (lhs->type != Constant::Type::kNumber || rhs->type != Constant::Type::kNumber) return std::nullopt;
    const double a = lhs->number, b = rhs->number;
    c.type = Constant::Type::kNumber;
    switch (e.op) {
      case BinaryOperator::kAdd:
        c.number = a + b;
        return c;
      case BinaryOperator::kSubtract:
        c.number = a - b;
        return c;
      case BinaryOperator::kMultiply:
        c.number = a * b;
        return c;
      case BinaryOperator::kDivide:
        if (b == 0) return std::nullopt;
        c.number = a / b;
        return c;
      case BinaryOperator::kModulo:
        if (b == 0) return std::nullopt;
        c.number = std::fmod(a, b);
        return c;
      default:
        break;
    }
    c.type = Constant::Type::kBool;
    c.boolean = e.op == BinaryOperator::kLess        ? a < b
                : e.op == BinaryOperator::kLessEqual ? a <= b
                : e.op == BinaryOperator::kGreater   ? a > b
                                                     : a >= b;
    return c;
  }

  std::string_view source_;
  Writer& out_;
  std::vector<std::string> references_;
  std::vector<std::string_view> declared_;
};

}  // namespace

std::string DumpSyntax(std::string_view source, std::string_view file, const Limits& limits) {
  Arena arena;
  const Tree tree = Parse(source, 0, arena, limits);
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  Dumper dumper(source, writer);
  writer.StartObject();
  if (tree.errors.empty())
    dumper.Members(*tree.root, true);
  else
    dumper.Errors(tree.errors);
  if (!file.empty()) {
    writer.Key("file");
    writer.String(file.data(), static_cast<rapidjson::SizeType>(file.size()));
  }
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::string PrintBack(std::string_view source) {
  Arena arena;
  return Print(Parse(source, 0, arena));
}

}  // namespace weir::hcl
