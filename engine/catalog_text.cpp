#include "engine/catalog_text.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/fields.h"
#include "schema/rules.h"

namespace plumb {

namespace {

class CatalogWriter {
 public:
  explicit CatalogWriter(const Catalog& catalog) : catalog_{catalog} {}

  std::string write() {
    symbol(catalog_.user());
    body_.number(static_cast<std::size_t>(catalog_.version()));
    body_.number(catalog_.objects().size());
    for (const Object& object : catalog_.objects()) add(object);
    for (const Object& object : catalog_.objects()) {
      const auto needs = catalog_.needs(catalog_.id(object));
      body_.number(needs.size());
      for (ObjectId needed : needs) body_.number(static_cast<std::size_t>(needed));
    }
    FieldWriter whole;
    whole.number(texts_.size());
    for (std::string_view text : texts_) whole.field(text);
    return whole.text() + body_.text();
  }

 private:
  void add(const Object& object) {
    const Identity& identity = object.identity;
    body_.number(static_cast<std::size_t>(identity.kind));
    body_.number(static_cast<std::size_t>(identity.subject));
    for (Symbol each : {identity.schema, identity.table, identity.name, identity.role}) symbol(each);
    body_.number(object.parent == ObjectId::none ? 0 : static_cast<std::size_t>(object.parent) + 1);
    body_.number(object.attributes.size());
    for (const Attribute& attribute : object.attributes) {
      symbol(attribute.key);
      body_.number(attribute.values.size());
      for (Symbol value : attribute.values) symbol(value);
      symbol(attribute.order);
    }
  }

  /// Zero for none, else one more than the place of its text.
  void symbol(Symbol symbol) {
    const auto index = static_cast<std::size_t>(symbol);
    if (symbol == Symbol::none) return body_.number(0);
    if (index >= places_.size()) places_.resize(2 * index + 1, 0);
    if (places_[index] == 0) {
      texts_.push_back(catalog_.text(symbol));
      places_[index] = texts_.size();
    }
    body_.number(places_[index]);
  }

  const Catalog& catalog_;
  std::vector<std::string_view> texts_;  ///< in the order of first use
  std::vector<std::size_t> places_;      ///< by symbol
  FieldWriter body_;
};

class CatalogReader : public FieldReader {
 public:
  CatalogReader(std::string_view text, Symbols& symbols) : FieldReader{text}, catalog_{symbols} {
    for (std::size_t count = number(); symbols_.size() <= count && !failed();) {
      symbols_.push_back(symbols.intern(field()));
    }
  }

  std::optional<Catalog> read() {
    catalog_.set_user(symbol());
    catalog_.set_version(static_cast<int>(number()));
    const std::size_t count = number();
    for (std::size_t i = 0; i < count && !failed(); ++i) add();
    for (std::size_t i = 0; i < count && !failed(); ++i) add_needs(static_cast<ObjectId>(i));
    if (failed() || !finished()) return std::nullopt;
    return std::move(catalog_);
  }

 private:
  void add() {
    const Identity identity{kind(), kind(), symbol(), symbol(), symbol(), symbol()};
    const std::size_t parent = number();
    const std::size_t count = number();
    std::vector<Property> properties;
    std::vector<std::size_t> ends;
    values_.clear();
    for (std::size_t i = 0; i < count && !failed(); ++i) {
      properties.push_back({symbol(), {}});
      for (std::size_t left = number(); left > 0 && !failed(); --left) values_.push_back(symbol());
      properties.back().order = symbol();
      ends.push_back(values_.size());
    }
    if (identity.kind == Kind::none || parent > catalog_.objects().size() || catalog_.contains(identity)) fail();
    if (failed()) return;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t begin = i == 0 ? 0 : ends[i - 1];
      properties[i].values = std::span{values_}.subspan(begin, ends[i] - begin);
    }
    catalog_.add(identity, parent == 0 ? ObjectId::none : static_cast<ObjectId>(parent - 1), properties);
  }

  void add_needs(ObjectId dependent) {
    for (std::size_t left = number(); left > 0 && !failed(); --left) {
      const std::size_t needed = number();
      if (needed >= catalog_.objects().size()) return fail();
      catalog_.add_need(dependent, static_cast<ObjectId>(needed));
    }
  }

  Symbol symbol() {
    const std::size_t place = number();
    if (place < symbols_.size()) return symbols_[place];
    fail();
    return Symbol::none;
  }

  Kind kind() {
    const std::size_t value = number();
    if (value <= all_kinds().size()) return static_cast<Kind>(value);
    fail();
    return Kind::none;
  }

  Catalog catalog_;
  std::vector<Symbol> symbols_{Symbol::none};
  std::vector<Symbol> values_;  ///< of the object that is read
};

}  // namespace

std::string write_catalog(const Catalog& catalog) { return CatalogWriter{catalog}.write(); }

std::optional<Catalog> read_catalog(std::string_view text, Symbols& symbols) {
  return CatalogReader{text, symbols}.read();
}

}  // namespace plumb
