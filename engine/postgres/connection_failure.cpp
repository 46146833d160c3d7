#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "engine/postgres/connection.h"
#include "schema/text.h"

namespace plumb {

namespace {

/// What libpq, a server or a pooler says when it refuses, and the sentence for people. The first one that occurs
/// counts. {server} and its kin stand for the target's parts.
struct Explanation {
  std::string_view words;
  std::string_view sentence;
};

constexpr std::array explanations = std::to_array<Explanation>({
    {"password authentication failed",
     "{server} does not accept this password for the user {user}: check both in {option}, or "
     "PGPASSWORD"},
    {"no password supplied",
     "{server} asks for a password of the user {user}: put one into DATABASE_URL, PGPASSWORD or the file ~/.pgpass"},
    {"empty password returned by client",
     "{server} asks for a password of the user {user}: put one into DATABASE_URL, PGPASSWORD or the file ~/.pgpass"},
    {"Peer authentication failed",
     "{server} lets only the operating system's user {user} in as {user}: run plumb as that user, or connect by TCP "
     "with a password"},
    {"Ident authentication failed",
     "{server} does not take the operating system's user for {user}: connect with a password, or let pg_hba.conf allow "
     "it"},
    {"authentication failed", "{server} does not accept the user {user}: check the user and the password"},
    {"auth failed", "the pooler at {server} does not accept the user {user}: check the user and the password"},
    {"no such user", "the pooler at {server} does not know the user {user}: check the user, or add it to the pooler"},
    {"no such database",
     "the pooler at {server} does not know the database {database}: check its name, or add it to the pooler"},
    {"no pg_hba.conf entry",
     "{server} does not let {user} into {database} from this machine{encryption}: add a line to its pg_hba.conf and "
     "reload it, or connect from elsewhere"},
    {"pg_hba.conf rejects",
     "{server} turns {user} away from {database} by a rule of its pg_hba.conf{encryption}: change the rule and reload, "
     "or connect otherwise"},
    {"is not permitted to log in",
     "the role {user} may not log in at {server}: use another user, or run ALTER ROLE ... LOGIN"},
    {"permission denied for database",
     "{user} may not connect to the database {database} at {server}: have its owner run GRANT CONNECT ON DATABASE"},
    {"is not currently accepting connections",
     "the database {database} at {server} accepts no connections: have its owner run ALTER DATABASE ... "
     "ALLOW_CONNECTIONS true"},
    {"too many connections for",
     "{server} has as many connections as it allows {user} or {database}: close some, or raise CONNECTION LIMIT"},
    {"too many clients already", "{server} has as many connections as it allows: close some, or raise max_connections"},
    {"remaining connection slots are reserved",
     "{server} has as many connections as it allows: close some, or raise max_connections"},
    {"no more connections allowed", "{server} has as many connections as it allows: close some, or raise its limit"},
    {"the database system is starting up", "PostgreSQL at {server} is still starting: try again in a moment"},
    {"not yet accepting connections", "PostgreSQL at {server} is still starting: try again in a moment"},
    {"the database system is shutting down", "PostgreSQL at {server} is shutting down: start it again"},
    {"the database system is in recovery mode",
     "PostgreSQL at {server} is recovering from a crash: try again in a moment, and see its log"},
    {"not accepting connections", "PostgreSQL at {server} accepts no connections now: see its log, and try again"},
    {"server login failed", "the pooler at {server} cannot log in to its PostgreSQL: see the pooler's log"},
    {"pgbouncer cannot connect to server",
     "the pooler at {server} cannot reach its PostgreSQL: see the pooler's log, and check that the server runs"},
    {"does not support SSL, but SSL was required",
     "{server} does not speak SSL, which was asked for: say sslmode=prefer, or turn SSL on at the server"},
    {"certificate verify failed",
     "the certificate of {server} is not signed by an authority that is trusted here: give the right one as "
     "sslrootcert"},
    {"does not match host name",
     "the certificate of {server} was made for another name: connect by that name, or say sslmode=verify-ca"},
    {"root certificate file",
     "the certificate of {server} cannot be checked for want of a root certificate: give one as sslrootcert, or say "
     "sslmode=require"},
    {"invalid sslmode value",
     "sslmode is none of disable, allow, prefer, require, verify-ca and verify-full: correct it in the database URL"},
    {"SSL error", "SSL with {server} failed: check sslmode, sslrootcert, sslcert and sslkey"},
    {"SSL SYSCALL error", "SSL with {server} broke off: check that it is a PostgreSQL, and its log"},
    {"definition of service",
     "the service that was asked for stands in no service file: check PGSERVICE and ~/.pg_service.conf"},
    {"service file", "the service file cannot be used: check PGSERVICEFILE and ~/.pg_service.conf"},
    {"could not translate host name", "cannot find the machine of {server}: is its name written right? check {option}"},
    {"could not parse network address",
     "cannot find the machine of {server}: is its address written right? check {option}"},
    {"timeout expired",
     "{server} did not answer in time: is the server up, and does a firewall stand between? check "
     "{option}"},
    {"timed out",
     "{server} did not answer in time: is the server up, and does a firewall stand between? check "
     "{option}"},
    {"No route to host", "no network leads to {server}: check the host in {option}, and the network"},
    {"Network is unreachable", "no network leads to {server}: check the host in {option}, and the network"},
    {"Connection refused", "cannot reach PostgreSQL at {server}: is the server running there? check {option}"},
    {"Permission denied", "this user may not use {server}: run plumb as another user, or connect by TCP"},
    {"No such file or directory", "cannot reach PostgreSQL at {server}: is the server running there? check {option}"},
    {"Unix-domain socket path", "the path of {server} is too long for a socket: use a shorter folder"},
    {"invalid port number", "the port of {server} is not one from 1 to 65535: check {option}"},
    {"could not match", "hosts and ports in the connection text are not equally many: check {option}"},
    {"session is read-only", "{server} is a standby, which can only be read: connect to the primary"},
    {"invalid response to SSL negotiation", "what answers at {server} is not PostgreSQL: check the port in {option}"},
    {"expected authentication request", "what answers at {server} is not PostgreSQL: check the port in {option}"},
    {"server closed the connection unexpectedly",
     "{server} hung up before it answered: see its log, and check that a PostgreSQL listens there"},
    {"Connection reset by peer",
     "{server} hung up before it answered: see its log, and check that a PostgreSQL listens there"},
});

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// The first line, without "connection to server at ..., port ... failed: ", which the sentence says better.
std::string in_short(std::string_view message) {
  std::string_view line = trimmed(message.substr(0, message.find('\n')));
  for (std::string_view prefix : {"connection to server ", "connection failed: ", "could not connect to server: "}) {
    if (!line.starts_with(prefix)) continue;
    const std::size_t failed = line.find(" failed: ");
    line = failed != std::string_view::npos ? line.substr(failed + 9) : line.substr(prefix.size());
  }
  for (std::string_view severity : {"FATAL:", "ERROR:"}) {
    if (line.starts_with(severity)) line = trimmed(line.substr(severity.size()));
  }
  return std::string{line};
}

std::string hide_secrets(std::string text, const ConnectionTarget& target) {
  for (const std::string& secret : target.secrets) {
    // A password that is also the name of something says nothing where that name is meant.
    if (secret != target.user && secret != target.database) replace_all(text, secret, "***");
  }
  return text;
}

std::string_view explanation_of(std::string_view message) {
  // Both a role and a database "does not exist"; so does much else.
  if (message.find("does not exist") != std::string_view::npos) {
    if (message.find("role \"") != std::string_view::npos) {
      return "{server} has no role {user}: check the user in {option}, or run CREATE ROLE";
    }
    if (message.find("database \"") != std::string_view::npos) {
      return "{server} has no database {database}: check its name in {option}, or run createdb";
    }
  }
  const auto found = std::ranges::find_if(
      explanations, [&](const Explanation& each) { return message.find(each.words) != std::string_view::npos; });
  return found == explanations.end() ? "cannot connect to {shown}: check {option}" : found->sentence;
}

}  // namespace

std::string explain_connection_failure(std::string_view message, const ConnectionTarget& target,
                                       std::string_view option) {
  std::string sentence{explanation_of(message)};
  const auto says = [&](std::string_view words) { return message.find(words) != std::string_view::npos; };
  replace_all(sentence, "{encryption}", says("no encryption") || says("SSL off") ? " without SSL" : "");
  replace_all(sentence, "{option}", option);
  replace_all(sentence, "{server}", target.server);
  replace_all(sentence, "{user}", target.user);
  replace_all(sentence, "{database}", target.database);
  replace_all(sentence, "{shown}", target.shown);
  const std::string words = hide_secrets(in_short(message), target);
  return words.empty() ? sentence : fmt::format("{} ({})", sentence, words);
}

}  // namespace plumb
