#pragma once

#include <string_view>

#include "schema/rules.h"

namespace plumb {

/// Rows of pg_depend about users' objects: those of the dependent (classid, objid, objsubid), of what it needs,
/// deptype. The triggers that enforce foreign keys are no objects, and nothing needs them; nor are TOAST tables. That a
/// table is the child of another, or is made of a type, is an object of its own, and needs both. What has a schema
/// needs it by its name. The rows of constraints, default values and plain indexes about columns are more than half of
/// all, and say what those kinds have read by themselves, but for attributes of composite types; and so do those
/// about what the default values of domains use. An oid is written faster as a number than as an oid. DEPENDS ON
/// EXTENSION ('x') is an object of its own, and the way to be without it is not to be made anew.
inline constexpr std::string_view dependencies = R"(
  select d.classid::bigint, d.objid::bigint, d.objsubid, d.refclassid::bigint, d.refobjid::bigint, d.refobjsubid,
         d.deptype
    from pg_catalog.pg_depend d
   where d.objid >= 16384
     and d.refobjid >= 16384
     and d.deptype <> 'x'
     and case d.classid
         when 'pg_catalog.pg_trigger'::pg_catalog.regclass then d.deptype <> 'i'
         when 'pg_catalog.pg_attrdef'::pg_catalog.regclass then d.deptype <> 'a'
         when 'pg_catalog.pg_type'::pg_catalog.regclass
         then d.refclassid not in ('pg_catalog.pg_proc'::pg_catalog.regclass,
                                   'pg_catalog.pg_class'::pg_catalog.regclass,
                                   'pg_catalog.pg_operator'::pg_catalog.regclass)
              or d.objid not in (select t.oid from pg_catalog.pg_type t where t.typtype = 'd')
         when 'pg_catalog.pg_constraint'::pg_catalog.regclass
         then d.refobjsubid = 0 or d.refclassid <> 'pg_catalog.pg_class'::pg_catalog.regclass
              or d.refobjid in (select c.oid from pg_catalog.pg_class c where c.relkind = 'c')
         when 'pg_catalog.pg_class'::pg_catalog.regclass
         then case when d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass then false
                   when d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
                   then d.deptype <> 'n' or d.objsubid <> 0
                        or d.objid not in (select c.oid from pg_catalog.pg_class c where c.reloftype <> 0)
                   when d.refclassid <> 'pg_catalog.pg_class'::pg_catalog.regclass then true
                   when d.deptype = 'i' and d.objsubid = 0 and d.refobjsubid = 0 then false
                   when d.refobjsubid <> 0
                   then d.deptype <> 'a' or d.objid not in (select i.indexrelid
                                                              from pg_catalog.pg_index i
                                                             where i.indexprs is null
                                                               and i.indpred is null)
                   else d.deptype not in ('a', 'n')
                        or (d.objid, d.refobjid) not in (select h.inhrelid, h.inhparent
                                                           from pg_catalog.pg_inherits h) end
         else true end)";

/// Whether pg_depend says that an object is a part of the one it depends on (manual section 53.18): internal ('i'),
/// member of an extension ('e'), and automatic ('a') for the operators and functions of an operator class that its
/// access method can do without.
constexpr bool is_part(char type, Oid needed_catalog) {
  return type == 'i' || type == 'e' || (type == 'a' && needed_catalog == pg_opclass);
}

}  // namespace plumb
