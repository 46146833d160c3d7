#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/signature.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements create(const View& self, std::span<const std::string>) {
  const auto [name, method] = signature_of(self.name());
  std::string members;
  const auto add = [&](std::string_view word, std::string_view member) {
    members += fmt::format("{}\n  {} {}", members.empty() ? "" : ",", word, member);
  };
  const auto operators = self.list("operators");
  const auto functions = self.list("functions");
  for (std::string_view member : operators) add("OPERATOR", member);
  for (std::string_view member : functions) add("FUNCTION", member);
  // There must be something, and the type itself is what is stored anyway.
  if (self.has("storage") || members.empty()) add("STORAGE", self.text(self.has("storage") ? "storage" : "type"));
  return {{fmt::format("CREATE OPERATOR CLASS {}.{}{} FOR TYPE {} USING {}{} AS{}", quote_identifier(self.schema()),
                       name, self.is("default") ? " DEFAULT" : "", self.text("type"), method,
                       self.has("family") ? fmt::format(" FAMILY {}", self.text("family")) : "", members)}};
}

enum Raw : std::size_t { name, method, family_schema, family_name };

constexpr RawColumn raw[] = {
    {.sql = "c.opcname"}, {.sql = "c.opcmethod"}, {.sql = "f.opfnamespace"}, {.sql = "f.opfname"}};

bool read(Reader& reader) {
  Names& names = reader.names();
  const Symbol schema = names.schema(reader.raw_oid(family_schema));
  reader.set_name(fmt::format("{}({})", quote_identifier(reader.raw_text(name)),
                              quote_identifier(names.access_method(reader.raw_oid(method)))));
  if (schema != reader.identity().schema || reader.raw_text(family_name) != reader.raw_text(name)) {
    reader.set("family", qualify(names.symbols().text(schema), reader.raw_text(family_name)));
  }
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "type",
     .source = "pg_catalog.format_type(c.opcintype, null)",
     .help = "type of what is indexed",
     .required = true},
    {.key = "default",
     .value = Value::boolean,
     .fallback = "false",
     .source = "c.opcdefault",
     .help = "is taken when an index names none"},
    {.key = "family", .help = "its operator family; one of its own name when silent"},
    {.key = "operators",
     .value = Value::fragments,
     .source = R"(array(select p.amopstrategy || ' '
                              || case when n.nspname <> 'pg_catalog' then pg_catalog.quote_ident(n.nspname) || '.' else '' end
                              || o.oprname
                              || case when p.amoplefttype <> c.opcintype or p.amoprighttype <> c.opcintype
                                      then pg_catalog.format(' (%s, %s)', pg_catalog.format_type(p.amoplefttype, null),
                                                             pg_catalog.format_type(p.amoprighttype, null))
                                      else '' end
                              || case when s.oid is not null
                                      then pg_catalog.format(' FOR ORDER BY %I.%I', t.nspname, s.opfname)
                                      else '' end
                          from pg_catalog.pg_depend d
                          join pg_catalog.pg_amop p on p.oid = d.objid
                          join pg_catalog.pg_operator o on o.oid = p.amopopr
                          join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
                          left join pg_catalog.pg_opfamily s on s.oid = p.amopsortfamily
                          left join pg_catalog.pg_namespace t on t.oid = s.opfnamespace
                         where d.refclassid = 2616
                           and d.refobjid = c.oid
                           and d.classid = 2602
                         order by p.amopstrategy, 1))",
     .help = "number and operator, as in [1 app.<]; what an access method can do without goes to the family"},
    {.key = "functions",
     .value = Value::fragments,
     .source = R"(array(select pg_catalog.format('%s (%s, %s) %s', p.amprocnum,
                                             pg_catalog.format_type(p.amproclefttype, null),
                                             pg_catalog.format_type(p.amprocrighttype, null),
                                             p.amproc::pg_catalog.regprocedure)
                          from pg_catalog.pg_depend d
                          join pg_catalog.pg_amproc p on p.oid = d.objid
                         where d.refclassid = 2616
                           and d.refobjid = c.oid
                           and d.classid = 2603
                         order by p.amprocnum, 1))",
     .help = "number and function, as in [\"1 app.compare(integer, integer)\"]; the same holds for them"},
    {.key = "storage",
     .source = "case when c.opckeytype <> 0 then pg_catalog.format_type(c.opckeytype, null) end",
     .help = "type of what is stored in the index, where it is another"},
};

constexpr FileForm forms[] = {{.section = "operator_classes"}};

}  // namespace

extern const KindRules operator_class_rules;
constinit const KindRules operator_class_rules{
    .key = "operator_class",
    .noun = "OPERATOR CLASS",
    .address = Address::schema,
    .signature = "int_ops(btree)",
    .address_sql = static_cast<std::string (*)(const View&)>(method_address),
    .rename = rename_by_signature,
    .attributes = attributes,
    .inspection = {.catalog = pg_opclass,
                   .oid = "c.oid",
                   .schema = "c.opcnamespace",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_opclass c
  join pg_catalog.pg_opfamily f on f.oid = c.opcfamily
 where c.oid >= 16384
 order by c.opcnamespace, c.opcname, c.opcmethod)",
                   .read = read},
    .owner_rows = R"(
        select 2616 as catalog, c.oid, c.opcowner as owner from pg_catalog.pg_opclass c)",
    .forms = forms,
    .create = create,
    .serves_silently = true,
};

}  // namespace plumb
