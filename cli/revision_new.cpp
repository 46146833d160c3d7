#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <fmt/core.h>

#include "cli/child.h"
#include "cli/commands.h"
#include "cli/revision_workspace.h"
#include "cli/twins.h"
#include "cli/workspace.h"
#include "engine/report/plan_report.h"
#include "engine/report/revision_report.h"
#include "engine/report/wording.h"
#include "engine/revision/history.h"
#include "engine/revision/journey.h"
#include "engine/revision/new_revision.h"
#include "engine/revision/template.h"
#include "engine/revision/writer.h"

namespace plumb::cli {

namespace {

namespace fs = std::filesystem;

NewRevision wanted_revision(const Options& options) {
  return {.id = options.revision_id,
          .heads = {options.head},
          .splice = options.splice,
          .labels = options.branch_labels,
          .depends_on = options.depends_on};
}

void run_hooks(const std::vector<Hook>& hooks, const std::string& path, Console& console) {
  for (const Hook& hook : hooks) {
    std::vector<std::string> command = hook.command;
    for (std::string& word : command) {
      for (std::size_t at = word.find(Hook::file_word); at != std::string::npos;
           at = word.find(Hook::file_word, at + path.size())) {
        word.replace(at, Hook::file_word.size(), path);
      }
    }
    const std::string name = hook.name.empty() ? command.front() : hook.name;
    console.note(fmt::format("Running post write hook '{}' ...", name));
    const int status = run_attached(command, hook.folder, true);
    if (status == 0) continue;
    const std::string advice =
        status == no_such_program
            ? fmt::format(": there is no program `{}`; `command` is a list of a program and its arguments",
                          command.front())
            : "";
    throw RevisionError{fmt::format("the post write hook '{}' ended with {}{}\n{} was written all the same", name,
                                    status, advice, path)};
  }
}

/// Writes a new revision file, or prints it with --sql.
void finish(const Draft& draft, const RevisionWorkspace& workspace, const Options& options, Console& console) {
  if (options.as_sql) return console.result(draft.text);
  const fs::path folder = fs::path{draft.path}.parent_path();
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) console.note(fmt::format("Creating directory {} ...  done", folder.string()));
  write_draft(draft);
  if (options.format != "json") console.result(fmt::format("Generating {} ...  done\n", draft.path));
  run_hooks(workspace.config.revisions.hooks, draft.path, console);
  if (options.format != "json" && options.emit.empty()) return;
  std::vector<Revision> all{workspace.graph.revisions().begin(), workspace.graph.revisions().end()};
  all.push_back(draft.revision);
  const RevisionGraph graph{std::move(all)};
  const std::array<RevisionNumber, 1> added{*graph.find(draft.revision.id)};
  if (options.format == "json") console.result(write_revisions_json(graph, added, {}));
  if (!options.emit.empty()) emit_revisions(graph, added, options, console);
}

/// A database that is planned from must have all revisions.
void require_up_to_date(const RevisionWorkspace& workspace, const Options& options, Console& console) {
  const std::vector<std::string> rows = current_rows(options, workspace.config, console);
  if (workspace.graph.size() == 0 ||
      plan_upgrade(workspace.graph, rows, std::array{std::string{"heads"}}).steps.empty())
    return;
  throw RevisionError{
      "Target database is not up to date.\nbring it there first: plumb upgrade heads\n(`plumb stamp head` only notes "
      "down that it is: it runs nothing, and what the revisions would have done stays undone)"};
}

/// The history ends at one state only where its branches are joined.
void require_one_head(const RevisionGraph& graph) {
  if (graph.heads().size() < 2) return;
  std::string ids;
  for (RevisionNumber head : graph.heads()) ids.append(ids.empty() ? "" : ", ").append(graph.id(head));
  throw RevisionError{fmt::format(
      "Multiple heads are present: {}\nMultiple heads detected: what is generated starts from all of them, and "
      "would revise one\njoin them first: plumb merge heads -m \"...\"",
      ids)};
}

/// A generated revision is proven where the history ends, and so it has to stand there.
void require_at_end(const RevisionGraph& graph, const Revision& revision) {
  std::vector<std::string> needs{revision.down};
  needs.insert(needs.end(), revision.depends_on.begin(), revision.depends_on.end());
  for (RevisionNumber head : graph.real_heads()) {
    if (std::ranges::any_of(needs, [&](const std::string& need) { return graph.find(need) == head; })) continue;
    throw RevisionError{
        fmt::format("what is generated starts from {0}, where the history ends, and would not come after it\nleave out "
                    "--head, or add --depends-on {0}",
                    graph.id(head))};
  }
}

/// What only --autogenerate makes use of, and what it makes no use of.
void check_generation(const Options& options) {
  if (options.autogenerate && options.revision_template != Options{}.revision_template) {
    throw UsageError{"--template is for revisions by hand, and --autogenerate writes its own: leave one of them out"};
  }
  if (options.autogenerate) return;
  if (options.against != Options{}.against)
    throw UsageError{"--against is for --autogenerate: add it, or leave it out"};
  if (!options.allow.empty()) throw UsageError{"--allow is for --autogenerate: add it, or leave it out"};
}

/// A way back that rows can stop is worth having, and whoever goes it must know.
void mention_obstacle(RevisionSections& sections, const std::string& obstacle, Console& console) {
  sections.downgrade.insert(0, fmt::format("-- This way back fails while tables hold rows that it does not fit: {}\n"
                                           "-- Write in what is to become of them.\n",
                                           on_one_line(obstacle)));
  console.warning(
      fmt::format("the way back fails while tables hold rows that it does not fit, as those of earlier revisions: {}\n"
                  "write into the file what is to become of them",
                  obstacle));
}

/// What the schema files want beyond the history, or beyond the live database.
ExitCode run_autogenerate(const RevisionWorkspace& workspace, const Options& options, Console& console) {
  if (options.as_sql)
    throw RevisionError{"Using --sql with --autogenerate does not make any sense\nleave one of them out"};
  const RevisionSettings& settings = workspace.config.revisions;
  Revision revision = place_new_revision(workspace.graph, wanted_revision(options));
  require_one_head(workspace.graph);
  require_at_end(workspace.graph, revision);
  revision.message = options.message;
  const bool is_live = options.against == "live";
  if (is_live) require_up_to_date(workspace, options, console);

  const History history{workspace.graph, std::array{std::string{"heads"}}, settings.before};
  SessionOptions on = comparison_options(options, console);
  on.cluster = Cluster::never;
  Session session{std::move(on)};
  const Comparison comparison = compare_settled(session, options, console,
                                                [&] { return is_live ? session.compare() : session.compare(history); });
  if (comparison.in_sync()) {
    const std::string_view where = is_live ? "the live database is" : "the history ends";
    const std::string said = fmt::format("No changes detected: {} as the schema files say; no file was written", where);
    if (options.format == "json") {
      console.result(write_revisions_json(workspace.graph, {}, {}));
      console.note(said);
    } else {
      console.result(said + '\n');
    }
    return ExitCode::done;
  }
  const Plan plan = session.plan(comparison);
  RevisionSections sections = write_plan_revision(plan, session.symbols());
  revision.from = to_hex(plan.from);
  revision.to = to_hex(plan.to);
  const auto draft = [&] {
    return draft_revision(workspace.graph, settings, revision, options.version_path, sections.upgrade,
                          sections.downgrade, Origin::from_plan);
  };
  Draft written = draft();
  if (!is_live) {
    console.progress("proving the revision on a scratch database");
    const RevisionFile file = parse_revision_file(written.text, written.path);
    const Proof proof = session.prove_revision(history, file, comparison);
    revision.to = to_hex(proof.to);
    if (!proof.obstacle.empty()) mention_obstacle(sections, proof.obstacle, console);
    written = draft();
  }
  for (const Step& step : plan.steps) console.note("Detected " + describe_step(step, session.symbols()));
  finish(written, workspace, options, console);
  return ExitCode::done;
}

}  // namespace

ExitCode run_revision(const Options& options, Console& console) {
  check_generation(options);
  check_sql(options);
  check_emit(options);
  const RevisionWorkspace workspace = open_revisions(options);
  if (options.autogenerate) return run_autogenerate(workspace, options, console);
  const RevisionSettings& settings = workspace.config.revisions;
  const RevisionTemplate filled = find_template(settings.templates, options.revision_template);
  Revision revision = place_new_revision(workspace.graph, wanted_revision(options));
  revision.message = options.message;
  finish(draft_revision(workspace.graph, settings, std::move(revision), options.version_path, filled.upgrade,
                        filled.downgrade),
         workspace, options, console);
  return ExitCode::done;
}

ExitCode run_merge(const Options& options, Console& console) {
  check_emit(options);
  const RevisionWorkspace workspace = open_revisions(options);
  check_not_empty(workspace);
  NewRevision wanted = wanted_revision(options);
  wanted.heads = options.revisions;
  Revision revision = place_new_revision(workspace.graph, wanted);
  revision.message = options.message;
  finish(draft_revision(workspace.graph, workspace.config.revisions, std::move(revision), {}, {}, {}), workspace,
         options, console);
  return ExitCode::done;
}

ExitCode run_list_templates(const Options& options, Console& console) {
  const Config config = find_config(options.config);
  const std::vector<RevisionTemplate> templates = list_templates(config.revisions.templates);
  if (options.format == "json") {
    console.result(write_templates_json(templates));
    return ExitCode::done;
  }
  std::string text = "Available templates:\n\n";
  for (const RevisionTemplate& one : templates) {
    text += one.name + (one.description.empty() ? "" : " - " + one.description) + '\n';
  }
  text += "\nTemplates are used via the 'revision' command, e.g.:\n\n  plumb revision --template generic -m \"...\"\n";
  console.result(text);
  return ExitCode::done;
}

}  // namespace plumb::cli
