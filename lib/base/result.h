// Errors as values. No exception crosses a public interface of lib/.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace weir {

/// What kind of thing went wrong; the command's exit status follows from it (`ExitStatusOf`).
enum class Code {
  kOk,
  kUsage,       // wrong arguments, configuration or policy file: the person who typed it can mend it
  kNotFound,    // a file, object or reference that was asked for does not exist
  kInvalid,     // input that does not follow its format (a corrupt index, a broken object)
  kLimit,       // one of base/limits.h was exceeded: the work was not completed
  kUnsupported, // well-formed, but of a kind this code does not read; a slower way may exist
  kIo,          // the operating system refused
};

/// Success, or a code and one sentence that names the input and says what to do about it.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message) : code_(code), message_(std::move(message)) {}
  bool ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  const std::string& message() const { return message_; }

 private:
  Code code_ = Code::kOk;
  std::string message_;
};

/// A value, or the Status that says why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}  // NOLINT: implicit on purpose, `return value;`
  Result(Status status) : state_(std::move(status)) { assert(!std::get<Status>(state_).ok()); }
  Result(Code code, std::string message) : Result(Status(code, std::move(message))) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  /// The value. The caller has checked ok().
  T& operator*() { assert(ok()); return std::get<0>(state_); }
  const T& operator*() const { assert(ok()); return std::get<0>(state_); }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }
  /// The error; an ok Status where there is a value.
  Status status() const { return ok() ? Status() : std::get<Status>(state_); }

 private:
  std::variant<T, Status> state_;
};

}  // namespace weir

/// Returns the Status of `expr` from the enclosing function unless it is ok.
#define WEIR_RETURN_IF_ERROR(expr)                  \
  do {                                              \
    if (auto weir_status = (expr); !weir_status.ok()) return weir_status; \
  } while (false)

#define WEIR_CONCAT_INNER(a, b) a##b
#define WEIR_CONCAT(a, b) WEIR_CONCAT_INNER(a, b)
/// `WEIR_ASSIGN_OR_RETURN(auto x, F())`: the value of F() in x, or returns its Status.
#define WEIR_ASSIGN_OR_RETURN(lhs, expr) WEIR_ASSIGN_OR_RETURN_INNER(WEIR_CONCAT(weir_result_, __LINE__), lhs, expr)
#define WEIR_ASSIGN_OR_RETURN_INNER(temp, lhs, expr) \
  auto temp = (expr);                                \
  if (!temp.ok()) return temp.status();              \
  lhs = std::move(*temp)
