// The record of what a server decided: JSON lines, only ever appended.
//
// Each line is one write() to a file opened with O_APPEND, so that concurrent pushes do not mix, and the file may be moved
// away at any time (logrotate needs no signal): the next push makes a new one.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/policy/image.h"
#include "lib/server/identity.h"

namespace weir::server {

/// What is kept of a finding.
struct AuditFinding {
  std::string policy, resource, file, action;
  policy::Severity severity = policy::Severity::kLow;
  uint32_t line = 0;
};

/// One reference of one push.
struct AuditRecord {
  std::string event;                      // "pre-receive", "update", "post-receive"
  Identity who;
  std::string ref, old_id, new_id;
  std::string result;                     // "accepted", "rejected", "overridden", "incomplete"
  std::string override_reason;            // as pushed; empty: none
  bool override_allowed = false;
  std::vector<std::string> incomplete;    // why the judgement was not completed
  std::vector<AuditFinding> findings;     // those that block or warn
  std::vector<uint64_t> policies;         // fingerprints of the images that judged: weir's own, the server's, the repository's
};

/// The line, with its end, at `seconds` since 1970.
std::string AuditLine(const AuditRecord& record, int64_t seconds);

/// Appends to `path`; the folder is made where only its last part is missing. kIo where it cannot: say so, but refuse no push for it.
Status AppendAudit(const std::string& path, const std::string& line);

}  // namespace weir::server
