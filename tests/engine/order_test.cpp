#include "engine/order.h"

#include <algorithm>
#include <functional>
#include <random>
#include <vector>

#include <doctest/doctest.h>

using namespace plumb;

using Nodes = std::vector<std::size_t>;
using Circles = std::vector<Nodes>;
using Edges = std::vector<std::pair<std::size_t, std::size_t>>;

namespace {

Order sort(std::size_t nodes, Edges edges) { return sort_topologically({nodes, std::move(edges)}, std::less<>{}); }

}  // namespace

TEST_CASE("order: the lesser goes first wherever the edges leave a choice") {
  CHECK(sort(0, {}).nodes.empty());
  CHECK(sort(3, {}).nodes == Nodes{0, 1, 2});
  CHECK(sort(3, {{2, 0}}).nodes == Nodes{1, 2, 0});
  CHECK(sort(4, {{3, 0}, {3, 1}}).nodes == Nodes{2, 3, 0, 1});
  CHECK(sort(4, {{3, 2}, {2, 1}, {1, 0}}).nodes == Nodes{3, 2, 1, 0});
  CHECK(sort_topologically({3, {}}, std::greater<>{}).nodes == Nodes{2, 1, 0});
}

TEST_CASE("order: edges to oneself and repeated edges mean nothing") {
  const Order order = sort(2, {{0, 0}, {1, 0}, {1, 0}, {1, 1}});
  CHECK(order.nodes == Nodes{1, 0});
  CHECK(order.circles.empty());
}

TEST_CASE("order: what leads to each other is reported, circle by circle, and nothing else") {
  CHECK(sort(2, {{0, 1}, {1, 0}}).circles == Circles{{0, 1}});
  // 0 leads into the cycle of 1 and 2, which leads to 3.
  const Order order = sort(4, {{0, 1}, {1, 2}, {2, 1}, {2, 3}});
  CHECK(order.nodes == Nodes{0});
  CHECK(order.circles == Circles{{1, 2}});
  CHECK(sort(6, {{0, 1}, {1, 0}, {1, 2}, {2, 3}, {3, 4}, {4, 3}, {4, 5}}).circles == Circles{{0, 1}, {3, 4}});
  // Two cycles that share a node are one circle.
  CHECK(sort(5, {{4, 0}, {0, 2}, {2, 0}, {2, 3}, {3, 2}}).circles == Circles{{0, 2, 3}});
}

TEST_CASE("order: the order of the edges changes nothing, and every edge is kept") {
  std::mt19937 random{20240229};
  for (int round = 0; round < 50; ++round) {
    const std::size_t nodes = 2 + random() % 60;
    std::vector<std::size_t> place(nodes);
    for (std::size_t i = 0; i < nodes; ++i) place[i] = i;
    std::ranges::shuffle(place, random);
    Edges edges;
    for (std::size_t count = random() % (3 * nodes); count > 0; --count) {
      const std::size_t one = random() % nodes;
      const std::size_t other = random() % nodes;
      if (one != other) edges.emplace_back(place[one] < place[other] ? std::pair{one, other} : std::pair{other, one});
    }
    const Order first = sort(nodes, edges);
    REQUIRE(first.nodes.size() == nodes);
    std::vector<std::size_t> at(nodes);
    for (std::size_t i = 0; i < nodes; ++i) at[first.nodes[i]] = i;
    for (const auto& [before, after] : edges) CHECK(at[before] < at[after]);
    std::ranges::shuffle(edges, random);
    CHECK(sort(nodes, edges).nodes == first.nodes);
  }
}
