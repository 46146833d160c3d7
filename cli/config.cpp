#include "cli/config.h"

#include <array>
#include <filesystem>
#include <optional>

#include <fmt/core.h>

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
  ConfigReader(std::string_view file, Faults& faults) : file_{file}, faults_{faults} { config_.file = file; }

  Config read(const Node& document) {
    if (document.is_null()) return config_;
    if (!document.is_map()) {
      fault(document, fmt::format("expected a map of settings, found {}", form_name(document)));
      return config_;
    }
    for (const Node& entry : document.children) read_setting(entry);
    return config_;
  }

 private:
  struct Setting {
    std::string_view key;
    void (ConfigReader::*read)(const Node&);
  };
  static std::span<const Setting> settings();

  void read_setting(const Node& entry) {
    std::vector<std::string_view> known;
    for (const Setting& setting : settings()) {
      if (setting.key == entry.key) return (this->*setting.read)(entry);
      known.push_back(setting.key);
    }
    faults_.add(file_, entry.key_spot,
                fmt::format("unknown setting `{}`: {}", entry.key, suggestion(entry.key, known)));
  }

  void read_schema(const Node& entry) {
    const std::span<const Node> paths =
        entry.is_list() ? std::span<const Node>{entry.children} : std::span<const Node>{&entry, 1};
    for (const Node& path : paths) {
      if (const std::optional<std::string> text = scalar(path, "a path or a list of paths")) {
        config_.schema_files.push_back(resolve(*text));
      }
    }
  }

  void read_database(const Node& entry) {
    const std::string text = scalar(entry, "a connection text").value_or("");
    const bool is_embedded = text.starts_with(embedded_prefix);
    config_.database = is_embedded ? std::string{embedded_prefix} + resolve(text.substr(embedded_prefix.size())) : text;
  }

  void read_scratch(const Node& entry) {
    config_.scratch = scalar(entry, "auto, embedded, target, or a connection text").value_or("");
  }

  void read_variables(const Node& entry) {
    if (!entry.is_map())
      return fault(entry, fmt::format("expected a map of names and texts, found {}", form_name(entry)));
    for (const Node& variable : entry.children) {
      if (const std::optional<std::string> text = scalar(variable, "a text")) config_.variables[variable.key] = *text;
    }
  }

  std::optional<std::string> scalar(const Node& node, std::string_view expected) {
    if (node.is_scalar()) return node.text;
    fault(node, fmt::format("expected {}, found {}", expected, form_name(node)));
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

std::span<const ConfigReader::Setting> ConfigReader::settings() {
  static constexpr std::array<Setting, 4> all{{{"schema", &ConfigReader::read_schema},
                                               {"database", &ConfigReader::read_database},
                                               {"scratch", &ConfigReader::read_scratch},
                                               {"variables", &ConfigReader::read_variables}}};
  return all;
}

}  // namespace

Config parse_config(std::string_view text, std::string_view file) {
  Faults faults;
  const std::optional<std::string> checked = check_text(std::string{text}, file, faults);
  const std::vector<Node> documents = checked ? read_yaml(*checked, file, faults) : std::vector<Node>{};
  Config config;
  if (!documents.empty()) config = ConfigReader{file, faults}.read(documents.front());
  if (documents.size() > 1) faults.add(file, documents[1].spot, "a second document: settings stand in one");
  faults.raise();
  return config;
}

Config find_config(const std::string& given) {
  const std::string file = given.empty() ? std::string{config_name} : given;
  std::error_code ignored;
  if (given.empty() && !fs::exists(file, ignored)) return {};
  Faults faults;
  const std::optional<std::string> text = read_text(file, faults);
  faults.raise();
  return parse_config(*text, file);
}

}  // namespace plumb::cli
