// Dates: timestamps of RFC 3339, durations as Go writes them ("1h30m"), formats as formatdate() has them.
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>

#include "lib/lang/terraform/functions.h"

namespace weir::terraform {
namespace {

using enum BuiltIn::Unknowns;

constexpr int64_t kSecond = 1'000'000'000;

/// A moment: seconds since 1970 and nanoseconds, and the offset (in seconds) of the place where it was written.
struct Timestamp {
  int64_t seconds = 0;
  int32_t nanoseconds = 0;
  int32_t offset = 0;
};

std::optional<Timestamp> Parse(std::string_view s) {
  const auto number = [&](size_t at, size_t length) -> int {
    int n = 0;
    if (at + length > s.size()) return -1;
    for (size_t i = at; i < at + length; ++i) {
      if (s[i] < '0' || s[i] > '9') return -1;
      n = n * 10 + (s[i] - '0');
    }
    return n;
  };
  if (s.size() < 20 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':') return std::nullopt;
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2), hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(unsigned(std::max(month, 0))), std::chrono::day(unsigned(std::max(day, 0)))};
  if (year < 0 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return std::nullopt;
  Timestamp t;
  size_t at = 19;
  if (s[at] == '.') {
    int64_t scale = kSecond / 10;
    const size_t digits = ++at;
    for (; at < s.size() && s[at] >= '0' && s[at] <= '9'; ++at, scale /= 10) t.nanoseconds += int32_t((s[at] - '0') * scale);
    if (at == digits) return std::nullopt;
  }
  if (at >= s.size()) return std::nullopt;
  if (s[at] == 'Z' && at + 1 == s.size()) {
  } else if ((s[at] == '+' || s[at] == '-') && at + 6 == s.size() && s[at + 3] == ':') {
    const int hours = number(at + 1, 2), minutes = number(at + 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    t.offset = (hours * 3600 + minutes * 60) * (s[at] == '-' ? -1 : 1);
  } else {
    return std::nullopt;
  }
  t.seconds = std::chrono::sys_days(date).time_since_epoch().count() * 86400LL + hour * 3600 + minute * 60 + second - t.offset;
  return t;
}

/// The calendar's view of a moment, at its own offset.
struct Calendar {
  int year, month, day, hour, minute, second, weekday;
};
Calendar CalendarOf(const Timestamp& t) {
  const int64_t local = t.seconds + t.offset;
  const int64_t days = local >= 0 ? local / 86400 : -((-local + 86399) / 86400);
  const int64_t rest = local - days * 86400;
  const std::chrono::sys_days date{std::chrono::days(days)};
  const std::chrono::year_month_day ymd{date};
  return {int(ymd.year()), int(unsigned(ymd.month())), int(unsigned(ymd.day())), int(rest / 3600), int(rest / 60 % 60), int(rest % 60),
          int(std::chrono::weekday(date).c_encoding())};
}

std::string Padded(int64_t n, size_t digits) {
  std::string out = std::to_string(n);
  if (out.size() < digits) out.insert(0, digits - out.size(), '0');
  return out;
}

/// "+01:00" or "+0100".
std::string Offset(int32_t seconds, const char* between) {
  const int32_t minutes = std::abs(seconds) / 60;
  return (seconds < 0 ? "-" : "+") + Padded(minutes / 60, 2) + between + Padded(minutes % 60, 2);
}

std::string Format(const Timestamp& t) {
  const Calendar c = CalendarOf(t);
  std::string out = Padded(c.year, 4) + "-" + Padded(c.month, 2) + "-" + Padded(c.day, 2) + "T" + Padded(c.hour, 2) + ":" + Padded(c.minute, 2) + ":" + Padded(c.second, 2);
  return out + (t.offset == 0 ? "Z" : Offset(t.offset, ":"));
}

/// Go's durations: a sign, then numbers with units. In nanoseconds.
std::optional<int64_t> ParseDuration(std::string_view s) {
  double sign = 1, total = 0;
  if (!s.empty() && (s[0] == '-' || s[0] == '+')) {
    sign = s[0] == '-' ? -1 : 1;
    s.remove_prefix(1);
  }
  if (s == "0") return 0;
  if (s.empty()) return std::nullopt;
  constexpr std::pair<std::string_view, double> kUnits[] = {{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"μs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
  while (!s.empty()) {
    const size_t end = s.find_first_not_of("0123456789.");
    double number = 0;
    if (end == 0 || end == s.npos) return std::nullopt;
    const auto r = std::from_chars(s.data(), s.data() + end, number, std::chars_format::fixed);
    if (r.ec != std::errc() || r.ptr != s.data() + end) return std::nullopt;
    s.remove_prefix(end);
    const size_t next = std::min(s.find_first_of("0123456789."), s.size());
    const std::string_view unit = s.substr(0, next);
    double scale = 0;
    for (const auto& [name, value] : kUnits)
      if (unit == name) scale = value;
    if (scale == 0) return std::nullopt;
    total += number * scale;
    s.remove_prefix(next);
  }
  if (total > 9.2e18) return std::nullopt;
  return int64_t(std::llround(sign * total));
}

const Value* NoTimestamp(FunctionCallSite& site, const Value* v) {
  return Fail(site, "'" + std::string(v->kind == Kind::kString ? v->text : "") + "' is no timestamp of RFC 3339, such as 2026-01-31T12:00:00Z");
}
std::optional<Timestamp> TimestampOf(const Value* v, FunctionCallSite& site) {
  std::string_view s;
  return TextOf(v, site, s) ? Parse(s) : std::nullopt;
}

const Value* TimeAdd(Args a, FunctionCallSite& site) {
  auto t = TimestampOf(a[0], site);
  std::string_view s;
  if (!t) return NoTimestamp(site, a[0]);
  const auto duration = TextOf(a[1], site, s) ? ParseDuration(s) : std::nullopt;
  if (!duration) return Fail(site, "'" + std::string(s) + "' is no duration, such as 1h30m");
  const int64_t nanoseconds = t->nanoseconds + *duration % kSecond;
  t->seconds += *duration / kSecond + (nanoseconds < 0 ? -1 : nanoseconds / kSecond);
  return MakeString(Format(*t), site);
}

const Value* TimeCmp(Args a, FunctionCallSite& site) {
  const auto x = TimestampOf(a[0], site), y = TimestampOf(a[1], site);
  if (!x || !y) return NoTimestamp(site, x ? a[1] : a[0]);
  const auto left = std::pair(x->seconds, x->nanoseconds), right = std::pair(y->seconds, y->nanoseconds);
  return MakeNumber(left < right ? -1 : left > right, site);
}

constexpr const char* kMonths[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
constexpr const char* kDays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

/// One run of the same letter. False where formatdate() has no such verb.
bool FormatVerb(std::string_view verb, const Timestamp& t, const Calendar& c, std::string& out) {
  const size_t n = verb.size();
  const auto number = [&](int value) { return n <= 2 && (out += n == 2 ? Padded(value, 2) : std::to_string(value), true); };
  const int hour12 = c.hour % 12 == 0 ? 12 : c.hour % 12;
  switch (verb[0]) {
    case 'Y': return (n == 2 && (out += Padded(c.year % 100, 2), true)) || (n == 4 && (out += Padded(c.year, 4), true));
    case 'M':
      if (n == 3) return out += std::string_view(kMonths[c.month - 1]).substr(0, 3), true;
      if (n == 4) return out += kMonths[c.month - 1], true;
      return number(c.month);
    case 'D': return number(c.day);
    case 'E':
      if (n == 3) return out += std::string_view(kDays[c.weekday]).substr(0, 3), true;
      return n == 4 && (out += kDays[c.weekday], true);
    case 'h': return number(c.hour);
    case 'H': return number(hour12);
    case 'A': case 'a': {
      if (n != 2) return false;
      out += verb[0] == 'A' ? (c.hour < 12 ? "AM" : "PM") : (c.hour < 12 ? "am" : "pm");
      return true;
    }
    case 'm': return number(c.minute);
    case 's': return number(c.second);
    case 'Z':
      if (n == 1) return out += t.offset == 0 ? "Z" : Offset(t.offset, ":"), true;
      if (n == 3) return out += t.offset == 0 ? "UTC" : Offset(t.offset, ""), true;
      if (n == 4) return out += Offset(t.offset, ""), true;
      return n == 5 && (out += Offset(t.offset, ":"), true);
    default: return false;
  }
}

const Value* FormatDate(Args a, FunctionCallSite& site) {
  std::string_view format;
  const auto t = TimestampOf(a[1], site);
  if (!TextOf(a[0], site, format)) return Fail(site, "the format is a text");
  if (!t) return NoTimestamp(site, a[1]);
  const Calendar calendar = CalendarOf(*t);
  std::string out;
  for (size_t i = 0; i < format.size();) {
    const char c = format[i];
    if (c == '\'') {  // literal text; two quotes are one
      for (++i;; ++i) {
        if (i >= format.size()) return Fail(site, "the format has a quotation mark without its partner");
        if (format[i] != '\'') out += format[i];
        else if (format.substr(i, 2) == "''") out += format[i++];
        else break;
      }
      ++i;
      continue;
    }
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) {
      out += format[i++];
      continue;
    }
    const size_t end = std::min(format.find_first_not_of(c, i), format.size());
    if (!FormatVerb(format.substr(i, end - i), *t, calendar, out)) return Fail(site, "there is no date format '" + std::string(format.substr(i, end - i)) + "'");
    i = end;
  }
  return MakeString(out, site);
}

const Value* Now(Args, FunctionCallSite& site) { return MakeUnknown(site); }

constexpr BuiltIn kFunctions[] = {
    {"formatdate", 2, 2, kAny, FormatDate},
    {"plantimestamp", 0, 0, kAny, Now},
    {"timeadd", 2, 2, kAny, TimeAdd},
    {"timecmp", 2, 2, kAny, TimeCmp},
    {"timestamp", 0, 0, kAny, Now},
};

}  // namespace

std::span<const BuiltIn> TimeFunctions() { return kFunctions; }

}  // namespace weir::terraform
