#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/report/revision_report.h"
#include "engine/version.h"
#include "schema/describe.h"

namespace plumb {

namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;

Json document() { return {{"format", format_version}, {"plumb", version}}; }

Json to_json(const RevisionGraph& graph, RevisionNumber number, std::span<const RevisionNumber> current) {
  const Revision& revision = graph[number];
  return {{"id", revision.id},
          {"revises", revision.down},
          {"depends_on", revision.depends_on},
          {"branch_labels", graph.labels(number)},
          {"message", revision.message},
          {"created", revision.created},
          {"path", revision.path},
          {"head", graph.is_head(number)},
          {"effective_head", graph.is_head(number) && !graph.is_real_head(number)},
          {"branch_point", graph.is_branch_point(number)},
          {"merge_point", graph.is_merge_point(number)},
          {"current", std::ranges::find(current, number) != current.end()}};
}

}  // namespace

std::string write_revisions_json(const RevisionGraph& graph, std::span<const RevisionNumber> revisions,
                                 std::span<const RevisionNumber> current) {
  Json list = Json::array();
  for (RevisionNumber revision : revisions) list.push_back(to_json(graph, revision, current));
  Json whole = document();
  whole["revisions"] = std::move(list);
  return whole.dump(2) + '\n';
}

std::string write_templates_json(std::span<const RevisionTemplate> templates) {
  Json list = Json::array();
  for (const RevisionTemplate& one : templates) {
    list.push_back({{"name", one.name}, {"description", one.description}});
  }
  Json whole = document();
  whole["templates"] = std::move(list);
  return whole.dump(2) + '\n';
}

std::string write_steps_json(std::span<const TravelStep> steps) {
  Json list = Json::array();
  for (const TravelStep& step : steps) list.push_back({{"step", describe(step)}, {"from", step.from}, {"to", step.to}});
  Json whole = document();
  whole["done"] = std::move(list);
  return whole.dump(2) + '\n';
}

}  // namespace plumb
