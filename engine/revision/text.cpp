#include "engine/revision/text.h"

#include <algorithm>
#include <cctype>

namespace plumb {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (true) {
    const auto first = text.find_first_not_of(", \t");
    if (first == std::string_view::npos) return words;
    const auto end = std::min(text.find_first_of(", \t", first), text.size());
    words.emplace_back(text.substr(first, end - first));
    text.remove_prefix(end);
  }
}

std::string first_word(std::string_view sql) {
  std::string word;
  for (char c : sql) {
    if (std::isalpha(static_cast<unsigned char>(c)) == 0) break;
    word += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return word;
}

}  // namespace plumb
