#include "schema/file/sql_text.h"

#include <string>

#include <doctest/doctest.h>

#include "schema/error.h"
#include "schema/file/statement_subject.h"

using namespace plumb;

namespace {

/// The statements, each as "line:column text".
std::string shown(const std::vector<WrittenStatement>& statements) {
  std::string text;
  for (const WrittenStatement& each : statements) {
    if (!text.empty()) text += " | ";
    text += std::to_string(each.place.line) + ':' + std::to_string(each.place.column) + ' ' + each.sql;
  }
  return text;
}

/// The same, or the faults.
std::string split(std::string_view text) {
  Faults faults;
  const auto statements = split_sql(text, "a.sql", faults);
  try {
    faults.raise();
  } catch (const DeclarationError& error) {
    return error.what();
  }
  return shown(statements);
}

}  // namespace

TEST_CASE("sql: a text is split into its statements, without the comments around them") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"select 1; select 2", "1:1 select 1 | 1:11 select 2"},
      {"select 1;\n\n  select 2;\n", "1:1 select 1 | 3:3 select 2"},
      {"-- one\nselect 1 -- last;\n; /* two */ ; select 2", "2:1 select 1 | 3:15 select 2"},
      {"select /* here; */ 1 /* there */;", "1:1 select /* here; */ 1"},
      {"-- nothing\n", ""},
      {";;", ""},
      {"foo bar;\nselect 1; baz -- x;\n;", "1:1 foo bar | 2:1 select 1 | 2:11 baz"},
      {"foo; bar;", "1:1 foo; bar"},
      {"select ';', \"a;b\", $$c;d$$, $x$e;$$;f$x$; select 2",
       "1:1 select ';', \"a;b\", $$c;d$$, $x$e;$$;f$x$ | 1:43 select 2"},
      {"select E'\\';'; select 2", "1:1 select E'\\';' | 1:16 select 2"},
      {"select 'größe'; select 2", "1:1 select 'größe' | 1:17 select 2"},
      {"create rule r as on insert to a do also (select 1; select 2); select 3",
       "1:1 create rule r as on insert to a do also (select 1; select 2) | 1:63 select 3"},
      {"create function f() returns int language sql begin atomic select 1; select 2; end; select 3",
       "1:1 create function f() returns int language sql begin atomic select 1; select 2; end | 1:84 select 3"},
      {"create function f() returns int language sql begin atomic select 1; /* so */ END; select 3",
       "1:1 create function f() returns int language sql begin atomic select 1; /* so */ END | 1:83 select 3"},
      {"create function f(t text) returns text begin atomic select json_value(t::jsonb, '$' returning text); end; "
       "select 3",
       "1:1 create function f(t text) returns text begin atomic select json_value(t::jsonb, '$' returning text); end | "
       "1:107 select 3"},
      {"create procedure p() begin atomic end; select 1", "1:1 create procedure p() begin atomic end | 1:40 select 1"},
      {"select 1; create table (; select 2", "1:1 select 1 | 1:11 create table (; select 2"},
      {"create tabel; nonsense", "1:1 create tabel | 1:15 nonsense"},
  };
  for (const auto& [text, statements] : cases) CHECK(split(text) == statements);
}

TEST_CASE("sql: what pg_dump writes for psql is skipped") {
  CHECK(split("\\restrict a8Bc\nselect 1;\n\n\\unrestrict a8Bc\n") == "2:1 select 1");
}

TEST_CASE("sql: the word by which pg_dump keeps psql to SQL may look like anything") {
  CHECK(split("--\n-- dump\n--\n\n\\restrict 123abc\n\nselect 1;\n\\unrestrict 123abc\n\n") == "7:1 select 1");
  CHECK(split("select 1a;") == "a.sql:1:8: trailing junk after numeric literal");
}

TEST_CASE("sql: what is meant as one statement is found to be several") {
  for (const char* one :
       {"select 1", "select ';' -- a; b", "create function f() returns int begin atomic select 1; select 2; end",
        "create rule r as on update to t do (select 1; select 2)", "select 'never closed; select 2"}) {
    CAPTURE(one);
    CHECK(!holds_several(one));
  }
  for (const char* several : {"select 1; select 2", "select 1;\ncopy kept from stdin; delete from kept"}) {
    CAPTURE(several);
    CHECK(holds_several(several));
  }
}

TEST_CASE("sql: what all databases of a server share is told from what is in one") {
  const auto shared = [](std::string_view sql) { return shared_by_databases(sql); };
  for (std::string_view role :
       {"create role a", "ALTER USER a set x to 1", "drop group a", "grant a to b", "revoke admin option for a from b",
        "comment on role a is 'on'", "grant \"on\" to b", "security label for x on role a is 'b'",
        "create user mapping", "create user mapping password 'x'", "alter role mapping set x to 1",
        "drop user if exists mapping", "drop group mapping"}) {
    CAPTURE(role);
    CHECK(shared(role) == "ROLE");
  }
  CHECK(shared("drop database mapping") == "DATABASE");
  CHECK(shared("create tablespace mapping location '/x'") == "TABLESPACE");
  CHECK(shared("/* a */ comment on database d is 'x'") == "DATABASE");
  CHECK(shared("grant connect, create on database d to a") == "DATABASE");
  CHECK(shared("revoke create on tablespace t from a") == "TABLESPACE");
  CHECK(shared("grant set on parameter work_mem to a") == "PARAMETER");
  CHECK(shared("alter system set x to 1") == "SYSTEM");
  CHECK(shared("reassign owned by a to b") == "OWNED");
  for (std::string_view own :
       {"grant select (a), update on t to b", "comment on column t.role is 'x'", "drop owner",
        "create user mapping for a server s", "CREATE USER /* a */ MAPPING IF NOT EXISTS FOR a server s",
        "drop user mapping if exists for a server s", "comment on table \"on\" is 'x'", "select 1", "",
        "create table role (a integer)", "security label on table t is 'x'", "grant select on role to b",
        "revoke all on system, parameter from b", "grant select on database.t to b", "comment on table role is 'x'"}) {
    CAPTURE(own);
    CHECK(shared(own) == "");
  }
}

TEST_CASE("sql: what a statement is about does not depend on how that is called") {
  CHECK(is_statement("COPY", "copy mapping to program 'x'"));
  CHECK(is_statement("GRANT", "grant mapping to a"));
  CHECK(is_statement("DROP", "drop mapping"));
  CHECK(is_about("create subscription mapping connection '' publication p", "SUBSCRIPTION"));
  CHECK(creates("create materialized view mapping as select 1", "MATERIALIZED VIEW"));
  CHECK(creates("create user mapping", "USER"));
  CHECK(creates("create user mapping for a server s", "USER MAPPING"));
  CHECK(!creates("create user mapping for a server s", "USER"));
  CHECK(!is_about("drop user mapping if exists for a server s", "USER"));
}

TEST_CASE("sql: what only psql can do is a fault with its line") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"select 1;\n  \\connect other\n", "a.sql:2:3: `\\connect` is a command of psql, not SQL: remove this line"},
      {"\\set a 1\n\\i 'more.sql'\n",
       "a.sql:1:1: `\\set` is a command of psql, not SQL: remove this line\n"
       "a.sql:2:1: `\\i` is a command of psql, not SQL: remove this line"},
      {"select 1;\ncopy a (b) from stdin;\nit's\t2\n\\.\nselect 2;",
       "a.sql:2:1: COPY ... FROM stdin loads data that psql would send: in a revision write INSERT; "
       "a schema file holds none, so remove it, or dump with --schema-only"},
      {"COPY public.a FROM stdin WITH (FORMAT csv);\n1\n\\.\n",
       "a.sql:1:1: COPY ... FROM stdin loads data that psql would send: in a revision write INSERT; "
       "a schema file holds none, so remove it, or dump with --schema-only"},
  };
  for (const auto& [text, faults] : cases) CHECK(split(text) == faults);
  CHECK(split("select '\n\\connect', 'from stdin';") == "1:1 select '\n\\connect', 'from stdin'");
}

TEST_CASE("sql: what is no statement hides nothing of the others") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"select 1;\n\\d foo\nselect 2;", "2:1  | 1:1 select 1 | 3:1 select 2"},
      {"copy a from stdin;\nit's\n\\.x\n\\.\nselect 2;\n\\i b\ncopy a from stdin;\n1",
       "1:1  | 6:1  | 7:1  | 5:1 select 2"},
      {"select 1;\ncreate table t (a text default 'x);\nselect 2",
       "2:32 \ncreate table t (a text default 'x) | 2:32 \nselect 2 | 1:1 select 1"},
  };
  for (const auto& [text, expected] : cases) {
    Faults faults;
    CHECK(shown(split_sql(text, "a.sql", faults)) == expected);
    CHECK(!faults.all().empty());
  }
}

TEST_CASE("sql: what begins and never ends is a fault where it begins") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"select 1;\nselect 'ü', 'abc", "a.sql:2:13: unterminated quoted string: it starts here and has no end"},
      {"select \"abc", "a.sql:1:8: unterminated quoted identifier: it starts here and has no end"},
      {"select $$abc", "a.sql:1:8: unterminated dollar-quoted string: it starts here and has no end"},
      {"/* a /* b */", "a.sql:1:1: unterminated /* comment: it starts here and has no end"},
  };
  for (const auto& [text, faults] : cases) CHECK(split(text) == faults);
}
