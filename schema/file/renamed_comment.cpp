#include "schema/file/renamed_comment.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

constexpr std::string_view form =
    "write `-- plumb: renamed KIND NAME from OLD`, as in `-- plumb: renamed column "
    "public.people.email from mail`";
constexpr std::string_view move_form =
    "write `-- plumb: moved KIND NAME from SCHEMA`, as in `-- plumb: moved table archive.orders from public`";

/// Pieces between separators that stand outside of double quotes and parentheses.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  bool quoted = false;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool ends = i == text.size() || (text[i] == separator && !quoted && depth == 0);
    if (ends && i > begin) pieces.push_back(text.substr(begin, i - begin));
    if (ends) begin = i + 1;
    if (i == text.size()) break;
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && text[i] == '(') ++depth;
    if (!quoted && text[i] == ')') --depth;
  }
  return pieces;
}

/// What a comment says to plumb, behind "plumb:". nullopt where it is not for plumb.
std::optional<std::string_view> said_to_plumb(std::string_view comment) {
  constexpr std::string_view addressee = "PLUMB";
  const bool has_end = comment.starts_with("/*");
  comment = trimmed(comment.substr(2, comment.size() - (has_end ? 4 : 2)));
  if (upper(comment.substr(0, addressee.size())) != addressee) return std::nullopt;
  comment = trimmed(comment.substr(addressee.size()));
  if (!comment.starts_with(':')) return std::nullopt;
  return trimmed(comment.substr(1));
}

class CommentReader {
 public:
  CommentReader(const WrittenStatement& comment, Symbols& symbols, Faults& faults)
      : comment_{comment}, symbols_{symbols}, faults_{faults} {}

  /// What follows "-- plumb: renamed".
  std::optional<WrittenRename> read_rename(std::string_view text) {
    form_ = form;
    WrittenRename rename{.place = comment_.place};
    if (!take_former(text, rename.before)) return std::nullopt;
    const AttributeRule* values = words_.size() > 3 ? values_called(words_[words_.size() - 2]) : nullptr;
    if (values != nullptr) {
      rename.name = unquoted(words_.back());
      words_.resize(words_.size() - 2);
    }
    const KindRules* rules = take_kind();
    if (rules == nullptr) return std::nullopt;
    if (values == nullptr && !take_own_name(rename.before)) return std::nullopt;
    if (values != nullptr || rules->signature.empty()) rename.before = unquoted(rename.before);
    if (values != nullptr && find_attribute(*rules, values->key) != values) {
      return fault(fmt::format("a {} has no {} with names", rules->key, values->key));
    }
    rename.attribute = values;
    if (!take_name(*rules, rename.identity)) return std::nullopt;
    return rename;
  }

  /// What follows "-- plumb: moved".
  std::optional<WrittenRename> read_move(std::string_view text) {
    form_ = move_form;
    WrittenRename move{.place = comment_.place};
    if (!take_former(text, move.schema)) return std::nullopt;
    move.schema = unquoted(move.schema);
    const KindRules* rules = take_kind();
    if (rules == nullptr || !take_name(*rules, move.identity)) return std::nullopt;
    if (!can_move(*rules)) return fault(fmt::format("a {} does not move from schema to schema by itself", rules->key));
    return move;
  }

 private:
  /// Everything up to "from OLD", as words, and OLD.
  bool take_former(std::string_view text, std::string& former) {
    words_ = split(trimmed(text.substr(0, text.find_last_not_of("; \t\r\n") + 1)), ' ');
    if (words_.size() < 4 || words_[words_.size() - 2] != "from") {
      fault(std::string{form_});
      return false;
    }
    former = words_.back();
    words_.resize(words_.size() - 2);
    return true;
  }

  /// The former name may stand behind the same schema and table as the new one, which are no part of it.
  bool take_own_name(std::string& former) {
    const std::vector<std::string_view> before = split(former, '.');
    const std::vector<std::string_view> now = split(words_.back(), '.');
    if (before.size() < 2) return true;
    const bool is_beside = before.size() == now.size() && std::equal(before.begin(), before.end() - 1, now.begin());
    if (is_beside) {
      former = std::string{before.back()};
    } else {
      fault(
          fmt::format("`{}` is no former name beside `{}`: write the own name alone, and another schema as in `-- "
                      "plumb: moved table archive.orders from public`",
                      former, words_.back()));
    }
    return is_beside;
  }

  std::optional<WrittenRename> fault(std::string message) {
    faults_.add(comment_.place, std::move(message));
    return std::nullopt;
  }

  /// The attribute with values that one of them is called so: "value" of `values`, "attribute" of `attributes`.
  static const AttributeRule* values_called(std::string_view word) {
    for (Kind kind : all_kinds()) {
      for (const AttributeRule& rule : rules_for(kind).attributes) {
        if (!rule.renamed_as.empty() && rule.key.size() == word.size() + 1 && rule.key.starts_with(word)) return &rule;
      }
    }
    return nullptr;
  }

  /// The kind that all words but the last one name.
  const KindRules* take_kind() {
    std::string key;
    for (std::size_t i = 0; i + 1 < words_.size(); ++i) key.append(key.empty() ? "" : "_").append(words_[i]);
    const KindRules* rules = find_rules(key);
    if (rules != nullptr && rules->rename != nullptr) return rules;
    std::vector<std::string_view> known;
    for (Kind kind : all_kinds()) {
      if (rules_for(kind).rename != nullptr) known.push_back(rules_for(kind).key);
    }
    fault(fmt::format("`{}` is no kind of object that can be renamed: {}", key, suggestion(key, known)));
    return nullptr;
  }

  bool take_name(const KindRules& rules, Identity& identity) {
    constexpr std::size_t parts_of[] = {1, 2, 3};  // by `Address`
    const std::size_t wanted = parts_of[static_cast<std::size_t>(rules.address)];
    const std::vector<std::string_view> parts = split(words_.back(), '.');
    if (parts.size() != wanted) {
      constexpr std::string_view examples[] = {"name", "schema.name", "schema.table.name"};
      fault(fmt::format("`{}` is not the whole name of a {}, {}: {}", words_.back(), rules.key, examples[wanted - 1],
                        form_));
      return false;
    }
    identity.kind = find_kind(rules);
    const std::string_view own = parts.back();
    identity.name = symbols_.intern(rules.signature.empty() ? unquoted(own) : std::string{own});
    if (wanted > 1) identity.schema = symbols_.intern(unquoted(parts[0]));
    if (wanted > 2) identity.table = symbols_.intern(unquoted(parts[1]));
    return true;
  }

  const WrittenStatement& comment_;
  Symbols& symbols_;
  Faults& faults_;
  std::string_view form_;
  std::vector<std::string_view> words_;
};

}  // namespace

std::optional<WrittenRename> read_renamed_comment(const WrittenStatement& comment, Symbols& symbols, Faults& faults) {
  const auto said = said_to_plumb(comment.sql);
  if (!said) return std::nullopt;
  const std::string_view verb = said->substr(0, said->find_first_of(" \t"));
  const std::string_view rest = said->substr(verb.size());
  CommentReader reader{comment, symbols, faults};
  if (verb == "renamed") return reader.read_rename(rest);
  if (verb == "moved") return reader.read_move(rest);
  faults.add(comment.place, fmt::format("`{}` says nothing to plumb: {}", verb, form));
  return std::nullopt;
}

}  // namespace plumb
