#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { parent_catalog };

constexpr RawColumn raw[] = {{.sql = "o.catalog"}};

bool read(Reader& reader) {
  reader.set_parent({reader.raw_oid(parent_catalog), reader.oid(), 0});
  return true;
}

Statements give(const View& owner, std::string_view role) {
  const View parent = *owner.parent();
  return {{fmt::format("ALTER {} {} OWNER TO {}", parent.rules().noun, full_address(parent), role)}};
}

Statements create(const View& owner, std::span<const std::string>) {
  return give(owner, quote_identifier(owner.text("role")));
}

std::optional<Statements> alter(const View&, const View& after) { return create(after, {}); }

// Who is no superuser can hand over only what the new owner may create where it is (manual, ALTER TABLE, "Notes").
std::vector<View> goes_behind(const View& owner) {
  const View parent = *owner.parent();
  const Catalog& catalog = owner.catalog();
  const Object* schema = catalog.find({.kind = Kind::schema, .name = parent.object().identity.schema});
  std::vector<View> grants;
  if (schema == nullptr) return grants;
  for (const View& grant : View{catalog, *schema}.children(Kind::grant)) {
    if (grant.role() == owner.text("role")) grants.push_back(grant);
  }
  return grants;
}

// What nobody else owns is owned by the role that plumb runs as, but for the schema public (see schema.cpp).
Statements drop(const View& owner) {
  const View parent = *owner.parent();
  const bool is_public = parent.kind() == Kind::schema && parent.name() == "public";
  return give(owner, is_public && owner.catalog().version() >= 150000 ? "pg_database_owner" : "CURRENT_USER");
}

constexpr AttributeRule attributes[] = {
    {.key = "role",
     .source = "pg_catalog.pg_get_userbyid(o.owner)",
     .help = "role that owns it; the one that plumb runs as needs no mention",
     .alter = alter,
     .disturbs = Disturbs::dependents,
     .required = true,
     .holds_roles = true},
};

constexpr FileForm forms[] = {{.section = "owner",
                               .applies_to = [](const KindRules& owned) { return !owned.owner_rows.empty(); },
                               .named = false,
                               .short_form = "role"}};

}  // namespace

extern const KindRules owner_rules;
constinit const KindRules owner_rules{
    .key = "owner",
    .noun = "OWNER",
    .address = Address::database,
    .attributes = attributes,
    .inspection = {.catalog = pg_authid,
                   .oid = "o.oid",
                   .raw = raw,
                   .from = R"(
  from ({}) o
 where (o.oid >= 16384 and o.owner <> (select r.oid from pg_catalog.pg_roles r where r.rolname = current_user))
    or (o.catalog = 2615 and o.oid = (select n.oid from pg_catalog.pg_namespace n where n.nspname = 'public'))
 order by o.catalog, o.oid)",
                   .gathered = &KindRules::owner_rows,
                   .read = read},
    .forms = forms,
    .only_if_declared = true,
    .create = create,
    .drop = drop,
    .dies_with_parent = true,
    .about_parent = true,
    .goes_behind = goes_behind,
    .follows = true,
};

}  // namespace plumb
