#pragma once

#include <string>

namespace plumb {

struct Account;
struct Installation;

/// Fills `data`, which must not exist, with a fresh data folder for a throw-away server. Copies a template that
/// is made once and kept in `cache_folder()`, because initdb costs most of a CPU second. Throws a DatabaseError.
void copy_template_data(const Installation& installation, const std::string& data, const Account* owner);

/// Fills `data` for a server that keeps what it is given. Throws a DatabaseError.
void make_lasting_data(const Installation& installation, const std::string& data, const Account* owner);

}  // namespace plumb
