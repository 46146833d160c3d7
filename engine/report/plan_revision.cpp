#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "engine/report/plan_report.h"
#include "engine/report/script_text.h"
#include "engine/report/wording.h"
#include "engine/revision/file.h"
#include "schema/secrets.h"

namespace plumb {

namespace {

/// A revision file holds no secret.
void explain_secrets(std::string& text, const Statement& statement) {
  for (std::string_view token : tokens_in(statement.sql)) {
    text += fmt::format("-- secret: {0} stands for one that the schema files tell, or the environment variable {0}\n",
                        token);
  }
}

/// Writes the steps of one way.
class SectionWriter {
 public:
  SectionWriter(const std::vector<Step>& steps, const Plan& plan, const Symbols& symbols)
      : steps_{steps}, plan_{plan}, symbols_{symbols} {}

  std::string write() {
    for (const Step& step : steps_) {
      std::string title = fmt::format("\n-- {}\n", describe_step(step, symbols_));
      for (const std::string& consent : step.consents) title += "-- loses data: " + on_one_line(consent) + '\n';
      for (const Statement& statement : step.forward) {
        const bool is_last = &step == &steps_.back() && &statement == &step.forward.back();
        add(statement, std::exchange(title, {}), is_last);
      }
    }
    return std::move(text_);
  }

 private:
  void add(const Statement& statement, const std::string& title, bool is_last) {
    // What can be used only after a commit may share the transaction when nothing follows.
    const bool stands_alone = statement.transaction == Transaction::outside ||
                              (statement.transaction == Transaction::commit_after && !is_last);
    set(!stands_alone);
    text_ += title;
    explain_secrets(text_, statement);
    if (stands_alone) text_.append(outside_marker).append("\n");
    text_ += terminated(statement.sql);
  }

  /// A statement that stands alone needs no settings: other runners could not give them to it.
  void set(bool settings) {
    if (has_settings_ == settings) return;
    if (!text_.empty()) text_ += '\n';
    text_ += settings ? settings_for(steps_, plan_.search_path) : "RESET ALL;\n";
    has_settings_ = settings;
  }

  const std::vector<Step>& steps_;
  const Plan& plan_;
  const Symbols& symbols_;
  std::string text_;
  bool has_settings_ = false;
};

std::string section_of(const std::vector<Step>& steps, const Plan& plan, const Symbols& symbols) {
  return SectionWriter{steps, plan, symbols}.write();
}

/// What the way there loses, the way back cannot bring.
std::string warning_of(const Plan& plan) {
  std::set<std::string> losses;
  for (const Step& step : plan.steps) losses.insert(step.consents.begin(), step.consents.end());
  std::string text;
  for (const std::string& loss : losses) text += "--   " + on_one_line(loss) + '\n';
  if (text.empty()) return text;
  return "-- The data that the upgrade loses does not come back, only the place for it:\n" + text;
}

}  // namespace

RevisionSections write_plan_revision(const Plan& plan, const Symbols& symbols) {
  return {section_of(plan.steps, plan, symbols), warning_of(plan) + section_of(plan.way_back, plan, symbols)};
}

}  // namespace plumb
