#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/plan.h"
#include "engine/postgres/scratch.h"
#include "engine/words.h"
#include "schema/catalog.h"

namespace plumb {

/// A scratch server together with what a new database on it holds. Made cheap: nothing starts before it is needed.
class Workbench {
 public:
  Workbench(const ScratchOptions& options, Symbols& symbols);

  ScratchDatabase make() { return scratch_.make(); }
  const Catalog& base();  ///< what a new scratch database holds (the schema public)
  Symbols& symbols() { return symbols_; }
  int version() const { return version_; }           ///< of the live server, as 150018
  const std::string& user() const { return user_; }  ///< whose objects say nothing of their owner
  bool cluster() const { return cluster_; }          ///< whether what belongs to the whole cluster is tried, too

  /// Names of objects of the cluster that schema files may mention, but that are left as they are.
  const Words& untouched() const { return untouched_; }
  void leave_untouched(Words names) { untouched_ = std::move(names); }

  /// What a scratch database holds.
  Catalog read(Database& database);

  /// What must be in a slice of `catalog` besides what is asked for, so that `build` leaves nothing of its own there;
  /// all of it where code turned out to hide what it needs.
  std::vector<ObjectId> common_with_base(const Catalog& catalog);

  /// Does `work`; and where a name is missing in it, once more with all of a catalog in every slice, so that code that
  /// hides what it needs finds what stands beside it. That holds from then on. Throws what `work` throws at last.
  void attempt(const std::function<void()>& work);

  /// Sees to it that the roles and tablespaces of the live server that SQL mentions (all `words` of it) are there on a
  /// private scratch server. What the live server does not have is missing in scratch too.
  void provide_shared(const Words& words);
  void provide_shared(const std::vector<Step>& steps);

  /// "area(character varying)" for "area(varchar)": a routine's name with the types of its
  /// arguments as PostgreSQL spells them. What it does not know stays as it is.
  std::string spell_routine(std::string_view name);

  /// Roles that count as roles of the live database from now on.
  void expect_roles(const Words& names) { scratch_.expect_roles(names); }
  bool has_target() const { return scratch_.has_target(); }

  /// The catalog as this server can hold it: what it does not offer of `of_server` attributes is left open, and so is
  /// what a parent may bring, which this server's may not have.
  Catalog as_offered(const Catalog& catalog);

  /// What nobody said of what `catalog` holds: a parent that is made anew brings the same (`parent_may_bring`). Nothing
  /// is made where nothing may have been brought.
  std::set<ObjectId> brought(const Catalog& catalog);

  /// Makes a new scratch database hold what is `wanted`, as this server offers it, and nothing else but what comes with
  /// it (`KindRules::parent_may_bring`).
  void build(ScratchDatabase& scratch, const Catalog& wanted);

 private:
  void read_offers(Database& database);

  Scratch scratch_;
  Symbols& symbols_;
  std::string user_;
  int version_;
  bool cluster_;
  bool is_wide_ = false;  ///< every slice is all of its catalog
  Words untouched_;
  std::optional<Catalog> base_;
  std::set<std::string> offers_;  ///< "kind key name value" of all that is offered; filled with `base_`
};

}  // namespace plumb
