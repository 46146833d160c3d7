#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/comparison.h"
#include "engine/lock_waits.h"
#include "engine/plan.h"
#include "engine/postgres/connection.h"
#include "engine/revision/history.h"
#include "schema/catalog.h"

namespace plumb {

/// Whether what belongs to the whole cluster (roles) is read, compared and changed, too.
enum class Cluster : std::uint8_t { if_declared, always, never };

/// What one run of plumb works on.
struct SessionOptions {
  ConnectionTarget database;                     ///< the live one, which plans start from and are applied to
  std::optional<ConnectionTarget> desired;       ///< a database to become like; without one the schema files say it
  std::vector<std::string> schema_files;         ///< files and folders
  std::map<std::string, std::string> variables;  ///< for `${NAME}` in schema files
  std::string ledger;            ///< a table of plumb's own, "public.alembic_version": it is no part of a database
  std::string scratch = "auto";  ///< auto, embedded, target, or a connection text
  bool prove = true;             ///< run plans on a scratch database before they are shown
  Cluster cluster = Cluster::if_declared;
  Patience patience;    ///< with which plans are applied
  bool strict = false;  ///< refuse databases with objects that plumb does not know, and functions that are broken
  std::function<void(std::string_view)> progress = [](std::string_view) {};  ///< "reading shop.yaml"
  std::function<void(std::string_view)> warn = [](std::string_view) {};      ///< what a person should know, once
};

enum class SchemaFormat : std::uint8_t { yaml, sql };

/// One run's connections, scratch database and interned text, each made when first needed. What its functions
/// return is about its `symbols()` and shorter-lived. They throw the errors of schema/error.h.
class Session {
 public:
  explicit Session(SessionOptions options);
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  Symbols& symbols();

  /// The live database as a schema file.
  std::string inspect(SchemaFormat format);

  /// The live database against the schema files or the other database.
  Comparison compare();

  /// What a history leads to against the schema files. The live database is only asked which version it has, and is
  /// not needed.
  Comparison compare(const History& history);

  /// The live database against what it would be if nobody had changed by hand what `at`, the history up to its own
  /// revisions, has made.
  Comparison drift(const History& at);

  /// Runs every revision up, down and up again on a scratch database; see `climb`.
  void climb(const History& history, const std::function<void(const TravelStep&)>& before_step);

  /// Runs a new revision after the history that `comparison` is about, there and back, on a scratch database. Throws
  /// `PlanError` when it does not arrive.
  Proof prove_revision(const History& history, const RevisionFile& file, const Comparison& comparison);

  /// Takes twins that a comparison of this session told of for a rename, as if a schema file said so.
  void take_for_rename(const Twins& twins);

  /// Runs `file` after the history `below`, there and back: it must do what the rest of `whole` does. Throws
  /// `PlanError` when it does not, and `DatabaseError`.
  void prove_squash(const History& below, const History& whole, const RevisionFile& file);

  /// The proven plan from `comparison.actual` to `comparison.desired`.
  Plan plan(const Comparison& comparison);

  /// What is known of the secrets whose tokens stand in a text: a variable called like the token tells one, else the
  /// schema files do, and some may stay unknown.
  const Secrets& secrets_in(std::string_view text);

  /// Applies a plan to the live database; `before_step` hears the index of each step before it runs.
  /// Throws `PlanError`, and changes nothing, when the database is no longer the one that was planned against.
  void apply(const Plan& plan, const std::function<void(std::size_t)>& before_step);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace plumb
