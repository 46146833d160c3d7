#pragma once

#include <cstddef>
#include <span>
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

/// Where a text stands in its file from one of its bytes on. The lines that follow in the text follow in the file too,
/// with the same indentation, up to the next such passage.
struct Passage {
  std::size_t begin = 0;
  Spot spot;
};

/// Where the byte at `offset` of a text stands in its file, by its passages, of which there must be one.
Spot spot_in(std::span<const Passage> passages, std::string_view text, std::size_t offset);

/// A piece of a structured document, whatever format it was written in. An entry of a map carries its key itself.
struct Node {
  enum class Form : unsigned char { null, scalar, list, map };

  Form form = Form::null;
  bool was_quoted = false;  ///< the author marked a scalar as text, so that "true" is no boolean
  bool spread = false;      ///< a writer gives every entry its own line
  Spot spot;
  Spot key_spot;
  std::string key;                ///< of an entry of a map
  std::string text;               ///< of a scalar; also of a null that somebody wrote: "NULL", "~"
  std::vector<Passage> passages;  ///< of that text; none where it is not written as it reads
  std::vector<Node> children;     ///< of a list or map, in the order of writing

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
