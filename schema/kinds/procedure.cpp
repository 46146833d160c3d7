#include <string>
#include <string_view>

#include <fmt/core.h>

#include "schema/kinds/deparsed.h"
#include "schema/kinds/rights.h"
#include "schema/kinds/routine.h"
#include "schema/rules.h"
#include "schema/signature.h"
#include "schema/sql.h"

namespace plumb {

namespace {

// Without modes, the same types may also be those of another procedure together with its OUT arguments (manual, DROP
// PROCEDURE, "Notes").
std::string address_with_modes(const View& procedure) {
  const Signature signature = signature_of(procedure.name());
  std::string arguments;
  for (std::string_view rest = signature.inside; !rest.empty();) {
    const auto end = find_outside(rest, ", ");
    arguments.append(arguments.empty() ? "IN " : ", IN ").append(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 2);
  }
  return fmt::format("{}.{}({})", quote_identifier(procedure.schema()), signature.own, arguments);
}

constexpr AttributeRule attributes[] = {
    arguments_rule, language_rule, security_definer_rule, transforms_rule, config_rule,
    body_rule,      sql_body_rule, library_rule,          symbol_rule,
};

constexpr FileForm forms[] = {{.section = "procedures"}};

}  // namespace

extern const KindRules procedure_rules;
constinit const KindRules procedure_rules{
    .key = "procedure",
    .noun = "PROCEDURE",
    .address = Address::schema,
    .name_space = NameSpace::routine,
    .signature = "close_day(date)",
    .address_sql = address_with_modes,
    .rename = rename_by_signature,
    .attributes = attributes,
    .inspection = {.catalog = pg_proc,
                   .oid = "p.oid",
                   .schema = "p.pronamespace",
                   .raw = routine_columns,
                   .from = R"(
  from pg_catalog.pg_proc p
  join pg_catalog.pg_language l on l.oid = p.prolang
 where p.oid >= 16384
   and p.prokind = 'p'
   and not pg_catalog.pg_is_other_temp_schema(p.pronamespace)
 order by p.pronamespace, p.proname, pg_catalog.oidvectortypes(p.proargtypes))",
                   .read = read_routine},
    .owner_rows = routine_owners,
    .privilege_rows = routine_privileges,
    .takes_labels = true,
    .hides_needs = "body",
    .forms = forms,
    .create = create_routine,
};

}  // namespace plumb
