"""Keys and other constraints, indexes, and what else is a table's own."""
from kinds import Choose, Impossible, kind, maybe_number, names, number, one_of, sometimes
from kinds_tables import TABLES, partition_column
from spelling import quoted
from values import BTREE, HASHABLE, class_of, computed, condition, part_type, root_of


# -- constraints


def of_table(world, thing):
    return f"{world.name(thing.key)} on {world.address(thing.home)}"


def keyable(choose):
    return lambda each: class_of(choose.world, part_type(choose.world, each)) in BTREE


def key_columns(choose: Choose):
    """Columns of a key; of a partitioned table those that it is partitioned by are among them."""
    columns = choose.parts(2, keyable(choose))
    of = choose.world[choose.home]
    by = partition_column(choose.world, of) if of.says["partitioning"] else None
    return columns if by is None or "@" + by.key in columns else columns + ("@" + by.key,)


def add_constraint(world, thing, text):
    return f"alter table {world.address(thing.home)} add constraint {world.name(thing.key)} {text}"


def deferral(choose: Choose):
    return choose.one_of(("", "", "", " deferrable", " deferrable initially deferred"))


def without_primary_key(choose: Choose):
    if any(each.home == choose.home and each.key != choose.key for each in choose.world.of_kind("primary_key")):
        raise Impossible
    return True


@kind("primary_key", weight=4, homes=("table",), noun="constraint", subject=of_table, options={
    "only": without_primary_key, "columns": key_columns, "deferral": deferral})
def primary_key(world, thing):
    return add_constraint(world, thing, f"primary key ({names(world, thing.says['columns'])}){thing.says['deferral']}")


def other_columns(choose: Choose):
    rest = [each for each in choose.world.parts(choose.home) if "@" + each.key not in choose.said["columns"]]
    return ("@" + choose.one_of(rest).key,) if rest and choose.chance(0.15) else None


@kind("unique_key", weight=2.5, homes=("table",), noun="constraint", subject=of_table, options={
    "columns": key_columns, "include": other_columns, "deferral": deferral, "nulls": sometimes(0.2)})
def unique_key(world, thing):
    says = thing.says
    include = f" include ({names(world, says['include'])})" if says["include"] else ""
    nulls = " nulls not distinct" if says["nulls"] and world.major >= 15 else ""
    return add_constraint(world, thing, f"unique{nulls} ({names(world, says['columns'])}){include}{says['deferral']}")


def expression_call(choose: Choose):
    """A function of the model that takes the values of a column, and can be relied on."""
    types = [part_type(choose.world, choose.world[each]) for each in choose.said["columns"]]
    fitting = [each for each in choose.world.of_kind("function")
               if [of for _, of, _ in each.says["arguments"]] == types[:1] and each.says["volatility"] == "immutable"
               and isinstance(each.says["returns"], tuple)]
    return "@" + choose.one_of(fitting).key if fitting and choose.chance(0.7) else None


def about_columns(world, columns, chosen, call=None):
    """A condition about columns of the model."""
    first = world[columns[0]]
    expression, of = quoted(first.name), part_type(world, first)
    if call:
        expression, of = f"{world.address(call)}({expression})", world[call].says["returns"]
    texts = [condition(world, of, expression, chosen)]
    texts += [condition(world, part_type(world, each), quoted(each.name), chosen + 1) for each in map(world.__getitem__, columns[1:])]
    return (" or " if chosen % 2 else " and ").join(f"({each})" for each in texts)


@kind("check", weight=3, homes=TABLES, noun="constraint", subject=of_table, options={
    "columns": lambda choose: choose.parts(2), "call": expression_call, "condition": number, "no_inherit": sometimes(0.1),
    "not_valid": sometimes(0.15)})
def check(world, thing):
    says = thing.says
    text = f"check ({about_columns(world, says['columns'], says['condition'], says['call'])})"
    if says["no_inherit"] and not world[thing.home].says["partitioning"]:
        text += " no inherit"
    return add_constraint(world, thing, text + (" not valid" if says["not_valid"] else ""))


def target_key(choose: Choose):
    """(key constraint, own columns): the types match those of the key."""
    world, keys = choose.world, list(choose.world.of_kind("primary_key", "unique_key"))
    choose.rng.shuffle(keys)
    for target in keys:
        own = []
        for wanted in target.says["columns"]:
            fitting = [each for each in world.parts(choose.home) if part_type(world, each) == part_type(world, world[wanted])
                       and each.key not in own]
            if not fitting:
                break
            own.append(choose.one_of(fitting).key)
        else:
            if not target.says["deferral"]:
                return ("@" + target.key, *("@" + each for each in own))
    raise Impossible


def fits_key(world, thing):
    target, own = world[thing.says["target"][0]], thing.says["target"][1:]
    return (target.kind in ("primary_key", "unique_key") and len(own) == len(target.says["columns"]) and all(
        part_type(world, world[a]) == part_type(world, world[b]) for a, b in zip(own, target.says["columns"])))


ACTIONS = ("", "", " on delete cascade", " on delete set null", " on update cascade", " on delete restrict on update set default")


@kind("foreign_key", weight=4, homes=TABLES, noun="constraint", subject=of_table, fits=fits_key, options={
    "target": target_key, "actions": one_of(*ACTIONS), "match": sometimes(0.1), "deferral": deferral, "not_valid": sometimes(0.15)})
def foreign_key(world, thing):
    says = thing.says
    target = world[says["target"][0]]
    text = f"foreign key ({names(world, says['target'][1:])}) references {world.address(target.home)}"
    text += f" ({names(world, target.says['columns'])})" + (" match full" if says["match"] else "")
    not_valid = " not valid" if says["not_valid"] and not world[thing.home].says["partitioning"] else ""
    return add_constraint(world, thing, text + says["actions"] + says["deferral"] + not_valid)


@kind("exclusion", weight=0.8, homes=("table",), noun="constraint", subject=of_table, options={
    "columns": lambda choose: choose.parts(1, keyable(choose)), "where": maybe_number(0.4), "deferral": deferral})
def exclusion(world, thing):
    column = world[thing.says["columns"][0]]
    is_range = class_of(world, part_type(world, column)) == "range"
    text = f"exclude using {'gist' if is_range else 'btree'} ({quoted(column.name)} with {'&&' if is_range else '='})"
    if thing.says["where"] is not None:
        text += f" where ({about_columns(world, thing.says['columns'], thing.says['where'])})"
    return add_constraint(world, thing, text + thing.says["deferral"])


# -- indexes


def index_columns(choose: Choose):
    return choose.parts(3, keyable(choose))


@kind("index", weight=4, homes=("table", "partition", "materialized_view"), noun="index",
      subject=lambda world, thing: f"{world.name(world[thing.home].home)}.{world.name(thing.key)}", options={
          "columns": index_columns, "method": one_of("btree", "btree", "btree", "hash", "brin", "gin"), "unique": sometimes(0.2),
          "expression": maybe_number(0.25), "call": expression_call, "where": maybe_number(0.2),
          "order": one_of("", "", " desc", " nulls first", " desc nulls last"), "include": other_columns,
          "only": sometimes(0.1), "fillfactor": sometimes(0.1)})
def index(world, thing):
    says, method = thing.says, thing.says["method"]
    columns = [world[each] for each in says["columns"]]
    sorts = [class_of(world, part_type(world, each)) for each in columns]
    if method == "gin" and sorts[0] not in ("array", "json") or method == "hash" and sorts[0] not in HASHABLE \
            or method == "brin" and sorts[0] not in ("int", "time", "text"):
        method = "btree"
    if method != "btree":
        columns = columns[:1]
    parts = [quoted(each.name) + (says["order"] if method == "btree" else "") for each in columns]
    if says["call"]:
        parts[0] = f"{world.address(says['call'])}({quoted(columns[0].name)})"
    elif says["expression"] is not None and method == "btree":
        parts[0] = f"({computed(world, part_type(world, columns[0]), quoted(columns[0].name), says['expression'])[0]})"
    elif method == "btree" and root_of(world, part_type(world, columns[0])) == ("text", 0) and len(says["order"]) > 5:
        parts[0] = f"{quoted(columns[0].name)} text_pattern_ops"
    only = "only " if says["only"] and world[thing.home].says.get("partitioning") else ""
    text = f"create {'unique ' if says['unique'] and method == 'btree' else ''}index {world.name(thing.key)}"
    text += f" on {only}{world.address(thing.home)} using {method} ({', '.join(parts)})"
    if says["include"] and method == "btree":
        text += f" include ({names(world, says['include'])})"
    text += " with (fillfactor = 60)" if says["fillfactor"] and method in ("btree", "hash") else ""
    if says["where"] is not None:
        first = columns[0]
        text += f" where {condition(world, part_type(world, first), quoted(first.name), says['where'])}"
    return text


# -- what else is a table's own


@kind("column_setting", weight=2, homes=("column",), named=False, options={
    "setting": one_of("set statistics 50", "set statistics 0", "set storage external", "set storage main", "set (n_distinct = 5)",
                      "set (n_distinct_inherited = -0.5)", "set compression pglz")})
def column_setting(world, thing):
    column = world[thing.home]
    return f"alter table {world.address(column.home)} alter column {quoted(column.name)} {thing.says['setting']}"


@kind("row_security", weight=1, homes=TABLES, named=False, options={
    "setting": one_of("enable row level security", "force row level security")})
def row_security(world, thing):
    return f"alter table {world.address(thing.home)} {thing.says['setting']}"


@kind("replica_identity", weight=0.8, homes=TABLES, named=False, options={
    "setting": lambda choose: choose.one_of(("full", "nothing", "index")),
    "index": lambda choose: choose.pick("primary_key", "unique_key", "index", where=lambda each: each.home == choose.home)
    if choose.said["setting"] == "index" else None})
def replica_identity(world, thing):
    says = thing.says
    what = f"using index {world.name(says['index'])}" if says["index"] else says["setting"]
    return f"alter table {world.address(thing.home)} replica identity {what}"


@kind("cluster_on", weight=0.6, homes=("table",), named=False, options={
    "index": lambda choose: choose.pick("primary_key", "unique_key", "index", where=lambda each: each.home == choose.home)})
def cluster_on(world, thing):
    return f"alter table {world.address(thing.home)} cluster on {world.name(thing.says['index'])}"


@kind("statistics", weight=1, homes=TABLES, noun="statistics",
      subject=lambda world, thing: f"{world.name(world[thing.home].home)}.{world.name(thing.key)}", options={
          "columns": lambda choose: choose.parts(3, keyable(choose)),
          "kinds": one_of("", "", " (ndistinct)", " (dependencies, mcv)"), "expression": maybe_number(0.3)})
def statistics(world, thing):
    says = thing.says
    columns = [quoted(world[each].name) for each in says["columns"]]
    if says["expression"] is not None:
        columns[-1] = f"({computed(world, part_type(world, world[says['columns'][-1]]), columns[-1], says['expression'] * 5 + 1)[0]})"
    where = world.name(world[thing.home].home)
    kinds = says["kinds"] if len(columns) > 1 else ""
    return f"create statistics {where}.{world.name(thing.key)}{kinds} on {', '.join(columns)} from {world.address(thing.home)}"
