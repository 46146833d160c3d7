#include <array>

#include <fmt/core.h>

#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

struct Setting {
  std::string_view key;
  std::string_view option;
};

constexpr std::array settings{
    Setting{"publish", "publish"},
    Setting{"via_root", "publish_via_partition_root"},
    Setting{"generated_columns", "publish_generated_columns"},
};

/// "publish = 'insert', publish_via_partition_root = 'true'", of the settings that `is_wanted`.
template <typename Wanted>
std::string settings_of(const View& publication, Wanted is_wanted) {
  std::string list;
  for (const Setting& setting : settings) {
    if (!is_wanted(setting)) continue;
    list += fmt::format("{}{} = {}", list.empty() ? "" : ", ", setting.option,
                        quote_literal(publication.text(setting.key)));
  }
  return list;
}

/// The parts begin with TABLE or with TABLES IN SCHEMA. Before 15 the word must not be said again.
std::string members(std::span<const std::string> parts) {
  constexpr std::string_view table = "TABLE ";
  std::string list;
  for (std::string_view part : parts) {
    if (list.starts_with(table) && part.starts_with(table)) part.remove_prefix(table.size());
    list.append(list.empty() ? "" : ", ").append(part);
  }
  return list;
}

Statements create(const View& publication, std::span<const std::string> parts) {
  std::string sql = "CREATE PUBLICATION " + address(publication);
  if (publication.is("all_tables")) {
    sql += " FOR ALL TABLES";
  } else if (!parts.empty()) {
    sql += " FOR " + members(parts);
  }
  const std::string with = settings_of(publication, [&](const Setting& setting) {
    return publication.text(setting.key) != find_attribute(publication.rules(), setting.key)->fallback;
  });
  if (!with.empty()) sql += " WITH (" + with + ')';
  return {{sql}};
}

std::optional<Statements> alter(const View& before, const View& after) {
  const std::string changed =
      settings_of(after, [&](const Setting& setting) { return before.text(setting.key) != after.text(setting.key); });
  return Statements{{fmt::format("ALTER PUBLICATION {} SET ({})", address(after), changed)}};
}

constexpr AttributeRule attributes[] = {
    {.key = "all_tables",
     .value = Value::boolean,
     .fallback = "false",
     .source = "p.puballtables",
     .help = "publishes every table, also those that are made later"},
    {.key = "publish",
     .fallback = "insert, update, delete, truncate",
     .source = R"(pg_catalog.concat_ws(', ', case when p.pubinsert then 'insert' end,
                                                  case when p.pubupdate then 'update' end,
                                                  case when p.pubdelete then 'delete' end,
                                                  case when p.pubtruncate then 'truncate' end))",
     .help = "the changes that it publishes, as in \"insert, update\"",
     .alter = alter},
    {.key = "via_root",
     .value = Value::boolean,
     .fallback = "false",
     .source = "p.pubviaroot",
     .help = "changes of partitions are published as those of the partitioned table",
     .alter = alter},
    {.key = "generated_columns",
     .fallback = "none",
     .source = "case p.pubgencols when 's' then 'stored' end",
     .help = "which generated columns are published where no columns are listed: none or stored (PostgreSQL 18)",
     .alter = alter,
     .since = 180000},
};

constexpr FileForm forms[] = {{.section = "publications"}};

}  // namespace

extern const KindRules publication_rules;
constinit const KindRules publication_rules{
    .key = "publication",
    .noun = "PUBLICATION",
    .address = Address::database,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_publication, .oid = "p.oid", .name = "p.pubname", .from = R"(
  from pg_catalog.pg_publication p
 where p.oid >= 16384
 order by p.pubname)"},
    .owner_rows = R"(
        select 6104 as catalog, p.oid, p.pubowner as owner from pg_catalog.pg_publication p)",
    .takes_labels = true,
    .forms = forms,
    .create = create,
};

}  // namespace plumb
