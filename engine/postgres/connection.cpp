#include "engine/postgres/connection.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <pwd.h>
#include <ranges>
#include <span>
#include <unistd.h>
#include <utility>

#include <fmt/core.h>

#include "engine/postgres/conninfo.h"
#include "schema/error.h"
#include "schema/secrets.h"
#include "schema/text.h"

namespace plumb {

namespace {

constexpr std::string_view embedded_prefix = "embedded:";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string operating_system_user() {
  const passwd* entry = getpwuid(geteuid());
  return entry != nullptr ? entry->pw_name : "";
}

/// The value that libpq will use where no service file says it.
std::string effective(const Parameters& parameters, std::string_view key, const char* variable, std::string fallback) {
  if (const std::string* value = find(parameters, key); value != nullptr && !value->empty()) return *value;
  if (std::string value = environment(variable); !value.empty()) return value;
  return fallback;
}

/// A service file goes before the PG* variables (manual section 34.17), and only libpq reads it.
void describe_service(ConnectionTarget& target, const Parameters& parameters, const std::string& service) {
  const auto said = [&](std::string_view key, std::string_view otherwise) {
    const std::string* value = find(parameters, key);
    return value != nullptr && !value->empty() ? *value : std::string{otherwise};
  };
  target.user = said("user", "of the service " + service);
  target.database = said("dbname", "of the service " + service);
  target.server = said("host", "the service " + service);
  const std::string database = said("dbname", "");
  target.shown = fmt::format("service {}{}{}", service, database.empty() ? "" : ", database ", database);
}

void describe_target(ConnectionTarget& target, const Parameters& parameters) {
  const std::string service = effective(parameters, "service", "PGSERVICE", "");
  const std::string by_address = effective(parameters, "hostaddr", "PGHOSTADDR", "");
  const std::string host = effective(parameters, "host", "PGHOST", by_address);
  const std::string port = effective(parameters, "port", "PGPORT", "5432");
  for (const auto& [key, value] : parameters) {
    if (!value.empty() && is_secretive(key)) target.secrets.push_back(value);
  }
  if (!service.empty()) return describe_service(target, parameters, service);
  target.user = effective(parameters, "user", "PGUSER", operating_system_user());
  target.database = effective(parameters, "dbname", "PGDATABASE", target.user);
  if (host.empty() || host.starts_with('/') || host.starts_with('@')) {
    target.server = host.empty() ? fmt::format("the local socket, port {}", port)
                                 : fmt::format("the socket in {}, port {}", host, port);
    target.shown = fmt::format("{}@{}:{}/{}", target.user, host.empty() ? "local" : host, port, target.database);
  } else {
    const bool is_v6 = host.find(':') != std::string::npos && host.find(',') == std::string::npos;
    target.server = is_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
    target.shown = fmt::format("{}@{}/{}", target.user, target.server, target.database);
  }
}

/// Any of them says which database is meant (manual section 34.15).
constexpr std::array<const char*, 4> naming_variables{"PGDATABASE", "PGSERVICE", "PGHOST", "PGHOSTADDR"};

/// The text of the file `.env` of the current folder; empty when there is none.
std::string read_dotenv() {
  std::error_code error;
  const std::filesystem::file_status found = std::filesystem::symlink_status(".env", error);
  if (!std::filesystem::exists(found) || std::filesystem::is_directory(".env", error))
    return {};  // a folder's name, too
  std::ifstream file{".env", std::ios::binary};
  if (!file) {
    throw DeclarationError{
        fmt::format(".env cannot be read, and may say which database is meant: {}", std::strerror(errno))};
  }
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// A line that is to set DATABASE_URL, and lacks the equals sign: nobody means another database than the one it names.
void expect_no_other_spelling(std::string_view dotenv) {
  constexpr std::string_view name = "DATABASE_URL";
  int number = 0;
  for (const auto& each : std::views::split(dotenv, '\n')) {
    ++number;
    std::string_view line = trimmed({each.begin(), each.end()});
    if (line.starts_with("export ")) line = trimmed(line.substr(7));
    if (!line.starts_with(name)) continue;
    const std::string_view rest = trimmed(line.substr(name.size()));
    const bool is_longer_name =
        line.size() > name.size() &&
        (std::isalnum(static_cast<unsigned char>(line[name.size()])) != 0 || line[name.size()] == '_');
    if (rest.starts_with('=') || is_longer_name) continue;
    throw DeclarationError{
        fmt::format(".env:{}: write `DATABASE_URL=...`, with an equals sign behind the name", number)};
  }
}

/// A value of such a file with `${NAME}` and `${NAME:-default}` replaced, by what stands before it or else by the
/// environment, as python-dotenv and docker compose do; what nobody sets stays as it is.
std::string with_variables(std::string_view value, const std::map<std::string, std::string>& before) {
  std::string result;
  while (!value.empty()) {
    const std::size_t begin = value.find("${");
    const std::size_t end = begin == std::string_view::npos ? begin : value.find('}', begin);
    if (end == std::string_view::npos) break;
    const std::string_view inside = value.substr(begin + 2, end - begin - 2);
    const std::size_t dash = inside.find(":-");
    const std::string name{inside.substr(0, dash)};
    const auto found = before.find(name);
    const std::string known = found != before.end() ? found->second : environment(name.c_str());
    result += value.substr(0, begin);
    result += !known.empty()                   ? known
              : dash != std::string_view::npos ? inside.substr(dash + 2)
                                               : value.substr(begin, end + 1 - begin);
    value.remove_prefix(end + 1);
  }
  return result.append(value);
}

ConnectionTarget parse_from(std::string_view source, std::string_view text) {
  try {
    ConnectionTarget target = parse_connection(text);
    target.source = source;
    return target;
  } catch (const DeclarationError& error) {
    throw DeclarationError{fmt::format("{}: {}", source, error.what())};
  }
}

}  // namespace

ConnectionTarget parse_connection(std::string_view text) {
  text = trimmed(text);
  ConnectionTarget target;
  if (text.starts_with(embedded_prefix)) {
    const std::string_view folder = trimmed(text.substr(embedded_prefix.size()));
    if (folder.empty()) throw DeclarationError{"embedded: needs the folder of the server, as in embedded:./db"};
    target.embedded = true;
    target.location = folder;
    target.shown = std::string{embedded_prefix} + target.location;
    target.server = "the private server in " + target.location;
    return target;
  }

  const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.'; };
  Parameters parameters;
  if (text.find("://") < text.find_first_of("= '")) {
    parameters = parse_uri(text, target.notes);
  } else if (!text.empty() && std::ranges::all_of(text, is_plain)) {
    parameters.emplace_back("dbname", text);
  } else if (text.find('=') == std::string_view::npos && !text.empty()) {
    throw DeclarationError{
        "the database is not written in a way that plumb knows; write postgresql://user@host:port/dbname, "
        "\"host=... dbname=...\", the name of a database, or embedded:FOLDER"};
  } else {
    parameters = parse_keywords(text);
  }
  target.location = write_keywords(parameters);
  const auto says = [](const char* variable) { return std::getenv(variable) != nullptr; };
  target.is_named = !text.empty() || std::ranges::any_of(naming_variables, says);
  describe_target(target, parameters);
  return target;
}

ConnectionTarget find_connection(std::string_view given, std::string_view configured) {
  if (!given.empty()) return parse_from("--database", given);
  if (const std::string url = environment("DATABASE_URL"); !url.empty()) return parse_from("DATABASE_URL", url);
  const std::string dotenv_text = read_dotenv();
  const std::map<std::string, std::string> dotenv = parse_dotenv(dotenv_text);
  if (const auto url = dotenv.find("DATABASE_URL"); url != dotenv.end() && !url->second.empty()) {
    return parse_from("DATABASE_URL in .env", url->second);
  }
  if (!dotenv.contains("DATABASE_URL")) expect_no_other_spelling(dotenv_text);
  if (!configured.empty()) return parse_from("database in plumb.yaml", configured);
  return parse_from("the PG* variables and their defaults", "");
}

std::map<std::string, std::string> parse_dotenv(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::map<std::string, std::string> variables;
  while (!text.empty()) {
    std::string_view line = trimmed(text.substr(0, text.find('\n')));
    const std::size_t equals = line.find('=');
    const bool is_comment = line.starts_with('#') || equals == std::string_view::npos;
    std::string_view name = is_comment ? line : trimmed(line.substr(0, equals));
    if (name.starts_with("export ")) name = trimmed(name.substr(7));
    std::string_view value = is_comment ? std::string_view{} : trimmed(line.substr(equals + 1));

    const char quote = value.empty() ? '\0' : value.front();
    std::string content;
    // A quoted value may run over several lines.
    std::size_t consumed = text.find('\n');
    if (quote == '"' || quote == '\'') {
      const std::string_view from_quote = text.substr(static_cast<std::size_t>(value.data() - text.data()) + 1);
      std::size_t i = 0;
      for (; i < from_quote.size() && from_quote[i] != quote; ++i) {
        if (quote == '"' && from_quote[i] == '\\' && i + 1 < from_quote.size()) {
          ++i;
          content += from_quote[i] == 'n' ? '\n' : from_quote[i];
        } else {
          content += from_quote[i];
        }
      }
      const std::size_t end = static_cast<std::size_t>(from_quote.data() - text.data()) + i;
      consumed = text.find('\n', end);
    } else {
      // "#" begins a comment only after a space, since URLs may hold one.
      std::size_t end = value.find(" #");
      end = std::min(end, value.find("\t#"));
      content = trimmed(value.substr(0, end));
    }
    if (!is_comment && !name.empty()) {
      variables[std::string{name}] = quote == '\'' ? content : with_variables(content, variables);
    }
    text = consumed == std::string_view::npos ? std::string_view{} : text.substr(consumed + 1);
  }
  return variables;
}

void blot_out_password(char* text) {
  const std::span<char> all{text, std::string_view{text}.size()};
  const std::string_view view{all.data(), all.size()};
  std::vector<std::string_view> secrets = secrets_of_connection(view);
  for (std::string_view secret : secrets_of_connection(view.substr(view.find('=') + 1))) secrets.push_back(secret);
  // What nobody can take apart may hold one all the same.
  const std::size_t scheme = view.find("://");
  if (const std::size_t at = view.rfind('@'); scheme != std::string_view::npos && at != std::string_view::npos) {
    const std::size_t colon = view.find(':', scheme + 3);
    if (colon < at) secrets.push_back(view.substr(colon + 1, at - colon - 1));
  }
  constexpr std::string_view keyword = "password";
  for (auto found = view.find(keyword); found != std::string_view::npos; found = view.find(keyword, found + 1)) {
    const std::string_view rest = view.substr(found + keyword.size());
    const std::size_t equals = rest.find_first_not_of(" \t");
    if (equals != std::string_view::npos && rest[equals] == '=') secrets.push_back(rest.substr(equals + 1));
  }
  for (std::string_view secret : secrets) {
    std::ranges::fill(all.subspan(static_cast<std::size_t>(secret.data() - view.data()), secret.size()), 'x');
  }
}

}  // namespace plumb
