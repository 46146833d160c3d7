#include <algorithm>

#include <fmt/format.h>

#include "engine/report/script_text.h"
#include "engine/report/wording.h"
#include "engine/revision/files.h"
#include "engine/revision/migrate.h"
#include "engine/revision/run.h"
#include "schema/describe.h"
#include "schema/secrets.h"

namespace plumb {

namespace {

std::string paragraph(std::string_view sql) { return terminated(sql) + '\n'; }

/// Writes a journey as a script, a transaction a revision.
class ScriptWriter {
 public:
  ScriptWriter(const RevisionGraph& graph, const Journey& journey, const LedgerSql& ledger)
      : graph_{graph}, files_{graph, journey}, ledger_{ledger} {}

  void add(const TravelStep& step) {
    const std::string message =
        step.way == Way::stamp ? "" : on_one_line(lines_of(graph_[step.revision].message).front());
    text_ += fmt::format("-- Running {}{}{}\n\n", describe(step), message.empty() ? "" : ", ", message);
    if (step.way == Way::stamp) return add_stamp(step);
    // What one revision sets holds for this one alone.
    text_ += "RESET ALL;\n\n";
    const Section& section = files_.section(step);
    for (const Part& part : parts_of(section)) {
      if (part.outside_transaction()) {
        close();
      } else {
        open();
      }
      for (const RevisionStatement& statement : part.statements) {
        for (std::string_view token : tokens_in(statement.sql)) secrets_.append(token).append(" ");
        text_ += sql_comments_of(statement.comments) + terminated(with_variables(statement.sql)) +
                 sql_comments_of(statement.comments_behind) + '\n';
      }
    }
    open();
    if (std::ranges::any_of(section, sets_role)) text_ += paragraph("RESET SESSION AUTHORIZATION");
    add_rows(step, {.way = step.way,
                    .revision = graph_.id(step.revision),
                    .file_hash = files_.of(step).hash,
                    .first = section.size()});
    close();
  }

  /// The tokens of secrets, for `name_secrets`.
  const std::string& secrets() const { return secrets_; }

  std::string finish() { return std::move(text_); }

 private:
  void add_stamp(const TravelStep& step) {
    open();
    add_rows(step, {.way = Way::stamp, .revision = fmt::format("{}", fmt::join(step.to, ", "))});
    close();
  }

  void add_rows(const TravelStep& step, const JournalEntry& entry) {
    for (const RowChange& row : step.rows) text_ += paragraph(ledger_.change(row));
    text_ += paragraph(LedgerSql::add(entry));
  }

  void open() {
    if (!is_open_) text_ += "BEGIN;\n\n";
    is_open_ = true;
  }

  void close() {
    if (is_open_) text_ += "COMMIT;\n\n";
    is_open_ = false;
  }

  const RevisionGraph& graph_;
  const RevisionFiles files_;
  const LedgerSql& ledger_;
  std::string text_;
  std::string secrets_;
  bool is_open_ = false;
};

}  // namespace

std::string migration_script(const RevisionGraph& graph, const LedgerOptions& options, const Journey& journey,
                             bool begins_with_ledger) {
  const LedgerSql ledger{options};
  ScriptWriter writer{graph, journey, ledger};
  for (const TravelStep& step : journey.steps) writer.add(step);
  const std::string start = begins_with_ledger ? fmt::format("BEGIN;\n{}\nCOMMIT;\n\n", ledger.ensure()) : "";
  const std::string secrets = name_secrets(writer.secrets());
  return secrets + (secrets.empty() ? "" : "\n") + start + writer.finish();
}

}  // namespace plumb
