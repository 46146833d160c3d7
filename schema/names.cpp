#include "schema/names.h"

#include <algorithm>
#include <charconv>

namespace plumb {

namespace {

template <typename Map>
const typename Map::mapped_type* lookup(const Map& map, typename Map::key_type key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

template <typename Number>
Number parse(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::uint64_t pair_of(Oid first, std::uint32_t second) { return std::uint64_t{first} << 32U | second; }

std::uint64_t pair_of(Symbol first, Symbol second) {
  return pair_of(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(second));
}

}  // namespace

struct Loaders {
  static void schema(Names& names, Row row) { names.schemas_[to_oid(*row[0])] = names.symbols_.intern(*row[1]); }

  static void relation(Names& names, Row row) {
    names.relations_[to_oid(*row[0])] = {names.schema(to_oid(*row[1])), names.symbols_.intern(*row[2]), (*row[3])[0],
                                         *row[4] == "t"};
  }

  static void operator_class(Names& names, Row row) {
    names.operator_classes_[to_oid(*row[0])] = {names.schema(to_oid(*row[1])), names.symbols_.intern(*row[2]),
                                                to_oid(*row[3]), *row[4] == "true", to_oid(*row[5])};
    if (*row[4] == "true") {
      names.default_operator_classes_[pair_of(to_oid(*row[5]), to_oid(*row[3]))] = to_oid(*row[0]);
    }
  }

  static void domain(Names& names, Row row) { names.domains_[to_oid(*row[0])] = to_oid(*row[1]); }

  static void collation(Names& names, Row row) {
    names.collations_[to_oid(*row[0])] = {names.schema(to_oid(*row[1])), names.symbols_.intern(*row[2])};
  }

  static void access_method(Names& names, Row row) {
    names.access_methods_[to_oid(*row[0])] = names.symbols_.intern(*row[1]);
  }

  static void identity_sequence(Names& names, Row row) {
    const auto symbol = [&](std::size_t column) { return names.symbols_.intern(*row[column]); };
    names.identity_sequences_[pair_of(to_oid(*row[0]), to_oid(*row[1]))] = {
        symbol(2), symbol(3), symbol(4),      symbol(5),
        symbol(6), symbol(7), *row[8] == "t", row[9] ? row[9]->front() : char{0}};
  }

  static void not_null(Names& names, Row row) {
    const Names::Relation* relation = names.relation(to_oid(*row[0]));
    if (relation != nullptr && *row[5] == "t") {
      ++names.not_null_names_[pair_of(relation->schema, names.symbols_.intern(*row[2]))];
    }
    names.not_nulls_[pair_of(to_oid(*row[0]), to_oid(*row[1]))] = {
        names.symbols_.intern(*row[2]), *row[3] == "f", *row[4] == "t", *row[5] == "t",
        row[6] ? names.symbols_.intern(*row[6]) : Symbol::none};
  }

  static void type_defaults(Names& names, Row row) {
    names.type_defaults_[to_oid(*row[0])] = {to_oid(*row[1]), (*row[2])[0]};
  }

  static void parent(Names& names, Row row) {
    auto& parents = names.parents_[to_oid(*row[0])];
    parents.push_back({to_integer(*row[1]), to_oid(*row[2])});
    std::ranges::sort(parents, {}, &Names::Parent::number);
  }

  // The expression of a table that has just been dropped is NULL, whatever the snapshot.
  static void inherited_default(Names& names, Row row) {
    if (!row[3]) return;
    names.inherited_defaults_[pair_of(to_oid(*row[0]), to_oid(*row[1]))] = {
        to_oid(*row[2]), names.symbols_.text(names.symbols_.intern(*row[3]))};
  }

  static void inherited_check(Names& names, Row row) {
    const auto name = static_cast<std::uint32_t>(names.symbols_.intern(*row[1]));
    names.inherited_checks_[pair_of(to_oid(*row[0]), name)] = to_oid(*row[2]);
  }
};

std::span<const Names::Directory> Names::directories() {
  static constexpr Directory all[] = {
      {R"(select n.oid, n.nspname
            from pg_catalog.pg_namespace n)",
       Loaders::schema},
      {R"(select c.oid, c.relnamespace, c.relname, c.relkind, c.relispartition
            from pg_catalog.pg_class c
           where c.oid >= 16384 and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c'))",
       Loaders::relation},
      {R"(select o.oid, o.opcnamespace, o.opcname, o.opcintype, o.opcdefault::text, o.opcmethod
            from pg_catalog.pg_opclass o)",
       Loaders::operator_class},
      {R"(select t.oid, t.typbasetype
            from pg_catalog.pg_type t
           where t.typtype = 'd')",
       Loaders::domain},
      {R"(select l.oid, l.collnamespace, l.collname
            from pg_catalog.pg_collation l)",
       Loaders::collation},
      {R"(select m.oid, m.amname
            from pg_catalog.pg_am m)",
       Loaders::access_method},
      {R"(select t.oid, t.typcollation, t.typstorage
            from pg_catalog.pg_type t
           where t.typcollation <> 0 or t.typstorage <> 'x')",
       Loaders::type_defaults},
      {R"(select o.refobjid, o.refobjsubid, r.relname, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
                 s.seqcycle,
                 case when r.relpersistence <> t.relpersistence
                           and pg_catalog.current_setting('server_version_num') >= '150000'
                      then r.relpersistence end
            from pg_catalog.pg_sequence s
            join pg_catalog.pg_class r on r.oid = s.seqrelid
            join pg_catalog.pg_depend o on o.classid = 1259 and o.objid = s.seqrelid and o.objsubid = 0
                                       and o.refclassid = 1259 and o.deptype = 'i'
            join pg_catalog.pg_class t on t.oid = o.refobjid)",
       Loaders::identity_sequence},
      {R"(select n.conrelid, n.conkey[1], n.conname, n.connoinherit, n.convalidated, n.conislocal, d.description
            from pg_catalog.pg_constraint n
            left join pg_catalog.pg_description d on d.classoid = 2606 and d.objoid = n.oid
           where n.contype = 'n'
             and n.conrelid >= 16384)",
       Loaders::not_null, 180000},
      {R"(select h.inhrelid, h.inhseqno, h.inhparent
            from pg_catalog.pg_inherits h)",
       Loaders::parent},
      {R"(select d.adrelid, d.adnum, d.oid, )" PLUMB_DEFAULT_EXPRESSION R"(
            from pg_catalog.pg_attrdef d
           where d.adrelid in (select h.inhparent from pg_catalog.pg_inherits h))",
       Loaders::inherited_default},
      {R"(select c.conrelid, c.conname, c.oid
            from pg_catalog.pg_constraint c
           where c.conrelid in (select h.inhparent from pg_catalog.pg_inherits h)
             and c.contype = 'c')",
       Loaders::inherited_check},
  };
  return all;
}

Symbol Names::schema(Oid oid) const {
  const Symbol* found = lookup(schemas_, oid);
  return found != nullptr ? *found : Symbol::none;
}

const Names::Relation* Names::relation(Oid oid) const { return lookup(relations_, oid); }
const Names::OperatorClass* Names::operator_class(Oid oid) const { return lookup(operator_classes_, oid); }
Oid Names::default_operator_class(Oid method, Oid type) const {
  const Oid* found = lookup(default_operator_classes_, pair_of(method, type));
  return found != nullptr ? *found : 0;
}

Oid Names::base_type(Oid type) const {
  while (const Oid* base = lookup(domains_, type)) type = *base;
  return type;
}

const Names::Qualified* Names::collation(Oid oid) const { return lookup(collations_, oid); }

std::string_view Names::access_method(Oid oid) const {
  const Symbol* found = lookup(access_methods_, oid);
  return found != nullptr ? symbols_.text(*found) : std::string_view{};
}

const Names::Column* Names::column(Oid relation, int number) const {
  const auto* columns = lookup(columns_, relation);
  if (columns == nullptr || number < 1 || static_cast<std::size_t>(number) > columns->size()) return nullptr;
  return &(*columns)[static_cast<std::size_t>(number) - 1];
}

std::string_view Names::column_name(Oid relation, int number) const {
  const Column* found = column(relation, number);
  return found != nullptr ? symbols_.text(found->name) : std::string_view{};
}

const Names::IdentitySequence* Names::identity_sequence(Oid relation, int number) const {
  return lookup(identity_sequences_, pair_of(relation, static_cast<std::uint32_t>(number)));
}

const Names::NotNull* Names::not_null(Oid relation, int number) const {
  return lookup(not_nulls_, pair_of(relation, static_cast<std::uint32_t>(number)));
}

bool Names::is_shared_not_null_name(Oid relation, Symbol name) const {
  const Relation* whole = this->relation(relation);
  const int* number = whole != nullptr ? lookup(not_null_names_, pair_of(whole->schema, name)) : nullptr;
  return number != nullptr && *number > 1;
}

Names::TypeDefaults Names::type_defaults(Oid type) const {
  const TypeDefaults* found = lookup(type_defaults_, type);
  return found != nullptr ? *found : TypeDefaults{};
}

std::span<const Names::Parent> Names::parents(Oid table) const {
  const auto* found = lookup(parents_, table);
  return found != nullptr ? std::span{*found} : std::span<const Parent>{};
}

int Names::depth(Oid table) const {
  int depth = 0;
  for (const Parent& parent : parents(table)) depth = std::max(depth, 1 + this->depth(parent.table));
  return depth;
}

int Names::column_number(Oid relation, Symbol name) const {
  const auto* columns = lookup(columns_, relation);
  if (columns == nullptr) return 0;
  const auto found = std::ranges::find(*columns, name, &Column::name);
  return found == columns->end() ? 0 : static_cast<int>(found - columns->begin()) + 1;
}

const Names::Default* Names::inherited_default(Oid table, int number) const {
  return lookup(inherited_defaults_, pair_of(table, static_cast<std::uint32_t>(number)));
}

Oid Names::inherited_check(Oid table, Symbol name) const {
  const Oid* found = lookup(inherited_checks_, pair_of(table, static_cast<std::uint32_t>(name)));
  return found != nullptr ? *found : 0;
}

void Names::set_column(Oid relation, int number, Column column) {
  if (number < 1) return;
  auto& columns = columns_[relation];
  const auto index = static_cast<std::size_t>(number) - 1;
  if (columns.size() <= index) columns.resize(index + 1);
  columns[index] = column;
}

Oid to_oid(std::string_view text) { return parse<Oid>(text); }
int to_integer(std::string_view text) { return parse<int>(text); }

std::vector<std::string> array_elements(std::string_view text) {
  std::vector<std::string> elements;
  if (text.size() < 2 || text.front() != '{') return elements;
  text = text.substr(1, text.size() - 2);
  std::string element;
  bool in_quotes = false;
  bool was_quoted = false;
  const auto finish = [&] {
    elements.push_back(!was_quoted && element == "NULL" ? std::string{} : element);
    element.clear();
    was_quoted = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      element += text[++i];
    } else if (c == '"') {
      in_quotes = !in_quotes;
      was_quoted = true;
    } else if (c == ',' && !in_quotes) {
      finish();
    } else {
      element += c;
    }
  }
  if (!text.empty()) finish();
  return elements;
}

std::vector<Oid> vector_elements(std::string_view text) {
  std::vector<Oid> elements;
  while (!text.empty()) {
    const auto end = text.find(' ');
    elements.push_back(to_oid(text.substr(0, end)));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return elements;
}

}  // namespace plumb
