#include "engine/postgres/conninfo.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <fmt/core.h>

#include "schema/error.h"
#include "schema/text.h"

namespace plumb {

namespace {

/// libpq's parameter keywords (manual section 34.1.2), up to PostgreSQL 18.
constexpr std::string_view libpq_keywords =
    " "
    "application_name channel_binding client_encoding connect_timeout dbname fallback_application_name "
    "gssdelegation gssencmode gsslib host hostaddr keepalives keepalives_count keepalives_idle "
    "keepalives_interval krbsrvname load_balance_hosts max_protocol_version min_protocol_version "
    "oauth_client_id oauth_client_secret oauth_issuer oauth_scope options passfile password port replication "
    "require_auth requirepeer requiressl scram_client_key scram_server_key service servicefile "
    "ssl_max_protocol_version ssl_min_protocol_version sslcert sslcertmode sslcompression sslcrl sslcrldir "
    "sslkey sslkeylogfile sslmode sslnegotiation sslpassword sslrootcert sslsni target_session_attrs "
    "tcp_user_timeout user ";

/// Query options of drivers and pools; the database never sees them.
constexpr std::string_view driver_options =
    " "
    "async_fallback autocommit binary_parameters checkout_timeout command_timeout connection_class "
    "connection_factory connection_limit currentSchema cursor_factory default_query_exec_mode direct_tls "
    "echo encoding executemany_batch_page_size executemany_mode executemany_values_page_size idle_timeout "
    "isolation_level jit max_cacheable_statement_size max_cached_statement_lifetime max_overflow pgbouncer "
    "plugin pool pool_max_conns pool_max_conn_idle_time pool_max_conn_lifetime pool_min_conns pool_pre_ping "
    "pool_recycle pool_size pool_timeout prepare_threshold prepared_statement_cache_size "
    "prepared_statement_name_func prepared_statements reWriteBatchedInserts reaping_frequency schema "
    "server_settings socket_timeout ssl_context sslaccept sslidentity statement_cache_capacity "
    "statement_cache_size stringtype tcp_keepalive use_insertmanyvalues use_native_hstore use_native_unicode ";

/// Query options of drivers that libpq has under another name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> renamed_options{{
    {"ssl", "sslmode"},
    {"timeout", "connect_timeout"},
    {"database", "dbname"},
    {"username", "user"},
    {"unix_sock", "host"},
    {"ApplicationName", "application_name"},
}};

bool has_word(std::string_view words, std::string_view word) {
  return !word.empty() && words.find(fmt::format(" {} ", word)) != std::string_view::npos;
}

bool is_renamed(std::string_view key) {
  return std::ranges::any_of(renamed_options, [&](const auto& pair) { return pair.first == key; });
}

bool is_known(std::string_view key) {
  return has_word(libpq_keywords, key) || has_word(driver_options, key) || is_renamed(key);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

void set(Parameters& parameters, std::string_view key, std::string value) {
  std::erase_if(parameters, [&](const auto& parameter) { return parameter.first == key; });
  parameters.emplace_back(key, std::move(value));
}

// ---- URIs ---------------------------------------------------------------------------------------------------------

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Replaces %XX. A text in which no percent sign begins such a code was not encoded and is taken as it is.
/// `what` names the text in the error, since the text itself may be secret.
std::string percent_decode(std::string_view text, std::string_view what) {
  std::string decoded;
  bool codes = false;
  bool bare = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
    } else if (i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      const int code = hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]);
      if (code == 0) throw DeclarationError{fmt::format("the {} in the database URL holds %00; take it out", what)};
      decoded += static_cast<char>(code);
      codes = true;
      i += 2;
    } else {
      decoded += '%';
      bare = true;
    }
  }
  if (codes && bare) {
    throw DeclarationError{
        fmt::format("the {} in the database URL has both percent-encoded characters and a percent sign of its own; "
                    "write each percent sign that stands for itself as %25",
                    what)};
  }
  return bare ? std::string{text} : decoded;
}

/// The pieces of "user:password@host:port/dbname?query", still encoded.
struct UriParts {
  std::string_view user;
  std::optional<std::string_view> password;
  std::string_view hosts;
  std::string_view dbname;
  std::string_view query;
};

/// "db.example", "[::1]", "%2Frun%2Fpostgresql", with or without a port.
bool is_host(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view address = text.substr(1, end - 1);
    const bool is_address = !address.empty() && std::ranges::all_of(address, [](unsigned char c) {
      return std::isxdigit(c) != 0 || c == ':' || c == '.' || c == '%';
    });
    const std::string_view rest = text.substr(end + 1);
    return is_address && (rest.empty() || (rest.starts_with(':') && (rest.size() == 1 || is_digits(rest.substr(1)))));
  }
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const bool has_good_name = std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == '%' || c >= 0x80;
  });
  if (colon == std::string_view::npos) return has_good_name;
  const std::string_view port = text.substr(colon + 1);
  return has_good_name && (port.empty() || is_digits(port));
}

/// What stands after the '@', when it can be nothing else than hosts, a database and options.
std::optional<UriParts> parse_location(std::string_view text) {
  UriParts parts;
  const std::size_t end = text.find_first_of("/?");
  parts.hosts = text.substr(0, end);
  if (!std::ranges::all_of(split(parts.hosts, ','), is_host)) return std::nullopt;
  if (end == std::string_view::npos) return parts;

  std::string_view rest = text.substr(end);
  const std::size_t question = rest.find('?');
  if (rest.starts_with('/'))
    parts.dbname = rest.substr(1, question == std::string_view::npos ? question : question - 1);
  if (parts.dbname.find_first_of("@/") != std::string_view::npos) return std::nullopt;
  if (question == std::string_view::npos) return parts;

  parts.query = rest.substr(question + 1);
  const bool could_be_password = parts.query.find('@') != std::string_view::npos;
  for (std::string_view option : split(parts.query, '&')) {
    if (could_be_password && !is_known(option.substr(0, option.find('=')))) return std::nullopt;
  }
  return parts;
}

void take_user(UriParts& parts, std::string_view user_and_password) {
  const std::size_t colon = user_and_password.find(':');
  parts.user = user_and_password.substr(0, colon);
  if (colon != std::string_view::npos) parts.password = user_and_password.substr(colon + 1);
}

/// Takes the text apart as RFC 3986 does; where that makes no sense because the password holds '@', ':', '/', '?'
/// or '#' as they are, the last '@' that a host can follow ends the password.
UriParts split_uri(std::string_view text) {
  const std::size_t authority_end = std::min(text.find_first_of("/?#"), text.size());
  const std::size_t first_at = text.find('@');
  const std::size_t host_begin = first_at < authority_end ? first_at + 1 : 0;
  if (text.substr(authority_end, 1) != "#") {
    if (std::optional<UriParts> parts = parse_location(text.substr(host_begin))) {
      if (host_begin > 0) take_user(*parts, text.substr(0, host_begin - 1));
      return *parts;
    }
  }
  for (std::size_t at = text.rfind('@'); at != std::string_view::npos && at > 0; at = text.rfind('@', at - 1)) {
    if (std::optional<UriParts> parts = parse_location(text.substr(at + 1))) {
      take_user(*parts, text.substr(0, at));
      return *parts;
    }
  }
  throw DeclarationError{
      "the database URL cannot be taken apart; it should read postgresql://user:password@host:port/dbname, with @ : / "
      "? # % in a user name or password written as %40 %3A %2F %3F %23 %25"};
}

/// How `ssl=` of asyncpg, pg8000 and JDBC reads in libpq.
std::string sslmode(const std::string& value) {
  if (value == "true" || value == "True" || value == "1" || value.empty()) return "require";
  if (value == "false" || value == "False" || value == "0") return "disable";
  return value;
}

/// Splits "a:5432,b:5433" into libpq's two lists.
void set_hosts(Parameters& parameters, std::string_view hosts) {
  std::string names;
  std::string ports;
  bool has_ports = false;
  for (std::string_view host : split(hosts, ',')) {
    std::string_view port;
    const std::size_t bracket = host.starts_with('[') ? host.find(']') : 0;
    if (const std::size_t colon = host.find(':', bracket); colon != std::string_view::npos) {
      port = host.substr(colon + 1);
      host = host.substr(0, colon);
    }
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    if (!names.empty() || !ports.empty()) {
      names += ',';
      ports += ',';
    }
    names += percent_decode(host, "host");
    ports += port;
    has_ports = has_ports || !port.empty();
  }
  if (!names.empty()) set(parameters, "host", names);
  if (has_ports) set(parameters, "port", ports);
}

/// Reads one `key=value` of a URI's query.
void take_option(Parameters& parameters, std::string_view option, bool plus_is_space, std::vector<std::string>& notes) {
  const std::size_t equals = option.find('=');
  const std::string key = percent_decode(option.substr(0, equals), "option name");
  std::string raw{equals == std::string_view::npos ? std::string_view{} : option.substr(equals + 1)};
  if (plus_is_space) std::ranges::replace(raw, '+', ' ');
  std::string value = percent_decode(raw, "option " + key);

  if (key == "ssl") {
    notes.push_back(fmt::format("understood ssl={0} in the database URL as sslmode={1}", value, sslmode(value)));
    set(parameters, "sslmode", sslmode(value));
  } else if (key == "unix_sock") {
    // pg8000 names the socket file, libpq its folder.
    set(parameters, "host", value.substr(0, value.rfind('/')));
  } else if (key == "host" && value.find(':') != std::string::npos && !value.starts_with('/') && is_host(value)) {
    // SQLAlchemy: "?host=HostA:5432&host=HostB:5433"
    const std::string* hosts = find(parameters, "host");
    const std::string* ports = find(parameters, "port");
    const std::size_t colon = value.rfind(':');
    const std::string all_hosts = (hosts != nullptr ? *hosts + "," : "") + value.substr(0, colon);
    const std::string all_ports = (hosts != nullptr && ports != nullptr ? *ports + "," : "") + value.substr(colon + 1);
    set(parameters, "host", all_hosts);
    set(parameters, "port", all_ports);
  } else if (const auto renamed = std::ranges::find(renamed_options, key, [](const auto& pair) { return pair.first; });
             renamed != renamed_options.end()) {
    set(parameters, renamed->second, std::move(value));
  } else if (has_word(libpq_keywords, key)) {
    set(parameters, key, std::move(value));
  } else if (has_word(driver_options, key)) {
    notes.push_back(fmt::format("left out {} of the database URL: it is an option of a driver", key));
  } else {
    throw DeclarationError{fmt::format(
        "the database URL has an option that PostgreSQL's libpq does not know: {}; take it out or correct it", key)};
  }
}

}  // namespace

const std::string* find(const Parameters& parameters, std::string_view key) {
  // libpq lets the last one count.
  const auto found =
      std::find_if(parameters.rbegin(), parameters.rend(), [&](const auto& p) { return p.first == key; });
  return found == parameters.rend() ? nullptr : &found->second;
}

Parameters parse_uri(std::string_view text, std::vector<std::string>& notes) {
  const std::size_t scheme_end = text.find("://");
  const std::string written = lower(text.substr(0, scheme_end));  // schemes of URIs know no case (RFC 3986)
  const std::string_view scheme = written;
  const std::size_t plus = scheme.find('+');
  const bool names_driver = plus != std::string_view::npos;
  const std::string_view base = scheme.substr(0, plus);
  if (base != "postgresql" && base != "postgres") {
    const bool is_word = std::ranges::all_of(base, [](unsigned char c) { return std::isalnum(c) != 0; });
    throw DeclarationError{
        fmt::format("plumb speaks to PostgreSQL only; the database URL begins with {}, not "
                    "postgresql://",
                    is_word ? fmt::format("{}://", base) : "something else")};
  }
  const UriParts parts = split_uri(text.substr(scheme_end + 3));

  Parameters parameters;
  if (!parts.user.empty()) set(parameters, "user", percent_decode(parts.user, "user name"));
  if (parts.password) set(parameters, "password", percent_decode(*parts.password, "password"));
  set_hosts(parameters, parts.hosts);
  if (!parts.dbname.empty()) set(parameters, "dbname", percent_decode(parts.dbname, "database name"));
  for (std::string_view option : split(parts.query, '&')) {
    if (!option.empty()) take_option(parameters, option, names_driver, notes);
  }
  return parameters;
}

Parameters parse_keywords(std::string_view text) {
  Parameters parameters;
  std::size_t i = 0;
  const auto skip_spaces = [&] {
    while (i < text.size() && std::isspace(static_cast<unsigned char>(text[i])) != 0) ++i;
  };
  const auto fail = [&](std::string_view what) {
    const std::string after = parameters.empty() ? "at the start" : "after " + parameters.back().first;
    throw DeclarationError{
        fmt::format("the connection text has {} {}; it should read keyword=value keyword=value, "
                    "with a value that has spaces in single quotes",
                    what, after)};
  };
  for (skip_spaces(); i < text.size(); skip_spaces()) {
    const std::size_t begin = i;
    while (i < text.size() && text[i] != '=' && std::isspace(static_cast<unsigned char>(text[i])) == 0) ++i;
    const std::string_view key = text.substr(begin, i - begin);
    skip_spaces();
    if (i >= text.size() || text[i] != '=') fail("a word without =");
    if (!has_word(libpq_keywords, key)) fail("an unknown keyword");
    ++i;
    skip_spaces();
    std::string value;
    const bool quoted = i < text.size() && text[i] == '\'';
    if (quoted) ++i;
    bool closed = !quoted;
    for (; i < text.size(); ++i) {
      if (quoted && text[i] == '\'') {
        closed = true;
        ++i;
        break;
      }
      if (!quoted && std::isspace(static_cast<unsigned char>(text[i])) != 0) break;
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      value += text[i];
    }
    if (!closed) fail("a quote that does not end");
    parameters.emplace_back(key, std::move(value));
  }
  return parameters;
}

std::string write_keywords(const Parameters& parameters) {
  std::string text;
  for (const auto& [key, value] : parameters) {
    if (!text.empty()) text += ' ';
    text += key + "='";
    for (char c : value) {
      if (c == '\'' || c == '\\') text += '\\';
      text += c;
    }
    text += '\'';
  }
  return text;
}

}  // namespace plumb
