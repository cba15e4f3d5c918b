// Is this text a secret, or does it only stand where one will be? Internal to the search for secrets.
#pragma once

#include <string_view>

namespace weir::policy {

/// Shannon's entropy of the bytes, in bits a byte: 0 for one letter repeated, about 4.5 for 30 random letters and digits.
double EntropyOf(std::string_view text);

/// A token that nobody was given: it says example, repeats a letter, or counts (12345678, abcdefgh).
bool IsSample(std::string_view token);

/// A value that stands for another one: a sample, a reference (${…}, {{…}}, <…>, arn:…, a path), a word such as changeme, test
/// or dummy, nothing but words such as "your-password-here".
bool IsPlaceholder(std::string_view value);

/// Ends in words that name a password: anything written under it is one.
bool IsPasswordName(std::string_view name);

/// Letters and digits mixed as people do not write words; at least 8 bytes.
bool LooksRandom(std::string_view value);

}  // namespace weir::policy
