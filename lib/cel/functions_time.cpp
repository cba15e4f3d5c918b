// Timestamps and durations. Time zones are fixed offsets and a few named zones by rule: policies read nothing
// from disk.
#include <charconv>
#include <cstdio>

#include "lib/cel/functions.h"

namespace weir::cel {
namespace {

constexpr int64_t kFirst = -62135596800, kLast = 253402300799, kSecond = 1000000000;

// Days since 1970-01-01 of a date of the Gregorian calendar, and back: the year begins in March, so leap days
// come last.
int64_t DaysOf(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400, in_era = year - era * 400;
  const int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

struct Civil {
  int64_t year, month, day, seconds, days;
};
Civil CivilOf(int64_t seconds) {
  Civil c{};
  c.days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400;
  c.seconds = seconds - c.days * 86400;
  const int64_t z = c.days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, in_era = z - era * 146097;
  const int64_t of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
  const int64_t in_year = in_era - (365 * of_era + of_era / 4 - of_era / 100), m = (5 * in_year + 2) / 153;
  c.day = in_year - (153 * m + 2) / 5 + 1;
  c.month = m < 10 ? m + 3 : m - 9;
  c.year = of_era + era * 400 + (c.month <= 2);
  return c;
}

// Fixed-width digits of `text` at `at`.
bool Digits(std::string_view text, size_t at, size_t count, int64_t& out) {
  if (at + count > text.size()) return false;
  out = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  return true;
}

// "+hh:mm", "-hh:mm" or "hh:mm" in seconds.
bool ReadOffset(std::string_view text, int64_t& out) {
  int64_t sign = 1, hours = 0, minutes = 0;
  if (text.starts_with('+') || text.starts_with('-')) {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  if (text.size() != 5 || text[2] != ':' || !Digits(text, 0, 2, hours) || !Digits(text, 3, 2, minutes) ||
      hours > 23 || minutes > 59)
    return false;
  out = sign * (hours * 3600 + minutes * 60);
  return true;
}

// Daylight saving: none, the United States' (second Sunday of March to first of November), Europe's (last
// Sundays of March and October, 01:00 UTC), southern Australia's (first Sunday of October to first of April).
enum class Saving { kNone, kAmerica, kEurope, kAustralia };
struct Zone {
  std::string_view name;
  int minutes;
  Saving saving;
};
constexpr Zone kZones[] = {
    {"UTC", 0, Saving::kNone},
    {"GMT", 0, Saving::kNone},
    {"Etc/UTC", 0, Saving::kNone},
    {"Z", 0, Saving::kNone},
    {"US/Eastern", -300, Saving::kAmerica},
    {"America/New_York", -300, Saving::kAmerica},
    {"US/Central", -360, Saving::kAmerica},
    {"America/Chicago", -360, Saving::kAmerica},
    {"US/Mountain", -420, Saving::kAmerica},
    {"America/Denver", -420, Saving::kAmerica},
    {"US/Pacific", -480, Saving::kAmerica},
    {"America/Los_Angeles", -480, Saving::kAmerica},
    {"America/St_Johns", -210, Saving::kAmerica},
    {"America/Phoenix", -420, Saving::kNone},
    {"America/Sao_Paulo", -180, Saving::kNone},
    {"America/Toronto", -300, Saving::kAmerica},
    {"Europe/London", 0, Saving::kEurope},
    {"Europe/Dublin", 0, Saving::kEurope},
    {"Europe/Paris", 60, Saving::kEurope},
    {"Europe/Berlin", 60, Saving::kEurope},
    {"Europe/Madrid", 60, Saving::kEurope},
    {"Europe/Rome", 60, Saving::kEurope},
    {"Europe/Amsterdam", 60, Saving::kEurope},
    {"Europe/Zurich", 60, Saving::kEurope},
    {"Europe/Vienna", 60, Saving::kEurope},
    {"Europe/Athens", 120, Saving::kEurope},
    {"Europe/Helsinki", 120, Saving::kEurope},
    {"Europe/Moscow", 180, Saving::kNone},
    {"Europe/Istanbul", 180, Saving::kNone},
    {"Africa/Johannesburg", 120, Saving::kNone},
    {"Asia/Dubai", 240, Saving::kNone},
    {"Asia/Kolkata", 330, Saving::kNone},
    {"Asia/Kathmandu", 345, Saving::kNone},
    {"Asia/Shanghai", 480, Saving::kNone},
    {"Asia/Hong_Kong", 480, Saving::kNone},
    {"Asia/Singapore", 480, Saving::kNone},
    {"Asia/Tokyo", 540, Saving::kNone},
    {"Asia/Seoul", 540, Saving::kNone},
    {"Australia/Brisbane", 600, Saving::kNone},
    {"Australia/Sydney", 600, Saving::kAustralia},
    {"Australia/Melbourne", 600, Saving::kAustralia},
    {"Pacific/Honolulu", -600, Saving::kNone},
};

// Seconds of 00:00 UTC of the nth Sunday (0: the last one) of a month.
int64_t Sunday(int64_t year, int64_t month, int64_t nth) {
  if (nth == 0) {
    const int64_t end = DaysOf(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - 1;
    return (end - ((end + 4) % 7 + 7) % 7) * 86400;
  }
  const int64_t first = DaysOf(year, month, 1), weekday = ((first + 4) % 7 + 7) % 7;
  return (first + (7 - weekday) % 7 + 7 * (nth - 1)) * 86400;
}

int64_t OffsetAt(const Zone& zone, int64_t seconds) {
  const int64_t standard = zone.minutes * 60, year = CivilOf(seconds + standard).year;
  bool saving = false;
  switch (zone.saving) {
    case Saving::kNone:
      break;
    case Saving::kAmerica:
      saving =
          seconds >= Sunday(year, 3, 2) + 7200 - standard && seconds < Sunday(year, 11, 1) + 3600 - standard;
      break;
    case Saving::kEurope:
      saving = seconds >= Sunday(year, 3, 0) + 3600 && seconds < Sunday(year, 10, 0) + 3600;
      break;
    case Saving::kAustralia:
      saving =
          seconds >= Sunday(year, 10, 1) + 7200 - standard || seconds < Sunday(year, 4, 1) + 7200 - standard;
      break;
  }
  return standard + (saving ? 3600 : 0);
}

enum class Part { kYear, kMonth, kYearDay, kMonthDay, kDate, kWeekday, kHours, kMinutes, kSeconds, kMillis };

Value PartOf(Args args, Part part) {
  const Value& v = args[0];
  if (v.is(Type::kDuration) && args.size() == 1) {
    switch (part) {
      case Part::kHours:
        return Value::Int(v.integer / kSecond / 3600);
      case Part::kMinutes:
        return Value::Int(v.integer / kSecond / 60);
      case Part::kSeconds:
        return Value::Int(v.integer / kSecond);
      case Part::kMillis:
        return Value::Int(v.integer % kSecond / 1000000);
      default:
        return NoOverload();
    }
  }
  if (!v.is(Type::kTimestamp)) return NoOverload();
  int64_t seconds = v.instant.seconds, offset = 0;
  if (args.size() == 2) {
    if (!args[1].is(Type::kString)) return NoOverload();
    bool found = ReadOffset(args[1].text, offset);
    for (const Zone& zone : kZones)
      if (zone.name == args[1].text) offset = OffsetAt(zone, seconds), found = true;
    if (!found) return Value::Error("no such time zone");
  }
  const Civil c = CivilOf(seconds + offset);
  switch (part) {
    case Part::kYear:
      return Value::Int(c.year);
    case Part::kMonth:
      return Value::Int(c.month - 1);
    case Part::kYearDay:
      return Value::Int(c.days - DaysOf(c.year, 1, 1));
    case Part::kMonthDay:
      return Value::Int(c.day - 1);
    case Part::kDate:
      return Value::Int(c.day);
    case Part::kWeekday:
      return Value::Int(((c.days + 4) % 7 + 7) % 7);
    case Part::kHours:
      return Value::Int(c.seconds / 3600);
    case Part::kMinutes:
      return Value::Int(c.seconds / 60 % 60);
    case Part::kSeconds:
      return Value::Int(c.seconds % 60);
    case Part::kMillis:
      return Value::Int(v.instant.nanos / 1000000);
  }
  return NoOverload();
}

template <Part kPart>
Value Get(Args args, EvalContext&) {
  return PartOf(args, kPart);
}

constexpr Function kFunctions[] = {
    {"getFullYear", 1, 2, true, Get<Part::kYear>},     {"getMonth", 1, 2, true, Get<Part::kMonth>},
    {"getDayOfYear", 1, 2, true, Get<Part::kYearDay>}, {"getDayOfMonth", 1, 2, true, Get<Part::kMonthDay>},
    {"getDate", 1, 2, true, Get<Part::kDate>},         {"getDayOfWeek", 1, 2, true, Get<Part::kWeekday>},
    {"getHours", 1, 2, true, Get<Part::kHours>},       {"getMinutes", 1, 2, true, Get<Part::kMinutes>},
    {"getSeconds", 1, 2, true, Get<Part::kSeconds>},   {"getMilliseconds", 1, 2, true, Get<Part::kMillis>},
};

// ".5" and ".500" with the zeros at the end dropped; empty for 0.
std::string Fraction(int64_t nanos) {
  if (nanos == 0) return {};
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, ".%09lld", static_cast<long long>(nanos));
  std::string out = buffer;
  while (out.back() == '0') out.pop_back();
  return out;
}

}  // namespace

std::span<const Function> TimeFunctions() { return kFunctions; }

Value ParseTimestamp(std::string_view text) {
  const Value wrong = Value::Error("timestamp() of text that is no RFC 3339 time");
  int64_t year, month, day, hour, minute, second, offset = 0, nanos = 0;
  if (!Digits(text, 0, 4, year) || !Digits(text, 5, 2, month) || !Digits(text, 8, 2, day) ||
      !Digits(text, 11, 2, hour) || !Digits(text, 14, 2, minute) || !Digits(text, 17, 2, second) ||
      text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':')
    return wrong;
  size_t at = 19;
  if (at < text.size() && text[at] == '.') {
    int64_t scale = kSecond;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      scale /= 10;
      nanos += (text[at] - '0') * scale;
    }
  }
  const std::string_view zone = text.substr(at);
  const bool utc = zone == "Z" || zone == "z";
  if (!utc && (zone.size() != 6 || !ReadOffset(zone, offset))) return wrong;
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return wrong;
  if (day > DaysOf(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - DaysOf(year, month, 1))
    return wrong;
  const int64_t seconds = DaysOf(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
  if (seconds < kFirst || seconds > kLast) return Value::Error("timestamp out of range");
  return Value::Timestamp({seconds, int32_t(nanos)});
}

Value ParseDuration(std::string_view text) {
  const Value wrong = Value::Error("duration() of text that is no duration: write 1h30m or 1.5s");
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return Value::Duration(0);
  if (text.empty()) return wrong;
  __int128 total = 0;
  while (!text.empty()) {
    size_t at = 0;
    __int128 whole = 0, part = 0, scale = 1;
    bool digits = false;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, digits = true)
      if ((whole = whole * 10 + (text[at] - '0')) > INT64_MAX) return Value::Error("duration out of range");
    if (at < text.size() && text[at] == '.')
      for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, digits = true)
        if (scale < 1000000000000000) part = part * 10 + (text[at] - '0'), scale *= 10;
    if (!digits) return wrong;
    text.remove_prefix(at);
    struct Unit {
      std::string_view name;
      int64_t nanos;
    };
    static constexpr Unit kUnits[] = {{"ns", 1},           {"us", 1000},         {"\xc2\xb5s", 1000},
                                      {"\xce\xbcs", 1000}, {"ms", 1000000},      {"s", kSecond},
                                      {"m", 60 * kSecond}, {"h", 3600 * kSecond}};
    const Unit* unit = nullptr;
    for (const Unit& u : kUnits)
      if (text.starts_with(u.name)) {
        unit = &u;
        break;
      }
    if (unit == nullptr) return wrong;
    text.remove_prefix(unit->name.size());
    total += whole * unit->nanos + part * unit->nanos / scale;
    if (total > INT64_MAX) return Value::Error("duration out of range");
  }
  return Value::Duration(int64_t(negative ? -total : total));
}

std::string TimestampText(Instant t) {
  const Civil c = CivilOf(t.seconds);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT%02d:%02d:%02d", int(c.year), int(c.month), int(c.day),
                int(c.seconds / 3600), int(c.seconds / 60 % 60), int(c.seconds % 60));
  return buffer + Fraction(t.nanos) + "Z";
}

std::string DurationText(int64_t nanos) {
  const uint64_t size = nanos < 0 ? uint64_t(0) - uint64_t(nanos) : uint64_t(nanos);
  return (nanos < 0 ? "-" : "") + std::to_string(size / kSecond) + Fraction(int64_t(size % kSecond)) + "s";
}

}  // namespace weir::cel
