#include "schema/file/document.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "schema/file/text.h"

namespace plumb {

Spot spot_in(std::span<const Passage> passages, std::string_view text, std::size_t offset) {
  const auto next = std::ranges::upper_bound(passages, offset, {}, &Passage::begin);
  const Passage& passage = next == passages.begin() ? passages.front() : *std::prev(next);
  Locator locator{text.substr(passage.begin)};
  const Spot within = locator.at(offset - std::min(offset, passage.begin));
  return {passage.spot.line + within.line - 1, passage.spot.column + within.column - 1};
}

const Node* Node::find(std::string_view entry) const {
  const auto found = std::ranges::find(children, entry, &Node::key);
  return form != Form::map || found == children.end() ? nullptr : &*found;
}

Node Node::with_form(Form form) {
  Node node;
  node.form = form;
  return node;
}

Node Node::scalar(std::string_view text, bool was_quoted) {
  Node node = with_form(Form::scalar);
  node.text = text;
  node.was_quoted = was_quoted;
  return node;
}

Node Node::list(const std::vector<std::string_view>& texts) {
  Node node = with_form(Form::list);
  for (std::string_view text : texts) node.children.push_back(scalar(text, true));
  return node;
}

Node& Node::add(std::string_view entry, Node value) {
  value.key = entry;
  return children.emplace_back(std::move(value));
}

std::string_view form_name(const Node& node) {
  switch (node.form) {
    case Node::Form::null:
      return "nothing";
    case Node::Form::scalar:
      return "a text";
    case Node::Form::list:
      return "a list";
    case Node::Form::map:
      return "a map";
  }
  return {};
}

}  // namespace plumb
