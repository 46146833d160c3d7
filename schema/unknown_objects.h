#pragma once

#include <string_view>

namespace plumb {

// What is looked through to find users' objects that no kind has read, and states of them that none knows.

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

/// Constraints whose triggers ALTER TABLE ... DISABLE TRIGGER ALL has switched off, so that nothing is checked.
inline constexpr std::string_view unchecked_constraints = R"(
  select distinct 2606 as catalog, t.tgconstraint as oid, 0 as sub
    from pg_catalog.pg_trigger t
   where t.tgisinternal
     and t.tgconstraint >= 16384
     and t.tgenabled <> 'O')";

/// Partitions whose DETACH ... CONCURRENTLY was interrupted: they hold no rows of the whole any more, and PostgreSQL
/// changes nothing of them before ALTER TABLE ... DETACH PARTITION ... FINALIZE.
inline constexpr std::string_view pending_detaches = R"(
  select 1259 as catalog, h.inhrelid as oid, 0 as sub
    from pg_catalog.pg_inherits h
   where h.inhdetachpending)";

/// What holds privileges that another role than its owner granted: only that role can revoke them (manual, REVOKE,
/// "Notes"), and kinds take the owner for the grantor.
inline constexpr std::string_view grants_of_others = R"(
  select o.catalog, o.oid, o.sub
    from (select 1259 as catalog, c.oid, 0 as sub, c.relacl as acl, c.relowner as owner from pg_catalog.pg_class c
          union all select 1259, c.oid, a.attnum, a.attacl, c.relowner
                      from pg_catalog.pg_attribute a
                      join pg_catalog.pg_class c on c.oid = a.attrelid
                     where a.attacl is not null
          union all select 1255, p.oid, 0, p.proacl, p.proowner from pg_catalog.pg_proc p
          union all select 1247, t.oid, 0, t.typacl, t.typowner from pg_catalog.pg_type t
          union all select 2615, n.oid, 0, n.nspacl, n.nspowner from pg_catalog.pg_namespace n
          union all select 2612, l.oid, 0, l.lanacl, l.lanowner from pg_catalog.pg_language l
          union all select 2328, w.oid, 0, w.fdwacl, w.fdwowner from pg_catalog.pg_foreign_data_wrapper w
          union all select 1417, s.oid, 0, s.srvacl, s.srvowner from pg_catalog.pg_foreign_server s) o
   where o.oid >= 16384
     and o.acl is not null
     and exists (select from pg_catalog.aclexplode(o.acl) e where e.grantor <> o.owner))";

}  // namespace plumb
