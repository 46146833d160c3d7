#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

Statements create(const View& collation, std::span<const std::string>) {
  std::string options = fmt::format("PROVIDER = {}", collation.text("provider"));
  for (std::string_view key : {"locale", "lc_collate", "lc_ctype", "rules"}) {
    if (collation.has(key)) options += fmt::format(", {} = {}", upper(key), quote_literal(collation.text(key)));
  }
  // The root of ICU's locales has an empty name, which is no value of an attribute.
  const bool is_root = !collation.has("locale") && collation.text("provider") == "icu";
  if (is_root) options += ", LOCALE = ''";
  if (!collation.is("deterministic")) options += ", DETERMINISTIC = false";
  return {{fmt::format("CREATE COLLATION {} ({})", address(collation), options)}};
}

enum Raw : std::size_t { collate, ctype, locale_before_17, locale_since_17 };

constexpr RawColumn raw[] = {
    {.sql = "l.collcollate"},
    {.sql = "l.collctype"},
    {.sql = "l.colliculocale", .since = 150000, .until = 170000},
    {.sql = "l.colllocale", .since = 170000},
};

// Before 15 all providers kept their locale in collcollate and collctype; since then only libc does.
bool read(Reader& reader) {
  if (reader.raw(locale_before_17) || reader.raw(locale_since_17)) {
    reader.set("locale", reader.raw(reader.raw(locale_since_17) ? locale_since_17 : locale_before_17).value());
  } else if (reader.raw_text(collate) == reader.raw_text(ctype)) {
    reader.set("locale", reader.raw_text(collate));
  } else {
    reader.set("lc_collate", reader.raw_text(collate));
    reader.set("lc_ctype", reader.raw_text(ctype));
  }
  return true;
}

constexpr std::string_view providers[] = {"libc", "icu", "builtin"};

constexpr AttributeRule attributes[] = {
    {.key = "provider",
     .fallback = "libc",
     .source = "case l.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end",
     .help = "libc, icu or builtin: whose rules of sorting they are",
     .choices = providers},
    {.key = "locale", .help = "name of the locale, as the provider calls it; the root of ICU's locales when silent"},
    {.key = "lc_collate", .help = "locale of the order, where it is another than that of the letters (libc)"},
    {.key = "lc_ctype", .help = "locale of the letters, where it is another than that of the order (libc)"},
    {.key = "deterministic",
     .value = Value::boolean,
     .fallback = "true",
     .source = "l.collisdeterministic",
     .help = "only texts that are the same byte for byte are equal"},
    {.key = "rules",
     .source = "l.collicurules",
     .help = "rules that refine those of the locale (icu)",
     .since = 160000},
};

constexpr FileForm forms[] = {{.section = "collations", .short_form = "locale"}};

}  // namespace

extern const KindRules collation_rules;
constinit const KindRules collation_rules{
    .key = "collation",
    .noun = "COLLATION",
    .address = Address::schema,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_collation,
                   .oid = "l.oid",
                   .schema = "l.collnamespace",
                   .name = "l.collname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_collation l
 where l.oid >= 16384
 order by l.collnamespace, l.collname)",
                   .read = read},
    .owner_rows = R"(
        select 3456 as catalog, l.oid, l.collowner as owner from pg_catalog.pg_collation l)",
    .forms = forms,
    .create = create,
    .steps_aside = true,
};

}  // namespace plumb
