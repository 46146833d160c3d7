#pragma once

#include <string>
#include <utility>

#include "engine/revision/identifiers.h"
#include "engine/revision/range.h"

namespace plumb {

/// How a command words errors that several commands have; in Alembic's words.
struct RevisionWording {
  std::string several_heads = {};  ///< instead of "Multiple head revisions are present for given argument ..."
  std::string range = {};          ///< instead of "Requested range ..."
  std::string argument = {};       ///< what the person wrote, where the error does not know it
};

[[noreturn]] void raise(const SeveralHeadsError& error, const RevisionWording& wording);
[[noreturn]] void raise(const RangeError& error, const RevisionWording& wording);

/// Runs an action, and words its errors.
template <typename Action>
auto in_words_of(const RevisionWording& wording, Action action) {
  try {
    return action();
  } catch (const SeveralHeadsError& error) {
    raise(error, wording);
  } catch (const RangeError& error) {
    raise(error, wording);
  }
}

}  // namespace plumb
