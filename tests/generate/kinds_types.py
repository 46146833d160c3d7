"""Schemas, types, sequences and collations."""
from kinds import Choose, kind, maybe_number, number, one_of, sometimes
from spelling import ODD, literal, quoted
from values import any_type, condition, fixed_value, type_sql

LABELS = ("sad", "ok", "happy", "it's", "a\\b", "Größe", "x y", "-", '"', "new\nline") + ODD[3:6]


@kind("schema", weight=0.6, noun="schema", owned=True, privileges=("usage", "create"))
def schema(world, thing):
    return f"create schema {quoted(thing.name)}"


def labels(choose: Choose):
    """Some labels; of those that were there a few are moved, dropped or added."""
    if choose.old is None:
        return tuple(choose.rng.sample(LABELS, choose.rng.randint(1, 5)))
    changed = list(choose.old)
    for _ in range(choose.rng.randint(1, 2)):
        what = choose.rng.random()
        if what < 0.5:
            new = choose.one_of([each for each in LABELS if each not in changed] or ["more"])
            changed.insert(choose.rng.randint(0, len(changed)), new)
        elif what < 0.7 and len(changed) > 1:
            changed.pop(choose.rng.randrange(len(changed)))
        else:
            choose.rng.shuffle(changed)
    return tuple(dict.fromkeys(changed))


@kind("enum", weight=3, homes=("schema",), noun="type", owned=True, privileges=("usage",), options={"labels": labels})
def enum(world, thing):
    return f"create type {world.address(thing.key)} as enum ({', '.join(map(literal, thing.says['labels']))})"


def ends(world, thing):
    """Whether the domains below this one do not lead back to it."""
    seen = set()
    while thing.kind == "domain" and thing.key not in seen:
        seen.add(thing.key)
        base = thing.says["base"][0]
        if not base.startswith("@"):
            return True
        thing = world[base]
    return thing.kind != "domain"


@kind("domain", weight=2.5, homes=("schema",), noun="domain", owned=True, privileges=("usage",), fits=ends, options={
    "base": any_type, "default": maybe_number(0.3), "not_null": sometimes(0.2), "collate": sometimes(0.1, '"C"')})
def domain(world, thing):
    says, base = thing.says, type_sql(world, thing.says["base"])
    text = f"create domain {world.address(thing.key)} as {base}"
    if says["collate"] and base in ("text", "character varying"):
        text += f" collate {says['collate']}"
    if says["default"] is not None:
        text += f" default {fixed_value(world, says['base'], says['default'])}"
    return text + (" not null" if says["not_null"] else "")


def of_domain(world, thing):
    return f"{world.name(thing.key)} on domain {world.address(thing.home)}"


@kind("domain_check", weight=1.5, homes=("domain",), noun="constraint", subject=of_domain, options={
    "condition": number, "not_valid": sometimes(0.15)})
def domain_check(world, thing):
    check = condition(world, world[thing.home].says["base"], "value", thing.says["condition"])
    return (f"alter domain {world.address(thing.home)} add constraint {world.name(thing.key)} check ({check})"
            + (" not valid" if thing.says["not_valid"] else ""))


def attributes(choose: Choose):
    if choose.old is None or choose.chance(0.2):
        names = choose.rng.sample(("a", "b", "Odd Name", "order", "x.y", "value"), choose.rng.randint(1, 4))
        return tuple((name, any_type(choose)) for name in names)
    changed = list(choose.old)
    place = choose.rng.randrange(len(changed))
    what = choose.rng.random()
    if what < 0.4:
        changed.append((f"more_{choose.number()}", any_type(choose)))
    elif what < 0.6 and len(changed) > 1:
        changed.pop(place)
    else:
        changed[place] = (changed[place][0], any_type(choose))
    return tuple(changed)


@kind("composite", weight=1.5, homes=("schema",), noun="type", owned=True, privileges=("usage",), options={"attributes": attributes})
def composite(world, thing):
    parts = ", ".join(f"{quoted(name)} {type_sql(world, of)}" for name, of in thing.says["attributes"])
    return f"create type {world.address(thing.key)} as ({parts})"


def subtype(choose: Choose):
    own = choose.world.of_kind("enum")
    if own and choose.chance(0.3):
        return ("@" + choose.one_of(own).key, 0)
    return (choose.one_of(("integer", "bigint", "numeric", "text", "date", "double precision")), 0)


@kind("range", weight=0.8, homes=("schema",), noun="type", owned=True, privileges=("usage",), options={
    "subtype": subtype, "multirange": sometimes(0.3), "collation": sometimes(0.2)})
def range_type(world, thing):
    says, parts = thing.says, [f"subtype = {type_sql(world, thing.says['subtype'])}"]
    if says["collation"] and says["subtype"][0] == "text":
        parts.append('collation = "C"')
    # Of a longer name PostgreSQL makes that of the multirange by cutting bytes, and through letters (makeMultirangeTypeName).
    if says["multirange"] or len(thing.name.encode()) > 52:
        home = world.name(thing.home)
        parts.append(f"multirange_type_name = {home}.{quoted('many_' + thing.key)}")
    return f"create type {world.address(thing.key)} as range ({', '.join(parts)})"


def bounds(choose: Choose):
    return (choose.one_of((None, -100, 0, 1)), choose.one_of((None, 1000, 30000))) if choose.chance(0.4) else (None, None)


@kind("sequence", weight=1.5, homes=("schema",), noun="sequence", owned=True, privileges=("usage", "select", "update"), options={
    "type": one_of("bigint", "integer", "smallint"), "increment": one_of(1, 1, 2, -1), "bounds": bounds, "cache": one_of(1, 1, 20),
    "cycle": sometimes(0.2),
    "owner": lambda choose: choose.pick("column") if choose.world.of_kind("column") and choose.chance(0.3) else None})
def sequence(world, thing):
    says = thing.says
    text = f"create sequence {world.address(thing.key)} as {says['type']} increment by {says['increment']} cache {says['cache']}"
    lowest, highest = says["bounds"]
    text += f" minvalue {lowest}" if lowest is not None else ""
    text += f" maxvalue {highest}" if highest is not None else ""
    text += " cycle" if says["cycle"] else ""
    if says["owner"]:
        column = world[says["owner"]]
        text += f" owned by {world.address(column.home)}.{quoted(column.name)}"
    return text


@kind("collation", weight=0.5, homes=("schema",), noun="collation", owned=True, options={
    "locale": one_of("C", "POSIX", "C.UTF-8")})
def collation(world, thing):
    return f"create collation {world.address(thing.key)} (provider = libc, locale = {literal(thing.says['locale'])})"
