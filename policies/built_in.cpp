// The compiled library, as a part of the binary's read-only data.
#include <cstddef>

#include "lib/policy/image.h"

asm(".section .rodata\n"
    ".balign 16\n"
    "weir_policy_image_start:\n"
    ".incbin \"" WEIR_POLICY_IMAGE "\"\n"
    "weir_policy_image_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" const std::byte weir_policy_image_start[], weir_policy_image_end[];

namespace weir::policy {

const Image& Image::BuiltIn() {
  static const Image image = *Open({weir_policy_image_start, weir_policy_image_end}, true);
  return image;
}

}  // namespace weir::policy
