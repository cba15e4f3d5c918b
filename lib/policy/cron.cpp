// Schedules: five fields as crontab(5) and Kubernetes read them, macros such as @daily, and the cron(…) and rate(…) of Amazon EventBridge
// (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
#include <algorithm>
#include <bitset>
#include <cctype>
#include <string>
#include <vector>

#include "lib/policy/function_groups.h"

namespace weir::policy {
namespace {

using cel::EvalContext;
using cel::Type;
using cel::Value;

using Bits = std::bitset<256>;
constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kDays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Field {
  int low, high;
  std::span<const std::string_view> names;  // the first one means `low`
};

struct Schedule {
  Bits minutes, hours, days, months, weekdays;
  bool any_day = true, any_weekday = true;
  bool one_day_only = false;  // L, W or #: not every day that matches the bits, at most once a week
};

std::vector<std::string_view> Split(std::string_view text, char by) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(by), text.size());
    if (end > 0 || by != ' ') out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

bool ReadNumber(std::string_view text, const Field& field, int& out) {
  if (const auto n = AsInt(Value::String(text))) {
    out = *n < 0 || *n > 999999 ? -1 : int(*n);
    return out >= field.low && out <= field.high;
  }
  for (size_t i = 0; i < field.names.size(); ++i)
    if (text.size() == 3 && std::ranges::equal(text, field.names[i], [](char a, char b) { return std::tolower(uint8_t(a)) == b; }))
      return out = int(i) + field.low, true;
  return false;
}

// "*", "5", "1-5", "*/15", "1-30/2", and lists of them.
bool ReadField(std::string_view text, const Field& field, Bits& out) {
  if (text.empty()) return false;
  for (std::string_view part : Split(text, ',')) {
    int step = 1;
    bool stepped = false;
    if (const size_t slash = part.find('/'); slash != std::string_view::npos) {
      const auto n = AsInt(Value::String(part.substr(slash + 1)));
      if (!n || *n < 1 || *n > 9999) return false;
      step = int(*n);
      stepped = true;
      part = part.substr(0, slash);
    }
    int low = field.low, high = field.high;
    if (part != "*" && part != "?") {
      const size_t dash = part.find('-');
      if (!ReadNumber(part.substr(0, dash), field, low)) return false;
      high = stepped ? field.high : low;
      if (dash != std::string_view::npos && (!ReadNumber(part.substr(dash + 1), field, high) || high < low)) return false;
    }
    for (int i = low; i <= high; i += step) out.set(size_t(i - (field.high > 200 ? field.low : 0)));
  }
  return out.any();
}

bool ReadDays(std::string_view days, std::string_view weekdays, bool amazon, Schedule& out) {
  const auto special = [&](std::string_view text) { return amazon && text.find_first_of("LW#") != std::string_view::npos; };
  out.any_day = days == "*" || days == "?";
  out.any_weekday = weekdays == "*" || weekdays == "?";
  const bool named = std::ranges::all_of(weekdays, [](char c) { return std::isalpha(uint8_t(c)) || c == ',' || c == '-'; });
  if (special(days) || (special(weekdays) && !named)) {
    out.one_day_only = true;
    return days.size() <= 4 && weekdays.size() <= 5;
  }
  if (!ReadField(days, {1, 31, {}}, out.days)) return false;
  Bits read;
  // Sunday is 0 and 7; Amazon counts from 1.
  if (!ReadField(weekdays, amazon ? Field{1, 7, kDays} : Field{0, 7, kDays}, read)) return false;
  for (size_t i = 0; i < 8; ++i)
    if (read[i]) out.weekdays.set(amazon ? i - 1 : i % 7);
  return true;
}

bool ReadSchedule(std::string_view text, Schedule& out) {
  const bool amazon = text.starts_with("cron(") && text.ends_with(")");
  if (amazon) text = text.substr(5, text.size() - 6);
  if (text == "@yearly" || text == "@annually") text = "0 0 1 1 *";
  if (text == "@monthly") text = "0 0 1 * *";
  if (text == "@weekly") text = "0 0 * * 0";
  if (text == "@daily" || text == "@midnight") text = "0 0 * * *";
  if (text == "@hourly") text = "0 * * * *";
  const auto fields = Split(text, ' ');
  if (fields.size() != (amazon ? 6u : 5u)) return false;
  Bits years;
  if (amazon && !ReadField(fields[5], {1970, 2199, {}}, years)) return false;
  // One of the two must be left open.
  if (amazon && (fields[2] == "?") == (fields[4] == "?")) return false;
  return ReadField(fields[0], {0, 59, {}}, out.minutes) && ReadField(fields[1], {0, 23, {}}, out.hours) &&
         ReadField(fields[3], {1, 12, kMonths}, out.months) && ReadDays(fields[2], fields[4], amazon, out);
}

// rate(5 minutes), in minutes.
std::optional<int64_t> ReadRate(std::string_view text) {
  if (!text.starts_with("rate(") || !text.ends_with(")")) return std::nullopt;
  const auto words = Split(text.substr(5, text.size() - 6), ' ');
  if (words.size() != 2) return std::nullopt;
  const auto count = AsInt(Value::String(words[0]));
  if (!count || *count < 1 || *count > 1'000'000) return std::nullopt;
  constexpr std::pair<std::string_view, int64_t> kUnits[] = {{"minute", 1}, {"hour", 60}, {"day", 1440}};
  for (const auto& [unit, minutes] : kUnits)
    if (words[1] == unit || (words[1].size() == unit.size() + 1 && words[1].starts_with(unit) && words[1].back() == 's')) return *count * minutes;
  return std::nullopt;
}

// The days of four years, leap year included, from a Sunday; crontab(5): where both day fields are set, either is enough.
std::vector<int> DaysOf(const Schedule& s) {
  static constexpr int kLengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::vector<int> out;
  int day = 0;
  for (int year = 0; year < 4; ++year)
    for (int month = 0; month < 12; ++month)
      for (int d = 1; d <= kLengths[month] + (year == 0 && month == 1); ++d, ++day) {
        const bool by_day = s.days[size_t(d)], by_weekday = s.weekdays[size_t(day % 7)];
        const bool either = s.any_day || s.any_weekday ? by_day && by_weekday : by_day || by_weekday;
        if (s.months[size_t(month + 1)] && either) out.push_back(day);
      }
  return out;
}

// Shortest time between two runs, in minutes; 0 where it runs once or never.
int64_t Shortest(const Schedule& s) {
  std::vector<int> times;
  for (int h = 0; h < 24; ++h)
    for (int m = 0; m < 60; ++m)
      if (s.hours[size_t(h)] && s.minutes[size_t(m)]) times.push_back(h * 60 + m);
  int64_t best = INT64_MAX;
  for (size_t i = 1; i < times.size(); ++i) best = std::min<int64_t>(best, times[i] - times[i - 1]);
  if (s.one_day_only) return best == INT64_MAX ? 7 * 1440 : best;
  const auto days = DaysOf(s);
  if (days.empty()) return 0;
  for (size_t i = 1; i < days.size(); ++i) best = std::min<int64_t>(best, int64_t(days[i] - days[i - 1]) * 1440 + times.front() - times.back());
  return best == INT64_MAX ? 1461 * 1440 : best;
}

Value IsValid(Args args, EvalContext&) {
  if (!args[0].is(Type::kString)) return Value::Error("cron.isValid() takes a text");
  Schedule s;
  return Value::Bool(args[0].text.size() <= 1024 && (ReadRate(args[0].text) || ReadSchedule(args[0].text, s)));
}

Value Interval(Args args, EvalContext& context) {
  Schedule s;
  if (!args[0].is(Type::kString) || args[0].text.size() > 1024) return Value::Error("cron.interval() takes a schedule");
  if (!context.Spend(2000)) return EvalContext::Exhausted();
  constexpr int64_t kMinute = 60'000'000'000;
  if (const auto rate = ReadRate(args[0].text)) return Value::Duration(*rate * kMinute);
  if (!ReadSchedule(args[0].text, s)) return Value::Error("text that is no schedule");
  return Value::Duration(Shortest(s) * kMinute);
}

constexpr cel::Function kFunctions[] = {
    {"cron.isValid", 1, 1, false, IsValid},
    {"cron.interval", 1, 1, false, Interval},
};

}  // namespace

std::span<const cel::Function> CronFunctions() { return kFunctions; }

}  // namespace weir::policy
