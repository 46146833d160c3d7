#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "schema/catalog.h"
#include "schema/file/document.h"
#include "schema/rules.h"

namespace plumb {

class Faults;

/// A place in a schema file; lines and columns count from 1.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

/// "shop.yaml:12:5"
std::string to_string(const Place& place);

/// Where the value of an attribute stands.
struct ValuePlace {
  Place begin;
  std::vector<Passage> passages;  ///< of its text; none where that is not written as it reads
};

/// One statement of an SQL file.
struct WrittenStatement {
  std::string sql;
  Place place;  ///< of its first character
};

/// What a file says was called otherwise before, or stood elsewhere: an object, or one of the values of an attribute.
struct WrittenRename {
  Identity identity{};                       ///< of the object, as the file calls it
  const AttributeRule* attribute = nullptr;  ///< whose value it is; null: the object itself
  std::string name{};                        ///< of the value, as the file calls it
  std::string before{};                      ///< the name that the object or the value had; empty: the one it has
  std::string schema{};                      ///< that the object stood in; empty: the one it stands in
  Place place;
};

/// What a schema file lays claim to beyond what it names.
enum class Manages : std::uint8_t {
  named,    ///< what it names, and all of each thing it names
  schemas,  ///< everything in the schemas it names
  database  ///< everything
};

struct Scope {
  Manages manages = Manages::named;
  std::vector<std::string> schemas;  ///< those that `Manages::schemas` is about
  std::vector<std::string> roles;    ///< patterns with * and ? over roles that are claimed though no file names them
  std::vector<std::string> ignore;   ///< patterns with * and ? over "table public.tmp_*", "index public.*"
};

/// What the authors of schema files want, in their own words; checked in form, but PostgreSQL has not seen it yet.
struct Declaration {
  explicit Declaration(Symbols& symbols) : drafts{symbols} {}

  Catalog drafts;                              ///< objects of YAML files, attribute values as written
  std::unordered_map<ObjectId, Place> places;  ///< where each draft is written
  /// Where single attributes are written, by draft and key; for faults that are about one value.
  std::map<std::pair<ObjectId, std::string>, ValuePlace> attribute_places;
  /// Kinds that count only where files declare them, and the entries that say that there are none, as `grants: {}`;
  /// outside of all entries, a file.
  std::vector<std::pair<Kind, ObjectId>> denied;
  std::vector<WrittenStatement> statements;  ///< of SQL files, in order
  std::vector<WrittenRename> renames;
  Scope scope;
  /// Which fault of form, by its number in `Faults::all`, keeps which draft from being all that its author wrote.
  std::map<std::size_t, ObjectId> faulty;
  /// What this lacks of all that the files say, because that has faults: names, the names of wholes that are here
  /// without some of their parts, and whether there may be others.
  std::set<std::string, std::less<>> left_out;
  std::set<std::string, std::less<>> incomplete;
  bool lacks_whole_files = false;
  std::vector<std::string> search_path{"public"};  ///< what unqualified names in the files are resolved by

  /// Adds to `renames`; of one object, a former name and a former schema may be written apart.
  void add_rename(WrittenRename rename);
};

/// Reads schema files and folders of them (`*.yaml`, `*.yml`, `*.sql`, in the order of their names); `${NAME}` and
/// `${NAME:-default}` are replaced from `variables` in YAML values. Throws `DeclarationError` with every fault of the
/// run.
Declaration read_declaration(std::span<const std::string> paths, const std::map<std::string, std::string>& variables,
                             Symbols& symbols);

/// The same, but gathers the faults, and returns what could be read all the same.
Declaration read_declaration(std::span<const std::string> paths, const std::map<std::string, std::string>& variables,
                             Symbols& symbols, Faults& faults);

/// Throws `DeclarationError` with all that a server of this version (150018) does not have yet.
void expect_offered(const Declaration& declaration, int version);

/// Whether a declaration speaks of what belongs to the whole cluster.
bool asks_for_cluster(const Declaration& declaration);

/// The first statement that is about such a thing, or null.
const WrittenStatement* find_cluster_statement(const Declaration& declaration);

/// The objects of a catalog as a YAML schema file; reading it back gives the same objects.
std::string write_yaml(const Catalog& catalog);

}  // namespace plumb
