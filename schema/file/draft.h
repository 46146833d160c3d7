#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "schema/describe.h"
#include "schema/file/declaration.h"
#include "schema/file/document.h"
#include "schema/file/faults.h"
#include "schema/file/vocabulary.h"

namespace plumb {

/// Turns the sections of schema files into drafts, led by the rules of the kinds. One for all files of a run, so that
/// names that are used twice are noticed across files.
class DraftReader {
 public:
  DraftReader(Declaration& declaration, Faults& faults) : declaration_{declaration}, faults_{faults} {}

  /// Reads one section on top of a file; objects whose key tells no schema stand in `schema`.
  void read(std::string_view file, const Word& section, const Node& node, std::string_view schema);

 private:
  /// What an entry stands in.
  struct Around {
    Symbol schema = Symbol::none;
    bool is_fixed = false;  ///< the entry stands in that of its schema, and cannot name another
    ObjectId parent = ObjectId::none;
    const Node* owner = nullptr;  ///< the entry of `parent`
    Symbol group = Symbol::none;  ///< of a form that is grouped
  };
  struct Value {
    const AttributeRule* rule;
    std::vector<std::string> texts;
    Spot spot;
    std::vector<Passage> passages{};
  };
  /// One object while it is being read; its identity lacks the name until that is known.
  struct Entry {
    const Word& section;
    const Node& node;
    Around around;
    Spot spot;
    bool is_named;
    Identity identity{};
    std::vector<Value> values{};
    std::vector<std::pair<const Word*, const Node*>> sections{};
    const Node* own_name = nullptr;  ///< what follows the word `name`
    std::vector<WrittenRename> renames{};
  };

  void read_section(const Word& section, const Node& node, const Around& around);
  void read_names(const Word& section, const Node& node, const Around& around);
  void read_list(const Word& section, const Node& node, const Around& around);
  void read_entry(const Word& section, const Node& node, bool is_named, const Around& around);

  void read_words(Entry& entry);
  void read_attribute(Entry& entry, const AttributeRule& rule, std::string_view what, const Node& node);
  void read_former(Entry& entry, const Word& word, const Node& node);
  /// What may have been meant by a key that an entry does not have.
  static std::string advice_on(const Entry& entry, std::string_view key, std::span<const std::string_view> known);
  static bool is_settled(const Entry& entry, const AttributeRule& rule);
  static bool is_true(const Entry& entry, std::string_view key);
  void check_required(const Entry& entry);
  ObjectId add(const Entry& entry);
  Symbol words_in_sql(std::string_view expression);
  ObjectId parent_of(const Entry& entry) const;

  // What an entry is called (draft_identity.cpp):
  const Identity& owner(const Entry& entry) const;
  Identity place_of(const Entry& entry) const;
  bool take_key(Entry& entry);
  bool take_relation(Entry& entry);
  void choose_name(Entry& entry);
  std::string former_name(const Entry& entry, const Node& from);
  std::string fill(const Entry& entry, std::string_view placeholder) const;
  bool check_length(const Entry& entry, std::string_view name);
  std::string space_of(const Identity& identity) const;
  bool is_free(const Entry& entry);

  std::string describe(const Identity& identity) const {
    return plumb::describe(identity, declaration_.drafts.symbols());
  }
  std::string describe(const Entry& entry) const;
  std::string place_text(ObjectId id) const;
  void fault(Spot spot, std::string message) { faults_.add(file_, spot, std::move(message)); }
  Symbol intern(std::string_view text) { return declaration_.drafts.symbols().intern(text); }
  std::string_view text(Symbol symbol) const { return declaration_.drafts.text(symbol); }

  Declaration& declaration_;
  Faults& faults_;
  std::string file_;
  std::unordered_map<std::string, ObjectId> names_;  ///< who bears a name in a space of names
};

}  // namespace plumb
