#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/revision/revision.h"

namespace plumb {

/// Where revision files are.
struct Locations {
  std::vector<std::string> folders;
  bool recursive = false;  ///< folders in them count, too
};

/// The headers of all revision files (`*.sql`), in the order of the folders and then of the file names, which settles
/// ties between branches. A folder that is not there is empty. Throws `DeclarationError` with every fault of all files.
std::vector<Revision> load_revisions(const Locations& locations);

/// How new revision files are called.
struct Naming {
  /// `<rev>` (or `<id>`), `<slug>`, `<epoch>` (seconds since 1970), `<year>`, `<month>`, `<day>`, `<hour>`, `<minute>`,
  /// `<second>`, `<date>` (20261122) and `<time>` (183000); a "/" makes folders.
  std::string file_template = "<date>_<time>_<id>_<slug>.sql";
  std::string timezone = "UTC";  ///< of the tokens: a name of the tz database, or "local"
  std::size_t slug_length = 40;  ///< in bytes, at most
};

using Moment = std::chrono::system_clock::time_point;

/// The name of a new revision's file within its folder. Throws `DeclarationError` for an unknown token or time zone.
std::string file_name(const Naming& naming, const std::string& id, std::string_view message, Moment moment);

/// The words of a message in lower case, joined by "_" and cut between words: "Add model version" is
/// "add_model_version".
std::string slug_of(std::string_view message, std::size_t length);

/// The moment of "2026-11-22T18:30:00Z"; nothing for a text of another form.
std::optional<Moment> parse_time(const std::string& iso);

/// "2026-11-22T18:30:00Z", what `Revision::created` holds.
std::string iso_time(Moment moment);

}  // namespace plumb
