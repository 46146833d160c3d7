"""Types, values and expressions. A type is (base, dimensions): the base is SQL or a reference to a type of the model."""
from spelling import literal

BUILTIN = {
    "integer": "int", "bigint": "int", "smallint": "int", "numeric": "num", "numeric(10,2)": "num", "double precision": "num",
    "text": "text", "character varying(40)": "text", "character varying": "text", "character(3)": "text", "date": "time",
    "timestamp with time zone": "time", "timestamp(3) without time zone": "time", "interval": "span", "boolean": "bool",
    "jsonb": "json", "uuid": "uuid", "bytea": "bytes", "int4range": "range", "tstzrange": "range", "inet": "net",
    "bit(8)": "bits", "name": "text", "xml": "xml", "point": "point", "tsvector": "words", "\"char\"": "other",
}
COMMON = ("integer", "bigint", "text", "character varying(40)", "timestamp with time zone", "boolean", "numeric(10,2)", "jsonb")
TYPE_KINDS = ("enum", "domain", "composite", "range")
BOOLEAN, INTEGER, TEXT = ("boolean", 0), ("integer", 0), ("text", 0)
BTREE = {"int", "num", "text", "time", "span", "bool", "uuid", "bytes", "range", "net", "enum", "array", "bits", "json"}
HASHABLE = {"int", "num", "text", "time", "bool", "uuid", "enum"}


def type_sql(world, kind):
    base, dimensions = kind
    return (world.address(base[1:]) if base.startswith("@") else base) + "[]" * dimensions


def class_of(world, kind):
    """What can be done with values of the type: "int", "text", "enum", ..."""
    base, dimensions = kind
    if dimensions:
        return "array"
    if not base.startswith("@"):
        return BUILTIN.get(base, "other")
    thing = world[base]
    if thing.kind == "domain":
        return class_of(world, thing.says["base"])
    return {"enum": "enum", "composite": "row", "range": "range"}.get(thing.kind, "row")


def root_of(world, kind):
    """The type below all domains."""
    while kind[0].startswith("@") and not kind[1] and world[kind[0]].kind == "domain":
        kind = world[kind[0]].says["base"]
    return kind


def label(world, kind, number):
    labels = world[root_of(world, kind)[0]].says["labels"]
    return literal(labels[number % len(labels)])


def value(world, kind, number):
    """A constant or a call that gives a value of the type."""
    name, sort = type_sql(world, kind), class_of(world, kind)
    choices = {
        "int": (str(number % 100), "(1 + 2)", str(-number % 50)), "num": ("1.5", "0", "(2 * 3.5)"),
        "text": ("'a'", "'it''s'", "E'a\\nb'", "upper('x'::text)", "''"), "time": ("now()", "'2020-01-01'", "CURRENT_TIMESTAMP"),
        "span": ("'1 day'", "'2 hours'"), "bool": ("true", "false", "(1 < 2)"), "json": ("'{}'", "jsonb_build_object('k', 1)"),
        "uuid": ("gen_random_uuid()", "'00000000-0000-0000-0000-000000000001'"), "range": ("'empty'",), "array": ("'{}'",),
        "bytes": ("'\\x00'",), "net": ("'10.0.0.1'",), "bits": ("B'00000001'",), "point": ("'(1,2)'",), "words": ("'a b'",),
    }
    if sort == "enum":
        return f"{label(world, kind, number)}::{name}"
    if sort not in choices:
        return f"NULL::{name}"
    return choices[sort][number % len(choices[sort])]


def fixed_value(world, kind, number):
    """A constant that does not change from call to call."""
    sort = class_of(world, kind)
    if sort == "time":
        return "'2020-01-01'"
    if sort == "uuid":
        return "'00000000-0000-0000-0000-000000000002'"
    return value(world, kind, number)


def condition(world, kind, expression, number):
    """A condition about an expression of the type; immutable."""
    sort = class_of(world, kind)
    n = number % 50
    choices = {
        "int": (f"{expression} > {n}", f"{expression} between 0 and {n + 10}", f"{expression} in (1, 2, {n})",
                f"{expression} % 7 <> {n % 7} or {expression} is null"),
        "num": (f"{expression} >= {n}.5", f"not ({expression} = {n})", f"{expression} not in (1, {n})"),
        "text": (f"{expression} <> ''", f"{expression} in ('a', 'b', 'c{n}')", f"length({expression}::text) < {n + 5}",
                 f"{expression} like 'x{n}%'", f"lower({expression}::text) ~ '^[a-z]+${n}'"),
        "time": (f"{expression} > '20{n + 10}-01-01'", f"{expression} between '2000-01-01' and '20{n + 10}-01-01'"),
        "bool": (expression, f"not {expression}", f"{expression} is distinct from true"),
        "json": (f"{expression} ? 'k{n}'", f"({expression} ->> 'k') is not null"),
        "array": (f"cardinality({expression}) < {n + 3}",), "range": (f"not isempty({expression})",),
    }
    if sort == "enum":
        some = f"{label(world, kind, number)}, {label(world, kind, number + 1)}"
        return (f"{expression} = {label(world, kind, number)}", f"{expression} in ({some})",
                f"{expression} > {label(world, kind, number)}")[number % 3]
    options = choices.get(sort, (f"{expression} is not null", f"({expression} is null) = false"))
    return options[number % len(options)]


def computed(world, kind, expression, number):
    """(expression, type) computed from an expression of the type, by immutable means; 0 is the expression itself."""
    sort = class_of(world, kind)
    if number % 5 == 0:
        return expression, kind
    if sort == "int":
        return ((f"({expression} + {number % 9})", root_of(world, kind)), (f"(({expression})::bigint * 2)", ("bigint", 0)))[number % 2]
    if sort == "text":
        return ((f"lower(({expression})::text)", TEXT), (f"(({expression})::text || 'x{number % 9}')", TEXT),
                (f"length(({expression})::text)", INTEGER))[number % 3]
    if sort in ("num", "bool", "json"):
        return {"num": (f"round(({expression})::numeric, 1)", ("numeric", 0)), "bool": (f"(not {expression})", BOOLEAN),
                "json": (f"({expression} ->> 'k{number % 3}')", TEXT)}[sort]
    return f"({expression} is null)", BOOLEAN


def part_type(world, part):
    """The type of a column of a table or a field of a view."""
    if part.kind == "field":
        source = world[part.says["source"]]
        return computed(world, part_type(world, source), "x", part.says["variant"])[1]
    if part.says["generated"]:
        base, variant = part.says["generated"]
        return computed(world, part_type(world, world[base]), "x", variant)[1]
    return part.says["type"]


def any_type(choose, simple=0.6):
    """A type, of the model or PostgreSQL's own."""
    own = choose.world.of_kind(*TYPE_KINDS)
    if own and not choose.chance(simple):
        return ("@" + choose.one_of(own).key, 1 if choose.chance(0.2) else 0)
    return (choose.one_of(COMMON if choose.chance(0.6) else tuple(BUILTIN)), 1 if choose.chance(0.1) else 0)
