#include "schema/kinds/inheritance.h"

#include "schema/sql.h"

namespace plumb {

void read_inheritance(Reader& reader, std::string_view parents, bool is_partition) {
  const Symbols& symbols = reader.names().symbols();
  std::vector<std::string> names;
  for (const std::string& oid : array_elements(parents)) {
    if (const auto* relation = reader.names().relation(to_oid(oid))) {
      names.push_back(qualify(symbols.text(relation->schema), symbols.text(relation->name)));
    }
  }
  if (!is_partition) {
    reader.set_list("inherits", names);
  } else if (!names.empty()) {
    reader.set("partition_of", names.front());
  }
}

}  // namespace plumb
