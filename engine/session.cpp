#include "engine/session.h"

#include <algorithm>
#include <functional>
#include <set>
#include <span>

#include <fmt/core.h>

#include "engine/apply_lock.h"
#include "engine/cache.h"
#include "engine/cluster_part.h"
#include "engine/execute.h"
#include "engine/fixpoint.h"
#include "engine/kept_results.h"
#include "engine/live.h"
#include "engine/mistakes.h"
#include "engine/pending_renames.h"
#include "engine/postgres/installation.h"
#include "engine/prove.h"
#include "engine/realise.h"
#include "engine/realised_cache.h"
#include "engine/report/plan_report.h"
#include "engine/revision/audit.h"
#include "engine/scope.h"
#include "engine/search_path.h"
#include "engine/slice.h"
#include "engine/workbench.h"
#include "schema/describe.h"
#include "schema/error.h"
#include "schema/file/declaration.h"
#include "schema/file/faults.h"

namespace plumb {

namespace {

/// What a scratch server must have installed to hold either catalog.
std::vector<std::string> extension_names(const Catalog& one, const Catalog& other) {
  std::set<std::string> names;
  for (const Catalog* catalog : {&one, &other}) {
    for (const Object& object : catalog->objects()) {
      if (rules_for(object.identity.kind).from_server) names.emplace(catalog->text(object.identity.name));
    }
  }
  return {names.begin(), names.end()};
}

/// Reading a smaller database takes little longer than asking whether it is what it was.
constexpr std::size_t kept_from = 2000;

}  // namespace

struct Session::State {
  SessionOptions options;
  std::unique_ptr<Symbols> symbols = std::make_unique<Symbols>();
  std::optional<Live> live;
  std::unique_ptr<Workbench> workbench;
  std::set<std::string> warnings;       ///< that were said
  std::vector<WrittenRename> answered;  ///< what a person said to be renames
  bool cluster = false;                 ///< what belongs to the whole cluster was asked for

  Live& database() {
    if (!live) {
      options.progress(fmt::format("connecting to {}", options.database.shown));
      live.emplace(open_database(options.database));
    }
    return *live;
  }

  Catalog read(Live& from, const ConnectionTarget& target) {
    options.progress(fmt::format("reading {}", target.shown));
    std::vector<std::string> unknown;
    const InspectOptions how{.ledger = options.ledger, .unknown = &unknown, .cluster = cluster, .kept_from = kept_from};
    Catalog catalog = read_live(from, target, *symbols, how);
    if (!unknown.empty()) tell_unknown(unknown, target);
    return catalog;
  }

  /// What somebody said of the database that has this catalog, and not what an extension said when it was made.
  Catalog said(Catalog catalog) {
    const bool may_be_brought = std::ranges::any_of(
        catalog.objects(), [](const Object& object) { return rules_for(object.identity.kind).parent_may_bring; });
    if (!may_be_brought) return catalog;
    try {
      const std::set<ObjectId> brought = bench(extension_names(catalog, catalog)).brought(catalog);
      return without(std::move(catalog), brought);
    } catch (const DatabaseError& error) {
      warn_once(
          fmt::format("all comments on what extensions brought are written down, also those that came with it, as "
                      "no scratch database could tell which these are: {}",
                      error.what()));
      return catalog;
    }
  }

  void tell_unknown(const std::vector<std::string>& unknown, const ConnectionTarget& target) {
    std::string message =
        fmt::format("{} has objects that plumb does not know or may not read, and leaves alone:", target.shown);
    constexpr std::size_t most = 100;
    for (const std::string& each : std::span{unknown}.first(std::min(most, unknown.size()))) message += "\n  " + each;
    if (unknown.size() > most) message += fmt::format("\n  ... and {} more", unknown.size() - most);
    if (options.strict) throw DatabaseError{message + "\nTo go on without them, leave out --strict."};
    warn_once(message);
  }

  /// What the database has already is no news.
  void tell_refused_code(const Realised& realised, const Catalog& actual) {
    std::string faults;
    for (const RefusedCode& code : realised.refused_code) {
      const Object* before = actual.find(code.routine);
      if (before != nullptr && before->fingerprint == realised.catalog.find(code.routine)->fingerprint) continue;
      faults.append(code.why).append("\n");
      if (!options.strict) warn_once(code.why + "\nPostgreSQL will only refuse it when it is called.");
    }
    if (options.strict && !faults.empty()) throw DeclarationError{faults + "To let it be, leave out --strict."};
  }

  /// The scratch server for a database with these extensions; the first caller's are decisive.
  Workbench& bench(const std::vector<std::string>& extensions) {
    if (!workbench) {
      Database& connected = *database().database;
      const ScratchOptions scratch{.how = options.scratch,
                                   .target = database().connection,
                                   .user = connected.value("select current_user"),
                                   .encoding = connected.value("select pg_catalog.getdatabaseencoding()"),
                                   .version = connected.version(),
                                   .extensions = extensions,
                                   .cluster = cluster};
      workbench = std::make_unique<Workbench>(scratch, *symbols);
    }
    return *workbench;
  }

  /// The same for a history, which does without a live database: the newest server then that has what it mentions.
  Workbench& bench(const History& history) {
    if (workbench) return *workbench;
    ScratchOptions scratch{.how = options.scratch};
    if (can_reach_database()) {
      scratch.target = database().connection;
      scratch.user = database().database->value("select current_user");
      scratch.encoding = database().database->value("select pg_catalog.getdatabaseencoding()");
      scratch.version = database().database->version();
    }
    scratch.shares_nothing = history.reaches_cluster();
    const bool names_server = scratch.how != "auto" && scratch.how != "embedded" && scratch.how != "target";
    if (names_server) {
      if (scratch.version == 0) scratch.version = Database{parse_connection(scratch.how).location}.version();
    } else if (const auto installation = installation_for(history.words(), scratch.version)) {
      if (scratch.version == 0) scratch.version = installation->version;
      scratch.extensions = mentioned_extensions(history.words(), *installation);
    } else if (scratch.version == 0 || scratch.how == "embedded") {
      throw DatabaseError{no_installation(scratch.version)};
    }
    workbench = std::make_unique<Workbench>(scratch, *symbols);
    return *workbench;
  }

  bool can_reach_database() {
    if (!options.database.is_named) return false;
    try {
      database();
      return true;
    } catch (const DatabaseError& error) {
      options.progress(fmt::format("{}\ngoing on without it", error.what()));
      return false;
    }
  }

  /// Faults of form are told with those that only PostgreSQL finds, where that can be asked.
  Comparison compare_declared(const std::function<Comparison(const Declaration&, Faults&)>& compare) {
    Faults faults;
    const Declaration declaration = read_declaration(options.schema_files, options.variables, *symbols, faults);
    try {
      return compare(declaration, faults);
    } catch (const DatabaseError&) {
      faults.raise();
      throw;
    }
  }

  Comparison compare_history(const History& history) {
    return compare_declared([&](const Declaration& declaration, Faults& faults) {
      Workbench& scratch = bench(history);
      leave_cluster_out(declaration, scratch);
      options.progress("replaying the history");
      Catalog actual = replay_cached(history, scratch);
      options.progress("asking PostgreSQL what the schema files mean");
      return realised(declaration, faults, std::move(actual), scratch);
    });
  }

  Comparison realised(const Declaration& declaration, Faults& faults, Catalog actual, Workbench& scratch) {
    if (!faults.empty()) raise_all(faults, declaration, actual, scratch);
    expect_offered(declaration, scratch.version());
    std::vector<WrittenRename> written = declaration.renames;
    written.insert(written.end(), answered.begin(), answered.end());
    std::vector<Rename> renames = pending_renames(written, declaration.drafts, actual, scratch);
    Comparison comparison{std::move(actual), {}, Catalog{*symbols}, {}, {}};
    const auto desire = [&](const Catalog& start) {
      const Realised realised = realise_cached(declaration, start, scratch.version(), scratch);
      expect_new_names(declaration, realised);
      tell_refused_code(realised, start);
      Desired desired = desired_catalog(declaration, realised, start);
      comparison.desired = std::move(desired.catalog);
      comparison.accepted = std::move(desired.accepted);
    };
    compare_renamed(comparison, renames, desire, scratch);
    comparison.search_path = search_path_of(declaration, {&comparison.actual, &comparison.desired});
    for (std::string_view name : missing_schemas(declaration.scope, comparison.actual, comparison.desired)) {
      warn_once(fmt::format("`manages` lists a schema {} that neither the database nor the files have", name));
    }
    for (Twins& twins : comparison.twins) {
      const Object* draft = declaration.drafts.find(twins.after);
      if (draft != nullptr) twins.place = to_string(declaration.places.at(declaration.drafts.id(*draft)));
    }
    return comparison;
  }

  Comparison compare_databases() {
    Catalog actual = read(database(), options.database);
    Live other = open_database(*options.desired);
    Catalog desired = read(other, *options.desired);
    Workbench& scratch = bench(extension_names(actual, desired));
    for (Catalog* catalog : {&actual, &desired}) {
      const std::set<ObjectId> brought = scratch.brought(*catalog);
      *catalog = without(std::move(*catalog), brought);
    }
    std::vector<Rename> renames = pending_renames(answered, desired, actual, scratch);
    for (Rename& rename : find_renames_of_copies(actual, desired)) renames.push_back(std::move(rename));
    Comparison comparison{std::move(actual), {}, std::move(desired), {}, {}};
    compare_renamed(
        comparison, renames, [](const Catalog&) {}, scratch);
    return comparison;
  }

  Comparison compare_files() {
    return compare_declared([&](const Declaration& declaration, Faults& faults) {
      cluster = options.cluster == Cluster::always ||
                (options.cluster == Cluster::if_declared && asks_for_cluster(declaration));
      Catalog actual = read(database(), options.database);
      options.progress("asking PostgreSQL what the schema files mean");
      Workbench& scratch = bench(declaration, actual);
      return realised(declaration, faults, std::move(actual), scratch);
    });
  }

  Workbench& bench(const Declaration& declaration, const Catalog& actual) {
    Workbench& scratch = bench(extension_names(actual, declaration.drafts));
    if (cluster) {
      scratch.leave_untouched(find_untouched(declaration, *database().database,
                                             [this](const std::string& message) { warn_once(message); }));
    } else {
      leave_cluster_out(declaration, scratch);
    }
    return scratch;
  }

  void leave_cluster_out(const Declaration& declaration, Workbench& scratch) {
    if (!plumb::leave_cluster_out(declaration, scratch)) return;
    warn_once(
        "the schema files declare roles, which belong to the whole cluster and are no part of revisions: put "
        "them into a file of their own, and apply that");
  }

  void warn_once(const std::string& message) {
    if (warnings.insert(message).second) options.warn(message);
  }

  /// Saved plans, revisions and the cache hold tokens alone.
  const Secrets& secrets_in(std::string_view text) {
    Secrets& secrets = symbols->secrets();
    for (std::string_view token : tokens_in(text)) {
      const auto variable = options.variables.find(std::string{token});
      if (variable != options.variables.end()) secrets.tell(token, variable->second);
    }
    if (secrets.find_unknown(text).empty() || options.schema_files.empty()) return secrets;
    const Declaration declaration = read_declaration(options.schema_files, options.variables, *symbols);
    if (secrets.find_unknown(text).empty()) return secrets;
    const Catalog actual = read(database(), options.database);
    realise(declaration, actual, bench(declaration, actual));
    return secrets;
  }

  /// Throws `PlanError` for a secret that nobody tells.
  void learn_secrets(const std::vector<Step>& steps) {
    std::string text;
    for (const Step& step : steps) {
      for (const Statement& statement : step.forward) text.append(statement.sql).append("\n");
    }
    const std::string_view unknown = secrets_in(text).find_unknown(text);
    if (unknown.empty()) return;
    const auto sets_it = [&](const Statement& statement) { return statement.sql.find(unknown) != std::string::npos; };
    const auto step =
        std::ranges::find_if(steps, [&](const Step& each) { return std::ranges::any_of(each.forward, sets_it); });
    throw PlanError{
        fmt::format("the plan sets a secret of the {} that nobody tells, {}, and nothing was done: write the secret "
                    "into the schema file as a variable, ${{NAME}}, set that variable, and apply with the schema file; "
                    "or set the variable {} itself",
                    describe(step->subject, *symbols), unknown, unknown)};
  }

  Comparison compare_as_is(Catalog actual, Catalog desired) {
    Comparison comparison{std::move(actual), {}, std::move(desired), {}, {}};
    Changes changes = diff(comparison.actual, comparison.desired);
    comparison.changes = without_same_meaning(std::move(changes), comparison.actual, comparison.desired,
                                              bench(extension_names(comparison.actual, comparison.desired)));
    return comparison;
  }
};

Session::Session(SessionOptions options) : state_{std::make_unique<State>()} { state_->options = std::move(options); }
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

Symbols& Session::symbols() { return *state_->symbols; }

std::string Session::inspect(SchemaFormat format) {
  state_->cluster = state_->options.cluster == Cluster::always;
  const Catalog catalog = state_->said(state_->read(state_->database(), state_->options.database));
  if (format == SchemaFormat::yaml) return write_yaml(catalog);
  // What every new database holds needs no statement.
  const Catalog& base = state_->bench(extension_names(catalog, catalog)).base();
  Changes changes = diff(base, catalog);
  std::erase_if(changes, [](const Change& change) { return change.after == nullptr; });
  return write_schema_sql(make_plan(changes, base, catalog));
}

Comparison Session::compare() {
  return state_->options.desired ? state_->compare_databases() : state_->compare_files();
}

Comparison Session::compare(const History& history) { return state_->compare_history(history); }

Comparison Session::drift(const History& at) {
  Workbench& scratch = state_->bench(at);
  Catalog live = state_->read(state_->database(), state_->options.database);
  const Catalog replayed = replay_cached(at, scratch);
  const Catalog before = replay_cached(at.beginning(), scratch);
  Catalog expected = undisturbed(live, before, replayed);
  return state_->compare_as_is(std::move(live), std::move(expected));
}

void Session::climb(const History& history, const std::function<void(const TravelStep&)>& before_step) {
  plumb::climb(history, state_->bench(history), before_step);
}

Proof Session::prove_revision(const History& history, const RevisionFile& file, const Comparison& comparison) {
  return plumb::prove_revision(history, file, comparison.actual, comparison.desired, state_->bench(history));
}

void Session::take_for_rename(const Twins& twins) {
  WrittenRename& rename = state_->answered.emplace_back();
  rename.identity = twins.after;
  if (twins.before.name != twins.after.name) rename.before = symbols().text(twins.before.name);
  if (twins.before.schema != twins.after.schema) rename.schema = symbols().text(twins.before.schema);
}

void Session::prove_squash(const History& below, const History& whole, const RevisionFile& file) {
  Workbench& scratch = state_->bench(whole);
  const Catalog actual = replay_cached(below, scratch);
  plumb::prove_revision(below, file, actual, replay_cached(whole, scratch), scratch);
}

Plan Session::plan(const Comparison& comparison) {
  for (const std::string& kept : find_kept_results(comparison.changes, comparison.start(), comparison.desired)) {
    state_->warn_once(kept);
  }
  Plan plan = make_plan(comparison.changes, comparison.start(), comparison.desired);
  if (!comparison.search_path.empty()) plan.search_path = comparison.search_path;
  plan.role = symbols().text(comparison.actual.user());
  plan.cluster = state_->cluster;
  if (comparison.renaming) {
    plan.from = comparison.actual.fingerprint();
    put_renames_first(plan, *comparison.renaming);
  }
  if (!state_->options.prove) return plan;
  if (!plan.steps.empty()) state_->options.progress("proving the plan on a scratch database");
  prove(plan, comparison, state_->bench(extension_names(comparison.actual, comparison.desired)));
  plan.proven = true;
  return plan;
}

const Secrets& Session::secrets_in(std::string_view text) { return state_->secrets_in(text); }

void Session::apply(const Plan& plan, const std::function<void(std::size_t)>& before_step) {
  Database& database = *state_->database().database;
  const ApplyLock lock{database, state_->options.database.shown, state_->options.progress};
  state_->cluster = plan.cluster;
  const Catalog actual = state_->read(state_->database(), state_->options.database);
  if (actual.fingerprint() != plan.from) {
    const std::string_view role = symbols().text(actual.user());
    const std::string other =
        role == plan.role ? "" : fmt::format(" as {}, who applies it (it was made as {})", role, plan.role);
    throw PlanError{
        fmt::format("{} is no longer as it was when the plan was made; nothing was done: make a new plan "
                    "with `plumb plan`{}",
                    state_->options.database.shown, other)};
  }
  state_->learn_secrets(plan.steps);
  expect_rights(database, plan.steps, symbols());
  LockWaits waits{database, state_->options.patience, state_->options.warn};
  execute(database, plan.steps, plan.search_path, before_step, symbols(), &waits);
}

}  // namespace plumb
