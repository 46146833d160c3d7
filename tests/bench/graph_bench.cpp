// Measures what questions about large graphs of revisions cost, in milliseconds of CPU; tests/bench/bench runs it.
//
//   plumb_graph_bench [REVISIONS]     default 10000

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/revision/graph.h"
#include "engine/revision/identifiers.h"
#include "engine/revision/journey.h"
#include "engine/revision/range.h"

using namespace plumb;

namespace {

using Texts = std::vector<std::string>;

struct Shape {
  const char* name;
  std::vector<Revision> revisions;
};

std::string id_of(std::size_t number) { return fmt::format("r{:08x}", number * 2654435761U % 4294967291U); }

Revision revision(std::size_t number, const std::vector<std::size_t>& down) {
  Revision revision;
  revision.id = id_of(number);
  for (std::size_t parent : down) revision.down.push_back(id_of(parent));
  return revision;
}

Shape line(std::size_t size) {
  Shape shape{"one line", {}};
  for (std::size_t i = 0; i < size; ++i) {
    shape.revisions.push_back(revision(i, i == 0 ? std::vector<std::size_t>{} : std::vector{i - 1}));
  }
  return shape;
}

/// Two branches that part and meet again and again, as in a team that merges every day.
Shape ladder(std::size_t size) {
  Shape shape{"a ladder of merges", {revision(0, {})}};
  for (std::size_t i = 1; i + 2 < size; i += 3) {
    shape.revisions.push_back(revision(i, {i - 1}));
    shape.revisions.push_back(revision(i + 1, {i - 1}));
    shape.revisions.push_back(revision(i + 2, {i, i + 1}));
  }
  return shape;
}

/// Branches of ten revisions, all of which begin at the first revision.
Shape fan(std::size_t size) {
  Shape shape{"branches of ten from one base", {revision(0, {})}};
  for (std::size_t i = 1; i < size; ++i) shape.revisions.push_back(revision(i, {i % 10 == 1 ? 0 : i - 1}));
  return shape;
}

/// A hundred labelled lines, whose revisions now and then depend on other lines.
Shape dependencies(std::size_t size) {
  Shape shape{"100 lines that depend on each other", {}};
  std::minstd_rand random{1};
  for (std::size_t i = 0; i < size; ++i) {
    shape.revisions.push_back(revision(i, i < 100 ? std::vector<std::size_t>{} : std::vector{i - 100}));
    if (i < 100) shape.revisions.back().labels = {fmt::format("line{}", i)};
    if (i > 200 && random() % 4 == 0) shape.revisions.back().depends_on = {id_of(random() % (i - 100))};
  }
  return shape;
}

/// Anything: each revision revises one or two of the fifty before it.
Shape tangle(std::size_t size) {
  Shape shape{"a tangle of branches and merges", {revision(0, {})}};
  std::minstd_rand random{1};
  for (std::size_t i = 1; i < size; ++i) {
    std::vector<std::size_t> down{i - 1 - random() % std::min<std::size_t>(i, 50)};
    if (random() % 2 == 0) down.push_back(i - 1 - random() % std::min<std::size_t>(i, 50));
    shape.revisions.push_back(revision(i, down));
  }
  return shape;
}

void measure(const std::string& what, const std::function<void()>& question) {
  const std::clock_t start = std::clock();
  question();
  const double milliseconds = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  fmt::print("    {:<60}{:>9.1f} ms\n", what, milliseconds);
}

void ask(const Shape& shape) {
  fmt::print("  {}, {} revisions\n", shape.name, shape.revisions.size());
  std::optional<RevisionGraph> graph;
  measure("building and checking the graph", [&] { graph.emplace(shape.revisions); });
  const RevisionGraph& all = *graph;
  Texts heads;
  for (RevisionNumber head : all.real_heads()) heads.push_back(all.id(head));
  const std::string middle = shape.revisions[shape.revisions.size() / 2].id;
  const std::string& first = shape.revisions.front().id;

  measure("upgrade heads, from nothing", [&] { plan_upgrade(all, {}, Texts{"heads"}); });
  measure("upgrade heads, with nothing to do", [&] { plan_upgrade(all, heads, Texts{"heads"}); });
  measure("upgrade to a revision in the middle", [&] { plan_upgrade(all, Texts{first}, Texts{middle}); });
  measure("downgrade base", [&] { plan_downgrade(all, heads, "base"); });
  measure("downgrade to a revision in the middle", [&] { plan_downgrade(all, heads, middle); });
  measure("stamp heads", [&] { plan_stamp(all, Texts{first}, Texts{"heads"}); });
  measure("history", [&] { history_range(all, ":", {}); });
  measure("current", [&] { current_revisions(all, heads); });
  measure("the beginning of an id", [&] { find_revisions(all, std::string_view{middle}.substr(0, 8)); });
  measure("an id that there is not", [&] {
    try {
      find_revisions(all, "no_such_revision");
    } catch (const RevisionError&) {
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t size = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10000;
  for (const Shape& shape : {line(size), ladder(size), fan(size), dependencies(size), tangle(size)}) ask(shape);
}
