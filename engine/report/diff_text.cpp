#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "engine/report/diff_model.h"
#include "engine/report/diff_report.h"
#include "engine/report/wording.h"
#include "schema/describe.h"

namespace plumb {

namespace {

char sign(Action action) { return action == Action::create ? '+' : action == Action::drop ? '-' : '~'; }

/// A value as a person reads it; PostgreSQL's default where it has none of its own.
std::string value_text(std::span<const Symbol> values, const AttributeRule* rule, const Symbols& symbols) {
  std::string text;
  for (Symbol value : values) {
    if (!text.empty()) text += ", ";
    text += symbols.text(value);
  }
  if (values.empty() && rule != nullptr) text = rule->fallback;
  return text.empty() ? "(none)" : text;
}

/// Of a text of many lines, those that differ, without the lines that both begin and end with.
std::string differing_lines(std::string_view before, std::string_view after, const Style& style) {
  const std::vector<std::string_view> old_lines = lines_of(before);
  const std::vector<std::string_view> new_lines = lines_of(after);
  const auto [old_begin, new_begin] = std::ranges::mismatch(old_lines, new_lines);
  auto old_end = old_lines.end();
  auto new_end = new_lines.end();
  while (old_end != old_begin && new_end != new_begin && *(old_end - 1) == *(new_end - 1)) {
    --old_end;
    --new_end;
  }
  std::string text;
  for (auto line = old_begin; line != old_end; ++line) {
    text += "        " + tinted(fmt::format("- {}", *line), tone_of(Action::drop), style) + '\n';
  }
  for (auto line = new_begin; line != new_end; ++line) {
    text += "        " + tinted(fmt::format("+ {}", *line), tone_of(Action::create), style) + '\n';
  }
  return text;
}

std::string attribute_text(const AttributeChange& change, const KindRules& rules, const Symbols& symbols,
                           const Style& style) {
  const std::string_view key = symbols.text(change.key);
  const AttributeRule* rule = find_attribute(rules, key);
  const std::string before = value_text(change.before, rule, symbols);
  const std::string after = value_text(change.after, rule, symbols);
  if (before.find('\n') == std::string::npos && after.find('\n') == std::string::npos) {
    return fmt::format("    {}: {} -> {}\n", key, before, after);
  }
  return fmt::format("    {}:\n{}", key, differing_lines(before, after, style));
}

const Object& object_of(const Change& change) { return change.after != nullptr ? *change.after : *change.before; }

/// A part by its name or role; one that has none, as a comment, by what it says about the whole.
std::string part_text(const Change& part, const Change& whole, const Catalog& catalog) {
  const Object& object = object_of(part);
  const KindRules& rules = rules_for(object.identity.kind);
  const bool is_unnamed =
      !rules.forms.empty() && !rules.forms.front().named && rules.forms.front().default_name.empty();
  if (is_unnamed && object.parent == catalog.id(object_of(whole))) {
    const std::string_view brief = rules.forms.front().short_form;
    return on_one_line(View{catalog, object}.text(brief.empty() ? rules.attributes.front().key : brief));
  }
  const bool is_of_role = object.identity.role != Symbol::none;
  return on_one_line(catalog.text(is_of_role ? object.identity.role : object.identity.name));
}

/// What comes or goes together with an object, one line a kind, in the order of the changes.
std::string folded_text(const Change& whole, const std::vector<const Change*>& parts, const Catalog& catalog,
                        const Style& style) {
  std::vector<std::pair<std::string, std::string>> lines;
  for (const Change* part : parts) {
    const std::string kind = in_words(part->identity().kind);
    if (lines.empty() || lines.back().first != kind) lines.emplace_back(kind, "");
    std::string& names = lines.back().second;
    if (!names.empty()) names += ", ";
    names += part_text(*part, whole, catalog);
  }
  std::string text;
  for (const auto& [kind, names] : lines) {
    text += "    " + tinted(fmt::format("{}: {}", kind, names), Tone::faint, style) + '\n';
  }
  return text;
}

std::string rename_text(const Rename& rename, const Symbols& symbols, const Style& style) {
  const std::string title = fmt::format("~ {}", on_one_line(describe(rename.before, symbols)));
  std::string text = tinted(title, tone_of(Action::rename), style) + '\n';
  const auto add = [&](std::string_view what, Symbol before, Symbol after) {
    if (before == after) return;
    text +=
        fmt::format("    {}: {} -> {}\n", what, on_one_line(symbols.text(before)), on_one_line(symbols.text(after)));
  };
  if (rename.attribute != nullptr) {
    add("value", rename.value_before, rename.value_after);
  } else {
    add("name", rename.before.name, rename.after.name);
    if (rename.schema != Symbol::none) add("schema", rename.before.schema, rename.schema);
  }
  return text;
}

}  // namespace

std::string write_diff_text(const Changes& changes, const Catalog& actual, const Catalog& desired, const Style& style,
                            std::span<const Rename> renames) {
  if (changes.empty() && renames.empty()) return "No difference.\n";
  const Symbols& symbols = desired.symbols();
  const std::vector<std::optional<std::size_t>> under = fold(changes, actual, desired);
  std::vector<std::vector<const Change*>> parts(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (under[i]) parts[*under[i]].push_back(&changes[i]);
  }
  std::string text;
  for (const Rename& rename : renames) text += rename_text(rename, symbols, style);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (under[i]) continue;
    const Change& change = changes[i];
    const Action action = action_of(change);
    const std::string title = fmt::format("{} {}", sign(action), on_one_line(describe(change.identity(), symbols)));
    text += tinted(title, tone_of(action), style) + '\n';
    for (const AttributeChange& attribute : change.attributes) {
      text += attribute_text(attribute, rules_for(change.identity().kind), symbols, style);
    }
    text += folded_text(change, parts[i], change.after != nullptr ? desired : actual, style);
  }
  return text;
}

std::string summarize(const Changes& changes, const Catalog& actual, const Catalog& desired,
                      std::span<const Rename> renames) {
  const std::vector<std::optional<std::size_t>> under = fold(changes, actual, desired);
  std::vector<Action> actions(renames.size(), Action::rename);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (!under[i]) actions.push_back(action_of(changes[i]));
  }
  return actions.empty() ? "no difference" : count_actions(actions);
}

}  // namespace plumb
