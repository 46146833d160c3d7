#include "schema/file/yaml.h"

#include <algorithm>
#include <istream>
#include <optional>
#include <streambuf>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "schema/file/text.h"

namespace plumb {

namespace {

/// Ends the reading of a file with a fault that stands at `offset`.
struct Refused {
  std::size_t offset;
  std::string message;
};

/// Feeds the parser. Until a collection in brackets is closed yaml-cpp queues all its tokens, at a hundred times their
/// size, so the stream ends early once the parser runs too far ahead of what it has delivered.
class BoundedStream : public std::streambuf {
 public:
  explicit BoundedStream(std::string_view text) : text_{text} {}
  void delivered(std::size_t offset) { delivered_ = std::max(delivered_, offset); }
  std::size_t delivered() const { return delivered_; }
  std::optional<std::size_t> ran_ahead_from() const { return ran_ahead_from_; }

 protected:
  std::streamsize xsgetn(char* target, std::streamsize count) override {
    if (!ran_ahead_from_ && read_ > delivered_ + max_yaml_span) ran_ahead_from_ = delivered_;
    if (ran_ahead_from_) return 0;
    const std::size_t bytes = std::min(static_cast<std::size_t>(count), text_.size() - read_);
    text_.copy(target, bytes, read_);
    read_ += bytes;
    return static_cast<std::streamsize>(bytes);
  }

 private:
  std::string_view text_;
  std::size_t read_ = 0;
  std::size_t delivered_ = 0;
  std::optional<std::size_t> ran_ahead_from_;
};

bool is_behind_scalar(char c) { return std::string_view{" \t\r\n,]}"}.find(c) != std::string_view::npos; }

std::size_t count_values(const Node& node) {
  std::size_t count = 1;
  for (const Node& child : node.children) count += count_values(child);
  return count;
}

int depth_of(const Node& node) {
  int deepest = 0;
  for (const Node& child : node.children) deepest = std::max(deepest, depth_of(child));
  return node.is_list() || node.is_map() ? deepest + 1 : deepest;
}

/// Whether the quotes that open at `begin`, if any do, are closed again: yaml-cpp lets the end of a file close them.
bool is_closed(std::string_view text, std::size_t begin) {
  const char quote = begin < text.size() ? text[begin] : ' ';
  if (quote != '"' && quote != '\'') return true;
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    const bool is_doubled = quote == '\'' && text.substr(i).starts_with("''");
    if (is_doubled || (quote == '"' && text[i] == '\\')) {
      ++i;
    } else if (text[i] == quote) {
      return true;
    }
  }
  return false;
}

/// Where the text of a block begins that keeps its lines, and that stands at `spot`, which is the beginning of `rest`:
/// its lines follow, with one indentation; empty ones may lack that.
std::vector<Passage> literal_passages(Spot spot, std::string_view rest, std::string_view text) {
  const std::size_t empty_lines = std::min(text.find_first_not_of('\n'), text.size());
  const std::string_view first = text.substr(empty_lines, text.find('\n', empty_lines) - empty_lines);
  for (std::size_t i = 0; i <= empty_lines; ++i) rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
  const std::string_view line = rest.substr(0, rest.find_first_of("\r\n"));
  if (!line.ends_with(first)) return {};
  return {{.begin = 0, .spot = {spot.line + 1, static_cast<int>(line.size() - first.size()) + 1}}};
}

/// Where the text of any other scalar stands that is written as `rest` begins: but for line ends, indentation and the
/// doubled quote between single ones, its characters are those of the file. Between double quotes, escapes are not.
std::vector<Passage> folded_passages(Spot spot, std::string_view rest, std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  Locator locator{rest};
  const char indicator = rest.empty() ? ' ' : rest.front();
  std::size_t at = indicator == '"' || indicator == '\'' ? 1 : 0;
  if (indicator == '>') at = std::min(rest.find('\n'), rest.size());
  std::vector<Passage> passages;
  const auto begin_passage = [&](std::size_t begin) {
    const Spot within = locator.at(at);
    passages.push_back(
        {begin, {spot.line + within.line - 1, within.column + (within.line == 1 ? spot.column - 1 : 0)}});
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (blanks.find(text[i]) != std::string_view::npos) continue;
    const std::size_t next = rest.find_first_not_of(blanks, at);
    if (next == std::string_view::npos || rest[next] != text[i]) return {};
    const bool is_other_line = rest.substr(at, next - at).find('\n') != std::string_view::npos;
    at = next;
    if (passages.empty() || is_other_line) begin_passage(i);
    ++at;
    if (indicator == '\'' && text[i] == '\'') begin_passage((++at, i + 1));
  }
  return passages;
}

std::vector<Passage> passages_of(Spot spot, std::string_view rest, std::string_view text) {
  if (rest.starts_with(text)) return {{.begin = 0, .spot = spot}};
  return rest.starts_with('|') ? literal_passages(spot, rest, text) : folded_passages(spot, rest, text);
}

class Builder : public YAML::EventHandler {
 public:
  Builder(std::string_view text, std::string_view file, BoundedStream& stream, Faults& faults)
      : text_{text}, locator_{text}, file_{file}, stream_{stream}, faults_{faults} {}

  std::optional<Node> take() { return std::exchange(root_, std::nullopt); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    // yaml-cpp finds no end of documents before a token that no document begins with, as a comma.
    if (mark.pos == last_start_)
      throw Refused{static_cast<std::size_t>(mark.pos), "this is no YAML: nothing begins like this"};
    last_start_ = mark.pos;
    anchors_.clear();
    root_.emplace().spot = spot(mark);
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Open null = open(mark, anchor, Node::Form::null);
    const std::string_view rest = text_.substr(std::min(static_cast<std::size_t>(mark.pos), text_.size()));
    for (std::string_view word : {"~", "null", "Null", "NULL"}) {
      // The mark of a value that is left out stands at what follows, which may be a key that begins like the word.
      const bool ends =
          rest.size() == word.size() || (rest.size() > word.size() && is_behind_scalar(rest[word.size()]));
      if (rest.starts_with(word) && ends) null.node.text = word;
    }
    add(std::move(null));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Open scalar = open(mark, anchor, Node::Form::scalar);
    scalar.node.text = value;
    scalar.node.passages = passages_of(scalar.node.spot, text_.substr(static_cast<std::size_t>(mark.pos)), value);
    scalar.node.was_quoted = tag != "?";  // the tag that yaml-cpp gives to plain scalars
    if (scalar.node.was_quoted && !is_closed(text_, static_cast<std::size_t>(mark.pos))) {
      throw Refused{static_cast<std::size_t>(mark.pos), "the text that begins here has no closing quote"};
    }
    if (value.find('\0') != std::string::npos) {
      throw Refused{static_cast<std::size_t>(mark.pos), R"(PostgreSQL takes no NUL (\0) in a text)"};
    }
    add(std::move(scalar));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto target = anchors_.find(anchor);
    const auto offset = static_cast<std::size_t>(mark.pos);
    if (target == anchors_.end()) throw Refused{offset, "an alias stands inside the value that it repeats"};
    alias_values_ += target->second.values;
    if (alias_values_ > max_yaml_alias_values) {
      throw Refused{offset, fmt::format("the aliases of this file repeat more than {} values, as if it were built to "
                                        "exhaust memory: write the values out",
                                        max_yaml_alias_values)};
    }
    check_depth(target->second.depth, offset);
    count(target->second.values, offset);
    Open copy = open(mark, 0, Node::Form::null);
    copy.node = target->second.node;
    add(std::move(copy));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(open(mark, anchor, Node::Form::list));
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(open(mark, anchor, Node::Form::map));
  }
  void OnMapEnd() override { end(); }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    std::optional<Node> key{};                     ///< of the entry whose value comes next
    std::unordered_map<std::string, Spot> keys{};  ///< where each key of a map stands
    std::vector<Node> merged{};                    ///< the values of `<<`
  };
  struct Anchored {
    Node node;
    std::size_t values = 0;
    int depth = 0;
  };

  Spot spot(const YAML::Mark& mark) { return locator_.at(static_cast<std::size_t>(mark.pos)); }

  void count(std::size_t values, std::size_t offset) {
    values_ += values;
    if (values_ > max_yaml_values) {
      throw Refused{offset,
                    fmt::format("a schema file may hold {} values: split it into several files", max_yaml_values)};
    }
  }

  void check_depth(int more, std::size_t offset) const {
    if (static_cast<int>(open_.size()) + more > max_yaml_depth) {
      throw Refused{offset, fmt::format("maps and lists stand more than {} deep in each other", max_yaml_depth)};
    }
  }

  Open open(const YAML::Mark& mark, YAML::anchor_t anchor, Node::Form form) {
    const auto offset = static_cast<std::size_t>(mark.pos);
    stream_.delivered(offset);
    count(1, offset);
    Open opened;
    opened.node.form = form;
    opened.node.spot = spot(mark);
    opened.anchor = anchor;
    return opened;
  }

  void start(Open opened) {
    check_depth(1, stream_.delivered());
    open_.push_back(std::move(opened));
  }

  void end() {
    Open closed = std::move(open_.back());
    open_.pop_back();
    for (Node& source : closed.merged) merge(closed, std::move(source));
    add(std::move(closed));
  }

  void add(Open closed) {
    if (closed.anchor != 0) {
      anchors_[closed.anchor] = {closed.node, count_values(closed.node), depth_of(closed.node)};
    }
    if (open_.empty()) {
      root_ = std::move(closed.node);
    } else if (Open& owner = open_.back(); owner.node.is_list()) {
      owner.node.children.push_back(std::move(closed.node));
    } else if (!owner.key) {
      add_key(owner, std::move(closed.node));
    } else {
      add_entry(owner, std::move(closed.node));
    }
  }

  void add_key(Open& owner, Node key) {
    if (!key.is_scalar()) {
      faults_.add(file_, key.spot,
                  fmt::format("a key must be a name, not {}{}", form_name(key),
                              key.is_null() ? ": quote it if it is to be called \"null\"" : ""));
    }
    owner.key = std::move(key);
  }

  void add_entry(Open& owner, Node value) {
    Node key = *std::exchange(owner.key, std::nullopt);
    if (key.text == "<<" && !key.was_quoted) {
      owner.merged.push_back(std::move(value));
      return;
    }
    if (!key.is_scalar()) return;
    if (value.is_null() && join_to_last(owner.node, key)) return;
    const auto [place, is_new] = owner.keys.emplace(key.text, key.spot);
    if (!is_new) {
      faults_.add(
          file_, key.spot,
          fmt::format("`{}` stands here for the second time, first in line {}: put both together, or rename one",
                      key.text, place->second.line));
      return;
    }
    value.key = std::move(key.text);
    value.key_spot = key.spot;
    owner.node.children.push_back(std::move(value));
  }

  /// Whether the key is the rest of the value before it, which YAML cut at a comma: {price: numeric(10,2)}.
  bool join_to_last(Node& map, const Node& key) {
    if (map.children.empty() || !map.children.back().is_scalar()) return false;
    Node& last = map.children.back();
    const std::string whole = fmt::format("{},{}", last.text, key.text);
    if (last.was_quoted || is_balanced(last.text) || is_balanced(key.text) || !is_balanced(whole)) return false;
    faults_.add(file_, last.spot,
                fmt::format("`{}` ends at the comma here, because a comma ends a value between {{ and }}: put quotes "
                            "around it, \"{}\"",
                            last.text, whole));
    last.text = whole;
    return true;
  }

  /// The merge key of YAML 1.1: entries of `source` that the map does not have itself.
  void merge(Open& target, Node source) {
    if (source.is_list()) {
      for (Node& each : source.children) merge(target, std::move(each));
    } else if (source.is_map()) {
      for (Node& entry : source.children) {
        if (target.keys.emplace(entry.key, entry.key_spot).second) target.node.children.push_back(std::move(entry));
      }
    } else {
      faults_.add(file_, source.spot, "`<<` merges maps: write an alias of a map behind it");
    }
  }

  std::string_view text_;
  Locator locator_;
  std::string_view file_;
  BoundedStream& stream_;
  Faults& faults_;
  std::optional<Node> root_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
  std::size_t values_ = 0;
  std::size_t alias_values_ = 0;
  int last_start_ = -1;
};

/// yaml-cpp's words where a person needs others.
std::string explain(const std::string& message, std::string_view text, std::size_t offset) {
  const auto start = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const auto line = text.substr(start + 1, text.find('\n', offset) - start - 1);
  const auto indent = line.substr(0, line.find_first_not_of(" \t"));
  if (indent.find('\t') != std::string_view::npos) return "YAML is indented with spaces, and here stands a tab";
  if (message == YAML::ErrorMsg::BAD_FILE) return "maps and lists stand too deep in each other";
  if (message == YAML::ErrorMsg::UNKNOWN_ANCHOR)
    return "this alias repeats an anchor (&name) that does not stand before it";
  const bool is_in_brackets = message == YAML::ErrorMsg::END_OF_MAP_FLOW || message == YAML::ErrorMsg::END_OF_SEQ_FLOW;
  return "this is no YAML: " + message +
         (is_in_brackets ? ": between brackets, a value with a comma, a quote or a bracket in it stands in quotes"
                         : "");
}

}  // namespace

std::vector<Node> read_yaml(std::string_view text, std::string_view file, Faults& faults) {
  std::vector<Node> documents;
  BoundedStream buffer{text};
  std::istream stream{&buffer};
  Builder builder{text, file, buffer, faults};
  const auto refuse = [&](std::size_t offset, std::string message) {
    if (buffer.ran_ahead_from()) {
      offset = *buffer.ran_ahead_from();
      message = fmt::format(
          "behind this place a value, or what stands between one pair of brackets, is longer than {} MiB: "
          "write its entries a line each, indented, without brackets",
          max_yaml_span >> 20U);
    }
    faults.add(file, Locator{text}.at(offset), std::move(message));
  };
  try {
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(builder)) {
      if (auto document = builder.take()) documents.push_back(*std::move(document));
    }
    if (documents.empty()) documents.emplace_back();
    if (!buffer.ran_ahead_from()) return documents;
    refuse(0, {});
  } catch (const Refused& refused) {
    refuse(refused.offset, refused.message);
  } catch (const YAML::Exception& error) {
    const auto offset = error.mark.is_null() ? buffer.delivered() : static_cast<std::size_t>(error.mark.pos);
    refuse(offset, explain(error.msg, text, offset));
  }
  return {};
}

}  // namespace plumb
