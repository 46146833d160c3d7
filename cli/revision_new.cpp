#include <array>
#include <filesystem>
#include <utility>

#include <fmt/core.h>

#include "cli/child.h"
#include "cli/commands.h"
#include "cli/revision_workspace.h"
#include "engine/report/revision_report.h"
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
      const std::size_t at = word.find(Hook::file_word);
      if (at != std::string::npos) word.replace(at, Hook::file_word.size(), path);
    }
    const std::string name = hook.name.empty() ? command.front() : hook.name;
    console.note(fmt::format("Running post write hook '{}' ...", name));
    const int status = run_attached(command, hook.folder, true);
    if (status != 0) {
      throw RevisionError{
          fmt::format("the post write hook '{}' ended with {}\n{} was written all the same", name, status, path)};
    }
  }
}

/// Writes a new revision file, or prints it with --sql.
void finish(const Draft& draft, const RevisionWorkspace& workspace, const Options& options, Console& console) {
  if (options.as_sql) return console.result(draft.text);
  const fs::path folder = fs::path{draft.path}.parent_path();
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) console.note(fmt::format("Creating directory {} ...  done", folder.string()));
  write_draft(draft);
  run_hooks(workspace.config.revisions.hooks, draft.path, console);
  if (options.format == "json") {
    std::vector<Revision> all{workspace.graph.revisions().begin(), workspace.graph.revisions().end()};
    all.push_back(draft.revision);
    const RevisionGraph graph{std::move(all)};
    return console.result(write_revisions_json(graph, std::array{*graph.find(draft.revision.id)}, {}));
  }
  console.result(fmt::format("Generating {} ...  done\n", draft.path));
}

}  // namespace

ExitCode run_revision(const Options& options, Console& console) {
  const RevisionWorkspace workspace = open_revisions(options);
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
  const RevisionWorkspace workspace = open_revisions(options);
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
