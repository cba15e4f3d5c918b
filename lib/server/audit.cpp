#include "lib/server/audit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "lib/base/json_writer.h"

namespace weir::server {
namespace {

void WriteFinding(JsonWriter& out, const AuditFinding& f) {
  out.StartObject();
  WriteField(out, "policy", f.policy);
  WriteField(out, "severity", policy::SeverityName(f.severity));
  WriteField(out, "action", f.action);
  WriteField(out, "resource", f.resource);
  WriteField(out, "file", f.file);
  out.Key("line"), out.Uint(f.line);
  out.EndObject();
}

}  // namespace

std::string AuditLine(const AuditRecord& record, int64_t seconds) {
  char time[32];
  const auto when = static_cast<std::time_t>(seconds);
  std::tm utc{};
  gmtime_r(&when, &utc);
  std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", &utc);
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  out.StartObject();
  WriteField(out, "time", time);
  WriteField(out, "event", record.event);
  WriteField(out, "user", record.who.user);
  WriteField(out, "repository", record.who.repository);
  WriteField(out, "ref", record.ref);
  WriteField(out, "old", record.old_id);
  WriteField(out, "new", record.new_id);
  WriteField(out, "result", record.result);
  if (!record.override_reason.empty()) {
    out.Key("override");
    out.StartObject();
    WriteField(out, "reason", record.override_reason);
    out.Key("allowed"), out.Bool(record.override_allowed);
    out.EndObject();
  }
  if (!record.incomplete.empty()) {
    out.Key("incomplete");
    out.StartArray();
    for (const std::string& reason : record.incomplete) WriteText(out, reason);
    out.EndArray();
  }
  out.Key("findings");
  out.StartArray();
  for (const AuditFinding& f : record.findings) WriteFinding(out, f);
  out.EndArray();
  out.Key("policies");
  out.StartArray();
  for (const uint64_t fingerprint : record.policies) {
    char image[20];
    std::snprintf(image, sizeof image, "%016llx", static_cast<unsigned long long>(fingerprint));
    WriteText(out, image);
  }
  out.EndArray();
  WriteField(out, "weir", WEIR_VERSION);
  out.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

Status AppendAudit(const std::string& path, const std::string& line) {
  const auto open_file = [&] { return open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640); };
  int fd = open_file();
  if (fd < 0 && errno == ENOENT) {
    mkdir(path.substr(0, path.rfind('/')).c_str(), 0750);
    fd = open_file();
  }
  const auto failed = [&] { return Status(Code::kIo, "the audit log " + path + " cannot be written: " + std::strerror(errno)); };
  if (fd < 0) return failed();
  const ssize_t written = write(fd, line.data(), line.size());
  const Status status = written == ssize_t(line.size()) ? Status() : failed();
  close(fd);
  return status;
}

}  // namespace weir::server
