#include <algorithm>

#include <fmt/core.h>

#include "schema/kinds/deparsed.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/signature.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

constexpr std::string_view nothing = "NONE";

std::string operator_address(const View& self) {
  return fmt::format("{}.{}", quote_identifier(self.schema()), self.name());
}

/// The types of both sides, NONE for the left one of a prefix operator.
struct Sides {
  std::string_view left;
  std::string_view right;
};

Sides sides(const View& self) {
  const std::string_view types = signature_of(self.name()).inside;
  const auto comma = std::min(find_outside(types, ","), types.size());
  std::string_view right = types.substr(std::min(comma + 1, types.size()));
  right.remove_prefix(std::min(right.find_first_not_of(' '), right.size()));
  return {types.substr(0, comma), right};
}

/// What CREATE OPERATOR and ALTER OPERATOR ... SET call another operator.
std::string reference(std::string_view name) { return fmt::format("OPERATOR({})", name); }

Statements create(const View& self, std::span<const std::string>) {
  const auto [left, right] = sides(self);
  std::string options = fmt::format("FUNCTION = {}", self.text("function"));
  if (left != nothing) options += fmt::format(", LEFTARG = {}", left);
  options += fmt::format(", RIGHTARG = {}", right);
  for (std::string_view key : {"commutator", "negator"}) {
    if (self.has(key)) options += fmt::format(", {} = {}", upper(key), reference(self.text(key)));
  }
  for (std::string_view key : {"restrict", "join"}) {
    if (self.has(key)) options += fmt::format(", {} = {}", upper(key), self.text(key));
  }
  for (std::string_view key : {"hashes", "merges"}) {
    if (self.is(key)) options += ", " + upper(key);
  }
  return {{fmt::format("CREATE OPERATOR {}.{} ({})", quote_identifier(self.schema()), signature_of(self.name()).own,
                       options)}};
}

Statements set(const View& self, std::string_view options) {
  return {{fmt::format("ALTER OPERATOR {} SET ({})", operator_address(self), options)}};
}

bool can_alter_all(const View& self) { return self.catalog().version() >= 170000; }

// Before version 17 hashes and merges could not be set later, and until today they cannot be taken away.
std::optional<Statements> alter_options(const View& before, const View& after) {
  std::string options;
  const auto add = [&](const std::string& option) { options += (options.empty() ? "" : ", ") + option; };
  for (std::string_view key : {"restrict", "join"}) {
    if (before.text(key) == after.text(key)) continue;
    add(fmt::format("{} = {}", upper(key), after.has(key) ? after.text(key) : nothing));
  }
  for (std::string_view key : {"hashes", "merges"}) {
    if (before.is(key) == after.is(key)) continue;
    if (before.is(key) || !can_alter_all(before)) return std::nullopt;
    add(upper(key));
  }
  return set(after, options);
}

/// "app.<", as other operators call it.
std::string own_name(const View& self) {
  return fmt::format("{}.{}", quote_identifier(self.schema()), signature_of(self.name()).own);
}

/// The operator "app.<" with these types of its sides in the catalog of `self`.
std::optional<View> find(const View& self, std::string_view name, const Sides& types) {
  const std::string wanted = fmt::format("{}({}, {})", name, types.left, types.right);
  const auto objects = self.catalog().objects();
  const auto found = std::ranges::find_if(objects, [&](const Object& object) {
    return object.identity.kind == Kind::sql_operator && operator_address({self.catalog(), object}) == wanted;
  });
  return found != objects.end() ? std::optional{View{self.catalog(), *found}} : std::nullopt;
}

/// Whether the operator that `self` names as its `key` names it, too.
bool is_mutual(const View& self, std::string_view key, const Sides& types) {
  const auto other = find(self, self.text(key), types);
  return other && other->text(key) == own_name(self);
}

// Commutators and negators that name each other: PostgreSQL links the one that is there when the other is created, and
// unlinks it when the other is dropped. Else they can be linked since version 17, and never unlinked.
std::optional<Statements> alter_link(const View& before, const View& after, std::string_view key, const Sides& types) {
  const auto only_in = [&](const View& one, const View& other) {
    return is_mutual(one, key, types) && !find(other, one.text(key), types);
  };
  const bool is_unlinked = !before.has(key) || only_in(before, after);
  const bool is_linked = !after.has(key) || only_in(after, before);
  if (is_unlinked && is_linked) return Statements{};
  // ALTER OPERATOR links both.
  if (before.has(key) || !is_mutual(after, key, types) || !can_alter_all(before)) return std::nullopt;
  return set(after, fmt::format("{} = {}", upper(key), reference(after.text(key))));
}

std::optional<Statements> alter_commutator(const View& before, const View& after) {
  const auto [left, right] = sides(after);
  return alter_link(before, after, "commutator", {right, left});
}

std::optional<Statements> alter_negator(const View& before, const View& after) {
  return alter_link(before, after, "negator", sides(after));
}

enum Raw : std::size_t { sign, left_type, right_type, not_named_back };

constexpr RawColumn raw[] = {
    {.sql = "o.oprname"},
    {.sql = "case when o.oprleft <> 0 then pg_catalog.format_type(o.oprleft, null) end"},
    {.sql = "pg_catalog.format_type(o.oprright, null)"},
    {.sql = R"(
  array(select n.oid
          from pg_catalog.pg_operator n
         where n.oid >= 16384
           and ((n.oprnegate = o.oid and o.oprnegate = 0) or (n.oprcom = o.oid and o.oprcom = 0))))"},
};

bool read(Reader& reader) {
  reader.set_name(fmt::format("{}({}, {})", reader.raw_text(sign), reader.raw(left_type).value_or(nothing),
                              reader.raw_text(right_type)));
  // It would be linked with those if it were there when they are created.
  for (const std::string& other : array_elements(reader.raw_text(not_named_back))) {
    reader.add_need(reader.address(), {pg_operator, to_oid(other), 0});
  }
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "function",
     .source = "o.oprcode::text",
     .help = "the function behind it, as in app.equal",
     .required = true},
    {.key = "commutator",
     .source = R"((select pg_catalog.quote_ident(n.nspname) || '.' || p.oprname
                     from pg_catalog.pg_operator p
                     join pg_catalog.pg_namespace n on n.oid = p.oprnamespace
                    where p.oid = o.oprcom))",
     .help = "the operator that says the same with both sides exchanged, as in app.>",
     .alter = alter_commutator},
    {.key = "negator",
     .source = R"((select pg_catalog.quote_ident(n.nspname) || '.' || p.oprname
                     from pg_catalog.pg_operator p
                     join pg_catalog.pg_namespace n on n.oid = p.oprnamespace
                    where p.oid = o.oprnegate))",
     .help = "the operator that says the opposite",
     .alter = alter_negator},
    {.key = "restrict",
     .source = "case when o.oprrest <> 0 then o.oprrest::text end",
     .help = "function that estimates how many rows a condition with it keeps, as eqsel",
     .alter = alter_options},
    {.key = "join",
     .source = "case when o.oprjoin <> 0 then o.oprjoin::text end",
     .help = "the same for a join, as eqjoinsel",
     .alter = alter_options},
    {.key = "hashes",
     .value = Value::boolean,
     .fallback = "false",
     .source = "o.oprcanhash",
     .help = "may be used in a hash join",
     .alter = alter_options},
    {.key = "merges",
     .value = Value::boolean,
     .fallback = "false",
     .source = "o.oprcanmerge",
     .help = "may be used in a merge join",
     .alter = alter_options},
};

constexpr FileForm forms[] = {{.section = "operators", .short_form = "function"}};

}  // namespace

extern const KindRules sql_operator_rules;
constinit const KindRules sql_operator_rules{
    .key = "operator",
    .noun = "OPERATOR",
    .address = Address::schema,
    .signature = "=(integer, text)",
    .address_sql = operator_address,
    .attributes = attributes,
    // An operator without a function is one that others only speak of.
    .inspection = {.catalog = pg_operator,
                   .oid = "o.oid",
                   .schema = "o.oprnamespace",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_operator o
 where o.oid >= 16384
   and o.oprcode <> 0
 order by o.oprnamespace, o.oprname, o.oprleft, o.oprright)",
                   .read = read},
    .owner_rows = R"(
        select 2617 as catalog, o.oid, o.oprowner as owner from pg_catalog.pg_operator o)",
    .forms = forms,
    .create = create,
    .schema_of_equality =
        [](const View& self) { return signature_of(self.name()).own == "=" ? self.schema() : std::string_view{}; },
};

}  // namespace plumb
