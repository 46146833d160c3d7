#pragma once

#include <cstdint>

namespace plumb {

using Oid = std::uint32_t;

// System catalogs by their oids, which no version changes (src/include/catalog/pg_*.h, CATALOG).
inline constexpr Oid pg_default_acl = 826;
inline constexpr Oid pg_shdepend = 1214;
inline constexpr Oid pg_type = 1247;
inline constexpr Oid pg_proc = 1255;
inline constexpr Oid pg_class = 1259;
inline constexpr Oid pg_authid = 1260;
inline constexpr Oid pg_auth_members = 1261;
inline constexpr Oid pg_foreign_server = 1417;
inline constexpr Oid pg_user_mapping = 1418;
inline constexpr Oid pg_foreign_data_wrapper = 2328;
inline constexpr Oid pg_shdescription = 2396;
inline constexpr Oid pg_am = 2601;
inline constexpr Oid pg_amop = 2602;
inline constexpr Oid pg_amproc = 2603;
inline constexpr Oid pg_attrdef = 2604;
inline constexpr Oid pg_cast = 2605;
inline constexpr Oid pg_constraint = 2606;
inline constexpr Oid pg_conversion = 2607;
inline constexpr Oid pg_depend = 2608;
inline constexpr Oid pg_description = 2609;
inline constexpr Oid pg_index = 2610;
inline constexpr Oid pg_inherits = 2611;
inline constexpr Oid pg_language = 2612;
inline constexpr Oid pg_namespace = 2615;
inline constexpr Oid pg_opclass = 2616;
inline constexpr Oid pg_operator = 2617;
inline constexpr Oid pg_rewrite = 2618;
inline constexpr Oid pg_trigger = 2620;
inline constexpr Oid pg_opfamily = 2753;
inline constexpr Oid pg_extension = 3079;
inline constexpr Oid pg_policy = 3256;
inline constexpr Oid pg_statistic_ext = 3381;
inline constexpr Oid pg_init_privs = 3394;
inline constexpr Oid pg_collation = 3456;
inline constexpr Oid pg_event_trigger = 3466;
inline constexpr Oid pg_transform = 3576;
inline constexpr Oid pg_seclabel = 3596;
inline constexpr Oid pg_ts_dict = 3600;
inline constexpr Oid pg_ts_parser = 3601;
inline constexpr Oid pg_ts_config = 3602;
inline constexpr Oid pg_ts_template = 3764;
inline constexpr Oid pg_subscription = 6100;
inline constexpr Oid pg_publication = 6104;
inline constexpr Oid pg_publication_rel = 6106;
inline constexpr Oid pg_publication_namespace = 6237;

}  // namespace plumb
