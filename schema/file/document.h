#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace plumb {

/// A position in a text; lines and columns count from 1, columns in characters.
struct Spot {
  int line = 0;
  int column = 0;
  friend auto operator<=>(const Spot&, const Spot&) = default;
};

/// A piece of a structured document, whatever format it was written in. An entry of a map carries its key itself.
struct Node {
  enum class Form : unsigned char { null, scalar, list, map };

  Form form = Form::null;
  bool was_quoted = false;  ///< the author marked a scalar as text, so that "true" is no boolean
  bool spread = false;      ///< a writer gives every entry its own line
  Spot spot;
  Spot text_spot;  ///< of the first character of a scalar's text, where its lines are those of the file; else line 0
  Spot key_spot;
  std::string key;             ///< of an entry of a map
  std::string text;            ///< of a scalar; also of a null that somebody wrote: "NULL", "~"
  std::vector<Node> children;  ///< of a list or map, in the order of writing

  bool is_null() const { return form == Form::null; }
  bool is_scalar() const { return form == Form::scalar; }
  bool is_list() const { return form == Form::list; }
  bool is_map() const { return form == Form::map; }

  const Node* find(std::string_view entry) const;  ///< the entry of a map with this key, or null

  static Node scalar(std::string_view text, bool was_quoted = false);
  static Node list(const std::vector<std::string_view>& texts);
  static Node map() { return with_form(Form::map); }
  Node& add(std::string_view entry, Node value);  ///< appends an entry to a map; returns it

 private:
  static Node with_form(Form form);
};

/// "a list", "a map": what a person calls the form of a node.
std::string_view form_name(const Node& node);

}  // namespace plumb
