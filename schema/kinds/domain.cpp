#include "schema/kinds/domain.h"

#include <fmt/core.h>

#include "schema/file/naming.h"
#include "schema/kinds/rights.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

bool is_inside_columns_of(const Catalog& catalog, ObjectId type, bool is_inside) {
  for (ObjectId dependent : catalog.needed_by(type)) {
    const View user{catalog, catalog.object(dependent)};
    const bool is_deeper = is_inside || ((user.kind() == Kind::column || user.kind() == Kind::domain) &&
                                         user.text("type").ends_with("[]"));
    if (user.kind() == Kind::column && user.parent()->kind() == Kind::table && is_deeper) return true;
    if (user.kind() == Kind::domain && is_inside_columns_of(catalog, dependent, is_deeper)) return true;
    const bool is_container = user.kind() == Kind::composite_type || user.kind() == Kind::range_type;
    if (is_container && is_inside_columns_of(catalog, dependent, true)) return true;
  }
  return false;
}

std::string statement(const View& domain, std::string_view change) {
  return fmt::format("ALTER DOMAIN {} {}", address(domain), change);
}

std::string not_null_name(const View& domain) {
  return domain.has("not_null_name") ? std::string{domain.text("not_null_name")}
                                     : make_object_name(domain.name(), {}, "not_null");
}

/// From 17 on it is a constraint, whose name is said because what steps aside keeps it taken.
std::string not_null(const View& domain) {
  if (!domain.has("not_null_name") && domain.catalog().version() < 170000) return "NOT NULL";
  return fmt::format("CONSTRAINT {} NOT NULL", quote_identifier(not_null_name(domain)));
}

Statements create(const View& domain, std::span<const std::string> parts) {
  std::string sql = fmt::format("CREATE DOMAIN {} AS {}", address(domain), domain.sql("type"));
  if (domain.has("collation")) sql += fmt::format(" COLLATE {}", domain.text("collation"));
  if (domain.is("not_null")) sql += ' ' + not_null(domain);
  for (const std::string& part : parts) sql += "\n  " + part;
  return {{sql}};
}

std::optional<Statements> alter_not_null(const View& before, const View& after) {
  if (!after.is("not_null")) return Statements{{statement(after, "DROP NOT NULL")}};
  if (before.is("not_null")) {
    return Statements{
        {statement(after, fmt::format("RENAME CONSTRAINT {} TO {}", quote_identifier(not_null_name(before)),
                                      quote_identifier(not_null_name(after))))}};
  }
  if (is_inside_columns(before)) return std::nullopt;
  return Statements{{statement(after, after.has("not_null_name") ? "ADD " + not_null(after) : "SET NOT NULL")}};
}

Statement comment(const View& domain, std::string_view constraint) {
  const bool is_there = domain.has("not_null_comment");
  return {fmt::format("COMMENT ON CONSTRAINT {} ON DOMAIN {} IS {}", quote_identifier(constraint), address(domain),
                      is_there ? quote_literal(domain.text("not_null_comment")) : "NULL")};
}

Statements after_create(const View& domain) {
  if (!domain.has("not_null_comment")) return {};
  return {comment(domain, not_null_name(domain))};
}

// The constraint is there by now, and gets another name only afterwards.
std::optional<Statements> alter_comment(const View& before, const View& after) {
  if (!after.is("not_null")) return Statements{};
  return Statements{comment(after, not_null_name(before.is("not_null") ? before : after))};
}

enum Raw : std::size_t { collation, not_null_constraint };

constexpr RawColumn raw[] = {{.sql = "case when t.typcollation <> b.typcollation then t.typcollation end"},
                             {.sql = R"(
  case when t.typnotnull
       then (select k.conname
               from pg_catalog.pg_constraint k
              where k.contypid = t.oid
                and k.contype = 'n') end)",
                              .since = 170000}};

bool read(Reader& reader) {
  if (const auto* found = reader.names().collation(reader.raw_oid(collation))) {
    const Symbols& symbols = reader.names().symbols();
    reader.set("collation", symbols.text(found->schema) == "pg_catalog"
                                ? quote_identifier(symbols.text(found->name))
                                : qualify(symbols.text(found->schema), symbols.text(found->name)));
  }
  const auto constraint = reader.raw(not_null_constraint);
  const std::string_view name = reader.names().symbols().text(reader.identity().name);
  if (constraint && *constraint != make_object_name(name, {}, "not_null")) reader.set("not_null_name", *constraint);
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "type",
     .source = "pg_catalog.format_type(t.typbasetype, t.typtypmod)",
     .help = "data type that the domain is over, as in \"varchar(20)\"",
     .required = true},
    {.key = "collation", .help = "collation; that of the type when silent"},
    {.key = "not_null",
     .value = Value::boolean,
     .fallback = "false",
     .source = "t.typnotnull",
     .help = "refuses NULL",
     .alter = alter_not_null},
    {.key = "not_null_comment",
     .source = R"(
  case when t.typnotnull
       then (select pg_catalog.obj_description(k.oid, 'pg_constraint')
               from pg_catalog.pg_constraint k
              where k.contypid = t.oid
                and k.contype = 'n') end)",
     .help = "comment on the NOT NULL constraint",
     .alter = alter_comment,
     .since = 170000},
    {.key = "not_null_name",
     .help = "name of the NOT NULL constraint, where it is not the one that PostgreSQL would choose",
     .alter = alter_not_null,
     .only_if_declared = true,
     .goes_with = "not_null",
     .since = 170000},
};

constexpr FileForm forms[] = {{.section = "domains", .short_form = "type"}};

}  // namespace

View below_domains(const View& typed) {
  const Catalog& catalog = typed.catalog();
  if (typed.text("type").ends_with("[]")) return typed;
  for (ObjectId id : catalog.needs(catalog.id(typed.object()))) {
    const View needed{catalog, catalog.object(id)};
    if (needed.kind() == Kind::domain && typed.text("type") == address(needed)) return below_domains(needed);
  }
  return typed;
}

bool is_inside_columns(const View& domain) {
  return is_inside_columns_of(domain.catalog(), domain.catalog().id(domain.object()), false);
}

extern const KindRules domain_rules;
constinit const KindRules domain_rules{
    .key = "domain",
    .noun = "DOMAIN",
    .address = Address::schema,
    .name_space = NameSpace::type,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_type,
                   .oid = "t.oid",
                   .schema = "t.typnamespace",
                   .name = "t.typname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_type t
  join pg_catalog.pg_type b on b.oid = t.typbasetype
 where t.oid >= 16384
   and t.typtype = 'd'
   and not pg_catalog.pg_is_other_temp_schema(t.typnamespace)
 order by t.typnamespace, t.typname)",
                   .read = read},
    .owner_rows = type_owners,
    .privilege_rows = type_privileges,
    .takes_labels = true,
    .forms = forms,
    .create = create,
    .after_create = after_create,
    .steps_aside = true,
};

}  // namespace plumb
