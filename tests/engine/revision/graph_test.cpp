#include "engine/revision/graph.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "engine/report/revision_report.h"
#include "engine/revision/ancestry.h"
#include "engine/revision/identifiers.h"
#include "engine/revision/journey.h"
#include "engine/revision/new_revision.h"
#include "engine/revision/range.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

using Texts = std::vector<std::string>;

Revision revision(std::string id, Texts down = {}, Texts depends_on = {}, Texts labels = {}) {
  Revision revision;
  revision.path = "versions/" + id + ".sql";
  revision.message = "about " + id;
  revision.id = std::move(id);
  revision.down = std::move(down);
  revision.depends_on = std::move(depends_on);
  revision.labels = std::move(labels);
  return revision;
}

/// A shop: two branches that were merged, and a library of its own that needs the one of them.
///
///     start -- cart(shopping) -- sale --.
///         `--- user ------------------- both -- next
///     books(library) -- loans (needs user)
RevisionGraph shop() {
  return RevisionGraph{{revision("start"), revision("cart", {"start"}, {}, {"shopping"}), revision("sale", {"cart"}),
                        revision("user", {"start"}), revision("both", {"sale", "user"}), revision("next", {"both"}),
                        revision("books", {}, {}, {"library"}), revision("loans", {"books"}, {"user"})}};
}

std::string ids(const RevisionGraph& graph, const std::vector<RevisionNumber>& revisions) {
  Texts found;
  for (RevisionNumber each : revisions) found.push_back(graph.id(each));
  return fmt::format("{}", fmt::join(found, " "));
}

std::string found(const RevisionGraph& graph, std::string_view identifier) {
  return ids(graph, find_revisions(graph, identifier));
}

std::string log_of(const Journey& journey) {
  Texts lines;
  for (const TravelStep& step : journey.steps) lines.push_back(describe(step));
  return fmt::format("{}", fmt::join(lines, "; "));
}

Texts rows_after(const Journey& journey, Texts rows) {
  for (const TravelStep& step : journey.steps) {
    for (const RowChange& change : step.rows) {
      if (!change.before.empty()) {
        REQUIRE(std::erase(rows, change.before) == 1);
      }
      if (!change.after.empty()) rows.push_back(change.after);
    }
  }
  std::ranges::sort(rows);
  return rows;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

TEST_CASE("revision graph: heads are what nobody revises, real heads what nobody depends on either") {
  const RevisionGraph graph{{revision("a"), revision("b", {"a"}), revision("x"), revision("y", {"x"}, {"b"})}};
  CHECK(found(graph, "heads") == "y");
  CHECK(ids(graph, {graph.heads().begin(), graph.heads().end()}) == "b y");
  CHECK(ids(graph, {graph.bases().begin(), graph.bases().end()}) == "a x");
  CHECK(revision_line(graph, *graph.find("b"), {.parents = true}) == "a -> b (effective head)");
  CHECK(revision_line(graph, *graph.find("y"), {.parents = true}) == "x (b) -> y (head)");
}

TEST_CASE("revision graph: a dependency that a revision further down has too is walked once") {
  const RevisionGraph graph{{revision("a"), revision("b"), revision("c", {"b"}, {"a"}), revision("d", {"c"}, {"a"})}};
  CHECK(graph.needs(*graph.find("c")).size() == 2);
  CHECK(graph.needs(*graph.find("d")).size() == 1);
  CHECK(graph.needed_by(*graph.find("a")).size() == 2);
}

TEST_CASE("revision graph: a revision that depends on what it revises spares those above it the dependency") {
  const RevisionGraph graph{{revision("a"), revision("b", {"a"}, {"a"}), revision("c", {"b"}, {"a"})}};
  CHECK(graph.needs(*graph.find("b")).size() == 1);
  CHECK(graph.needs(*graph.find("c")).size() == 1);
}

TEST_CASE("revision graph: a label covers its branch, down to where it begins") {
  const RevisionGraph graph = shop();
  CHECK(graph.labels(*graph.find("start")).empty());
  CHECK(graph.labels(*graph.find("next")) == Texts{"shopping"});
  CHECK(graph.labels(*graph.find("user")).empty());
  CHECK(graph.labels(*graph.find("loans")) == Texts{"library"});
  const RevisionGraph line{{revision("a"), revision("b", {"a"}), revision("c", {"b"}, {}, {"late"})}};
  CHECK(line.labels(*line.find("a")) == Texts{"late"});
}

TEST_CASE("revision graph: what is wrong with the files is told with their names, all of it at once") {
  const auto fault = [](std::vector<Revision> revisions) {
    return error_of([&] { RevisionGraph{std::move(revisions)}; });
  };
  CHECK(fault({revision("a b")}).starts_with("Character(s) ' ' not allowed in revision identifier 'a b'\n"));
  CHECK(fault({revision("../b")}).starts_with("Character(s) '/' not allowed in revision identifier '../b'\n"));
  CHECK(fault({revision("a-b"), revision("a"), revision("a"), revision("c", {"c"})}) ==
        "Character(s) '-' not allowed in revision identifier 'a-b'\n"
        "  versions/a-b.sql: choose letters, digits and '_' for the id\n"
        "Revision a is present more than once\n"
        "  versions/a.sql and versions/a.sql: give one of them another id, or delete it\n"
        "Self-loop is detected in revisions (c)\n"
        "  versions/c.sql: a revision cannot come before itself; mend its header");
  CHECK(fault({revision("first"), revision("b", {"frist"}), revision("c", {"first"}, {"nowhere"})}) ==
        "Revision frist referenced from b is not present\n"
        "  versions/b.sql: did you mean `first`?\n"
        "Revision nowhere referenced from c is not present\n"
        "  versions/c.sql: known here: b, c, first");
  CHECK(fault({revision("a", {}, {}, {"one"}), revision("b", {"a"}, {}, {"one"})}) ==
        "Branch name 'one' in revision b already used by revision a\n"
        "  versions/a.sql and versions/b.sql: give one of the branches another name");
  CHECK(
      fault({revision("a", {"c"}), revision("b", {"a"}), revision("c", {"b"}), revision("d")}) ==
      "Cycle is detected in revisions (a, b, c)\n"
      "  versions/a.sql comes after versions/c.sql comes after versions/b.sql comes after versions/a.sql: mend one of "
      "their headers");
  CHECK(first_line(fault({revision("a", {}, {"c"}), revision("b", {"a"}), revision("c", {"b"})})) ==
        "Dependency cycle is detected in revisions (a, b, c)");
  CHECK(fault({revision("a", {}, {"one"}, {"one"})}) ==
        "Dependency self-loop is detected in revisions (a)\n"
        "  versions/a.sql: a revision cannot come before itself; mend its header");
  CHECK(first_line(fault({revision("")})) == "A revision has no identifier");
  CHECK(fault({revision("a", {}, {}, {"first"}), revision("b", {"first"})}) ==
        "Revision first referenced from b is not present\n"
        "  versions/b.sql: that is a label; write a");
}

TEST_CASE("revision identifiers: a revision is named by its id, a unique beginning, a label, or its place") {
  const RevisionGraph graph = shop();
  const struct {
    const char* identifier;
    const char* ids;
  } cases[] = {{"cart", "cart"},           {"libr", "books"},
               {"heads", "next loans"},    {"base", ""},
               {"library@head", "loans"},  {"shopping@head", "next"},
               {"sale@head", "next"},      {"shopping@base", ""},
               {"library@heads", "loans"}, {"shopping@user", "error"},
               {"nowhere", "error"},       {"head", "error"},
               {"library@cart", "error"},  {"bo", "error"},
               {"library@book", "books"}};
  for (const auto& [identifier, expected] : cases) {
    CAPTURE(identifier);
    std::string answer;
    const std::string error = error_of([&] { answer = found(graph, identifier); });
    CHECK((error.empty() ? answer : "error") == expected);
  }
  CHECK(error_of([&] { found(graph, "carf"); }) == "Can't locate revision identified by 'carf'\ndid you mean `cart`?");
  CHECK(error_of([&] { found(graph, "library@cart"); }) ==
        "Can't locate revision identified by 'cart'\n"
        "cart is not on the branch 'library': leave out 'library@', or name another branch");
}

TEST_CASE("revision identifiers: a label that ends like a number of steps is a label") {
  const RevisionGraph graph{{revision("a"), revision("b", {"a"}, {}, {"release-2024"})}};
  CHECK(parse_identifier(graph, "release-2024").offset == std::nullopt);
  CHECK(parse_identifier(graph, "release-2024@a").symbol == "a");
  CHECK(parse_identifier(graph, "release-2024@a+1").offset == 1);
  CHECK(parse_identifier(graph, "a-1").symbol == "a");
  CHECK(error_of([&] { parse_identifier(graph, "a+99999999999999999999"); }) ==
        "Walked too far\n+99999999999999999999 is too large a number");
}

TEST_CASE("journeys: an upgrade runs what is needed, in an order that works, and keeps the rows") {
  const RevisionGraph graph = shop();
  const Journey all = plan_upgrade(graph, {}, Texts{"heads"});
  CHECK(log_of(all) ==
        "upgrade  -> start; upgrade start -> user; upgrade  -> books; upgrade books -> loans; upgrade start -> cart; "
        "upgrade cart -> sale; upgrade sale, user -> both; upgrade both -> next");
  CHECK(rows_after(all, {}) == Texts{"loans", "next"});
  CHECK(log_of(plan_upgrade(graph, Texts{"start"}, Texts{"shopping@+2"})) ==
        "upgrade start -> cart; upgrade cart -> sale");
  CHECK(plan_upgrade(graph, Texts{"next"}, Texts{"start"}).steps.empty());
  CHECK(first_line(error_of([&] { plan_upgrade(graph, Texts{"start"}, Texts{"+1"}); })) == "Ambiguous walk");
  CHECK(first_line(error_of([&] {
          plan_upgrade(graph, Texts{"cart", "user"}, Texts{"+1"});
        })) == "Ambiguous upgrade from multiple current revisions");
}

TEST_CASE("journeys: a downgrade undoes what stands on its target, and nothing that others need") {
  const RevisionGraph graph = shop();
  const Texts rows{"next", "loans"};
  CHECK(log_of(plan_downgrade(graph, rows, "shopping@-1")) == "downgrade next -> both");
  const Journey library = plan_downgrade(graph, rows, "library@base");
  CHECK(log_of(library) == "downgrade loans -> books; downgrade books -> ");
  CHECK(rows_after(library, rows) == Texts{"next"});
  const Journey user = plan_downgrade(graph, rows, "both");
  CHECK(rows_after(user, rows) == Texts{"both", "loans"});
  CHECK(rows_after(plan_downgrade(graph, rows, "base"), rows).empty());
  CHECK(error_of([&] { plan_downgrade(graph, Texts{"start"}, "sale"); }) ==
        "Destination sale is not a valid downgrade target from current head(s)\n"
        "`plumb current` shows where the database is, `plumb history` what lies around it");
  CHECK(plan_downgrade(graph, Texts{"sale", "loans"}, "-1").warnings.size() == 1);
}

TEST_CASE("journeys: undoing a merge gives back a row for each parent that nothing else implies") {
  const RevisionGraph graph = shop();
  const Journey alone = plan_downgrade(graph, Texts{"both"}, "sale");
  CHECK(rows_after(alone, {"both"}) == Texts{"sale", "user"});
  const Journey beside = plan_downgrade(graph, Texts{"both", "loans"}, "sale");
  CHECK(rows_after(beside, {"both", "loans"}) == Texts{"loans", "sale"});
}

TEST_CASE("journeys: a stamp moves the rows of its branch alone") {
  const RevisionGraph graph = shop();
  const Texts rows{"cart", "books"};
  CHECK(rows_after(plan_stamp(graph, rows, Texts{"next"}), rows) == Texts{"books", "next"});
  CHECK(rows_after(plan_stamp(graph, rows, Texts{"heads"}), rows) == Texts{"loans", "next"});
  CHECK(rows_after(plan_stamp(graph, rows, Texts{"base"}), rows).empty());
  CHECK(rows_after(plan_stamp(graph, rows, Texts{"base", "heads"}), rows) == Texts{"loans", "next"});
  CHECK(rows_after(plan_stamp(graph, rows, Texts{"library@base"}), rows) == Texts{"cart"});
  CHECK(rows_after(plan_stamp(graph, Texts{"sale", "books"}, Texts{"cart", "loans"}), {"sale", "books"}) ==
        Texts{"cart", "loans"});
  CHECK(plan_stamp(graph, rows, Texts{"cart"}).steps.empty());
  CHECK(first_line(error_of([&] {
          plan_stamp(graph, {}, Texts{"cart", "cart"});
        })) == "Requested revision cart overlaps with other requested revisions cart");
  CHECK(plan_stamp(graph, {}, Texts{"cart", "sale"}).warnings.size() == 1);
}

TEST_CASE("journeys: a row without a file is told with the way out of it") {
  const RevisionGraph graph = shop();
  const std::string message = error_of([&] { current_revisions(graph, Texts{"gone"}); });
  CHECK(first_line(message) == "Can't locate revision identified by 'gone'");
  CHECK(message.find("plumb stamp --purge") != std::string::npos);
  CHECK(first_line(error_of([&] { plan_upgrade(graph, Texts{"gone"}, Texts{"heads"}); })) == first_line(message));
  CHECK(ids(graph, current_revisions(graph, Texts{"loans"})) == "user loans");
}

TEST_CASE("revision ranges: the history may be cut at both ends") {
  const RevisionGraph graph = shop();
  const auto history = [&](std::string_view range, const Texts& rows = {}) {
    return ids(graph, history_range(graph, range, rows));
  };
  CHECK(history(":") == "next both sale cart loans books user start");
  CHECK(history("cart:both") == "both sale cart");
  CHECK(history("current:", {"both"}) == "next both");
  CHECK(history(":current", {"cart"}) == "cart start");
  CHECK(history("library@base:library@head") == "loans books user start");
  CHECK(first_line(error_of([&] { history("sale:cart"); })) ==
        "Requested range sale:cart does not refer to ancestor/descendant revisions along the same branch");
  CHECK(first_line(error_of([&] { history("cart"); })) == "History range requires [start]:[end], [start]:, or :[end]");
}

TEST_CASE("new revisions: none is called like a word with a meaning, and no label breaks what it stands in") {
  const RevisionGraph nothing{{}};
  for (const std::string word : {"base", "head", "heads", "current"}) {
    CAPTURE(word);
    CHECK(error_of([&] { place_new_revision(nothing, {.id = word}); }) ==
          "Revision identifier '" + word + "' has a meaning of its own\nchoose another");
    CHECK(first_line(error_of([&] { place_new_revision(nothing, {.labels = {word}}); })) ==
          "Branch name '" + word + "' has a meaning of its own");
  }
  for (const std::string label : {"a,b", "a@b", "a:b", "+1", "-1", "", "a b", "a\tb"}) {
    CAPTURE(label);
    CHECK(first_line(error_of([&] { place_new_revision(nothing, {.labels = {label}}); })) ==
          "Character(s) not allowed in branch label '" + label + "'");
  }
  CHECK(error_of([&] { place_new_revision(nothing, {.labels = {"my-label"}}); }).empty());
}

TEST_CASE("identifiers: what is no name is told what to write") {
  const RevisionGraph graph{{revision("start"), revision("next", {"start"})}};
  const auto advice = [&](const std::string& text) {
    const std::string error = error_of([&] { find_revisions(graph, text); });
    return error.substr(error.find('\n') + 1);
  };
  CHECK(advice("") == "a name is missing: `base` is before the first revision, `head` the newest one");
  CHECK(advice("start@") == advice(""));
  CHECK(advice("next-1") == "nothing is counted from there: name the revision itself");
  CHECK(advice("current").find("current:head") != std::string::npos);
}

TEST_CASE("new revisions: they go on from the head, and say what to do where there are several") {
  const RevisionGraph line{{revision("a"), revision("b", {"a"}, {}, {"main"})}};
  NewRevision wanted;
  const Revision plain = place_new_revision(line, wanted);
  CHECK(plain.down == Texts{"b"});
  CHECK(plain.id.size() == 12);
  CHECK(plain.id.find_first_not_of("0123456789abcdef") == std::string::npos);
  wanted.heads = {"a"};
  CHECK(error_of([&] { place_new_revision(line, wanted); }) ==
        "Revision a is not a head revision; please specify --splice to create a new branch from this revision\n"
        "to go on from the newest revision above it, write a@head");
  wanted.splice = true;
  CHECK(place_new_revision(line, wanted).down == Texts{"a"});
  wanted.depends_on = {"main", "b"};
  CHECK(place_new_revision(line, wanted).depends_on == Texts{"main", "b"});
  wanted.id = "b";
  CHECK(first_line(error_of([&] { place_new_revision(line, wanted); })) == "Revision b is present more than once");
  wanted.id = "a-1";
  CHECK(first_line(error_of([&] { place_new_revision(line, wanted); })) ==
        "Character(s) '-' not allowed in revision identifier 'a-1'");
  wanted.id = std::string(33, 'x');
  CHECK(first_line(error_of([&] { place_new_revision(line, wanted); })) ==
        "Revision identifier '" + wanted.id + "' is longer than 32 characters");
  wanted.id.clear();
  wanted.labels = {"main"};
  CHECK(error_of([&] { place_new_revision(line, wanted); }).find("already used by revision b") != std::string::npos);
  const std::string several = error_of([] { place_new_revision(shop(), {}); });
  CHECK(first_line(several).starts_with("Multiple heads are present; please specify the head revision"));
  CHECK(several.find("Multiple heads detected: next, loans") != std::string::npos);
}

TEST_CASE("revision report: the entry of a revision has Alembic's form") {
  std::vector<Revision> revisions{revision("a"), revision("b", {"a"}), revision("c", {"a"}),
                                  revision("d", {"b", "c"}, {}, {"merged"})};
  revisions[3].message = "join them\n\nfor good";
  revisions[3].created = "2026-11-22T18:30:00Z";
  const RevisionGraph graph{std::move(revisions)};
  CHECK(revision_entry(graph, *graph.find("d")) ==
        "Rev: d (head) (mergepoint)\n"
        "Merges: b, c\n"
        "Branch names: merged\n"
        "Path: versions/d.sql\n"
        "\n"
        "    join them\n"
        "    \n"
        "    for good\n"
        "    \n"
        "    Revision ID: d\n"
        "    Revises: b, c\n"
        "    Create Date: 2026-11-22T18:30:00Z\n"
        "\n");
  CHECK(revision_entry(graph, *graph.find("a")).find("Branches into: b, c\n") != std::string::npos);
  CHECK(revision_line(graph, *graph.find("a"), {.parents = true, .message = true}) ==
        "<base> -> a (branchpoint), about a");
}
