#include <fmt/format.h>

#include "engine/report/wording.h"
#include "engine/revision/emit/emit.h"
#include "engine/revision/emit/runner.h"

namespace plumb {

namespace {

/// Sqitch's time of a change: "2026-11-22T18:30:00Z".
std::string time_of(const std::string& version) {
  return fmt::format("{}-{}-{}T{}:{}:{}Z", version.substr(0, 4), version.substr(4, 2), version.substr(6, 2),
                     version.substr(8, 2), version.substr(10, 2), version.substr(12, 2));
}

/// Sqitch runs psql with ON_ERROR_STOP, and each script in a session of its own.
std::string script(std::string_view verb, const Migration& migration, const std::string& sql) {
  return fmt::format("-- {} {}\n{}{}", verb, migration.name, title_of(migration), sql);
}

/// Deploy and revert scripts, and the line in the plan that orders them (manuals sqitchchanges and sqitch.plan).
void emit_change(const Migration& migration, std::vector<EmittedFile>& files) {
  const Revision& revision = migration.revision;
  const RevisionFile& file = migration.file;
  const std::string needs = migration.needs.empty() ? "" : fmt::format(" [{}]", fmt::join(migration.needs, " "));
  const std::string note = revision.message.empty() ? "" : " # " + on_one_line(lines_of(revision.message).front());
  files.push_back({"sqitch.conf", "[core]\n", "\tengine = pg"});
  files.push_back(
      {"sqitch.plan", "%syntax-version=1.0.0\n%project=plumb\n\n",
       fmt::format("{}{} {} plumb <plumb@localhost>{}", migration.name, needs, time_of(migration.version), note)});
  files.push_back({fmt::format("deploy/{}.sql", migration.name),
                   script("Deploy", migration, psql_script(file.upgrade, file.upgrade_comments))});
  const std::string back = file.has_downgrade
                               ? script("Revert", migration, psql_script(file.downgrade, file.downgrade_comments))
                               : fmt::format("-- Revert {}\n{};\n", migration.name, refusal(migration));
  files.push_back({fmt::format("revert/{}.sql", migration.name), back});
}

}  // namespace

const Runner sqitch_runner{.name = "sqitch", .emit = emit_change, .takes_variables = true};

}  // namespace plumb
