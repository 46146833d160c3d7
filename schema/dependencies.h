#pragma once

#include <string_view>

#include "schema/rules.h"

namespace plumb {

// What a whole database is asked beside the objects of its kinds: who needs whom, and what no kind has read.

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
  constexpr Oid pg_opclass = 2616;
  return type == 'i' || type == 'e' || (type == 'a' && needed_catalog == pg_opclass);
}

/// Every user's object of the catalogs whose rows may stand alone. Those that are not asked hold parts alone, as do the
/// types of rows, arrays and multiranges, or what belongs to no single database.
inline constexpr std::string_view standalone_objects = R"(
  select o.catalog, o.oid
    from (select 1259 as catalog, c.oid, c.relnamespace as schema
            from pg_catalog.pg_class c
           where c.relkind not in ('i', 'I', 't')
          union all select 1247, t.oid, t.typnamespace
                      from pg_catalog.pg_type t
                     where t.typtype not in ('c', 'm')
                       and t.typsubscript <> 'pg_catalog.array_subscript_handler'::pg_catalog.regproc
          union all select 1255, p.oid, p.pronamespace from pg_catalog.pg_proc p
          union all select 3456, l.oid, l.collnamespace from pg_catalog.pg_collation l
          union all select 2617, o.oid, o.oprnamespace from pg_catalog.pg_operator o where o.oprcode <> 0
          union all select 2753, f.oid, f.opfnamespace from pg_catalog.pg_opfamily f
          union all select 2607, c.oid, c.connamespace from pg_catalog.pg_conversion c
          union all select 3601, p.oid, p.prsnamespace from pg_catalog.pg_ts_parser p
          union all select 3764, t.oid, t.tmplnamespace from pg_catalog.pg_ts_template t
          union all select 3600, d.oid, d.dictnamespace from pg_catalog.pg_ts_dict d
          union all select 3602, c.oid, c.cfgnamespace from pg_catalog.pg_ts_config c
          union all select 2605, c.oid, 0 from pg_catalog.pg_cast c
          union all select 2612, l.oid, 0 from pg_catalog.pg_language l
          union all select 3576, t.oid, 0 from pg_catalog.pg_transform t
          union all select 2601, m.oid, 0 from pg_catalog.pg_am m
          union all select 2328, w.oid, 0 from pg_catalog.pg_foreign_data_wrapper w
          union all select 1417, s.oid, 0 from pg_catalog.pg_foreign_server s
          union all select 1418, m.umid, 0 from pg_catalog.pg_user_mappings m
          union all select 3466, e.oid, 0 from pg_catalog.pg_event_trigger e
          union all select 6104, p.oid, 0 from pg_catalog.pg_publication p
          union all select 6100, s.oid, 0
                      from pg_catalog.pg_subscription s
                      join pg_catalog.pg_database d on d.oid = s.subdbid
                     where d.datname = pg_catalog.current_database()) o
    left join pg_catalog.pg_namespace n on n.oid = o.schema
   where o.oid >= 16384
     and (n.nspname is null or not pg_catalog.starts_with(n.nspname, 'pg_t')))";

/// What has a label (classoid, objoid, objsubid).
inline constexpr std::string_view security_labels = R"(
  select l.classoid, l.objoid, l.objsubid
    from pg_catalog.pg_seclabel l
   where l.objoid >= 16384)";

}  // namespace plumb
