#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace plumb {

/// A graph of things to be done, of which some must come before others.
struct Graph {
  std::size_t nodes = 0;
  std::vector<std::pair<std::size_t, std::size_t>> edges;  ///< the first before the second; self-edges are ignored
};

struct Order {
  std::vector<std::size_t> nodes;  ///< every node once; shorter when there is a cycle
  /// The sets of nodes of which each leads to each other (strongly connected components of more than one node), sorted;
  /// none when the order is complete.
  std::vector<std::vector<std::size_t>> circles;
};

/// The topological order that puts the lesser node first wherever the edges leave a choice. `less` must order all
/// nodes strictly, so that the same graph gives the same order whatever the order of its edges.
Order sort_topologically(const Graph& graph, const std::function<bool(std::size_t, std::size_t)>& less);

}  // namespace plumb
