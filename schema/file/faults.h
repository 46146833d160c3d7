#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/file/declaration.h"
#include "schema/file/document.h"

namespace plumb {

/// What is wrong with the schema files of a run, gathered so that a person sees all of it at once.
class Faults {
 public:
  struct Fault {
    Place place;
    std::string message;
  };

  void add(Place place, std::string message);
  void add(std::string_view file, Spot spot, std::string message);
  bool empty() const { return faults_.empty(); }
  std::span<const Fault> all() const { return faults_; }

  /// A line each, in the order of their places, every fault once.
  std::string text();

  /// Throws `DeclarationError` with that text when there are any.
  void raise();

 private:
  std::vector<Fault> faults_;
};

/// How many letters must be added, left out, replaced or swapped with their neighbour to turn one word into the other.
std::size_t distance(std::string_view left, std::string_view right);

/// What to say about a word that is none of `known`: "did you mean `default`?", or the list of them.
std::string suggestion(std::string_view word, std::span<const std::string_view> known);

}  // namespace plumb
