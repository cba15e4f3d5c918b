// Credentials in text: keys, tokens and passwords that somebody wrote where they do not belong.
//
//   for (const Secret& s : FindSecrets(text)) …        // "aws-access-key" at 120, 20 bytes
//
// Formats are those that vendors document (secret_formats.cpp names them); where a format carries a checksum, a structure or an
// encoding, it must hold. Examples of documentation, placeholders, references to variables and sequences are no secrets.
// One pass looks for the few letters that a format begins with: a gigabyte a second where there are none. Nothing is
// copied, compiled or kept between calls; time is linear in the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::policy {

struct Secret {
  std::string_view kind;  // "github-token"; lives for ever
  size_t start = 0;       // bytes from the beginning of the text
  size_t length = 0;      // of the secret itself, without its name or quotes
};

/// In the order of the text, none inside another, at most `most`.
std::vector<Secret> FindSecrets(std::string_view text, size_t most = 100);

/// What a value that is assigned to `name` is, or empty where it is no secret: a format of its own, or, under a name such as
/// "password", "client_secret" or "apiKey", a literal that is no placeholder.
std::string_view KindOfSecret(std::string_view name, std::string_view value);

/// Whether the text holds the identifier of an AWS access key, be it one of documentation: for places where keys are put, and
/// where a sample says that a real one will follow.
bool HoldsAwsKeyId(std::string_view text);

/// What a text in base64 (at least 32 bytes of it, line breaks aside) says, or empty where it is none or says no text.
std::string DecodedText(std::string_view text);

/// A name under which a secret is kept: its last words say so ("db_password", "apiKey"), not "password_policy" or "secret_arn".
bool IsSecretName(std::string_view name);

/// The text with each secret that it holds masked: of each the first four bytes stay, a `*` stands for every other byte, so
/// that the length and every column are the same.
std::string WithSecretsMasked(std::string_view text);
/// Masks bytes [from, to) of `text` in the same way, quotes at both ends aside.
void MaskRange(std::string& text, size_t from, size_t to);

/// Four characters at most, then an ellipsis: what may be shown of a secret.
std::string MaskSecret(std::string_view secret);

}  // namespace weir::policy
