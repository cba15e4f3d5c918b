// Letters as Unicode has them: case, composed form, and what people take for one character.
//
// Texts are UTF-8; invalid bytes are kept as they are. ASCII, which is nearly all of it, costs one look at each byte.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// Code point by code point (simple case mapping): "ß" stays what it is.
std::string ToLower(std::string_view text);
std::string ToUpper(std::string_view text);
/// Every letter that begins a word in title case; a word ends at white space and at ASCII characters that are no letter, digit or '_'.
std::string ToTitle(std::string_view text);

/// Normalisation form C.
std::string Compose(std::string_view text);
/// Where the text's characters, as a reader counts them (extended grapheme clusters, UAX #29), start; and the end of the text.
std::vector<size_t> CharacterStarts(std::string_view text);

}  // namespace weir
