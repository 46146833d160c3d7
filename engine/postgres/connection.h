#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plumb {

/// Which database a person means.
struct ConnectionTarget {
  bool embedded = false;  ///< `location` is the folder of a private server
  std::string location;   ///< else libpq's keyword form; it may hold a password, so it is never shown
  std::string shown;      ///< for messages, without a password: "app@db.example:5432/shop", "embedded:demo"
  std::string server;     ///< "db.example:5432", or "the socket in /run/postgresql, port 5432"
  std::string user;
  std::string database;
  std::string source;                ///< where it was found: "--database", "DATABASE_URL in .env"
  bool is_named = true;              ///< false when nobody named a database and libpq's defaults hold
  std::vector<std::string> secrets;  ///< passwords, to be kept out of messages
  std::vector<std::string> notes;    ///< what was left out or understood otherwise, one sentence each
};

/// Understands libpq URIs and keyword texts (manual section 34.1.1), SQLAlchemy's spellings of them
/// ("postgresql+asyncpg://"), the plain name of a database, and "embedded:PATH". An empty text leaves all to libpq.
/// Throws `DeclarationError`, which never quotes what could be a password.
ConnectionTarget parse_connection(std::string_view text);

/// The first that is there: `given` (from --database), DATABASE_URL in the environment, DATABASE_URL in the
/// file `.env` of the current folder, `configured` (from plumb.yaml), libpq's own PG* variables and files.
ConnectionTarget find_connection(std::string_view given, std::string_view configured);

/// The variables of a `.env` file: comments, quotes and `export` are understood, and so is `${NAME}`
/// outside of single quotes; any other `$` stands for itself.
std::map<std::string, std::string> parse_dotenv(std::string_view text);

/// One sentence on why libpq could not connect and what to do, then libpq's own words in short. `option` is where the
/// target was named.
std::string explain_connection_failure(std::string_view message, const ConnectionTarget& target,
                                       std::string_view option = "--database or DATABASE_URL");

/// Overwrites the password inside a connection text in place, so that a process list does not show it.
void blot_out_password(char* text);

}  // namespace plumb
