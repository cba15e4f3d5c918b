// The layout of a compiled expression. Internal to lib/cel/.
//
//   Header | Node[node_count] | uint32_t lists[list_count] | char text[text_size]
//
// Nodes stand in post-order: the operands of a node have smaller indices, the last node is the root. That makes a
// program its own proof of termination (no cycles) and easy to verify.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "lib/cel/cel.h"

namespace weir::cel {

enum class Op : uint8_t {
  kNull, kTrue, kFalse, kInt, kDouble, kString,
  kVariable,                                   // a = slot
  kSelect, kHas, kIndex,                       // a = operand; b,c = text (kSelect, kHas); b = index node
  kNot, kNegate, kAnd, kOr, kConditional,      // a, b, c
  kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kIn,
  kAdd, kSubtract, kMultiply, kDivide, kModulo,
  kList, kMap,                                 // a = first in lists, b = count (a map: keys and values in turn)
  kCall,                                       // a, b = hash; lists at c: count, then arguments
  kAll, kExists, kExistsOne, kFilter, kMapTo,  // a = range, b = body, c = slot of the variable
};

struct Node {
  Op op;
  uint32_t offset;     // where in the expression, in bytes
  uint32_t a = 0, b = 0, c = 0;
};
static_assert(sizeof(Node) == 20);

struct Header {
  static constexpr uint32_t kMagic = 0x314c4543;  // "CEL1"
  uint32_t magic;
  uint32_t node_count;
  uint32_t list_count;
  uint32_t text_size;
  uint32_t variables;  // slots that the caller gives
  uint32_t slots;      // those and the ones of macros
};

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
