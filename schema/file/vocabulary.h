#pragma once

#include <string_view>
#include <vector>

#include "schema/rules.h"

namespace plumb {

/// A word that may stand as a key in an entry of a schema file, and what it means there.
struct Word {
  std::string_view text;
  const AttributeRule* attribute = nullptr;      ///< the attribute that follows, or null
  Kind kind = Kind::none;                        ///< the kind of the objects that follow, or none
  const FileForm* form = nullptr;                ///< how those are written
  bool is_former_schema = false;                 ///< the schema follows that the object stood in before
  bool is_former = false;                        ///< a former name follows: that of the object, or those of
  const AttributeRule* former_values = nullptr;  ///< the values of this attribute
  // With nothing of that: the name of the object.
};

/// The word for the name of an object that stands in its owner's entry without one.
constexpr std::string_view name_word = "name";

/// The word for the name that an object had before.
constexpr std::string_view former_name_word = "renamed_from";

/// The word for the schema that an object stood in before.
constexpr std::string_view former_schema_word = "moved_from";

/// The sections on top of a schema file.
const std::vector<Word>& words_on_top();

/// The words in the entry of an object that is written in `form`, attributes first.
const std::vector<Word>& words_in(const FileForm& form);

/// The word with this text, or null.
const Word* find_word(const std::vector<Word>& words, std::string_view text);

/// The form in which plumb writes objects of the kind that belong to one of the kind `owner`; null: that is not
/// written.
const FileForm* form_within(Kind kind, Kind owner);

/// Whether objects of the kind stand in their schema, or on top of a file.
bool stands_on_top(Kind kind);
bool stands_on_top(const Word& section);  ///< the same of one of its sections

}  // namespace plumb
