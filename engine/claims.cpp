#include "engine/claims.h"

#include <algorithm>

#include <fmt/core.h>

#include "engine/slice.h"
#include "schema/describe.h"
#include "schema/error.h"
#include "schema/rules.h"
#include "schema/signature.h"

namespace plumb {

namespace {

/// Whether `text` has the form of `pattern`, in which * stands for any text and ? for one character.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

/// What became of a draft. Where its name has a signature, the files may spell the types in it otherwise than
/// PostgreSQL; throws `DeclarationError` where that leaves several objects to choose from.
ObjectId find_realised(const Declaration& declaration, ObjectId draft, Kind denied, const Catalog& realised) {
  const Identity& written = declaration.drafts.object(root_of(declaration.drafts, draft)).identity;
  if (const Object* object = realised.find(written)) return realised.id(*object);
  const std::string_view own = signature_of(realised.text(written.name)).own;
  const Object* found = nullptr;
  for (const Object& object : realised.objects()) {
    const Identity& identity = object.identity;
    if (identity.kind != written.kind || identity.schema != written.schema) continue;
    if (signature_of(realised.text(identity.name)).own != own) continue;
    if (found != nullptr) {
      throw DeclarationError{fmt::format(
          "{}: there are several of the name {}: write the types of this one as PostgreSQL does, as in `{}`, to say "
          "that it has no {}",
          to_string(declaration.places.at(draft)), own, realised.text(identity.name), rules_for(denied).key)};
    }
    found = &object;
  }
  return found != nullptr ? realised.id(*found) : ObjectId::none;
}

/// The whole that an object belongs to, as the subject of the kind; for what belongs to nothing, the kind alone.
Identity about_whole(const Catalog& catalog, ObjectId id, Kind kind) {
  Identity identity;
  const ObjectId root = id != ObjectId::none ? root_of(catalog, id) : id;
  if (root != ObjectId::none && catalog.object(root).identity.kind != kind) {
    identity = catalog.object(root).identity;
    identity.subject = identity.kind;
  }
  identity.kind = kind;
  return identity;
}

}  // namespace

Claims::Claims(const Declaration& declaration, const Realised& all)
    : scope_{declaration.scope},
      realised_{all.catalog},
      claims_{all.claims.begin(), all.claims.end()},
      changed_{all.changed.begin(), all.changed.end()} {
  const Catalog& realised = all.catalog;
  for (const auto& [kind, owner] : declaration.denied) {
    const ObjectId id = owner == ObjectId::none ? owner : find_realised(declaration, owner, kind, realised);
    declared_.insert(about_whole(realised, id, kind));
  }
  for (const Object& draft : declaration.drafts.objects()) {  // it may say what goes without saying
    const Kind kind = draft.identity.kind;
    if (!rules_for(kind).only_if_declared || draft.parent == ObjectId::none) continue;
    const Object* parent = realised.find(declaration.drafts.object(draft.parent).identity);
    if (parent != nullptr) declared_.insert(about_whole(realised, realised.id(*parent), kind));
  }
  for (const Identity& identity : all.claims) {
    const Object* object = realised.find(identity);
    if (object != nullptr && rules_for(identity.kind).only_if_declared) {
      declared_.insert(about_whole(realised, realised.id(*object), identity.kind));
    }
  }
}

bool Claims::declare(Kind kind, const Catalog& catalog, ObjectId id) const {
  const ObjectId parent = id != ObjectId::none ? catalog.object(id).parent : id;
  const Object* now = parent != ObjectId::none ? realised_.find(catalog.object(parent).identity) : nullptr;
  return declared_.contains(now != nullptr ? about_whole(realised_, realised_.id(*now), kind)
                                           : about_whole(catalog, id, kind));
}

bool Claims::hold(const Catalog& catalog, ObjectId id) const {
  const Kind kind = catalog.object(id).identity.kind;
  if (rules_for(kind).only_if_declared && !declare(kind, catalog, id)) return false;
  if (rules_for(kind).parent_may_bring && !is_named(catalog.object(id).identity)) return false;
  const Identity& root = catalog.object(root_of(catalog, id)).identity;
  if (is_ignored(root, catalog.symbols()) || is_ignored(catalog.object(id).identity, catalog.symbols())) return false;
  if (rules_for(root.kind).of_cluster) return is_named(root) || is_of_managed_cluster(root, catalog.symbols());
  if (scope_.manages == Manages::database) return true;
  if (scope_.manages == Manages::schemas && is_in_managed_schema(root, catalog.symbols())) return true;
  if (is_named(catalog.object(id).identity)) return true;
  for (id = catalog.object(id).parent; id != ObjectId::none; id = catalog.object(id).parent) {
    const Identity& whole = catalog.object(id).identity;
    if (is_named(whole) && !changed_.contains(whole)) return true;
  }
  return false;
}

bool Claims::is_ignored(const Identity& identity, const Symbols& symbols) const {
  return std::ranges::any_of(scope_.ignore, [&](const std::string& pattern) {
    return matches(pattern, describe(identity, symbols)) || matches(pattern, full_name(identity, symbols));
  });
}

bool Claims::is_of_managed_cluster(const Identity& identity, const Symbols& symbols) const {
  return std::ranges::any_of(scope_.roles,
                             [&](const std::string& pattern) { return matches(pattern, symbols.text(identity.name)); });
}

bool Claims::is_in_managed_schema(const Identity& identity, const Symbols& symbols) const {
  return std::ranges::find(scope_.schemas, symbols.text(identity.schema)) != scope_.schemas.end();
}

}  // namespace plumb
