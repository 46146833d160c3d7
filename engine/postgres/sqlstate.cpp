#include "engine/postgres/sqlstate.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace plumb {

namespace {

bool is_one_of(const DatabaseError& error, std::initializer_list<std::string_view> states) {
  return std::ranges::find(states, error.state) != states.end();
}

}  // namespace

bool is_missing(const DatabaseError& error) {
  return is_one_of(error, {"3D000", "3F000", "42P01", "42703", "42704", "42883"});
}

bool lacks_key(const DatabaseError& error) { return is_one_of(error, {"42830"}); }

bool is_duplicate(const DatabaseError& error) {
  return is_one_of(error, {"42P04", "42P06", "42P07", "42710", "42723"});
}

bool is_not_unicode(const DatabaseError& error) { return is_one_of(error, {"22021", "22P05"}); }

bool is_syntax_error(const DatabaseError& error) { return error.state == "42601"; }

bool lacks_right(const DatabaseError& error) { return error.state == "42501"; }

bool got_no_lock(const DatabaseError& error) { return error.state == "55P03"; }

bool ran_into_deadlock(const DatabaseError& error) { return error.state == "40P01"; }

bool lacks_rows(const DatabaseError& error) {
  return error.state.starts_with("08") || error.state.starts_with("HV") || error.state == "55000";
}

bool refuses_transaction(const DatabaseError& error) { return is_one_of(error, {"25001", "2D000"}); }

}  // namespace plumb
