#include "engine/order.h"

#include <algorithm>
#include <queue>

namespace plumb {

namespace {

using Adjacency = std::vector<std::vector<std::size_t>>;

/// Visits what can be reached from `start` of the nodes that are left, and appends each once all behind it is there.
void visit(const Adjacency& onward, std::size_t start, std::vector<bool>& left, std::vector<std::size_t>& finished) {
  std::vector<std::pair<std::size_t, std::size_t>> path{{start, 0}};  // a node, and how many of its edges were followed
  left[start] = false;
  while (!path.empty()) {
    auto& [node, followed] = path.back();
    if (followed == onward[node].size()) {
      finished.push_back(node);
      path.pop_back();
      continue;
    }
    const std::size_t next = onward[node][followed++];
    if (!left[next]) continue;
    left[next] = false;
    path.emplace_back(next, 0);
  }
}

/// The strongly connected components of more than one node among those that are `left`: what leads to a node is found
/// in the reverse of the order in which what it leads to was left behind (Kosaraju's algorithm).
std::vector<std::vector<std::size_t>> find_circles(const Adjacency& onward, const Adjacency& backward,
                                                   const std::vector<bool>& left) {
  std::vector<bool> unseen = left;
  std::vector<std::size_t> finished;
  for (std::size_t node = 0; node < left.size(); ++node) {
    if (unseen[node]) visit(onward, node, unseen, finished);
  }
  unseen = left;
  std::vector<std::vector<std::size_t>> circles;
  for (auto node = finished.rbegin(); node != finished.rend(); ++node) {
    if (!unseen[*node]) continue;
    std::vector<std::size_t> members;
    visit(backward, *node, unseen, members);
    if (members.size() < 2) continue;
    std::ranges::sort(members);
    circles.push_back(std::move(members));
  }
  std::ranges::sort(circles);
  return circles;
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
  order.circles = find_circles(onward, backward, rest);
  return order;
}

}  // namespace plumb
