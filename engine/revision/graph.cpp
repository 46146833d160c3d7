#include "engine/revision/graph.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "engine/order.h"
#include "engine/revision/ancestry.h"
#include "schema/error.h"
#include "schema/file/faults.h"

namespace plumb {

namespace {

using Links = std::vector<RevisionNumber>;

constexpr std::size_t shortest_abbreviated = 4;  ///< ids of three characters are written in full

std::size_t index(RevisionNumber revision) { return static_cast<std::size_t>(revision); }
RevisionNumber numbered(std::size_t index) { return RevisionNumber{static_cast<std::uint32_t>(index)}; }

void add_once(Links& links, RevisionNumber revision) {
  if (std::ranges::find(links, revision) == links.end()) links.push_back(revision);
}

/// Where a person finds a revision.
std::string place_of(const Revision& revision) {
  return revision.path.empty() ? fmt::format("revision {}", revision.id) : revision.path;
}

}  // namespace

/// Links the revisions of a graph, and gathers what is wrong with them.
class GraphBuilder {
 public:
  explicit GraphBuilder(RevisionGraph& graph) : graph_{graph} {
    graph_.nodes_.resize(graph_.size());
    graph_.levels_.resize(graph_.size());
    dependencies_.resize(graph_.size());
  }

  void build() {
    name_revisions();
    name_labels();
    raise();
    link_revisions();
    raise();
    find_heads();
    order_by_level();
    refine_dependencies();
    spread_labels();
  }

 private:
  using Node = RevisionGraph::Node;

  Node& node(RevisionNumber revision) { return graph_.nodes_[index(revision)]; }
  void fault(const std::string& message, const std::string& advice) { faults_.push_back(message + "\n  " + advice); }
  void raise() const {
    if (!faults_.empty()) throw RevisionError{fmt::format("{}", fmt::join(faults_, "\n"))};
  }

  void name_revisions();
  void name_labels();
  void link_revisions();
  std::optional<RevisionNumber> resolve(const Revision& revision, const std::string& name, bool may_be_label);
  void check_self_loops(const Revision& revision);
  void fault_loop(const Revision& revision, std::string_view what);
  void find_heads();
  void check_cycles(std::string_view what, const Links& heads, const Links& bases, Along along);
  std::string describe_cycle(Along along) const;
  void order_by_level();
  void refine_dependencies();
  void refine_dependencies(std::span<const RevisionNumber> batch);
  void spread_labels();
  void spread_label_downwards(RevisionNumber labelled, std::uint32_t label);

  RevisionGraph& graph_;
  std::vector<std::string> faults_;
  std::vector<Links> dependencies_;  ///< by revision: what `depends_on` names
  Links oldest_first_;               ///< all, each after what it needs
};

void GraphBuilder::name_revisions() {
  for (std::size_t i = 0; i < graph_.size(); ++i) {
    const Revision& revision = graph_.revisions_[i];
    if (const std::string found = fault_of_revision_id(revision.id); !found.empty()) {
      fault(found, place_of(revision) + ": choose letters, digits and '_' for the id");
    }
    check_self_loops(revision);
    const auto [known, is_new] = graph_.names_.emplace(revision.id, numbered(i));
    if (is_new) continue;
    fault(fmt::format("Revision {} is present more than once", revision.id),
          fmt::format("{} and {}: give one of them another id, or delete it", place_of(graph_[known->second]),
                      place_of(revision)));
  }
}

void GraphBuilder::check_self_loops(const Revision& revision) {
  if (std::ranges::find(revision.down, revision.id) != revision.down.end()) {
    fault_loop(revision, "Self-loop");
  } else if (std::ranges::find(revision.depends_on, revision.id) != revision.depends_on.end()) {
    fault_loop(revision, "Dependency self-loop");
  }
}

void GraphBuilder::fault_loop(const Revision& revision, std::string_view what) {
  fault(fmt::format("{} is detected in revisions ({})", what, revision.id),
        place_of(revision) + ": a revision cannot come before itself; mend its header");
}

void GraphBuilder::name_labels() {
  for (std::size_t i = 0; i < graph_.size(); ++i) {
    const Revision& revision = graph_.revisions_[i];
    for (const std::string& label : revision.labels) {
      if (label.find_first_of("@:") != std::string::npos) {
        fault(fmt::format("Character(s) '@', ':' not allowed in branch label '{}'", label), place_of(revision));
      }
      const auto [known, is_new] = graph_.names_.emplace(label, numbered(i));
      if (is_new) {
        node(numbered(i)).labels.push_back(static_cast<std::uint32_t>(graph_.labels_.size()));
        graph_.labels_.push_back(label);
        continue;
      }
      const Revision& other = graph_[known->second];
      fault(fmt::format("Branch name '{}' in revision {} already used by revision {}", label, revision.id, other.id),
            fmt::format("{} and {}: give one of the branches another name", place_of(other), place_of(revision)));
    }
  }
}

void GraphBuilder::link_revisions() {
  for (std::size_t i = 0; i < graph_.size(); ++i) {
    const Revision& revision = graph_.revisions_[i];
    Node& mine = graph_.nodes_[i];
    for (const std::string& id : revision.down) {
      if (const auto found = resolve(revision, id, false)) add_once(mine.down, *found);
    }
    mine.needs = mine.down;
    for (const std::string& name : revision.depends_on) {
      const auto found = resolve(revision, name, true);
      if (!found) continue;
      if (*found == numbered(i)) {
        fault_loop(revision, "Dependency self-loop");
        continue;
      }
      add_once(dependencies_[i], *found);
      add_once(mine.needs, *found);
    }
    for (RevisionNumber below : mine.down) node(below).up.push_back(numbered(i));
    for (RevisionNumber below : mine.needs) node(below).needed_by.push_back(numbered(i));
  }
}

std::optional<RevisionNumber> GraphBuilder::resolve(const Revision& revision, const std::string& name,
                                                    bool may_be_label) {
  const std::optional<RevisionNumber> found = graph_.find(name);
  if (found && (may_be_label || graph_.id(*found) == name)) return found;
  std::vector<std::string_view> known;
  for (const Revision& other : graph_.revisions_) known.push_back(other.id);
  const std::string advice = found               ? fmt::format("that is a label; write {}", graph_.id(*found))
                             : known.size() < 10 ? suggestion(name, known)
                                                 : "restore its file, or mend the header that names it";
  fault(fmt::format("Revision {} referenced from {} is not present", name, revision.id),
        fmt::format("{}: {}", place_of(revision), advice));
  return std::nullopt;
}

void GraphBuilder::find_heads() {
  Links real_bases;
  for (std::size_t i = 0; i < graph_.size(); ++i) {
    const Node& mine = graph_.nodes_[i];
    if (mine.up.empty()) graph_.heads_.push_back(numbered(i));
    if (mine.needed_by.empty()) graph_.real_heads_.push_back(numbered(i));
    if (mine.down.empty()) graph_.bases_.push_back(numbered(i));
    if (mine.needs.empty()) real_bases.push_back(numbered(i));
  }
  check_cycles("Cycle", graph_.heads_, graph_.bases_, Along::revisions);
  check_cycles("Dependency cycle", graph_.real_heads_, real_bases, Along::needs);
}

/// Alembic's rule: what does not lie between a base and a head is told as part of the cycle.
void GraphBuilder::check_cycles(std::string_view what, const Links& heads, const Links& bases, Along along) {
  const RevisionSet below = ancestors(graph_, heads, along);
  const RevisionSet above = descendants(graph_, bases, along);
  std::vector<std::string> outside;
  for (std::size_t i = 0; i < graph_.size(); ++i) {
    if (!below.contains(numbered(i)) || !above.contains(numbered(i))) outside.push_back(graph_.revisions_[i].id);
  }
  if (outside.empty()) return;
  std::ranges::sort(outside);
  fault(fmt::format("{} is detected in revisions ({})", what, fmt::join(outside, ", ")), describe_cycle(along));
  raise();
}

std::string GraphBuilder::describe_cycle(Along along) const {
  const auto below = [&](RevisionNumber revision) {
    return along == Along::needs ? graph_.needs(revision) : graph_.down(revision);
  };
  Graph whole{graph_.size(), {}};
  for (std::size_t i = 0; i < graph_.size(); ++i) {
    for (RevisionNumber first : below(numbered(i))) whole.edges.emplace_back(index(first), i);
  }
  const Order order = sort_topologically(whole, std::less<>{});
  RevisionSet cyclic{graph_};
  for (std::size_t i : order.circles.front()) cyclic.insert(numbered(i));
  Links path{numbered(order.circles.front().front())};
  RevisionSet seen{graph_};
  while (seen.insert(path.back())) {
    path.push_back(*std::ranges::find_if(below(path.back()), [&](RevisionNumber it) { return cyclic.contains(it); }));
  }
  std::string text;
  for (auto at = std::ranges::find(path, path.back()); at != path.end(); ++at) {
    text += text.empty() ? place_of(graph_[*at]) : fmt::format(" comes after {}", place_of(graph_[*at]));
  }
  return text + ": mend one of their headers";
}

/// Puts every revision after what it needs.
void GraphBuilder::order_by_level() {
  std::vector<std::size_t> waiting_for(graph_.size());
  for (std::size_t i = 0; i < graph_.size(); ++i) {
    waiting_for[i] = graph_.nodes_[i].needs.size();
    if (waiting_for[i] == 0) oldest_first_.push_back(numbered(i));
  }
  for (std::size_t at = 0; at < oldest_first_.size(); ++at) {
    const RevisionNumber below = oldest_first_[at];
    for (RevisionNumber above : node(below).needed_by) {
      graph_.levels_[index(above)] = std::max(graph_.levels_[index(above)], graph_.level(below) + 1);
      if (--waiting_for[index(above)] == 0) oldest_first_.push_back(above);
    }
  }
}

/// Takes a dependency out of `needs` where a revision further down has it too; both are then walked only once.
void GraphBuilder::refine_dependencies() {
  std::vector<std::size_t> dependents(graph_.size(), 0);
  for (const Links& dependencies : dependencies_) {
    for (RevisionNumber needed : dependencies) ++dependents[index(needed)];
  }
  Links shared;
  for (std::size_t i = 0; i < graph_.size(); ++i) {
    if (dependents[i] > 1) shared.push_back(numbered(i));
  }
  constexpr std::size_t batch = 64;  // as many as a word has bits
  for (std::size_t begin = 0; begin < shared.size(); begin += batch) {
    refine_dependencies(std::span{shared}.subspan(begin, std::min(batch, shared.size() - begin)));
  }
}

void GraphBuilder::refine_dependencies(std::span<const RevisionNumber> batch) {
  std::vector<std::uint64_t> bit(graph_.size(), 0);
  for (std::size_t i = 0; i < batch.size(); ++i) bit[index(batch[i])] = std::uint64_t{1} << i;
  std::vector<std::uint64_t> had(graph_.size(), 0);  // by revision: what it or one further down depends on
  for (RevisionNumber revision : oldest_first_) {
    Node& mine = node(revision);
    std::uint64_t below = 0;
    for (RevisionNumber down : mine.down) below |= had[index(down)];
    std::uint64_t own = 0;
    for (RevisionNumber needed : dependencies_[index(revision)]) own |= bit[index(needed)];
    had[index(revision)] = below | own;
    const auto is_had_below = [&](RevisionNumber needed) { return (bit[index(needed)] & below) != 0; };
    const auto beyond_down = mine.needs.begin() + static_cast<std::ptrdiff_t>(mine.down.size());
    mine.needs.erase(std::remove_if(beyond_down, mine.needs.end(), is_had_below), mine.needs.end());
  }
}

void GraphBuilder::spread_labels() {
  if (graph_.labels_.empty()) return;
  std::vector<std::pair<RevisionNumber, std::uint32_t>> given;
  for (std::size_t i = 0; i < graph_.size(); ++i) {
    for (std::uint32_t label : graph_.nodes_[i].labels) given.emplace_back(numbered(i), label);
  }
  for (RevisionNumber revision : oldest_first_) {
    Node& mine = node(revision);
    for (RevisionNumber down : mine.down) {
      std::vector<std::uint32_t> both;
      std::ranges::set_union(mine.labels, node(down).labels, std::back_inserter(both));
      mine.labels = std::move(both);
    }
  }
  for (const auto& [revision, label] : given) spread_label_downwards(revision, label);
}

void GraphBuilder::spread_label_downwards(RevisionNumber labelled, std::uint32_t label) {
  RevisionNumber at = labelled;
  while (node(at).needed_by.size() < 2 && node(at).down.size() < 2) {
    std::vector<std::uint32_t>& labels = node(at).labels;
    const auto place = std::ranges::lower_bound(labels, label);
    if (place == labels.end() || *place != label) labels.insert(place, label);
    if (node(at).down.empty()) return;
    at = node(at).down.front();
  }
}

RevisionGraph::RevisionGraph(std::vector<Revision> revisions) : revisions_{std::move(revisions)} {
  GraphBuilder{*this}.build();
}

std::optional<RevisionNumber> RevisionGraph::find(std::string_view id_or_label) const {
  const auto found = names_.find(id_or_label);
  return found == names_.end() ? std::nullopt : std::optional{found->second};
}

std::vector<RevisionNumber> RevisionGraph::starting_with(std::string_view beginning) const {
  Links found;
  for (auto at = names_.lower_bound(beginning); at != names_.end() && at->first.starts_with(beginning); ++at) {
    if (at->first.size() >= shortest_abbreviated) found.push_back(at->second);
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

std::vector<std::string> RevisionGraph::labels(RevisionNumber revision) const {
  std::vector<std::string> names;
  for (std::uint32_t label : node(revision).labels) names.push_back(labels_[label]);
  return names;
}

std::string fault_of_revision_id(std::string_view id) {
  if (id.empty()) return "A revision has no identifier";
  std::vector<std::string_view> found;
  for (std::string_view illegal : {"@", "-", "+", ":", " ", "\t", "\n", "/", "\\", ","}) {
    if (id.find(illegal) != std::string_view::npos) found.push_back(illegal);
  }
  if (found.empty()) return {};
  return fmt::format("Character(s) '{}' not allowed in revision identifier '{}'", fmt::join(found, ", "), id);
}

}  // namespace plumb
