// Proof that a program from an untrusted file is safe to run: all is in bounds, operands come before their
// node (so there is no cycle), and nothing stands deeper than the evaluator's stack allows.
#include <algorithm>

#include "lib/cel/parser.h"

namespace weir::cel {

bool Verify(Program bytes) {
  if (bytes.size() < sizeof(Header) || reinterpret_cast<uintptr_t>(bytes.data()) % alignof(Header) != 0) return false;
  const View view(bytes);
  const Header& h = *view.header;
  const uint64_t size =
      sizeof(Header) + uint64_t(h.node_count) * sizeof(Node) + uint64_t(h.list_count) * 4 + h.text_size;
  if (h.magic != Header::kMagic || h.node_count == 0 || (size + 7) / 8 * 8 != bytes.size() ||
      h.variables > h.slots || h.slots > 4096)
    return false;
  const auto text_ok = [&](uint32_t offset, uint32_t length) {
    return uint64_t(offset) + length <= h.text_size;
  };
  std::vector<uint32_t> heights(h.node_count);
  for (uint32_t i = 0; i < h.node_count; ++i) {
    const Node& n = view.nodes[i];
    if (n.op > Op::kBlock) return false;
    bool ok = true;
    switch (n.op) {
      case Op::kString:
      case Op::kBytes:
      case Op::kType:
      case Op::kFail:
        ok = text_ok(n.a, n.b);
        break;
      case Op::kSelect:
      case Op::kHas:
        ok = text_ok(n.b, n.c);
        break;
      case Op::kVariable:
        ok = n.a < h.slots;
        break;
      case Op::kList:
        ok = uint64_t(n.a) + n.b <= h.list_count;
        break;
      case Op::kMap:
        ok = n.b % 2 == 0 && uint64_t(n.a) + n.b <= h.list_count;
        break;
      case Op::kBlock:
        ok = uint64_t(n.a) + n.b <= h.list_count && uint64_t(n.c) + n.b <= h.slots;
        break;
      case Op::kCall:
        ok = n.c < h.list_count && uint64_t(n.c) + 1 + view.lists[n.c] <= h.list_count;
        break;
      case Op::kAll:
      case Op::kExists:
      case Op::kExistsOne:
      case Op::kFilter:
      case Op::kMapTo:
      case Op::kTransformList:
      case Op::kTransformMap:
      case Op::kTransformMapEntry:
      case Op::kBind:
      case Op::kOptMap:
      case Op::kOptFlatMap:
        ok = n.c < h.slots && (n.extra == Node::kNone || n.extra < h.slots);
        break;
      default:
        break;
    }
    if (!ok) return false;
    uint32_t height = 0;
    ForEachOperand(n, view.lists, [&](uint32_t operand) {
      if (operand >= i)
        ok = false;
      else
        height = std::max(height, heights[operand] + 1);
    });
    if (!ok || height > kMaxHeight) return false;
    heights[i] = height;
  }
  return true;
}

}  // namespace weir::cel
