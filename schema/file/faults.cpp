#include "schema/file/faults.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "schema/error.h"

namespace plumb {

namespace {

/// More than a person reads at once; a file with a wrong indentation may have as many faults as lines.
constexpr std::size_t shown_faults = 100;

}  // namespace

std::string to_string(const Place& place) {
  std::string text = place.file;
  if (place.line > 0) text += ':' + std::to_string(place.line);
  if (place.line > 0 && place.column > 0) text += ':' + std::to_string(place.column);
  return text;
}

void Faults::add(Place place, std::string message) { faults_.push_back({std::move(place), std::move(message)}); }

void Faults::add(std::string_view file, Spot spot, std::string message) {
  add(Place{std::string{file}, spot.line, spot.column}, std::move(message));
}

std::string Faults::text() {
  const auto order = [](const Fault& fault) {
    return std::tie(fault.place.file, fault.place.line, fault.place.column, fault.message);
  };
  std::ranges::sort(faults_, {}, order);
  // An alias shows its target's faults as often as it is used.
  faults_.erase(std::ranges::unique(faults_, {}, order).begin(), faults_.end());
  std::string text;
  for (const Fault& fault : std::span{faults_}.first(std::min(shown_faults, faults_.size()))) {
    if (!text.empty()) text += '\n';
    text += to_string(fault.place) + ": " + fault.message;
  }
  if (faults_.size() > shown_faults) text += "\n... and " + std::to_string(faults_.size() - shown_faults) + " more";
  return text;
}

void Faults::raise() {
  if (!faults_.empty()) throw DeclarationError{text()};
}

// The restricted Damerau-Levenshtein distance, with three rows of its table.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> before_last(right.size() + 1);
  std::vector<std::size_t> last(right.size() + 1);
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const bool same = left[i - 1] == right[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[right.size()];
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  constexpr std::size_t longest_word = 100;
  std::string_view nearest;
  std::size_t shortest = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (std::string_view each : known) {
    if (word.size() > longest_word) break;
    if (each.size() >= word.size() + shortest || word.size() >= each.size() + shortest) continue;
    const std::size_t away = distance(word, each);
    // A word of one or two letters is near to everything.
    if (away < shortest && away < std::max(word.size(), each.size())) {
      shortest = away;
      nearest = each;
    }
  }
  if (!nearest.empty()) return "did you mean `" + std::string{nearest} + "`?";
  std::vector<std::string_view> sorted{known.begin(), known.end()};
  std::ranges::sort(sorted);
  std::string list;
  for (std::string_view each : sorted) list.append(list.empty() ? "" : ", ").append(each);
  return list.empty() ? "nothing may stand here" : "known here: " + list;
}

}  // namespace plumb
