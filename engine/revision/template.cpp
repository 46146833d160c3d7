#include "engine/revision/template.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include <fmt/core.h>

#include "engine/report/wording.h"
#include "schema/error.h"
#include "schema/file/faults.h"
#include "schema/file/text.h"
#include "schema/text.h"

namespace plumb {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view description_word = "-- template:";
constexpr std::string_view upgrade_marker = "-- plumb: upgrade";
constexpr std::string_view downgrade_marker = "-- plumb: downgrade";

std::vector<RevisionTemplate> own_templates() {
  return {
      {"generic", "Empty sections, for statements of any kind", "", ""},
      {"data", "A change of rows, with its way back",
       "-- Rows that are there already; keep what the way back needs.\n"
       "-- UPDATE public.notes SET feeling = 'ok' WHERE feeling IS NULL;\n",
       "-- UPDATE public.notes SET feeling = NULL WHERE ...;\n"},
      {"online", "An index that is built while the table is in use",
       "-- Each marked statement runs alone, outside a transaction.\n"
       "-- -- plumb: no transaction\n"
       "-- CREATE INDEX CONCURRENTLY notes_written_idx ON public.notes (written);\n",
       "-- -- plumb: no transaction\n"
       "-- DROP INDEX CONCURRENTLY public.notes_written_idx;\n"},
  };
}

RevisionTemplate parse_template(std::string name, std::string_view text, const std::string& path, Faults& faults) {
  RevisionTemplate parsed{std::move(name), {}, {}, {}};
  std::string* section = nullptr;
  bool has_downgrade = false;
  if (text.ends_with('\n')) text.remove_suffix(1);
  for (std::string_view line : lines_of(text)) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (section == nullptr && line.starts_with(description_word)) {
      parsed.description = trimmed(line.substr(description_word.size()));
    } else if (section == nullptr && trimmed(line) == upgrade_marker) {
      section = &parsed.upgrade;
    } else if (section == &parsed.upgrade && trimmed(line) == downgrade_marker) {
      section = &parsed.downgrade;
      has_downgrade = true;
    } else if (section != nullptr) {
      section->append(line).append("\n");
    }
  }
  if (!has_downgrade) {
    faults.add(path, {1, 1}, "a template holds the lines `-- plumb: upgrade` and, after it, `-- plumb: downgrade`");
  }
  return parsed;
}

}  // namespace

std::vector<RevisionTemplate> list_templates(const std::string& folder) {
  std::map<std::string, RevisionTemplate> templates;
  for (RevisionTemplate& own : own_templates()) templates.emplace(own.name, std::move(own));
  Faults faults;
  std::error_code failure;
  if (!folder.empty() && !fs::is_directory(folder, failure)) {
    throw DeclarationError{fmt::format("{}: there is no such folder; `templates` in plumb.yaml names it", folder)};
  }
  if (!folder.empty()) {
    for (const fs::directory_entry& entry : fs::directory_iterator{folder}) {
      if (entry.path().extension() != ".sql") continue;
      const std::optional<std::string> text = read_text(entry.path().string(), faults);
      const std::string name = entry.path().stem().string();
      if (text) templates[name] = parse_template(name, *text, entry.path().string(), faults);
    }
  }
  faults.raise();
  std::vector<RevisionTemplate> all;
  for (auto& [name, one] : templates) all.push_back(std::move(one));
  return all;
}

RevisionTemplate find_template(const std::string& folder, std::string_view name) {
  const std::vector<RevisionTemplate> all = list_templates(folder);
  const auto found = std::ranges::find(all, name, &RevisionTemplate::name);
  if (found != all.end()) return *found;
  std::vector<std::string_view> names;
  for (const RevisionTemplate& one : all) names.push_back(one.name);
  throw RevisionError{fmt::format("No such template {}\n{}", name, suggestion(name, names))};
}

}  // namespace plumb
