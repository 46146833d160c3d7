#pragma once

#include <span>
#include <string>

#include "engine/diff.h"
#include "engine/rename.h"
#include "engine/report/style.h"

namespace plumb {

/// For people: "+ table public.users", "~ column public.users.email" with the attributes that differ below. What
/// belongs to an object that comes or goes as a whole is folded under it. `changes` must point into the two catalogs;
/// `renames` led to the first of them.
std::string write_diff_text(const Changes& changes, const Catalog& actual, const Catalog& desired, const Style& style,
                            std::span<const Rename> renames = {});

/// For machines: the same facts, one entry a change.
std::string write_diff_json(const Changes& changes, const Catalog& actual, const Catalog& desired,
                            std::span<const Rename> renames = {});

/// "3 to create, 1 to alter, 2 to drop", without what is folded; "no difference".
std::string summarize(const Changes& changes, const Catalog& actual, const Catalog& desired,
                      std::span<const Rename> renames = {});

}  // namespace plumb
