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

// What nobody else owns is owned by the role that plumb runs as.
Statements drop(const View& owner) { return give(owner, "CURRENT_USER"); }

constexpr AttributeRule attributes[] = {
    {.key = "role",
     .source = "pg_catalog.pg_get_userbyid(o.owner)",
     .help = "role that owns it; the one that plumb runs as needs no mention",
     .alter = alter,
     .disturbs = Disturbs::dependents,
     .required = true,
     .holds_roles = true},
};

constexpr Kind owners[] = {
    Kind::schema,
    Kind::table,
    Kind::view,
    Kind::materialized_view,
    Kind::sequence,
    Kind::function,
    Kind::procedure,
    Kind::aggregate,
    Kind::domain,
    Kind::composite_type,
    Kind::range_type,
    Kind::base_type,
    Kind::enumeration,
    Kind::collation,
    Kind::statistics,
    Kind::event_trigger,
    Kind::foreign_table,
    Kind::foreign_data_wrapper,
    Kind::foreign_server,
    Kind::publication,
    Kind::subscription,
    Kind::sql_operator,
    Kind::operator_class,
    Kind::operator_family,
    Kind::conversion,
    Kind::language,
    Kind::text_search_dictionary,
    Kind::text_search_configuration,
};
constexpr FileForm forms[] = {{.section = "owner", .within = owners, .named = false, .short_form = "role"}};

}  // namespace

extern const KindRules owner_rules;
constinit const KindRules owner_rules{
    .key = "owner",
    .noun = "OWNER",
    .address = Address::database,
    .attributes = attributes,
    // The schema public (2200) belongs to the database's owner (6171), and before 15 to the first superuser (10).
    // The sequences of columns belong to the owner of the table, whoever that is.
    .inspection = {.catalog = 1260,
                   .oid = "o.oid",
                   .raw = raw,
                   .from = R"(
  from (select 1259 as catalog, c.oid, c.relowner as owner
          from pg_catalog.pg_class c
         where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
           and not (c.relkind = 'S'
                    and exists (select
                                  from pg_catalog.pg_depend d
                                 where d.classid = 1259
                                   and d.objid = c.oid
                                   and d.objsubid = 0
                                   and d.refclassid = 1259
                                   and d.deptype in ('a', 'i')))
         union all
        select 1247, t.oid, t.typowner
          from pg_catalog.pg_type t
         where t.typtype in ('c', 'd', 'e', 'r')
            or (t.typtype in ('b', 'p') and not exists (select from pg_catalog.pg_type e where e.typarray = t.oid))
         union all
        select 1255, p.oid, p.proowner
          from pg_catalog.pg_proc p
         union all
        select 2615, n.oid, n.nspowner
          from pg_catalog.pg_namespace n
         where not (n.oid = 2200 and n.nspowner in (10, 6171))
         union all
        select 3456, l.oid, l.collowner
          from pg_catalog.pg_collation l
         union all
        select 3381, s.oid, s.stxowner
          from pg_catalog.pg_statistic_ext s
         union all
        select 3466, e.oid, e.evtowner
          from pg_catalog.pg_event_trigger e
         union all
        select 2328, w.oid, w.fdwowner
          from pg_catalog.pg_foreign_data_wrapper w
         union all
        select 1417, s.oid, s.srvowner
          from pg_catalog.pg_foreign_server s
         union all
        select 6104, p.oid, p.pubowner
          from pg_catalog.pg_publication p
         union all
        select 6100, s.oid, s.subowner
          from pg_catalog.pg_subscription s
          join pg_catalog.pg_database d on d.oid = s.subdbid
         where d.datname = pg_catalog.current_database()
         union all
        select 2617, o.oid, o.oprowner
          from pg_catalog.pg_operator o
         union all
        select 2616, c.oid, c.opcowner
          from pg_catalog.pg_opclass c
         union all
        select 2753, f.oid, f.opfowner
          from pg_catalog.pg_opfamily f
         union all
        select 2607, c.oid, c.conowner
          from pg_catalog.pg_conversion c
         union all
        select 2612, l.oid, l.lanowner
          from pg_catalog.pg_language l
         union all
        select 3600, d.oid, d.dictowner
          from pg_catalog.pg_ts_dict d
         union all
        select 3602, c.oid, c.cfgowner
          from pg_catalog.pg_ts_config c) o
 where (o.oid >= 16384 or o.oid = 2200)
   and o.owner <> current_user::pg_catalog.regrole
 order by o.catalog, o.oid)",
                   .read = read},
    .forms = forms,
    .create = create,
    .drop = drop,
    .dies_with_parent = true,
    .follows = true,
    .about_parent = true,
    .only_if_declared = true,
};

}  // namespace plumb
