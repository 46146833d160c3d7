"""Tables, partitions and columns."""
from kinds import KINDS, Choose, Kind, kind, maybe_number, sometimes
from spelling import quoted
from values import any_type, class_of, computed, label, part_type, type_sql, value

TABLES = ("table", "partition")
TABLE_PRIVILEGES = ("select", "insert", "update", "delete", "truncate", "references", "trigger")


# -- tables


def partitioning(choose: Choose):
    """(strategy, number); which column it is by is chosen when it is said, since columns come later."""
    if choose.chance(0.75 if choose.old is None else 0.4):
        return None
    return (choose.one_of(("range", "list", "hash")), choose.number())


def partition_column(world, thing):
    strategy, chosen = thing.says["partitioning"]
    fitting = [each for each in world.parts(thing.key)
               if class_of(world, part_type(world, each)) in ("int", "text", "enum", "time") and each.says["generated"] is None]
    return fitting[chosen % len(fitting)] if fitting else None


def parents(choose: Choose):
    plain = [each for each in choose.world.of_kind("table") if each.key != choose.key and not each.says["partitioning"]]
    if not plain or choose.said.get("partitioning") or not choose.chance(0.12):
        return None
    return tuple("@" + each.key for each in choose.rng.sample(plain, choose.rng.randint(1, min(2, len(plain)))))


def partition_clause(world, thing):
    if not thing.says["partitioning"]:
        return ""
    column = partition_column(world, thing)
    if column is None:
        return ""
    return f" partition by {thing.says['partitioning'][0]} ({quoted(column.name)})"


@kind("table", weight=6, homes=("schema",), noun="table", owned=True, privileges=TABLE_PRIVILEGES, options={
    "partitioning": partitioning, "unlogged": sometimes(0.06), "inherits": parents,
    "fillfactor": lambda choose: choose.one_of((70, 90)) if choose.chance(0.1) else None})
def table(world, thing):
    says = thing.says
    columns = ",\n  ".join(column_text(world, each) for each in world.parts(thing.key))
    text = f"create {'unlogged ' if says['unlogged'] else ''}table {world.address(thing.key)} (\n  {columns}\n)"
    if says["inherits"] and not says["partitioning"]:
        text += f" inherits ({', '.join(world.address(each) for each in says['inherits'])})"
    text += partition_clause(world, thing)
    if says["fillfactor"] and not says["partitioning"]:
        text += f" with (fillfactor = {says['fillfactor']})"
    return text


def bound(world, thing):
    """The values of a partition. Numbers of siblings differ, so that their values do too."""
    column = partition_column(world, world[thing.says["of"]])
    strategy, n = world[thing.says["of"]].says["partitioning"][0], thing.says["number"]
    if thing.says["default"] and strategy != "hash":
        return "default"
    if strategy == "hash":
        return f"for values with (modulus 8, remainder {n % 8})"
    sort = class_of(world, part_type(world, column))
    point = {"int": lambda i: str(i * 10), "text": lambda i: f"'k{i:03}'", "time": lambda i: f"'{2000 + i}-01-01'",
             "enum": lambda i: label(world, part_type(world, column), i)}[sort]
    if strategy == "list":
        return f"for values in ({point(n)}{', NULL' if n % 8 == 0 else ''})"
    low = "minvalue" if n == 0 else point(n)
    return f"for values from ({low}) to ({point(n + 1)})"


def partitioned(world, thing):
    of = world[thing.says["of"]]
    return bool(of.says.get("partitioning")) and partition_column(world, of) is not None


def free_number(choose: Choose):
    taken = {each.says["number"] for each in choose.world.of_kind("partition", "attachment")
             if each.says["of"] == choose.said["of"] and each.key != choose.key}
    return choose.one_of([n for n in range(8) if n not in taken])


PARTITION = {
    "of": lambda choose: choose.old or choose.pick(*TABLES, where=lambda each: each.says["partitioning"] and partition_column(
        choose.world, each) is not None),
    "number": free_number, "default": sometimes(0.15)}


@kind("partition", weight=4, homes=("schema",), noun="table", owned=True, privileges=TABLE_PRIVILEGES, fits=partitioned, options={
    **PARTITION, "partitioning": lambda choose: partitioning(choose) if choose.chance(0.3) else None, "unlogged": sometimes(0.03)})
def partition(world, thing):
    return (f"create {'unlogged ' if thing.says['unlogged'] else ''}table {world.address(thing.key)} "
            f"partition of {world.address(thing.says['of'])} {bound(world, thing)}{partition_clause(world, thing)}")


@kind("attachment", weight=0, homes=("table",), named=False, fits=partitioned, options=PARTITION)
def attachment(world, thing):
    return f"alter table {world.address(thing.says['of'])} attach partition {world.address(thing.home)} {bound(world, thing)}"


# -- columns


def column_type(choose: Choose):
    if choose.old and choose.chance(0.4):
        wider = {"integer": "bigint", "smallint": "integer", "character varying(40)": "text", "text": "character varying"}
        return (wider.get(choose.old[0], "text"), choose.old[1])
    return any_type(choose)


def identity(choose: Choose):
    sort = class_of(choose.world, choose.said["type"])
    if sort != "int" or choose.said["type"][0].startswith("@") or choose.said["default"] is not None or not choose.chance(0.4):
        return None
    return (choose.one_of(("always", "by default")), choose.one_of(("", " (start with 100 increment by 10)", " (cycle maxvalue 9000)")))


def generated(choose: Choose):
    """(column, number): computed from another column of the table."""
    world = choose.world
    base = [each for each in world.parts(choose.home) if each.key != choose.key and each.says["generated"] is None]
    if not base or choose.said["default"] is not None or choose.said["identity"] or not choose.chance(0.12):
        return None
    return ("@" + choose.one_of(base).key, choose.number() * 5 + 1)


def default_call(choose: Choose):
    """A function of the model that gives such values."""
    fitting = [each for each in choose.world.of_kind("function")
               if each.says["returns"] == choose.said["type"] and not each.says["arguments"]]
    return "@" + choose.one_of(fitting).key if fitting and choose.chance(0.5) else None


def next_number(choose: Choose):
    sequences = choose.world.of_kind("sequence")
    if not sequences or class_of(choose.world, choose.said["type"]) != "int" or not choose.chance(0.3):
        return None
    return "@" + choose.one_of(sequences).key


def column_collation(choose: Choose):
    own = choose.world.of_kind("collation")
    if class_of(choose.world, choose.said["type"]) != "text" or not choose.chance(0.15):
        return None
    return "@" + choose.one_of(own).key if own and choose.chance(0.5) else '"C"'


KINDS["column"] = Kind("column", None, weight=3, homes=("table",), noun="column", options={
    "type": column_type, "default": maybe_number(0.35), "call": default_call, "sequence": next_number, "identity": identity,
    "generated": generated, "not_null": sometimes(0.3), "collate": column_collation},
    subject=lambda world, thing: f"{world.address(thing.home)}.{world.name(thing.key)}",
    privileges=("select", "insert", "update", "references"))


def column_text(world, column):
    says, of = column.says, part_type(world, column)
    text = f"{quoted(column.name)} {type_sql(world, of)}"
    is_text = class_of(world, of) == "text"
    if says["collate"] and is_text:
        text += f" collate {world.address(says['collate']) if says['collate'].startswith('@') else says['collate']}"
    if says["generated"]:
        base, variant = world[says["generated"][0]], says["generated"][1]
        text += f" generated always as ({computed(world, part_type(world, base), quoted(base.name), variant)[0]}) stored"
    elif says["identity"] and class_of(world, says["type"]) == "int":
        text += f" generated {says['identity'][0]} as identity{says['identity'][1]}"
    elif says["call"]:
        text += f" default {world.address(says['call'])}()"
    elif says["sequence"]:
        text += f" default nextval('{world.address(says['sequence']).replace(chr(39), chr(39) * 2)}'::regclass)"
    elif says["default"] is not None:
        text += f" default {value(world, says['type'], says['default'])}"
    return text + (" not null" if says["not_null"] else "")
