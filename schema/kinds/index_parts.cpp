#include "schema/kinds/index_parts.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "schema/file/naming.h"
#include "schema/kinds/inherited.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { method, key_count, keys, classes, collations, options, class_options, definition };

std::string visible_name(Names& names, Symbol schema, Symbol name) {
  const std::string_view schema_name = names.symbols().text(schema);
  return qualify(schema_name == "pg_catalog" ? std::string_view{} : schema_name, names.symbols().text(name));
}

bool is_polymorphic(Oid type) {
  constexpr std::array types{
      2249U /* record */,      2276U /* any */,     2277U /* anyarray */, 2283U /* anyelement */,
      2776U /* anynonarray */, 3500U /* anyenum */, 3831U /* anyrange */, 4537U /* anymultirange */};
  return std::ranges::find(types, type) != types.end();
}

/// Whether an index over `column_type` has this operator class without naming it (manual section 11.10): it is the
/// default of exactly that type or, when that type has none, of one that PostgreSQL takes it for.
bool is_implied(Names& names, Oid operator_class, Oid column_type) {
  const Names::OperatorClass& found = *names.operator_class(operator_class);
  const Oid type = names.base_type(column_type);
  if (const Oid exact = names.default_operator_class(found.method, type)) return exact == operator_class;
  constexpr Oid text = 25, varchar = 1043, cidr = 650, inet = 869;
  return found.is_default && (is_polymorphic(found.input_type) || (type == varchar && found.input_type == text) ||
                              (type == cidr && found.input_type == inet));
}

std::string operator_class(Names& names, Oid oid, Oid column_type, std::string_view parameters) {
  if (parameters.empty() && is_implied(names, oid, column_type)) return {};
  const Names::OperatorClass& found = *names.operator_class(oid);
  std::string sql = ' ' + visible_name(names, found.schema, found.name);
  if (parameters.empty()) return sql;
  std::vector<std::string> texts = array_elements(parameters);
  std::ranges::sort(texts);
  return fmt::format("{} ({})", sql, join_options(std::vector<std::string_view>{texts.begin(), texts.end()}));
}

std::string_view order(Oid option) {
  constexpr Oid descending = 1, nulls_first = 2;
  if ((option & descending) != 0) return (option & nulls_first) != 0 ? " DESC" : " DESC NULLS LAST";
  return (option & nulls_first) != 0 ? " NULLS FIRST" : "";
}

/// The elements of "CREATE INDEX ... USING btree (lower(name), id DESC) ...": its first parentheses, split at commas.
std::vector<std::string> split_definition(std::string_view sql) {
  std::vector<std::string> elements(1);
  int depth = 0;
  char quote = '\0';
  for (const char c : sql) {
    const bool quoted = quote != '\0';
    if (quoted && c == quote) {
      quote = '\0';
    } else if (!quoted && (c == '"' || c == '\'')) {
      quote = c;
    } else if (!quoted && c == '(') {
      if (++depth == 1) continue;
    } else if (!quoted && c == ')') {
      if (--depth == 0) break;
    } else if (!quoted && c == ',' && depth == 1) {
      elements.emplace_back();
      continue;
    }
    if (depth > 0 && (c != ' ' || !elements.back().empty())) elements.back() += c;
  }
  return elements;
}

/// Parameters that ALTER INDEX brings to effect; others, as brin's pages_per_range, hnsw's m and ivfflat's lists, only
/// count while an index is built.
bool takes_effect(std::string_view option) {
  constexpr std::array<std::string_view, 6> parameters{"autosummarize", "buffering",  "deduplicate_items",
                                                       "fastupdate",    "fillfactor", "gin_pending_list_limit"};
  return std::ranges::find(parameters, option.substr(0, option.find('='))) != parameters.end();
}

/// What the names of indexes call an element: its column, or its function; empty where only PostgreSQL knows.
std::string_view name_of_element(const View& index, std::string_view element) {
  for (const View& column : index.parent()->children(Kind::column)) {
    const std::string quoted = quote_identifier(column.name());
    if (element == column.name() || element == quoted || element.starts_with(quoted + ' ')) return column.name();
  }
  std::string_view function = element.substr(0, element.find('('));
  if (function.size() == element.size()) {  // a column that the schema file leaves to the partitioned table
    if (!element.starts_with('"')) return element.substr(0, element.find(' '));
    return element.substr(1, element.find('"', 1) - 1);
  }
  if (function.find_first_of(" \"") != std::string_view::npos) return {};
  return function.substr(function.rfind('.') + 1);
}

/// "a_b_lower_lower1": the columns in the name of an index, each name once; nullopt where only PostgreSQL knows.
std::optional<std::string> joined_elements(const View& index) {
  std::vector<std::string> names;
  for (const std::string_view key : {"columns", "elements", "include"}) {
    if (find_attribute(index.rules(), key) == nullptr) continue;
    for (std::string_view element : index.list(key)) {
      const std::string_view first = name_of_element(index, element);
      if (first.empty()) return std::nullopt;
      std::string name{first};
      for (int n = 1; std::ranges::find(names, name) != names.end(); ++n) name = fmt::format("{}{}", first, n);
      names.push_back(std::move(name));
    }
  }
  return fmt::format("{}", fmt::join(names, "_"));
}

std::string alter_index(const View& object) { return "ALTER INDEX " + qualify(object.schema(), object.name()); }

Statements give_own_name(const View& index, std::string_view label) {
  const std::optional<std::string> elements = label == "pkey" ? std::string{} : joined_elements(index);
  if (!elements || (elements->empty() && label != "pkey")) return {};
  const std::string chosen = make_object_name(index.table(), *elements, label);
  // Where the name was taken, PostgreSQL added a number, and does so again.
  const bool is_chosen =
      index.name().starts_with(chosen) &&
      std::ranges::all_of(index.name().substr(chosen.size()), [](char c) { return c >= '0' && c <= '9'; });
  if (is_chosen) return {};
  if (index.kind() == Kind::index) {
    return {
        {fmt::format("ALTER INDEX {} RENAME TO {}", qualify(index.schema(), chosen), quote_identifier(index.name()))}};
  }
  return {{fmt::format("{} RENAME CONSTRAINT {} TO {}", alter_table(index), quote_identifier(chosen),
                       quote_identifier(index.name()))}};
}

/// A schema file does not tell what the index of a partition is a copy of.
Statements give_own_storage(const View& index) {
  Statements statements;
  const auto source = original(index);
  if (source && !is_partitioned(index)) {
    statements = change_options(*source, index, "with", alter_index(index));
  } else if (!source && !is_partitioned(index) && index.has("with")) {
    statements.push_back({alter_index(index) + " SET (" + join_options(index.in_order("with")) + ')'});
  }
  const std::string_view usual = source ? source->text("tablespace") : std::string_view{};
  if (index.text("tablespace") != usual) statements.push_back(alter_tablespace(index, index)->front());
  return statements;
}

}  // namespace

std::vector<std::string> read_elements(Reader& reader) {
  // Only PostgreSQL knows the type and collation of an expression, and with them what goes without saying.
  if (reader.raw(definition)) return split_definition(*reader.raw(definition));
  Names& names = reader.names();
  const auto count = static_cast<std::size_t>(to_integer(reader.raw_text(key_count)));
  const auto numbers = vector_elements(reader.raw_text(keys));
  const auto class_oids = vector_elements(reader.raw_text(classes));
  const auto collation_oids = vector_elements(reader.raw_text(collations));
  const auto bits = vector_elements(reader.raw_text(options));
  const auto parameters = array_elements(reader.raw_text(class_options));
  std::vector<std::string> elements;
  for (std::size_t i = 0; i < count; ++i) {
    const Names::Column* column = names.column(reader.table(), static_cast<int>(numbers[i]));
    if (column == nullptr) return {};
    std::string& element = elements.emplace_back(quote_identifier(names.symbols().text(column->name)));
    if (collation_oids[i] != 0 && collation_oids[i] != column->collation) {
      const Names::Qualified& collation = *names.collation(collation_oids[i]);
      element += " COLLATE " + visible_name(names, collation.schema, collation.name);
    }
    element += operator_class(names, class_oids[i], column->type, i < parameters.size() ? parameters[i] : "");
    element += order(bits[i]);
  }
  return elements;
}

void read_method(Reader& reader) {
  std::vector<std::string> included;
  const auto numbers = vector_elements(reader.raw_text(keys));
  for (Oid number : numbers) reader.need_column(reader.table(), static_cast<int>(number));
  for (auto i = static_cast<std::size_t>(to_integer(reader.raw_text(key_count))); i < numbers.size(); ++i) {
    included.emplace_back(reader.names().column_name(reader.table(), static_cast<int>(numbers[i])));
  }
  reader.set_list("include", included);
  reader.set("using", reader.names().access_method(reader.raw_oid(method)));
}

Statements settle_copy(const View& index, std::string_view label) {
  if (!index.is("inherited")) return {};
  Statements statements = give_own_name(index, label);
  for (Statement& each : give_own_storage(index)) statements.push_back(std::move(each));
  return statements;
}

std::string include_clause(const View& object) {
  const auto columns = object.list("include");
  return columns.empty() ? std::string{} : " INCLUDE (" + join_names(columns) + ')';
}

std::string with_clause(const View& object) {
  const auto parameters = object.in_order("with");
  return parameters.empty() ? std::string{} : " WITH (" + join_options(parameters) + ')';
}

std::string constraint_storage(const View& constraint) {
  std::string sql = with_clause(constraint);
  if (constraint.has("tablespace")) sql += " USING INDEX TABLESPACE " + quote_identifier(constraint.text("tablespace"));
  return sql;
}

// ALTER INDEX ... SET is refused for partitioned indexes.
std::optional<Statements> alter_with(const View& before, const View& after) {
  std::vector<std::string_view> changed;
  std::ranges::set_symmetric_difference(before.list("with"), after.list("with"), std::back_inserter(changed));
  if (is_partitioned(after) || !std::ranges::all_of(changed, takes_effect)) return std::nullopt;
  return change_options(before, after, "with", alter_index(after));
}

std::optional<Statements> alter_tablespace(const View&, const View& after) {
  return Statements{{fmt::format("{} {}", alter_index(after), set_tablespace(after))}};
}

bool is_partitioned(const View& object) {
  const auto parent = object.parent();
  return parent && find_attribute(parent->rules(), "partition_by") != nullptr && parent->has("partition_by");
}

}  // namespace plumb
