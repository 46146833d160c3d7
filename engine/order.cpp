#include "engine/order.h"

#include <algorithm>
#include <queue>

namespace plumb {

namespace {

using Adjacency = std::vector<std::vector<std::size_t>>;

/// Takes away what nothing of the rest leads to, as long as there is such a thing.
std::vector<bool> peel(const Adjacency& onward, std::vector<bool> rest) {
  std::vector<std::size_t> incoming(rest.size(), 0);
  for (std::size_t node = 0; node < rest.size(); ++node) {
    if (!rest[node]) continue;
    for (std::size_t next : onward[node]) ++incoming[next];
  }
  std::vector<std::size_t> free;
  for (std::size_t node = 0; node < rest.size(); ++node) {
    if (rest[node] && incoming[node] == 0) free.push_back(node);
  }
  while (!free.empty()) {
    const std::size_t node = free.back();
    free.pop_back();
    rest[node] = false;
    for (std::size_t next : onward[node]) {
      if (rest[next] && --incoming[next] == 0) free.push_back(next);
    }
  }
  return rest;
}

}  // namespace

Order sort_topologically(const Graph& graph, const std::function<bool(std::size_t, std::size_t)>& less) {
  auto edges = graph.edges;
  std::ranges::sort(edges);
  edges.erase(std::ranges::unique(edges).begin(), edges.end());
  Adjacency onward(graph.nodes);
  Adjacency backward(graph.nodes);
  std::vector<std::size_t> waiting(graph.nodes, 0);
  for (const auto& [first, second] : edges) {
    if (first == second) continue;
    onward[first].push_back(second);
    backward[second].push_back(first);
    ++waiting[second];
  }
  const auto later = [&](std::size_t one, std::size_t other) { return less(other, one); };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> ready{later};
  for (std::size_t node = 0; node < graph.nodes; ++node) {
    if (waiting[node] == 0) ready.push(node);
  }
  Order order;
  std::vector<bool> rest(graph.nodes, true);
  while (!ready.empty()) {
    const std::size_t node = ready.top();
    ready.pop();
    rest[node] = false;
    order.nodes.push_back(node);
    for (std::size_t next : onward[node]) {
      if (--waiting[next] == 0) ready.push(next);
    }
  }
  rest = peel(backward, rest);
  for (std::size_t node = 0; node < graph.nodes; ++node) {
    if (rest[node]) order.cyclic.push_back(node);
  }
  return order;
}

}  // namespace plumb
