#include "schema/file/declaration.h"

#include <algorithm>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "schema/rules.h"
#include "tests/schema/file/written.h"

using namespace plumb;

namespace {

/// "index public.t.i (columns=a,b unique=true)": one line an object, in the order of the catalog.
std::string shown(const Catalog& catalog) {
  std::string text;
  for (const Object& object : catalog.objects()) {
    const Identity& identity = object.identity;
    text += rules_for(identity.kind).key;
    if (identity.subject != Kind::none) text.append(" on ").append(rules_for(identity.subject).key);
    text += ' ';
    for (Symbol part : {identity.schema, identity.table, identity.name}) {
      if (part == Symbol::none) continue;
      if (!text.ends_with(' ')) text += '.';
      text += catalog.text(part);
    }
    for (const Attribute& attribute : object.attributes) {
      text.append(" ").append(catalog.text(attribute.key)).append("=");
      for (std::size_t i = 0; i < attribute.values.size(); ++i) {
        text.append(i == 0 ? "" : ",").append(catalog.text(attribute.values[i]));
      }
    }
    text += '\n';
  }
  return text;
}

std::string drafts_of(std::string_view yaml, const std::map<std::string, std::string>& variables = {}) {
  const Folder folder;
  Symbols symbols;
  return shown(read_declaration(std::vector{folder.write("a.yaml", yaml)}, variables, symbols).drafts);
}

/// Faults without their places, for texts where only the words matter.
std::string words_of(std::string_view yaml) {
  const std::string faults = faults_of(yaml);
  const auto space = faults.find(": ");
  return space == std::string::npos ? faults : faults.substr(space + 2);
}

/// A schema file with one table that has one column.
std::string column(std::string_view entry) { return "tables: {t: {columns: {c: " + std::string{entry} + "}}}"; }

}  // namespace

TEST_CASE("declaration: entries become objects by the rules of their kinds") {
  constexpr std::string_view yaml = R"(
extensions: {vector: {}, uuid-ossp: }
tables:
  users:
    comment: people
    columns:
      id: bigint
      name: {type: varchar(20), not_null: true, default: "'x'", comment: said so}
      boss: {type: bigint, references: {table: users, columns: [id], on_delete: cascade}}
    primary_key: [id]
    indexes:
      by_name: [lower(name), "(a || b) DESC"]
      by_boss: {columns: boss, unique: true, with: {fillfactor: 70, deduplicate_items: false}}
)";
  constexpr std::string_view drafts =
      "extension vector\n"
      "extension uuid-ossp\n"
      "table public.users\n"
      "comment on table public.users text=people\n"
      "column public.users.id type=bigint\n"
      "column public.users.name not_null=true type=varchar(20)\n"
      "default public.users.name expression='x'\n"
      "comment on column public.users.name text=said so\n"
      "column public.users.boss type=bigint\n"
      "foreign_key public.users.users_boss_fkey columns=boss on_delete=cascade referenced_columns=id table=users\n"
      "primary_key public.users.users_pkey columns=id\n"
      "index public.users.by_name columns=lower(name),(a || b) DESC\n"
      "index public.users.by_boss columns=boss unique=true with=deduplicate_items=false,fillfactor=70\n";
  CHECK(drafts_of(yaml) == drafts);
}

TEST_CASE("declaration: objects belong to whom the catalog says they belong") {
  const Folder folder;
  Symbols symbols;
  const std::string file = folder.write("a.yaml", column("{type: int, default: 0, references: u, comment: x}"));
  const Declaration declaration = read_declaration(std::vector{file}, {}, symbols);
  const Catalog& drafts = declaration.drafts;
  for (const Object& object : drafts.objects()) {
    const Kind parent = object.parent == ObjectId::none ? Kind::none : drafts.object(object.parent).identity.kind;
    const Kind kind = object.identity.kind;
    const Kind expected = kind == Kind::table                                 ? Kind::none
                          : kind == Kind::column || kind == Kind::foreign_key ? Kind::table
                                                                              : Kind::column;
    CHECK(parent == expected);
  }
}

TEST_CASE("declaration: a schema is told by the file, by the key, or by the entry around") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"tables: {t: {}}", "table public.t\n"},
      {"schema: app\ntables: {t: {}}", "table app.t\n"},
      {"schema: app\ntables: {old.t: }", "table old.t\n"},
      {"schemas: {app: {tables: {t: {}}, comment: x}}", "schema app\ntable app.t\ncomment on schema app text=x\n"},
      {"schemas: {app: {tables: {app.t: {}}}}", "schema app\ntable app.t\n"},
      {"tables: {'\"a.b\"': {}, 'c.\"d.e\"': {}, '\"a\"\"b\"': {}}",
       "table public.a.b\ntable c.d.e\ntable public.a\"b\n"},
      {"tables: {Users: {columns: {a.b: int}}}", "table public.Users\ncolumn public.Users.a.b type=int\n"},
      {"functions: {'app.area(int, numeric(4,1))': {returns: int, language: sql, body: select 1}}",
       "function app.area(int, numeric(4,1)) body=select 1 language=sql returns=int\n"},
  };
  for (const auto& [yaml, drafts] : cases) CHECK(drafts_of(yaml) == drafts);
}

TEST_CASE("declaration: tables of a publication are those of the file's schema, unless their key tells another") {
  CHECK(drafts_of("schema: app\npublications: {p: {tables: {t: , \"other.\\\"a.b\\\"\": [id]}, schemas: {app: }}}") ==
        "publication p\npublication_table p.app.t\npublication_table p.other.\"a.b\" columns=id\n"
        "publication_schema p.app\n");
  CHECK(words_of("publications: {p: {tables: {a.b.c: }}}") ==
        "`a.b.c` is no name of a table: write schema.table, and a name with a dot in it as '\"a.b\"'");
}

TEST_CASE("declaration: secrets become tokens, and the rest of a value stays") {
  const std::string drafts = drafts_of("subscriptions: {s: {connection: host=db password=hunter2, publications: [p]}}");
  CHECK(drafts.find("connection=host=db password=plumb_secret_") != std::string::npos);
  CHECK(drafts.find("hunter2") == std::string::npos);
}

TEST_CASE("declaration: objects without a name get the one that PostgreSQL would choose") {
  const std::string table(40, 't');
  CHECK(drafts_of("tables: {" + table + ": {columns: {" + std::string(40, 'c') + ": {type: int, references: u}}}}")
            .find("." + std::string(29, 't') + "_" + std::string(28, 'c') + "_fkey ") != std::string::npos);
  CHECK(drafts_of("tables: {" + std::string(30, 't') + "ü" + std::string(31, 't') + ": {primary_key: [a]}}")
            .find("." + std::string(30, 't') + "ü" + std::string(26, 't') + "_pkey ") != std::string::npos);
  CHECK(drafts_of("tables: {t: {unique_keys: [[a, b], {columns: c, name: k}], checks: [a > 0, b > 0]}}") ==
        "table public.t\n"
        "unique_key public.t.t_a_b_key columns=a,b\n"
        "unique_key public.t.k columns=c\n"
        "check public.t.t_check expression=a > 0\n"
        "check public.t.t_check1 expression=b > 0\n");
  CHECK(drafts_of("tables: {t: {primary_key: {name: key, columns: [a]}}}") ==
        "table public.t\nprimary_key public.t.key columns=a\n");
}

TEST_CASE("declaration: a list of names will do where there is no more to say") {
  CHECK(drafts_of("{schemas: [app], extensions: [citext], publications: {p: {tables: [t], schemas: [app]}}, tables: "
                  "{t: {}}}") ==
        drafts_of(
            "{schemas: {app: {}}, extensions: {citext: {}}, publications: {p: {tables: {t: {}}, schemas: {app: {}}}}, "
            "tables: {t: {}}}"));
}

TEST_CASE("declaration: what PostgreSQL takes anyway is not kept, unless silence would mean something else") {
  CHECK(drafts_of("tables: {t: {unlogged: false}}") == "table public.t\n");
  CHECK(drafts_of("tables: {t: {unlogged: true, using: ~}}") == "table public.t unlogged=true\n");
  CHECK(drafts_of("extensions: {e: {version: 1.10}}") == "extension e version=1.10\n");
}

TEST_CASE("declaration: words that are one of a few may be in upper case, as in SQL") {
  CHECK(drafts_of("tables: {t: {columns: {c: {type: int, identity: BY DEFAULT}}, replica_identity: FULL, foreign_keys: "
                  "{f: {columns: c, references: u, on_delete: SET NULL}}}}") ==
        "table public.t\n"
        "column public.t.c identity=by default type=int\n"
        "replica_identity on table public.t rows=full\n"
        "foreign_key public.t.f columns=c on_delete=set null table=u\n");
  CHECK(drafts_of("ignore: [\"foreign table a.*\", a.b, \"*\", \"comment on table *\", \"tab* x\"]") == "");
}

TEST_CASE("declaration: values keep their spelling") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"0", "0"}, {"1e3", "1e3"}, {"0x1F", "0x1F"}, {"true", "true"}, {"now()", "now()"}, {"\"'a: b'\"", "'a: b'"}};
  for (const auto& [written, kept] : cases) {
    const std::string drafts = drafts_of(column("{type: int, default: " + std::string{written} + "}"));
    CHECK(drafts.find("default public.t.c expression=" + std::string{kept} + "\n") != std::string::npos);
  }
  // A column may have no default value although one that it inherits from has.
  CHECK(drafts_of(column("{type: int, default: null}")) ==
        "table public.t\ncolumn public.t.c type=int\ndefault public.t.c expression=NULL\n");
  CHECK(drafts_of(column("{type: int, default: }")) == "table public.t\ncolumn public.t.c type=int\n");
  // What is left out is not null because the next key begins like it.
  CHECK(drafts_of("tables:\n  t:\n    columns:\n      c:\n        default:\n        type: int\n"
                  "      d:\n        type: int\n        default:\n      nullable: int\n") ==
        "table public.t\ncolumn public.t.c type=int\ncolumn public.t.d type=int\ncolumn public.t.nullable type=int\n");
}

TEST_CASE("declaration: every mistake says what is wrong and what to do") {
  const std::pair<std::string, std::string_view> cases[] = {
      {"tabels: {}", "unknown key `tabels` on top of the file: did you mean `tables`?"},
      {"tables: {t: {renamed_from: app.old}}",
       "`renamed_from` of table public.t tells a name in another schema, `app.old`: write the name alone here, and "
       "`moved_from: app` beside it"},
      {"roles: {app: {password: x}}",
       "unknown key `password` in role app: known here: bypassrls, comment, connection_limit, createdb, createrole, "
       "inherit, login, member_of, renamed_from, replication, settings, superuser, valid_until"},
      {"tables: {t: {of: person, columns: {a: integer}}}",
       "`type` of column public.t.a cannot be said here, because `of` of table public.t says it: leave it out"},
      {column("{type: int, defualt: 1}"), "unknown key `defualt` in column public.t.c: did you mean `default`?"},
      {column("{type: int, nullable: true}"),
       "unknown key `nullable` in column public.t.c: a column takes NULL unless it says `not_null: true`"},
      {column("{type: int, default: {xyzzy: 1, expression: 2}}"),
       "unknown key `xyzzy` in default of column public.t.c: known here: expression"},
      {column("{type: int, not_null: yes}"),
       "`not_null` of column public.t.c must be true or false (without quotes), not `yes`"},
      {column("{type: int, not_null: 'true'}"),
       "`not_null` of column public.t.c must be true or false (without quotes), not `true`"},
      {"enums: {e: [a, b, a]}", "`values` of enum public.e holds `a` twice: remove one, or rename it"},
      {column("{type: int, identity: true}"),
       "`identity` of column public.t.c must be always or by default, not `true`"},
      {"tables: {t: {triggers: {g: {timing: after insert, execute: f(), for_each: rows}}}}",
       "`for_each` of trigger public.t.g must be row or statement, not `rows`"},
      {"tables: {t: {replica_identity: ful}}",
       "`replica_identity` of table public.t must be full or nothing, not `ful`"},
      {"ignore: [\"tabel public.keep\"]", "`tabel public.keep` begins with no kind of object: did you mean `table`?"},
      {"ignore: [\"foreign table keep\"]",
       "`foreign table keep` names no schema, and matches nothing: write `foreign table public.keep` or "
       "`foreign table *.keep`"},
      {column("{type: int, statistics: many}"), "`statistics` of column public.t.c must be a whole number, not `many`"},
      {column("{type: [int]}"), "`type` of column public.t.c must be a text, not a list"},
      {column("{type: int, default: ''}"),
       "`default` of column public.t.c is empty, which is no SQL: write \"''\" if you mean an empty text"},
      {column("{not_null: true}"),
       "column public.t.c has no `type`: add it (data type, as in \"varchar(20)\" or \"vector(384)\")"},
      {"tables: [t]", "`tables` must be a map from name to table, not a list"},
      {"tables: {t: 1}", "table public.t must be a map, not a text"},
      {"tables: {t: {with: [a]}}", "`with` of table public.t must be a map of options and their values, not a list"},
      {"tables: {t: {with: {a: }}}", "option `a` of `with` of table public.t needs a value, not nothing"},
      {"tables: {t: {indexes: {i: [coalesce(a, b)]}}}",
       "`columns` of index public.i holds `coalesce(a`, whose parentheses do not match: put quotes around an entry "
       "with a comma in it\na.yaml:1:40: `columns` of index public.i holds `b)`, whose parentheses do not match: put "
       "quotes around an entry with a comma in it"},
      {"tables: {t: {unique_keys: [a]}}",
       "`unique_keys` must be a map from name to columns, or a list of columns without names, as in [[a]]"},
      {"tables: {t: {primary_key: {columns: a, name: ''}}}",
       "`name` of primary key of table public.t must be a text that is not empty"},
      {"tables: {a.b.c: {}}",
       "`a.b.c` is no name of a table: write name or schema.name, and a name with a dot in it as '\"a.b\"'"},
      {"tables: {'': {}}",
       "`` is no name of a table: write name or schema.name, and a name with a dot in it as '\"a.b\"'"},
      {"functions: {f: {body: x}}",
       "`f` is no name of a function: write what tells it apart in parentheses behind the name, as in area(integer)"},
      {"schemas: {app: {tables: {b.t: {}}}}",
       "`b.t` stands in the entry of schema app, and its key names another: move it there"},
      {"tables: {" + std::string(64, 'x') + ": {}}",
       "the name `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` has 64 bytes, and PostgreSQL cuts "
       "names after 63: shorten it"},
      {"enums: {e: [a, ~]}",
       "`values` of enum public.e holds nothing where a name must be: quote it if it is meant as a text"},
      {"tables: {t: {}}\nviews: {t: select 1}",
       "view public.t has the same name as table public.t, declared at FOLDER/a.yaml:1:10, and PostgreSQL refuses "
       "that: "
       "rename one"},
      {"- a", "a schema file is a map of sections such as `tables`, not a list"},
      {"manages: all",
       "`manages` must be named, schemas, database, or a map such as {schemas: [app]} or {roles: [\"app_*\"]}"},
      {"schema: [a]",
       "`schema` must be the name of the schema that the objects of this file stand in, as in schema: public"},
      {"# nothing", "is empty: say what the database should hold, or leave the file out"},
  };
  for (const auto& [yaml, fault] : cases) {
    std::string expected{fault};
    if (const auto at = expected.find("FOLDER/"); at != std::string::npos) expected.erase(at, 7);
    CHECK(words_of(yaml) == expected);
  }
}

TEST_CASE("declaration: all faults of a run are told at once, in the order of their places") {
  const Folder folder;
  const std::string first = folder.write("a.yaml", "tables:\n  t: {unlogged: 1, indxes: {}}\n  u: []\ntabels: 1\n");
  const std::string second = folder.write("b.yaml", "tables:\n  t: {}\n");
  const std::string third = folder.write("c.sql", "select 'x");
  CHECK(faults_of(folder, {second, first, third, folder.path() + "/none.yaml"}) ==
        "a.yaml:2:3: table public.t is declared for the second time, first at b.yaml:2:3: remove one, or rename it\n"
        "a.yaml:2:17: `unlogged` of table public.t must be true or false (without quotes), not `1`\n"
        "a.yaml:2:20: unknown key `indxes` in table public.t: did you mean `indexes`?\n"
        "a.yaml:3:6: table public.u must be a map, not a list\n"
        "a.yaml:4:1: unknown key `tabels` on top of the file: did you mean `tables`?\n"
        "c.sql:1:8: unterminated quoted string: it starts here and has no end\n"
        "none.yaml: no such file or folder: check the path, it is seen from the current folder");
}

TEST_CASE("declaration: a link in a folder that leads nowhere is told like a file that cannot be read") {
  const Folder folder;
  std::filesystem::create_symlink("loop.sql", folder.path() + "/loop.sql");
  CHECK(faults_of(folder, {folder.path()}).starts_with("loop.sql: "));
}

TEST_CASE("declaration: files may share a schema and an extension about which they say nothing") {
  const Folder folder;
  Symbols symbols;
  const std::vector paths{folder.write("a.yaml", "extensions: {e: {}}\nschemas: {app: {tables: {t: {}}}}\n"),
                          folder.write("b.yaml", "extensions: {e: }\nschemas: {app: {tables: {u: {}}}}\n")};
  CHECK(shown(read_declaration(paths, {}, symbols).drafts) == "extension e\nschema app\ntable app.t\ntable app.u\n");
  const std::string other = folder.write("c.yaml", "extensions: {e: {version: 2}}");
  CHECK(faults_of(folder, {paths[0], other}) ==
        "c.yaml:1:14: extension e is declared for the second time, first at a.yaml:1:14: remove one, or rename it");
}

TEST_CASE("declaration: variables are replaced in values") {
  const std::map<std::string, std::string> variables{{"SIZE", "20"}, {"EMPTY", ""}, {"ON", "true"}};
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"varchar(${SIZE})", "varchar(20)"},
      {"${NONE:-text}", "text"},
      {"${EMPTY:-text}", "text"},
      {"${SIZE:-text}", "20"},
      {"a$$b", "a$$b"},
      {"$${SIZE}", "${SIZE}"},
      {"\"${NONE:-}x\"", "x"},
      {"$1", "$1"},
      {"${SIZE}${SIZE}", "2020"},
  };
  for (const auto& [written, value] : cases) {
    CHECK(drafts_of("tables:\n  t:\n    columns:\n      c: " + std::string{written}, variables) ==
          "table public.t\ncolumn public.t.c type=" + std::string{value} + "\n");
  }
  CHECK(drafts_of("tables:\n  t:\n    unlogged: ${ON}\n", variables) == "table public.t unlogged=true\n");
  CHECK(faults_of("tables:\n  t:\n    tablespace: ${NONE}\n") ==
        "a.yaml:3:17: the variable NONE is not set: set it, or write ${NONE:-default}");
  CHECK(faults_of("tables:\n  t:\n    tablespace: ${a b}\n") ==
        "a.yaml:3:17: `${a b}` names no variable: write `$${` for a plain `${`");
  CHECK(faults_of("tables:\n  t:\n    tablespace: ${a\n") ==
        "a.yaml:3:17: `${` has no closing brace: write `$${` for a plain `${`");
}

TEST_CASE("declaration: the scope is what the files say") {
  const Folder folder;
  Symbols symbols;
  const auto scope_of = [&](std::string_view yaml) {
    return read_declaration(std::vector{folder.write("a.yaml", yaml)}, {}, symbols).scope;
  };
  CHECK(scope_of("tables: {t: {}}").manages == Manages::named);
  CHECK(scope_of("manages: database").manages == Manages::database);
  CHECK(scope_of("manages: {schemas: []}\ntables: {t: {}}").schemas.empty());
  CHECK(scope_of("manages: schema\nschemas: {app: {}}").schemas == std::vector<std::string>{"app"});
  CHECK(scope_of("manages: schemas\nschema: app\ntables: {b.t: {}}").schemas == std::vector<std::string>{"app", "b"});
  CHECK(scope_of("manages: {schemas: [a, b]}").schemas == std::vector<std::string>{"a", "b"});
  CHECK(scope_of("ignore: [table public.tmp_*, index *]").ignore ==
        std::vector<std::string>{"table public.tmp_*", "index *"});
  const std::vector paths{folder.write("a.yaml", "manages: database"), folder.write("b.yaml", "manages: named")};
  CHECK(faults_of(folder, paths) ==
        "b.yaml:1:10: `manages` says something else at a.yaml:1:10, and it holds for "
        "all files of a run: write it once");
}

TEST_CASE("declaration: unqualified names are looked up in the schemas of the files first") {
  const Folder folder;
  Symbols symbols;
  const std::vector paths{folder.write("a.yaml", "schema: app\n---\nschema: b\n"), folder.write("c.sql", "select 1")};
  CHECK(read_declaration(paths, {}, symbols).search_path == std::vector<std::string>{"app", "b", "public"});
}

TEST_CASE("declaration: folders and patterns stand for their files, in the order of their names") {
  const Folder folder;
  folder.write("b.yml", "enums: {two: [x]}");
  folder.write("a.yaml", "enums: {one: [x]}");
  folder.write("c.sql", "select 1;\nselect 2;");
  folder.write("notes.txt", "nothing");
  folder.write(".hidden.yaml", "bogus: 1");
  folder.write("empty/readme", "");
  Symbols symbols;
  const std::vector paths{folder.path(), folder.path() + "/a.yaml", folder.path() + "/*.sql"};
  const Declaration declaration = read_declaration(paths, {}, symbols);
  CHECK(shown(declaration.drafts) == "enum public.one values=x\nenum public.two values=x\n");
  REQUIRE(declaration.statements.size() == 2);
  CHECK(to_string(declaration.statements[1].place) == folder.path() + "/c.sql:2:1");
  CHECK(faults_of(folder, {folder.path() + "/empty"}) ==
        "empty: holds no schema file: put a .yaml or .sql file into this folder");
  CHECK(faults_of(folder, {folder.path() + "/*.xyz"}) ==
        "*.xyz: no such file or folder: check the path, it is seen from the current folder");
}

TEST_CASE("declaration: drafts and their attributes know where they are written") {
  const Folder folder;
  Symbols symbols;
  const std::string file =
      folder.write("a.yaml", "x-common: &id {type: uuid}\ntables:\n  t:\n    columns:\n      id: *id\n");
  const Declaration declaration = read_declaration(std::vector{file}, {}, symbols);
  REQUIRE(declaration.drafts.objects().size() == 2);
  const ObjectId id{1};
  CHECK(to_string(declaration.places.at(id)) == file + ":5:7");
  CHECK(to_string(declaration.attribute_places.at({id, "type"}).begin) == file + ":1:22");
}
