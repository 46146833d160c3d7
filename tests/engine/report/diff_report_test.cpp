#include "engine/report/diff_report.h"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

using namespace plumb;

namespace {

/// Builds catalogs by hand; attributes have one value each.
struct Builder {
  explicit Builder(Symbols& table) : symbols{table}, catalog{table} {}

  struct Entry {
    std::string_view key;
    std::string_view value;
  };

  ObjectId add(Kind kind, std::string_view table, std::string_view name, ObjectId parent, std::vector<Entry> entries,
               Kind subject = Kind::none) {
    std::vector<Symbol> values;
    for (const Entry& entry : entries) values.push_back(symbols.intern(entry.value));
    std::vector<Property> properties;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      properties.push_back({symbols.intern(entries[i].key), std::span{&values[i], 1}});
    }
    const Identity identity{kind, subject, symbols.intern("public"), symbols.intern(table), symbols.intern(name)};
    return catalog.add(identity, parent, properties);
  }

  Symbols& symbols;
  Catalog catalog;
};

struct Sample {
  Symbols symbols;
  Builder actual{symbols};
  Builder desired{symbols};

  Sample() {
    const ObjectId old_users = actual.add(Kind::table, "", "users", ObjectId::none, {});
    actual.add(Kind::column, "users", "name", old_users, {{"type", "character varying(20)"}});
    actual.add(Kind::column, "users", "age", old_users, {{"type", "integer"}});
    actual.add(Kind::function, "", "f()", ObjectId::none, {{"body", "begin\n  one;\nend"}});

    const ObjectId new_users = desired.add(Kind::table, "", "users", ObjectId::none, {});
    desired.add(Kind::column, "users", "name", new_users, {{"type", "character varying(50)"}, {"not_null", "true"}});
    desired.add(Kind::function, "", "f()", ObjectId::none, {{"body", "begin\n  two;\nend"}});
    const ObjectId notes = desired.add(Kind::table, "", "notes", ObjectId::none, {});
    const ObjectId body = desired.add(Kind::column, "notes", "body", notes, {{"type", "text"}});
    desired.add(Kind::column, "notes", "id", notes, {{"type", "bigint"}});
    desired.add(Kind::comment, "notes", "body", body, {{"text", "words"}}, Kind::column);
    const ObjectId part = desired.add(Kind::table, "", "part", ObjectId::none, {});
    desired.add(Kind::partition, "part", "part", part, {{"bound", "DEFAULT"}, {"table", "public.notes"}});
    const ObjectId seen = desired.add(Kind::column, "users", "seen", new_users, {{"type", "date"}});
    desired.add(Kind::default_value, "users", "seen", seen, {{"expression", "now()"}});
    desired.add(Kind::comment, "users", "seen", seen, {{"text", "the last\ntime"}}, Kind::column);
  }

  Changes changes() const { return diff(actual.catalog, desired.catalog); }
};

}  // namespace

TEST_CASE("diff report: people see a line an object, and what belongs to a new one below it") {
  const Sample sample;
  const std::string text = write_diff_text(sample.changes(), sample.actual.catalog, sample.desired.catalog, Style{});
  for (std::string_view part : {
           "+ table public.notes\n    column: body, id\n    comment: body\n",
           "+ table public.part\n    partition: public.notes\n",
           "- column public.users.age\n",
           "+ column public.users.seen\n    default: now()\n    comment: the last time\n",
           "~ column public.users.name\n",
           "    type: character varying(20) -> character varying(50)\n",
           "    not_null: false -> true\n",
           "~ function public.f()\n    body:\n        -   one;\n        +   two;\n",
       }) {
    CAPTURE(text);
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK(text.find("+ column public.notes") == std::string::npos);
  CHECK(summarize(sample.changes(), sample.actual.catalog, sample.desired.catalog) ==
        "3 to create, 2 to alter, 1 to drop");
}

TEST_CASE("diff report: JSON holds every change, and says which one it is told under") {
  const Sample sample;
  const std::string json = write_diff_json(sample.changes(), sample.actual.catalog, sample.desired.catalog);
  for (std::string_view part : {
           R"("in_sync": false)",
           R"("part_of": "table public.notes")",
           R"("object": "comment on column public.notes.body")",
           R"("key": "not_null",
          "before": "false",
          "after": "true")",
       }) {
    CAPTURE(json);
    CAPTURE(part);
    CHECK(json.find(part) != std::string::npos);
  }
}

TEST_CASE("diff report: equal catalogs have no difference") {
  const Sample sample;
  const Catalog& catalog = sample.actual.catalog;
  CHECK(write_diff_text({}, catalog, catalog, Style{}) == "No difference.\n");
  CHECK(write_diff_json({}, catalog, catalog).find(R"("in_sync": true)") != std::string::npos);
  CHECK(summarize({}, catalog, catalog) == "no difference");
}
