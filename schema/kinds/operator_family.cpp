#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/signature.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements create(const View& family, std::span<const std::string>) {
  return {{"CREATE OPERATOR FAMILY " + method_address(family)}};
}

enum Raw : std::size_t { name, method };

constexpr RawColumn raw[] = {{.sql = "f.opfname"}, {.sql = "f.opfmethod"}};

bool read(Reader& reader) {
  const std::string_view access_method = reader.names().access_method(reader.raw_oid(method));
  reader.set_name(fmt::format("{}({})", quote_identifier(reader.raw_text(name)), quote_identifier(access_method)));
  return true;
}

constexpr FileForm forms[] = {{.section = "operator_families"}};

}  // namespace

extern const KindRules operator_family_rules;
constinit const KindRules operator_family_rules{
    .key = "operator_family",
    .noun = "OPERATOR FAMILY",
    .address = Address::schema,
    .signature = "int_ops(btree)",
    .address_sql = static_cast<std::string (*)(const View&)>(method_address),
    .rename = rename_by_signature,
    .inspection = {.catalog = pg_opfamily,
                   .oid = "f.oid",
                   .schema = "f.opfnamespace",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_opfamily f
 where f.oid >= 16384
 order by f.opfnamespace, f.opfname, f.opfmethod)",
                   .read = read},
    .owner_rows = R"(
        select 2753 as catalog, f.oid, f.opfowner as owner from pg_catalog.pg_opfamily f)",
    .forms = forms,
    .create = create,
};

}  // namespace plumb
