// Compose files (https://docs.docker.com/reference/compose-file/): services as resources.
//
//   type      address        body
//   compose   compose        name, services (bodies), networks, volumes, secrets, configs as they are written
//   service   services.web   as it is written, merged with what it extends and with the override file beside it; and in one form:
//                            environment  [{name, value}]              ports    [{host_ip, published, target, protocol, text}]
//                            volumes      [{type, source, target, read_only, text}]
//                            name; profiles; file (where it is declared)
//
// Variables are replaced by what `.env` beside the file says, else by their default; others are unknown. `include` and `extends`
// are followed inside of the repository, bounded, and never twice into the same.
#pragma once

#include "lib/lang/language.h"

namespace weir::compose {

const Language& Compose();

}  // namespace weir::compose
