#include "cli/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>

#include <fmt/core.h>

#include "engine/postgres/connection.h"
#include "schema/error.h"
#include "schema/file/faults.h"
#include "schema/file/text.h"
#include "schema/file/yaml.h"

namespace plumb::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view embedded_prefix = "embedded:";

/// Fills a config from the entries of its file.
class ConfigReader {
 public:
  ConfigReader(std::string_view file, Faults& faults) : file_{file}, faults_{faults} {
    config_.file = file;
    for (std::string& folder : config_.revisions.locations.folders) folder = resolve(folder);
  }

  Config read(const Node& document) {
    if (!document.is_null()) read_settings(document, settings);
    return std::move(config_);
  }

 private:
  struct Setting {
    std::string_view key;
    void (ConfigReader::*read)(const Node&);
  };
  static const std::array<Setting, 7> settings;
  static const std::array<Setting, 9> revision_settings;
  static const std::array<Setting, 3> hook_settings;

  void read_settings(const Node& map, std::span<const Setting> known) {
    if (!map.is_map()) return fault(map, fmt::format("expected a map of settings, found {}", form_name(map)));
    for (const Node& entry : map.children) {
      const auto setting = std::ranges::find(known, entry.key, &Setting::key);
      if (setting != known.end()) {
        (this->*setting->read)(entry);
        continue;
      }
      std::vector<std::string_view> keys;
      for (const Setting& each : known) keys.push_back(each.key);
      faults_.add(file_, entry.key_spot,
                  fmt::format("unknown setting `{}`: {}", entry.key, suggestion(entry.key, keys)));
    }
  }

  void read_schema(const Node& entry) {
    for (const std::string& path : scalars(entry, "a path or a list of paths")) {
      config_.schema_files.push_back(resolve(path));
    }
  }

  void read_database(const Node& entry) {
    const std::string text = scalar(entry, "a connection text").value_or("");
    const bool is_embedded = text.starts_with(embedded_prefix);
    config_.database = is_embedded ? std::string{embedded_prefix} + resolve(text.substr(embedded_prefix.size())) : text;
  }

  void read_scratch(const Node& entry) {
    config_.scratch = scalar(entry, "auto, embedded, target, or a connection text").value_or("");
    const std::string wrong = config_.scratch.empty() ? "" : scratch_fault(config_.scratch);
    if (!wrong.empty()) fault(entry, wrong);
  }

  void read_lock_timeout(const Node& entry) {
    const auto seconds = number(entry, "a number of seconds", 0.0, longest_lock_timeout);
    if (seconds) config_.patience.lock_timeout = to_lock_timeout(*seconds);
  }

  void read_lock_retries(const Node& entry) {
    if (const auto retries = number(entry, "a number of tries", 0, most_lock_retries)) {
      config_.patience.retries = *retries;
    }
  }

  void read_variables(const Node& entry) {
    if (!entry.is_map())
      return fault(entry, fmt::format("expected a map of names and texts, found {}", form_name(entry)));
    for (const Node& variable : entry.children) {
      if (const std::optional<std::string> text = scalar(variable, "a text")) config_.variables[variable.key] = *text;
    }
  }

  void read_revisions(const Node& entry) {
    read_settings(entry, revision_settings);
    const RevisionSettings& read = config_.revisions;
    if (read.locations.recursive || read.naming.file_template.find('/') == std::string::npos) return;
    fault(entry, "`file_template` makes folders, in which revisions are only found with `recursive: true`");
  }

  void read_locations(const Node& entry) {
    config_.revisions.locations.folders.clear();
    for (const std::string& path : scalars(entry, "a folder or a list of folders")) {
      config_.revisions.locations.folders.push_back(resolve(path));
    }
    if (config_.revisions.locations.folders.empty()) fault(entry, "expected at least one folder");
  }

  void read_before(const Node& entry) {
    for (const std::string& path : scalars(entry, "an SQL file or a list of them")) {
      config_.revisions.before.push_back(resolve(path));
    }
  }

  void read_ledger(const Node& entry) {
    const std::string table = scalar(entry, "plumb, or the name of Alembic's table").value_or("plumb");
    if (table == "plumb") return;
    const bool has_schema = table.find('.') != std::string::npos;
    config_.revisions.ledger.alembic_table = has_schema ? table : "public." + table;
  }

  void read_recursive(const Node& entry) {
    const std::string text = scalar(entry, "true or false").value_or("false");
    if (text != "true" && text != "false") fault(entry, fmt::format("expected true or false, found `{}`", text));
    config_.revisions.locations.recursive = text == "true";
  }

  void read_file_template(const Node& entry) {
    config_.revisions.naming.file_template = scalar(entry, "a file name with <tokens>").value_or("");
    check_naming(entry, {.file_template = config_.revisions.naming.file_template});
  }

  void read_timezone(const Node& entry) {
    config_.revisions.naming.timezone = scalar(entry, "the name of a time zone").value_or("UTC");
    check_naming(entry, {.timezone = config_.revisions.naming.timezone});
  }

  /// Faults of names are told where they are written, not when the first file is made.
  void check_naming(const Node& entry, const Naming& naming) {
    try {
      file_name(naming, "id", "message", {});
    } catch (const DeclarationError& error) {
      fault(entry, error.what());
    }
  }

  void read_slug_length(const Node& entry) {
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    if (const auto length = number(entry, "a number of characters", std::size_t{1}, most)) {
      config_.revisions.naming.slug_length = *length;
    }
  }

  void read_templates(const Node& entry) {
    if (const std::optional<std::string> text = scalar(entry, "a folder")) config_.revisions.templates = resolve(*text);
  }

  void read_hooks(const Node& entry) {
    if (!entry.is_list()) return fault(entry, fmt::format("expected a list of hooks, found {}", form_name(entry)));
    for (const Node& hook : entry.children) {
      config_.revisions.hooks.emplace_back();
      read_settings(hook, hook_settings);
      if (config_.revisions.hooks.back().command.empty()) fault(hook, "a hook needs a `command`");
    }
  }

  void read_hook_name(const Node& entry) { config_.revisions.hooks.back().name = scalar(entry, "a name").value_or(""); }

  void read_hook_command(const Node& entry) {
    config_.revisions.hooks.back().command = scalars(entry, "a list of a program and its arguments");
  }

  void read_hook_folder(const Node& entry) {
    config_.revisions.hooks.back().folder = resolve(scalar(entry, "a folder").value_or(""));
  }

  std::vector<std::string> scalars(const Node& entry, std::string_view expected) {
    std::vector<std::string> texts;
    const std::span<const Node> nodes =
        entry.is_list() ? std::span<const Node>{entry.children} : std::span<const Node>{&entry, 1};
    for (const Node& node : nodes) {
      if (const std::optional<std::string> text = scalar(node, expected)) texts.push_back(*text);
    }
    return texts;
  }

  std::optional<std::string> scalar(const Node& node, std::string_view expected) {
    if (node.is_scalar()) return node.text;
    fault(node, fmt::format("expected {}, found {}", expected, form_name(node)));
    return std::nullopt;
  }

  template <typename Number>
  std::optional<Number> number(const Node& node, std::string_view expected, Number least, Number most) {
    const std::optional<std::string> text = scalar(node, expected);
    if (!text) return std::nullopt;
    Number value{};
    const char* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, value);
    if (error == std::errc{} && stop == end && value >= least && value <= most) return value;
    fault(node, fmt::format("expected {}, found `{}`", expected, *text));
    return std::nullopt;
  }

  std::string resolve(const std::string& path) const {
    return (fs::path{file_}.parent_path() / path).lexically_normal().string();
  }

  void fault(const Node& node, std::string message) { faults_.add(file_, node.spot, std::move(message)); }

  std::string_view file_;
  Faults& faults_;
  Config config_;
};

constexpr std::array<ConfigReader::Setting, 7> ConfigReader::settings{
    {{"schema", &ConfigReader::read_schema},
     {"database", &ConfigReader::read_database},
     {"scratch", &ConfigReader::read_scratch},
     {"lock_timeout", &ConfigReader::read_lock_timeout},
     {"lock_retries", &ConfigReader::read_lock_retries},
     {"variables", &ConfigReader::read_variables},
     {"revisions", &ConfigReader::read_revisions}}};

constexpr std::array<ConfigReader::Setting, 9> ConfigReader::revision_settings{
    {{"locations", &ConfigReader::read_locations},
     {"recursive", &ConfigReader::read_recursive},
     {"file_template", &ConfigReader::read_file_template},
     {"timezone", &ConfigReader::read_timezone},
     {"truncate_slug_length", &ConfigReader::read_slug_length},
     {"templates", &ConfigReader::read_templates},
     {"hooks", &ConfigReader::read_hooks},
     {"ledger", &ConfigReader::read_ledger},
     {"before", &ConfigReader::read_before}}};

constexpr std::array<ConfigReader::Setting, 3> ConfigReader::hook_settings{
    {{"name", &ConfigReader::read_hook_name},
     {"command", &ConfigReader::read_hook_command},
     {"folder", &ConfigReader::read_hook_folder}}};

}  // namespace

std::chrono::milliseconds to_lock_timeout(double seconds) {
  const std::chrono::milliseconds rounded{std::lround(seconds * 1000)};
  return seconds > 0 ? std::max(rounded, std::chrono::milliseconds{1}) : rounded;
}

std::string scratch_fault(std::string_view text) {
  constexpr std::array<std::string_view, 3> words{"auto", "embedded", "target"};
  if (std::ranges::find(words, text) != words.end()) return {};
  if (text.starts_with(embedded_prefix)) {
    return "the server in a folder is none to try things on: write embedded alone, for one that is made for that";
  }
  if (text.find('=') == std::string_view::npos && text.find("://") == std::string_view::npos) {
    return fmt::format("this is neither a connection, as in postgresql://host/dbname or dbname=NAME, nor a word: {}",
                       suggestion(text, words));
  }
  try {
    parse_connection(text);
    return {};
  } catch (const DeclarationError& error) {
    return error.what();
  }
}

Config parse_config(std::string_view text, std::string_view file) {
  Faults faults;
  const std::optional<std::string> checked = check_text(std::string{text}, file, faults, {});
  const std::vector<Node> documents = checked ? read_yaml(*checked, file, faults) : std::vector<Node>{};
  Config config;
  if (checked) config = ConfigReader{file, faults}.read(documents.empty() ? Node{} : documents.front());
  if (documents.size() > 1) faults.add(file, documents[1].spot, "a second document: settings stand in one");
  faults.raise();
  return config;
}

Config find_config(const std::string& given) {
  const std::string file = given.empty() ? std::string{config_name} : given;
  std::error_code ignored;
  // A link that leads nowhere, or a file out of reach, means settings that must not be passed over.
  if (given.empty() && fs::symlink_status(file, ignored).type() == fs::file_type::not_found) return {};
  Faults faults;
  const std::optional<std::string> text = read_text(file, faults, {});
  faults.raise();
  return parse_config(*text, file);
}

}  // namespace plumb::cli
