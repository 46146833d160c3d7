#include "schema/kinds/column_order.h"

#include <vector>

#include <fmt/core.h>

#include "schema/kinds/column_creation.h"
#include "schema/kinds/inherited.h"
#include "schema/sql.h"

namespace plumb {

namespace {

// What a partition has to have before it is attached: all columns, with what they compute and refuse, and the checks.
constexpr std::string_view program = R"(
declare
  source   constant pg_catalog.regclass := {source};
  in_order constant pg_catalog.name[] := {in_order};
  told     constant pg_catalog.name[] := {told};
  missing  pg_catalog.name;
  changed  record;
begin
  select o.name into missing
    from pg_catalog.unnest(in_order) o (name)
   where o.name not in (select a.attname
                          from pg_catalog.pg_attribute a
                         where a.attrelid = source
                           and a.attnum > 0
                           and not a.attisdropped);
  if missing is not null then
    raise undefined_column using message = pg_catalog.format('column "%s" does not exist', missing);
  end if;

  execute {head}
          || (select pg_catalog.string_agg(l.line, ', ' order by l.place, l.number, l.line)
                from (select pg_catalog.array_position(in_order, a.attname) as place,
                             a.attnum as number,
                             pg_catalog.format('%I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod))
                             || case a.attcompression when 'p' then ' COMPRESSION pglz'
                                                      when 'l' then ' COMPRESSION lz4' else '' end
                             || case when a.attcollation <> t.typcollation
                                     then (select pg_catalog.format(' COLLATE %I.%I', n.nspname, c.collname)
                                             from pg_catalog.pg_collation c
                                             join pg_catalog.pg_namespace n on n.oid = c.collnamespace
                                            where c.oid = a.attcollation) else '' end
                             || case when a.attgenerated <> ''
                                     then pg_catalog.format(' GENERATED ALWAYS AS (%s) %s',
                                                            pg_catalog.pg_get_expr(d.adbin, d.adrelid),
                                                            case a.attgenerated when 's' then 'STORED'
                                                                                else 'VIRTUAL' end)
                                     when d.oid is not null
                                     then ' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) else '' end
                             || case when a.attnotnull and a.attname <> all (told)
                                     then coalesce((select pg_catalog.format(' CONSTRAINT %I', k.conname)
                                                      from pg_catalog.pg_constraint k
                                                     where k.conrelid = a.attrelid
                                                       and k.contype = 'n'
                                                       and k.conkey = array[a.attnum]), '') || ' NOT NULL'
                                     else '' end as line
                        from pg_catalog.pg_attribute a
                        join pg_catalog.pg_type t on t.oid = a.atttypid
                        left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid
                                                         and d.adnum = a.attnum
                       where a.attrelid = source
                         and a.attnum > 0
                         and not a.attisdropped
                       union all
                      select null, null,
                             pg_catalog.format('CONSTRAINT %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid))
                        from pg_catalog.pg_constraint k
                       where k.conrelid = source
                         and k.contype = 'c'
                         and not k.connoinherit) l)
          || {tail};

  for changed in select a.attname as name,
                        case a.attstorage when 'p' then 'PLAIN'
                                          when 'e' then 'EXTERNAL'
                                          when 'm' then 'MAIN' else 'EXTENDED' end as storage
                   from pg_catalog.pg_attribute a
                   join pg_catalog.pg_type t on t.oid = a.atttypid
                  where a.attrelid = source
                    and a.attnum > 0
                    and not a.attisdropped
                    and a.attstorage <> t.typstorage
  loop
    execute pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE %s', {table}, changed.name, changed.storage);
  end loop;

  execute {attach};
end
)";

std::string array_of(std::span<const std::string_view> names) {
  std::vector<std::string> literals;
  for (std::string_view name : names) literals.push_back(quote_literal(name));
  const std::vector<std::string_view> texts{literals.begin(), literals.end()};
  return "array[" + join(texts, ", ") + "]::pg_catalog.name[]";
}

}  // namespace

bool has_declared_order(const View& table) {
  return table.kind() == Kind::table && table.has("column_order") && !table.children(Kind::partition).empty() &&
         !is_made_apart(table);
}

std::string create_in_declared_order(const View& table, std::string_view head, std::span<const std::string> parts,
                                     std::string_view tail) {
  std::vector<std::string_view> told;
  for (const View& column : table.children(Kind::column)) {
    if (!column_in_create(column).empty()) told.push_back(column.name());
  }
  std::string end;
  for (const std::string& part : parts) end += ", " + part;
  end.append(")").append(tail);
  const std::vector<std::string_view> in_order = table.list("column_order");
  const View link = table.children(Kind::partition).front();
  return "DO " + quote_literal(
                     fmt::format(fmt::runtime(program), fmt::arg("source", quote_literal(link.text("table"))),
                                 fmt::arg("in_order", array_of(in_order)), fmt::arg("told", array_of(told)),
                                 fmt::arg("head", quote_literal(fmt::format("{} (", head))),
                                 fmt::arg("tail", quote_literal(end)), fmt::arg("table", quote_literal(address(table))),
                                 fmt::arg("attach", quote_literal(link.rules().create(link, {}).front().sql))));
}

}  // namespace plumb
