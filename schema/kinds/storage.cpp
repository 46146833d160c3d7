#include "schema/kinds/storage.h"

#include "schema/sql.h"

namespace plumb {

std::string set_tablespace(const View& object) {
  return "SET TABLESPACE " + quote_identifier(object.has("tablespace") ? object.text("tablespace") : "pg_default");
}

}  // namespace plumb
