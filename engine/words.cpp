#include "engine/words.h"

#include <algorithm>
#include <cctype>

#include "schema/text.h"

namespace plumb {

void collect_words(std::string_view sql, Words& words) {
  const auto is_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) > 127;
  };
  // The characters of operators (manual section 4.1.3).
  const auto is_sign = [](char c) { return std::string_view{"+-*/<>=~!@#%^&|`?"}.find(c) != std::string_view::npos; };
  for (std::size_t i = 0; i < sql.size();) {
    if (sql[i] == '"') {
      std::string name;
      for (++i; i < sql.size(); ++i) {
        if (sql[i] == '"' && (i + 1 == sql.size() || sql[i + 1] != '"')) break;
        if (sql[i] == '"') ++i;
        name += sql[i];
      }
      ++i;
      words.insert(std::move(name));
    } else if (is_word(sql[i])) {
      const std::size_t start = i;
      while (i < sql.size() && is_word(sql[i])) ++i;
      words.insert(lower(sql.substr(start, i - start)));
    } else if (is_sign(sql[i])) {
      const std::size_t start = i;
      while (i < sql.size() && is_sign(sql[i])) ++i;
      words.emplace(sql.substr(start, i - start));
    } else {
      ++i;
    }
  }
}

void collect_quoted(std::string_view message, Words& names) {
  const std::string_view line = message.substr(0, message.find('\n'));
  for (std::size_t quote = line.find('"'); quote != std::string_view::npos;) {
    const std::size_t end = std::min(line.find('"', quote + 1), line.size());
    std::string_view quoted = line.substr(quote + 1, end - quote - 1);
    names.emplace(quoted);
    for (std::size_t dot = quoted.find('.'); dot != std::string_view::npos; dot = quoted.find('.')) {
      names.emplace(quoted.substr(0, dot));
      quoted.remove_prefix(dot + 1);
      names.emplace(quoted);
    }
    quote = line.find('"', end + 1);
  }
}

}  // namespace plumb
