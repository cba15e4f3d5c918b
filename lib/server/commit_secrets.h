// Which commits of a push are worth a search for secrets: a quick look at the lines that a commit adds.
//
// A secret that one commit writes and the next one removes is in the history for ever, so every new commit is judged for secrets,
// not the tip alone. Evaluating a thousand commits would take longer than the push; most of them add no line that could hold one.
#pragma once

#include <string_view>

#include "lib/git/change_set.h"
#include "lib/policy/image.h"

namespace weir::server {

/// Removes from `change` every file that is the same at the tip, and was judged there, or is of no language, and those whose new lines
/// MayAddSecret() rules out. A file that cannot be read, or is larger than `max_bytes`, stays. May be called from several threads.
void KeepPossibleSecrets(git::ChangeSet& change, const git::Snapshot& tip, uint64_t max_bytes);

/// True for a policy that looks for secrets in text (its rules call secret.find or secret.isSecret).
bool LooksForSecrets(const policy::Image& image, std::string_view policy);

/// True where a line that is in `after` and not in `before` holds a format of a credential, a literal that looks random, or any
/// literal in a block that speaks of passwords, tokens or keys. False is certain but for a value without any of these that
/// reaches a secret's name through another file.
bool MayAddSecret(std::string_view before, std::string_view after);

}  // namespace weir::server
