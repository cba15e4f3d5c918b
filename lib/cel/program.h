// The layout of a compiled expression. Internal to lib/cel/.
//
//   Header | Node[node_count] | uint32_t lists[list_count] | char text[text_size]
//
// Nodes stand in post-order: the operands of a node have smaller indices, the last node is the root. That
// makes a program its own proof of termination (no cycles) and easy to verify.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "lib/cel/cel.h"

namespace weir::cel {

enum class Op : uint8_t {
  kNull,
  kTrue,
  kFalse,
  kInt,
  kUint,
  kDouble,  // constants: a, b are the 64 bits
  kString,
  kBytes,
  kType,
  kFail,      // a, b = text; kFail: an error with that message
  kVariable,  // a = slot
  kSelect,
  kHas,    // a = operand; b, c = text; kOptional: `.?`
  kIndex,  // a = operand, b = index; kOptional: `[?`
  kNot,
  kNegate,
  kAnd,
  kOr,
  kConditional,  // a, b, c
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kList,
  kMap,   // a = first in lists, b = count (a map: keys and values in turn); the highest
          // bit of an entry marks an optional element (of a map: on the key)
  kCall,  // a, b = hash; lists at c: count, then arguments
  kAll,
  kExists,
  kExistsOne,
  kFilter,
  kMapTo,  // a = range, b = body, c = slot of the variable, extra = of the second or kNone
  kTransformList,
  kTransformMap,
  kTransformMapEntry,  // likewise; d = condition or kNoNode
  kOptMap,
  kOptFlatMap,  // a = optional, b = body, c = slot
  kOptOr,
  kOptOrValue,  // a, b
  kBind,        // a = value, b = body, c = slot
  kBlock,       // a = first in lists, b = count: nodes, c = first slot, d = body
};

struct Node {
  static constexpr uint32_t kNoNode = UINT32_MAX;
  static constexpr uint16_t kNone = UINT16_MAX;
  static constexpr uint8_t kOptional = 1;

  Op op;
  uint8_t flags = 0;
  uint16_t extra = kNone;
  uint32_t offset = 0;  // where in the expression, in bytes
  uint32_t a = 0, b = 0, c = 0, d = kNoNode;
};
static_assert(sizeof(Node) == 24);

/// The highest bit of an entry of a list: `[?x]`, `{?k: v}`.
inline constexpr uint32_t kOptionalEntry = 1u << 31;
/// Operands stand this deep at most, whatever limits say: it bounds the stack of the evaluator.
inline constexpr uint32_t kMaxHeight = 1000;

struct Header {
  static constexpr uint32_t kMagic = 0x324c4543;  // "CEL2"
  uint32_t magic;
  uint32_t node_count;
  uint32_t list_count;
  uint32_t text_size;
  uint32_t variables;  // slots that the caller gives
  uint32_t slots;      // those and the ones of macros
};
static_assert(sizeof(Header) == 24);

/// Reads a program's parts in place.
struct View {
  explicit View(Program bytes)
      : header(reinterpret_cast<const Header*>(bytes.data())),
        nodes(reinterpret_cast<const Node*>(bytes.data() + sizeof(Header))),
        lists(reinterpret_cast<const uint32_t*>(nodes + header->node_count)),
        text(reinterpret_cast<const char*>(lists + header->list_count)) {}
  const Header* header;
  const Node* nodes;
  const uint32_t* lists;
  const char* text;
  uint32_t root() const { return header->node_count - 1; }
  std::string_view Text(uint32_t offset, uint32_t length) const { return {text + offset, length}; }
};

/// An 8-byte constant in two 32-bit operands.
template <typename T>
T Constant(const Node& node) {
  static_assert(sizeof(T) == 8);
  const uint64_t bits = uint64_t(node.a) | uint64_t(node.b) << 32;
  T out;
  std::memcpy(&out, &bits, 8);
  return out;
}

}  // namespace weir::cel
