#include "engine/doctor.h"

#include <algorithm>

#include <fmt/core.h>

#include "cli/commands.h"
#include "cli/workspace.h"
#include "engine/report/findings_report.h"
#include "engine/version.h"
#include "schema/error.h"

namespace plumb::cli {

namespace {

using Verdict = Finding::Verdict;

Finding examine_config(const Options& options, Config& config) {
  try {
    config = find_config(options.config);
  } catch (const Error& error) {
    return {Verdict::failure, "config", error.what(), "correct the file"};
  }
  if (config.file.empty())
    return {Verdict::ok, "config", fmt::format("no {} here; the defaults hold", config_name), ""};
  return {Verdict::ok, "config", config.file, ""};
}

Finding describe_connection(const ConnectionTarget& target) {
  std::string notes;
  for (const std::string& note : target.notes) notes += (notes.empty() ? "" : "; ") + note;
  return {Verdict::ok, "connection", fmt::format("{}, from {}", target.shown, target.source), notes};
}

}  // namespace

ExitCode run_doctor(const Options& options, Console& console) {
  std::vector<Finding> findings{{Verdict::ok, "version", fmt::format("plumb {}", version), ""}};
  Config config;
  findings.push_back(examine_config(options, config));
  try {
    const SessionOptions session = session_options(options, config, console);
    findings.push_back(describe_connection(session.database));
    if (session.schema_files.empty()) {
      findings.push_back({Verdict::warning, "schema files", "none here",
                          "begin with `plumb init` or `plumb inspect --out schema.yaml`, or name them in plumb.yaml"});
    }
    std::ranges::move(examine(session), std::back_inserter(findings));
  } catch (const DeclarationError& error) {
    findings.push_back({Verdict::failure, "connection", error.what(), "correct it there"});
  }
  deliver(options.format == "json" ? write_findings_json(findings)
                                   : write_findings_text(findings, report_style(options, console)),
          options, console);
  const bool is_well = std::ranges::none_of(findings, [](const Finding& f) { return f.verdict == Verdict::failure; });
  return is_well ? ExitCode::done : ExitCode::failed;
}

}  // namespace plumb::cli
