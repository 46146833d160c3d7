#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/object.h"
#include "schema/system_catalogs.h"
#include "schema/view.h"

namespace plumb {

class Catalog;
class Reader;

// ---- statements ---------------------------------------------------------------------------------------------------

/// May the statement share a transaction with its neighbours?
enum class Transaction : std::uint8_t {
  any,
  commit_after,  ///< what it did can be used only after a commit, as a value added to an enum (ALTER TYPE, "Notes")
  outside        ///< refuses to run in a transaction block, as CREATE INDEX CONCURRENTLY
};

struct Statement {
  std::string sql;  ///< without the closing semicolon
  Transaction transaction = Transaction::any;
  std::string_view consent = {};  ///< the word a person must allow it by, "drop-column"; empty: it loses nothing
};

using Statements = std::vector<Statement>;

// ---- attributes ---------------------------------------------------------------------------------------------------

/// The form of an attribute's value, in the catalog and in a schema file.
enum class Value : std::uint8_t {
  text,     ///< a word or a text, as it is
  boolean,  ///< true or false
  integer,
  expression,  ///< SQL; deparsed by PostgreSQL, so texts that differ may still mean the same
  names,       ///< a list of identifiers, unquoted; the order counts
  fragments,   ///< a list of SQL fragments ("lower(name)", "created_at DESC"); the order counts
  options      ///< a map of option and value, kept as "key=value" sorted by text
};

/// What ALTER needs in order to turn `before` into `after`; nullopt: not possible in place, replace the object.
using Alter = std::optional<Statements> (*)(const View& before, const View& after);

/// The parts of a value that must not be shown, in order.
using FindSecrets = std::vector<std::string_view> (*)(std::string_view value);

/// What stays as it is around an object whose attribute is altered in place.
enum class Disturbs : std::uint8_t {
  nothing,
  bonds,      ///< PostgreSQL refuses while a bond holds on to it (`KindRules::bond`), as OF to the type of a table
  dependents  ///< PostgreSQL refuses while others use it, unless their kind `follows` (ALTER TABLE ... TYPE)
};

struct AttributeRule {
  std::string_view key{};  ///< the word in schema files, in reports and in `View::text`
  Value value = Value::text;
  std::string_view fallback{};  ///< PostgreSQL's own default, meant when a file is silent and never stored
  std::string_view source{};    ///< SQL in the kind's query that yields the value; empty: the kind's `read` sets it
  std::string_view help{};      ///< one line for the reference and for editors
  std::span<const std::string_view> choices{};  ///< the words that it can be, in lower case; empty: any
  Alter alter = nullptr;  ///< attributes that share one function are altered by one call; null: replace
  Disturbs disturbs = Disturbs::nothing;
  bool required = false;          ///< a schema file cannot do without it
  std::string_view unless{};      ///< required except where this attribute of the object is true
  bool own = false;               ///< of what is carried (`carrier`): it may differ from that of the original
  bool of_server = false;         ///< a matter of what the server has installed; scratch may have it otherwise
  std::string_view offered{};     ///< SQL that lists what a server has to offer `of_server`: (object's name, value)
  bool only_if_declared = false;  ///< a schema file that is silent about it accepts whatever is there
  std::string_view clause{};      ///< with `only_if_declared`: the word by which CREATE in an SQL file says it
  std::string_view goes_with{};   ///< with `only_if_declared`: no longer once the value of this attribute is another
  /// Where a session has a setting for what CREATE leaves open: the one that lets silence mean `fallback`, as
  /// "default_tablespace = ''".
  std::string_view setting{};
  std::string_view settled_by{};  ///< a section of the entry around that says it, and where it cannot be written then
  bool derived = false;           ///< follows from other attributes: compared, but never written in a schema file
  bool holds_roles = false;       ///< each of its values is a role, or an option with the name of one
  bool awaits_columns = false;    ///< of a table: its change counts on new columns and on those that change their type
  bool frees_name = false;        ///< its change may give up a name that PostgreSQL would choose for something new
  int since = 0;                  ///< first server version that has it, as 150000; older ones have the fallback
  /// Whether PostgreSQL has no way from the one to the other, so that the difference is no difference; null: it has.
  bool (*is_fixed)(const View& before, const View& after) = nullptr;
  FindSecrets secrets = nullptr;  ///< for these parts of its values tokens stand everywhere (schema/secrets.h)
  /// Gives one of its values another name wherever it is used, as a label of an enum; null: values are no names.
  /// Without a word in `renamed_as`, every change of the value is such a rename, where this has statements for it.
  Statements (*rename_value)(const View& object, std::string_view value, std::string_view name) = nullptr;
  std::string_view renamed_as{};  ///< with `rename_value`: the word for a map from new to old values in schema files
  /// With `rename_value`: the name, unquoted, in a value that says more, as "street text"; null: values are names.
  std::string (*name_in_value)(std::string_view value) = nullptr;
};

/// The name in a value of an attribute that has `rename_value`.
std::string name_in(const AttributeRule& rule, std::string_view value);

/// The names of all values that an object has of it.
std::vector<std::string> names_of_values(const AttributeRule& rule, const View& object);

/// The symbol of a value of this attribute, with tokens for its secrets.
Symbol intern_value(const AttributeRule& rule, std::string_view value, Symbols& symbols);

/// Sorts options (`Value::options`) by their text, so that their order does not count. Returns the `Attribute::order`
/// by which `options_in_order` finds their order again; none where they were sorted.
Symbol sort_options(std::span<Symbol> options, Symbols& symbols);
std::vector<Symbol> options_in_order(const Attribute& attribute, const Symbols& symbols);

// ---- reading a catalog ----------------------------------------------------------------------------------------------

/// An object as pg_depend addresses it.
struct CatalogAddress {
  Oid catalog = 0;  ///< oid of the system catalog, as pg_class
  Oid oid = 0;
  std::int32_t sub = 0;  ///< attnum of a column, else 0
  friend bool operator==(const CatalogAddress&, const CatalogAddress&) = default;
};

/// One column of a kind's query that `read` composes attributes from.
struct RawColumn {
  std::string_view sql{};
  int since = 0;                                ///< first server version whose catalog has it; NULL before
  int until = std::numeric_limits<int>::max();  ///< first server version that lacks it
};

struct KindRules;

/// How a kind is read: one set-based query over the whole database. Oids of objects that plumb calls
/// by name are read as numbers and named in the client, which costs the server nothing.
struct Inspection {
  Oid catalog = 0;            ///< where `oid` points, as pg_class
  std::string_view oid{};     ///< SQL of the object's oid
  std::string_view sub{};     ///< SQL of the sub-object's number; empty: 0
  std::string_view schema{};  ///< SQL of the oid of its schema; empty: not in a schema, or in its table's
  std::string_view table{};   ///< SQL of the oid of the relation that owns it; empty: none
  std::string_view name{};    ///< SQL of its name; empty: `read` sets it
  std::span<const RawColumn> raw{};
  std::string_view from{};  ///< FROM, WHERE and ORDER BY
  std::string_view with{};  ///< "name as (select ...)", which `from` names; empty: nothing of the kind
  /// What every kind says of its objects (`KindRules::owner_rows`), joined by UNION ALL: it takes the place of "{}" in
  /// `with` or `from`. Null: there is no such place.
  std::string_view KindRules::*gathered = nullptr;
  /// The rows are put in order once they are here, which is cheaper where there are very many: those of a table before
  /// those of its heirs, then by `oid` and `sub`.
  bool parents_first = false;
  /// Composes what the attributes' `source` did not; false: the row is no object of this kind.
  bool (*read)(Reader& reader) = nullptr;
  int since = 0;                ///< first server version that has the catalog
  bool for_superusers = false;  ///< others may not read the catalog, and see no such objects (as with pg_dump)
};

// ---- schema files ---------------------------------------------------------------------------------------------------

/// A word that stands for an attribute with another key.
struct Alias {
  std::string_view word;       ///< "references", as the schema file says it
  std::string_view attribute;  ///< "table", as the attribute table says it
};

/// Where and how a kind is written in a schema file.
struct FileForm {
  std::string_view section{};      ///< "columns"
  std::span<const Kind> within{};  ///< kinds whose entry holds the section; empty: it stands in its schema, or on top
  /// Of what is about the entry around it: whether objects of a kind have it; null: all that can be spoken of.
  bool (*applies_to)(const KindRules& owner) = nullptr;
  bool named = true;                 ///< a map from name to object; false: at most one object, without a name
  std::string_view short_form{};     ///< the attribute that a plain scalar or list stands for; empty: a map is needed
  std::string_view default_name{};   ///< for objects without a name, "{table}_{columns}_fkey"
  std::span<const Alias> aliases{};  ///< words of this form; they go before attributes of the same key
  std::string_view owner_as{};       ///< the attribute that is the name of the entry around it, and is not written
  /// What is written where `owner` has none, although silence would give it one; null or empty: nothing.
  std::string_view (*absence)(const View& owner) = nullptr;
  std::string_view role_key{};  ///< the key of an entry is the role of its object, and this what people call it
  bool listable = false;        ///< a list of names will do for objects of which there is no more to say
  bool list_of_names = false;   ///< all there is to say of an object is its name: a list of those, in order
  bool grouped = false;         ///< entries stand in maps, whose keys are names in the entry around them
  Kind subject = Kind::none;    ///< what its objects are about; none: the entry around them
};

// ---- servers elsewhere ----------------------------------------------------------------------------------------------

/// Of a kind whose objects act upon another server, as subscriptions upon their publisher: how scratch databases leave
/// that alone. PostgreSQL refuses in a transaction what acts upon it at once.
struct Outreach {
  std::string_view silence{};  ///< statement that keeps all objects of the kind in a database from doing so later
  std::string_view release{};  ///< statement that drops them, where PostgreSQL drops no database that has them
  std::string_view advice{};   ///< what to write instead of what acts at once
};

// ---- kinds ---------------------------------------------------------------------------------------------------------

/// The parts of an `Identity` a kind uses.
enum class Address : std::uint8_t { database, schema, table };

/// Which objects of its parent PostgreSQL makes, changes and drops together with their originals because of a link.
enum class Carries : std::uint8_t {
  nothing,
  what_it_brought,  ///< when the parent was made (INHERITS)
  all               ///< also what the parent had before (PARTITION OF)
};

/// Objects that PostgreSQL keeps in one space of names: no two may bear the same name there.
enum class NameSpace : std::uint8_t { own, relation, type, routine, constraint, statistics };

/// An object that PostgreSQL makes by itself together with another one.
struct Gift {
  Identity identity;
  std::vector<std::pair<std::string_view, std::vector<std::string>>> attributes;
};

/// What a person may have meant where an object of a schema file is refused.
struct Advice {
  std::string_view message;  ///< how PostgreSQL's message begins, or plumb's own: "unknown key `nullable`"
  std::string_view text;     ///< what to do, as it goes on behind a colon
};

/// Everything plumb knows about one object kind. Data first; functions only where SQL differs.
struct KindRules {
  // ---- what it is called

  std::string_view key{};   ///< "index": the word in reports, in `--allow` and in fixtures
  std::string_view noun{};  ///< "INDEX": the word in DROP and COMMENT ON
  Address address = Address::schema;
  NameSpace name_space = NameSpace::own;
  /// An example of its names where they are SQL, because more than an identifier tells them apart: "area(integer)",
  /// "integer AS text". In a schema, that is the own name and what follows in parentheses. Empty: an identifier.
  std::string_view signature{};
  bool named_after_relation = false;                         ///< its name is that of a relation as SQL: "app.orders"
  bool holds_names = false;                                  ///< it is what other objects' identities call their schema
  bool holds_roles = false;                                  ///< it is what other objects' identities call their role
  std::string (*address_sql)(const View& object) = nullptr;  ///< what follows the noun; null: its quoted name
  /// Gives it another name, in the form of its identity's; null: PostgreSQL cannot, or it bears no name of its own.
  Statements (*rename)(const View& object, std::string_view name) = nullptr;

  // ---- what it consists of

  std::span<const AttributeRule> attributes{};
  Inspection inspection{};
  /// SELECT of (system catalog, oid, owner) of all objects that have an owner. Kinds of one system catalog say the same
  /// (schema/kinds/rights.h). Empty: they have none.
  std::string_view owner_rows{};
  /// SELECT of (system catalog, oid, number of the column or 0, oid of the schema, privileges, acldefault), likewise.
  std::string_view privilege_rows{};
  bool takes_labels = false;   ///< SECURITY LABEL has words for it
  bool takes_comments = true;  ///< COMMENT ON has words for it (members of families: none)
  /// Query over what an interrupted statement leaves half made, as CREATE INDEX CONCURRENTLY does: rows of the object's
  /// oid and of the statement that clears it away outside a transaction; empty: nothing is ever left.
  std::string_view half_made = {};
  /// The attribute whose text PostgreSQL reads only when it runs, so that nobody knows what it uses (a function's body
  /// as a string); empty: there is none.
  std::string_view hides_needs = {};
  /// What PostgreSQL computed for the object, and leaves as it is where a function used for it gets another body, with
  /// what to do, as it follows "the index public.i ": "keeps its entries: ..." (manual section 38.7, "Function
  /// Volatility Categories"). Null or an empty text: nothing.
  std::string_view (*keeps_results)(const View& object) = nullptr;

  // ---- in schema files

  std::span<const FileForm> forms{};  ///< the first one is the one that plumb writes
  bool only_if_declared = false;      ///< files that declare none of it on an object accept what is there
  bool parent_may_bring = false;      ///< its parent may come with it, and then nobody said it (comments on members)
  std::span<const Advice> advice{};   ///< where the words of a file are easily mistaken
  /// How PostgreSQL's message begins, up to the table, that refuses a second one; empty: a table may have many.
  std::string_view refuses_second = {};
  /// Whether a database like `actual` has what the object says without being told, as its owner's privileges.
  bool (*goes_without_saying)(const View& object, const Catalog& actual) = nullptr;
  /// Whether a file's object is made when all the rest is there, because that decides what it becomes, or could not be
  /// made beside it; null: none is.
  bool (*comes_last)(const View& object) = nullptr;
  /// Whether an object that files leave as it is comes to an end by what else becomes of `desired`, as a grant to the
  /// role that gets to own the object; null: none does.
  bool (*is_absorbed)(const View& object, const Catalog& desired) = nullptr;
  bool interface = false;  ///< others may rely on it being there when they borrow the parent

  // ---- how it is made and dropped

  /// `parts` are the texts of children that are to stand inside the statement (their `part_of_create`, each followed
  /// by the texts of its own children); most kinds never get any.
  Statements (*create)(const View& object, std::span<const std::string> parts) = nullptr;
  /// `create` for a database that holds `actual`, of a kind whose parts never stand in it; null: no matter what it
  /// holds.
  Statements (*create_beside)(const View& object, const Catalog& actual) = nullptr;
  /// How CREATE ends where it is to compute no rows, as on a scratch database that does not reach a foreign server.
  std::string_view without_rows = {};
  Statements (*after_create)(const View& object) = nullptr;  ///< what CREATE cannot say, run right behind it
  /// Of an object that PostgreSQL made together with another: what it lacks still, as its name; null: nothing.
  Statements (*finish_copy)(const View& object) = nullptr;
  /// Of an object and what it needs each may need the other, as a base type and its functions. This lets PostgreSQL
  /// know of the new object beforehand, so that what `create` needs can be made; null: such circles do not form.
  Statements (*announce)(const View& object) = nullptr;
  /// What makes it belong to its parent, which may need it from the start: then it is made before a new parent, and
  /// joins that afterwards, as a sequence its column. null: it is made after its parent.
  Statements (*join_parent)(const View& object) = nullptr;
  /// Its text inside the parent's CREATE; null or an empty text: created apart.
  std::string (*part_of_create)(const View& object) = nullptr;
  /// Whether CREATE of its parent brings the object along, without its text among the parts.
  bool (*comes_along)(const View& object) = nullptr;
  /// What the objects of this kind that a database has (`settings`) make PostgreSQL add to an object when `user`
  /// creates it. They are changed only after everything else was created.
  std::vector<Gift> (*gives)(std::span<const View> settings, const View& created, std::string_view user) = nullptr;
  Statements (*drop)(const View& object) = nullptr;  ///< null: DROP noun address
  std::string_view loss = {};  ///< the word to allow a drop by ("drop-table"); empty: nothing is lost

  // ---- in its parent

  bool dies_with_parent = false;  ///< PostgreSQL drops it together with its parent
  bool about_parent = false;      ///< says something about its parent and is identified by it (a comment)
  /// Of what is about a part of its parent that is no object, as a column of a view: whether a parent like this has
  /// that part; null: it is about its parent as such.
  bool (*fits)(const View& object, const View& parent) = nullptr;
  bool ordered = false;  ///< the order of siblings is part of their parent (columns)
  /// Whether its parent cannot do without it, and goes when it is replaced, as a partitioned table with a column that
  /// it is partitioned by; null: no parent does.
  bool (*holds_parent)(const View& object) = nullptr;
  /// Whether the parent that `actual` has cannot take it, and is replaced by one that has it from the start, as a
  /// domain whose values PostgreSQL cannot check where they stand; null: it can be added to any.
  bool (*needs_new_parent)(const View& object, const Catalog& actual) = nullptr;
  /// Whether its parent is altered before what the object refers to, where both are; null: the order does not matter.
  bool (*alters_parent_first)(const View& object) = nullptr;
  bool container = false;      ///< holds others without being changed for them (schemas, extensions)
  bool reaches_parts = false;  ///< taking it from a whole takes it from the parts (grants)

  // ---- together with an original elsewhere

  /// The object by which PostgreSQL makes, changes and drops this one together with an original elsewhere, as the
  /// column of a partition with that of the partitioned table; null: none does, or this one stands for itself.
  const Object* (*carrier)(const View& object) = nullptr;
  bool named_as_original = false;  ///< of a carried object: it bears the name of its original, now and later
  Carries carries = Carries::nothing;
  /// Of a carried object: whether the link makes it even for a table that is there already, because PostgreSQL takes
  /// none of its own for it; null: one of its own joins the original.
  bool (*made_by_link)(const View& object) = nullptr;
  /// Drops it so that what inherits it stays as the heirs' own; null: PostgreSQL has no words for it.
  Statements (*drop_alone)(const View& object) = nullptr;

  // ---- among those that it uses and that use it

  /// What goes first where it comes anew or changes too, though PostgreSQL lets nobody know that it is needed, as the
  /// right to create in a schema for a new owner; null: nothing.
  std::vector<View> (*goes_behind)(const View& object) = nullptr;
  bool follows = false;  ///< adapts itself when a column it uses changes its type
  /// Of a kind that `follows`: whether the object does so by this change of what it uses; null: by any.
  bool (*follows_change)(const View& object, const View& before, const View& after) = nullptr;
  bool bond = false;         ///< holds on to what it needs; it is undone around a change, and made anew (OF)
  bool steps_aside = false;  ///< ALTER ... RENAME can make room for its replacement while things still use it (types)
  /// Moves it from what stepped aside to the replacement, where both still go by the same name. Does the changes of
  /// attributes that disturb dependents, too.
  Alter rebind = nullptr;
  /// Making it runs its expressions on the rows that are there, and so what those call.
  bool evaluates = false;
  bool copies_rows = false;      ///< making it copies rows out of what it reads (materialized views)
  bool serves_silently = false;  ///< what it is for is used through it, and pg_depend does not say so (casts)
  bool watches = false;          ///< runs code at other statements of a plan (event triggers)
  /// Where an operator = may stand that comes with it, or is it: IS DISTINCT FROM, NULLIF, CASE and JOIN USING compare
  /// by the one that the search path finds, and do not name it. Empty, or null: nowhere.
  std::string_view (*schema_of_equality)(const View& object) = nullptr;
  bool goes_with_needed = false;  ///< PostgreSQL drops it with each whole thing it needs (memberships)

  // ---- beyond its database

  Outreach outreach = {};    ///< empty: its objects act upon no other server
  bool from_server = false;  ///< made of files that the server must have installed (extensions)
  /// It belongs to the whole cluster and not to one database: it is read on request alone, and claimed by its name.
  bool of_cluster = false;
  /// Query over the names of those that are left as they are, whatever a file says.
  std::string_view untouched = {};
  /// SQL that tells whether the role that plumb runs as may change them, and what to do when not; empty: PostgreSQL
  /// decides for each.
  std::string_view right = {};
  std::string_view right_advice = {};
};

const KindRules& rules_for(Kind kind);
const KindRules* find_rules(std::string_view key);
std::span<const Kind> all_kinds();  ///< in the order of kinds.def

Kind find_kind(const KindRules& rules);  ///< the kind that these rules belong to

/// The rule of one attribute of a kind, or null.
const AttributeRule* find_attribute(const KindRules& rules, std::string_view key);

/// Whether an object that PostgreSQL makes together with another has a name, or more, that somebody gave it
/// (`KindRules::finish_copy`).
bool is_settled_apart(const View& object);

}  // namespace plumb
