#include "schema/kinds/column_type.h"

#include <array>
#include <string_view>

#include <doctest/doctest.h>

using namespace plumb;

namespace {

using Pair = std::array<std::string_view, 2>;

}  // namespace

TEST_CASE("column types: a type that holds every value of another one loses nothing") {
  for (const auto& [from, to] : {
           Pair{"integer", "bigint"},
           Pair{"integer", "numeric"},
           Pair{"integer", "numeric(20,0)"},
           Pair{"smallint", "numeric(6,1)"},
           Pair{"integer", "double precision"},
           Pair{"smallint", "real"},
           Pair{"boolean", "integer"},
           Pair{"boolean", "bigint"},
           Pair{"numeric(10,2)", "numeric(12,2)"},
           Pair{"character varying(20)", "character varying(30)"},
           Pair{"character varying(20)", "text"},
           Pair{"text", "character varying"},
           Pair{"character varying(20)", "public.citext"},
           Pair{"timestamp without time zone", "timestamp(6) without time zone"},
           Pair{"timestamp(3) without time zone", "timestamp(6) without time zone"},
           Pair{"timestamp(6) with time zone", "timestamp with time zone"},
           Pair{"time without time zone", "time(6) without time zone"},
           Pair{"interval", "interval(6)"},
           Pair{"interval(3)", "interval"},
           Pair{"interval day to second", "interval"},
           Pair{"date", "timestamp without time zone"},
           Pair{"cidr", "inet"},
           Pair{"bit(4)", "bit varying"},
           Pair{"bit(4)", "bit varying(8)"},
           Pair{"int4range", "int8range"},
           Pair{"integer[]", "bigint[]"},
       }) {
    CHECK_MESSAGE(!convert(from, to).may_lose, from, " -> ", to);
  }
}

TEST_CASE("column types: a type that cuts, rounds or refuses values may lose them") {
  for (const auto& [from, to] : {
           Pair{"bigint", "integer"},
           Pair{"integer", "numeric(10,1)"},
           Pair{"integer", "real"},
           Pair{"bigint", "double precision"},
           Pair{"numeric", "numeric(10,2)"},
           Pair{"numeric(10,2)", "numeric(12,1)"},
           Pair{"numeric", "integer"},
           Pair{"character varying(30)", "character varying(20)"},
           Pair{"text", "character varying(20)"},
           Pair{"text", "integer"},
           Pair{"timestamp without time zone", "timestamp(3) without time zone"},
           Pair{"timestamp(6) with time zone", "timestamp(3) with time zone"},
           Pair{"timestamp without time zone", "date"},
           Pair{"interval", "interval(3)"},
           Pair{"interval", "interval year to month"},
           Pair{"inet", "cidr"},
           Pair{"bit(8)", "bit varying(4)"},
           Pair{"bit(8)", "bit(16)"},
           Pair{"bigint[]", "integer[]"},
       }) {
    CHECK_MESSAGE(convert(from, to).may_lose, from, " -> ", to);
  }
}
