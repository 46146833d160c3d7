#include <fmt/core.h>

#include "schema/kinds/annotation.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statement set(const View& label, std::string_view value) {
  return {fmt::format("SECURITY LABEL FOR {} ON {} IS {}", quote_identifier(label.role()), annotated(label), value)};
}

Statements create(const View& label, std::span<const std::string>) {
  return {set(label, quote_literal(label.text("label")))};
}

std::optional<Statements> alter(const View&, const View& after) { return create(after, {}); }

Statements drop(const View& label) { return {set(label, "NULL")}; }

enum Raw : std::size_t { provider = std::size(annotation_raw) };

constexpr RawColumn raw[] = {annotation_raw[0], annotation_raw[1], annotation_raw[2], {.sql = "d.provider"}};

bool read(Reader& reader) {
  reader.set_role(reader.raw_text(provider));
  return read_annotation(reader);
}

constexpr AttributeRule attributes[] = {
    {.key = "label",
     .source = "d.label",
     .help = "label in the words of its provider, whose module the server must have loaded, scratch servers too",
     .alter = alter,
     .required = true},
};

constexpr Kind column_owners[] = {Kind::view, Kind::materialized_view, Kind::composite_type};
constexpr FileForm forms[] = {
    {.section = "security_labels",
     .applies_to = [](const KindRules& labelled) { return labelled.takes_labels; },
     .short_form = "label",
     .role_key = "provider"},
    {.section = "column_security_labels",
     .within = column_owners,
     .short_form = "label",
     .role_key = "provider",
     .grouped = true},
};

}  // namespace

extern const KindRules security_label_rules;
constinit const KindRules security_label_rules{
    .key = "security_label",
    .noun = "SECURITY LABEL",
    .address = Address::database,
    .attributes = attributes,
    // Subscriptions belong to the cluster, and their labels stand with those of databases and roles.
    .inspection = {.catalog = pg_seclabel,
                   .oid = "d.objoid",
                   .sub = "d.objsubid",
                   .name = PLUMB_ANNOTATION_NAME,
                   .raw = raw,
                   .from = R"(
  from (select l.classoid, l.objoid, l.objsubid, l.provider, l.label
          from pg_catalog.pg_seclabel l
         union all
        select l.classoid, l.objoid, 0, l.provider, l.label
          from pg_catalog.pg_shseclabel l
         where l.classoid = 6100) d
  )" PLUMB_ANNOTATION_COLUMN R"(
 where d.objoid >= 16384 or (d.classoid = 2615 and d.objoid = 2200))",
                   .read = read},
    .forms = forms,
    .create = create,
    .drop = drop,
    .dies_with_parent = true,
    .about_parent = true,
    .follows = true,
};

}  // namespace plumb
