"""Views, functions, and what runs by itself: triggers, rules, policies."""
from kinds import KINDS, Choose, Impossible, Kind, kind, maybe_number, number, one_of, sometimes
from kinds_tables import TABLES
from spelling import literal, quoted
from values import INTEGER, TEXT, any_type, class_of, computed, condition, fixed_value, part_type, type_sql, value

RELATIONS = TABLES + ("view", "materialized_view")
ROLES = ("app", "reader", "Odd \"role\"")


# -- views


def source(choose: Choose):
    return choose.old if choose.old and choose.chance(0.7) else choose.pick(*RELATIONS)


KINDS["field"] = Kind("field", None, weight=1.5, homes=("view", "materialized_view"), options={
    "source": lambda choose: choose.part(choose.world[choose.home].says["source"]),
    "variant": lambda choose: choose.number() if choose.chance(0.4) else 0, "call": lambda choose: call_on_field(choose)},
    fits=lambda world, thing: thing.says["source"][1:] in [each.key for each in world.parts(world[thing.home].says["source"])])


def call_on_field(choose: Choose):
    """A function of the model on the value of the field, whose type it does not change."""
    of = part_type(choose.world, choose.world[choose.said["source"]])
    fitting = [each for each in choose.world.of_kind("function")
               if [kind for _, kind, _ in each.says["arguments"]] == [of] and each.says["returns"] == of]
    return "@" + choose.one_of(fitting).key if fitting and choose.chance(0.6) and choose.said["variant"] == 0 else None


def query(world, thing):
    says, fields = thing.says, []
    for each in world.parts(thing.key):
        base = world[each.says["source"]]
        expression = f"a.{quoted(base.name)}"
        if each.says["call"]:
            expression = f"{world.address(each.says['call'])}({expression})"
        expression = computed(world, part_type(world, base), expression, each.says["variant"])[0]
        fields.append(f"{expression} as {quoted(each.name)}")
    distinct = "distinct " if says["shape"] == "distinct" else ""
    text = f"select {distinct}{', '.join(fields)} from {world.address(says['source'])} a"
    first = next(iter(world.parts(says["source"])), None)  # all of them may have gone
    if says["shape"] == "self join" and first:
        text += f" left join {world.address(says['source'])} b on a.{quoted(first.name)}::text = b.{quoted(first.name)}::text"
    if says["where"] is not None and first:
        text += f" where {condition(world, part_type(world, first), 'a.' + quoted(first.name), says['where'])}"
    if says["shape"] == "union":
        text += f" union all {text}"
    return text


SHAPES = one_of("plain", "plain", "plain", "plain", "self join", "union", "distinct")


@kind("view", weight=4, homes=("schema",), noun="view", owned=True, privileges=("select", "insert"), holds_parts=True, options={
    "source": source, "shape": SHAPES, "where": maybe_number(0.4), "barrier": sometimes(0.1), "invoker": sometimes(0.1),
    "check_option": sometimes(0.15)})
def view(world, thing):
    says, options = thing.says, []
    if says["barrier"]:
        options.append("security_barrier")
    if says["invoker"] and world.major >= 15:
        options.append("security_invoker")
    plain = says["shape"] == "plain" and world[says["source"]].kind in TABLES
    text = f"create view {world.address(thing.key)}"
    text += f" with ({', '.join(options)})" if options else ""
    return text + f" as {query(world, thing)}" + (" with local check option" if says["check_option"] and plain else "")


@kind("materialized_view", weight=1.5, homes=("schema",), noun="materialized view", owned=True, privileges=("select",),
      holds_parts=True, options={
          "source": source, "shape": SHAPES, "where": maybe_number(0.3), "fillfactor": sometimes(0.1), "no_data": sometimes(0.2)})
def materialized_view(world, thing):
    return (f"create materialized view {world.address(thing.key)}{' with (fillfactor = 80)' if thing.says['fillfactor'] else ''}"
            f" as {query(world, thing)}{' with no data' if thing.says['no_data'] else ''}")


# -- routines


def arguments(choose: Choose):
    """(name, type, has default) of each."""
    columns = [each.says["type"] for each in choose.world.of_kind("column")]
    some = []
    for place in range(choose.one_of((0, 0, 1, 1, 1, 2, 3))):
        of = choose.one_of(columns) if columns and choose.chance(0.6) else any_type(choose)
        some.append((choose.one_of(("", "a", "value", "Odd arg")) + (str(place) if place else ""), of, choose.chance(0.1)))
    defaults = False
    said = []
    for name, of, default in some:  # behind one with a default all have one
        defaults = defaults or default
        said.append((name.strip("0123456789") and name, of, defaults))
    return tuple(said)


def returned(choose: Choose):
    """A type, "rows of" a relation, or the columns of a table."""
    given = [of for _, of, _ in choose.said["arguments"]]
    if given and choose.chance(0.4):
        return given[0]
    what = choose.rng.random()
    relations = choose.world.of_kind(*RELATIONS)
    if what < 0.12 and relations:
        return "@" + choose.one_of(relations).key
    if what < 0.2:
        return "table"
    columns = [each.says["type"] for each in choose.world.of_kind("column")]
    return choose.one_of(columns) if columns and choose.chance(0.5) else any_type(choose)


def asks(choose: Choose):
    """The relation that the body asks, and a column of it."""
    relations = choose.world.of_kind(*RELATIONS)
    if not relations or not choose.chance(0.5):
        return None
    relation = choose.one_of(relations)
    return ("@" + relation.key, choose.part(relation.key))


def argument_list(world, thing):
    """All have names or none has in a body that is kept as a tree: pg_get_function_sqlbody says "" for $1 where only others
    have names, which pg_dump cannot restore either."""
    given, said = thing.says["arguments"], []
    some_named = thing.says["language"] == "atomic" and any(name for name, _, _ in given)
    for place, (name, of, default) in enumerate(given):
        name = name or (f"unnamed{place}" if some_named else "")
        said.append((f"{quoted(name)} " if name else "") + type_sql(world, of)
                    + (f" default {fixed_value(world, of, 1)}" if default else ""))
    return ", ".join(said)


def signature(world, thing):
    return f"{world.address(thing.key)}({', '.join(type_sql(world, of) for _, of, _ in thing.says['arguments'])})"


def quoted_body(text):
    return f"$body${text}$body$"


def result_of(world, thing):
    """The query that gives what the function returns."""
    says = thing.says
    if isinstance(says["returns"], str) and says["returns"] != "table":
        return f"select * from {world.address(says['returns'])}"
    if says["returns"] == "table":
        return "select 1, 'x'::text"
    given = [f"${place + 1}" for place, (_, of, _) in enumerate(says["arguments"]) if of == says["returns"]]
    expression = given[0] if given and says["body"] % 3 else fixed_value(world, says["returns"], says["body"])
    where = ""
    if says["asks"] and says["language"] != "plpgsql" and says["volatility"] != "immutable":
        relation, part = says["asks"]
        where = f" where exists (select a.{world.name(part)} from {world.address(relation)} a)"
    return f"select ({expression})::{type_sql(world, says['returns'])}{where}"


ROUTINE = {"arguments": arguments, "language": one_of("sql", "sql", "plpgsql", "atomic"), "asks": asks, "body": number,
           "definer": sometimes(0.1), "setting": sometimes(0.1)}


@kind("function", weight=5, homes=("schema",), noun="function", subject=signature, owned=True, privileges=("execute",), options={
    **ROUTINE, "returns": returned, "volatility": one_of("immutable", "immutable", "stable", "volatile"), "strict": sometimes(0.15),
    "leakproof": sometimes(0.05), "parallel": one_of("", "", " parallel safe", " parallel restricted"), "cost": sometimes(0.1)})
def function(world, thing):
    says = thing.says
    if says["returns"] == "table":
        returns = 'table(n integer, "odd col" text)'
    elif isinstance(says["returns"], str):
        returns = f"setof {world.address(says['returns'])}"
    else:
        returns = type_sql(world, says["returns"])
    text = f"create function {world.address(thing.key)}({argument_list(world, thing)}) returns {returns}"
    text += f" language {'plpgsql' if says['language'] == 'plpgsql' else 'sql'} {says['volatility']}{says['parallel']}"
    text += (" strict" if says["strict"] else "") + (" security definer" if says["definer"] else "")
    text += (" leakproof" if says["leakproof"] else "") + (" cost 77" if says["cost"] else "")
    text += " set search_path = pg_catalog, pg_temp" if says["setting"] else ""
    body = result_of(world, thing)
    if says["language"] == "atomic":
        return f"{text} begin atomic {body}; end"
    if says["language"] == "plpgsql":
        rows = isinstance(says["returns"], str)
        inner = f"return query {body}" if rows else f"return ({body})"
        return f"{text} as {quoted_body(f'begin {inner}; end')}"
    return f"{text} as {quoted_body(body)}"


@kind("procedure", weight=1, homes=("schema",), noun="procedure", subject=signature, owned=True, privileges=("execute",), options=ROUTINE)
def procedure(world, thing):
    says = thing.says
    text = f"create procedure {world.address(thing.key)}({argument_list(world, thing)})"
    text += f" language {'plpgsql' if says['language'] == 'plpgsql' else 'sql'}" + (" security definer" if says["definer"] else "")
    text += " set work_mem = '8MB'" if says["setting"] else ""
    if says["language"] == "plpgsql":
        return f"{text} as {quoted_body('begin perform ' + str(says['body']) + '; end')}"
    body = f"select {says['body']}"
    if says["asks"]:
        relation, part = says["asks"]
        body = f"select a.{world.name(part)} from {world.address(relation)} a"
    return f"{text} begin atomic {body}; end" if says["language"] == "atomic" else f"{text} as {quoted_body(body)}"


@kind("aggregate", weight=0.8, homes=("schema",), noun="aggregate", owned=True, privileges=("execute",),
      subject=lambda world, thing: f"{world.address(thing.key)}({thing.says['state'][0]})", options={
          "state": one_of(("integer", "int4pl"), ("bigint", "int8pl"), ("numeric", "numeric_add"), ("text", "textcat")),
          "initial": sometimes(0.5), "parallel": sometimes(0.3)})
def aggregate(world, thing):
    of, step = thing.says["state"]
    initial = f", initcond = '{'' if of == 'text' else 0}'" if thing.says["initial"] else ""
    parallel = ", parallel = safe" if thing.says["parallel"] else ""
    return f"create aggregate {world.address(thing.key)}({of}) (sfunc = {step}, stype = {of}{initial}{parallel})"


@kind("trigger_function", weight=1.5, homes=("schema",), noun="function", owned=True, privileges=("execute",),
      subject=lambda world, thing: f"{world.address(thing.key)}()", options={"body": number})
def trigger_function(world, thing):
    body = ("begin return new; end", "begin return null; end", "begin raise notice '%', tg_op; return new; end")[thing.says["body"] % 3]
    return f"create function {world.address(thing.key)}() returns trigger language plpgsql as {quoted_body(body)}"


# -- what runs by itself


def on_table(world, thing):
    return f"{world.name(thing.key)} on {world.address(thing.home)}"


EVENTS = ("insert", "update", "delete", "insert or update", "insert or update or delete", "truncate")


@kind("trigger", weight=3, homes=TABLES + ("view",), noun="trigger", subject=on_table, options={
    "function": lambda choose: choose.pick("trigger_function"), "timing": one_of("before", "after"), "events": one_of(*EVENTS),
    "row": sometimes(0.6), "columns": lambda choose: choose.parts(2) if choose.chance(0.2) else None, "when": maybe_number(0.2),
    "constraint": sometimes(0.15), "transition": sometimes(0.15), "arguments": one_of("", "", "'x', 'it''s'")})
def trigger(world, thing):
    says, home = thing.says, world[thing.home]
    events, timing, row = says["events"], says["timing"], says["row"]
    if home.kind == "view":
        timing, row = "instead of", True
        events = "insert" if events == "truncate" else events
    row = row and events != "truncate" or says["constraint"] and home.kind != "view"
    if says["constraint"] and events == "truncate":
        events = "insert"
    constraint = says["constraint"] and home.kind != "view"
    timing = "after" if constraint else timing
    if says["columns"] and home.kind != "view":
        events = events.replace("update", f"update of {', '.join(world.name(each) for each in says['columns'])}")
    text = f"create {'constraint ' if constraint else ''}trigger {world.name(thing.key)} {timing} {events} on {world.address(thing.home)}"
    text += " deferrable initially deferred" if constraint else ""
    is_plain = home.kind == "table" and not home.says["partitioning"]
    if says["transition"] and timing == "after" and events in ("insert", "update") and not constraint and not row and is_plain:
        text += " referencing new table as fresh"
    text += " for each row" if row else " for each statement"
    if says["when"] is not None and row and timing != "instead of" and "delete" not in events:
        first = world.parts(thing.home)[0]
        text += f" when ({condition(world, part_type(world, first), 'new.' + quoted(first.name), says['when'])})"
    return f"{text} execute function {world.address(says['function'])}({says['arguments']})"


@kind("trigger_state", weight=0.6, homes=("trigger",), named=False, options={"state": one_of("disable", "enable replica", "enable always")})
def trigger_state(world, thing):
    of = world[thing.home]
    if world[of.home].kind == "view":
        return f"alter view {world.address(of.home)} set (security_barrier = true)"
    return f"alter table {world.address(of.home)} {thing.says['state']} trigger {quoted(of.name)}"


@kind("rule", weight=1, homes=TABLES + ("view",), noun="rule", subject=on_table, options={
    "event": one_of("insert", "update", "delete"), "also": sometimes(0.3), "action": number,
    "into": lambda choose: choose.part(choose.pick(*TABLES)) if choose.chance(0.4) else None})
def rule(world, thing):
    says = thing.says
    action = "nothing"
    if says["into"]:
        column = world[says["into"]]
        of = part_type(world, column)
        action = f"insert into {world.address(column.home)} ({quoted(column.name)}) values ({fixed_value(world, of, says['action'])})"
    return (f"create rule {world.name(thing.key)} as on {says['event']} to {world.address(thing.home)}"
            f" do {'also' if says['also'] else 'instead'} {action}")


@kind("policy", weight=2, homes=TABLES, noun="policy", subject=on_table, options={
    "command": one_of("all", "select", "insert", "update", "delete"), "restrictive": sometimes(0.2),
    "roles": lambda choose: tuple(choose.rng.sample(("public",) + ROLES, choose.rng.randint(1, 2))),
    "column": lambda choose: choose.part(), "condition": number, "check": sometimes(0.4)})
def policy(world, thing):
    says, column = thing.says, world[thing.says["column"]]
    text = f"create policy {world.name(thing.key)} on {world.address(thing.home)}{' as restrictive' if says['restrictive'] else ''}"
    roles = ", ".join("public" if each == "public" else quoted(each) for each in says["roles"])
    text += f" for {says['command']} to {'public' if 'public' in says['roles'] else roles}"
    test = condition(world, part_type(world, column), quoted(column.name), says["condition"])
    if says["command"] != "insert":
        text += f" using ({test})"
    if says["command"] == "insert" or says["check"] and says["command"] in ("all", "update"):
        text += f" with check ({test})"
    return text


@kind("event_trigger", weight=0.3, noun="event trigger", owned=False, options={
    "event": one_of("ddl_command_end", "sql_drop", "ddl_command_start"), "function": lambda choose: choose.pick("event_function"),
    "tags": sometimes(0.3)})
def event_trigger(world, thing):
    tags = " when tag in ('CREATE TABLE', 'DROP TABLE')" if thing.says["tags"] else ""
    return (f"create event trigger {world.name(thing.key)} on {thing.says['event']}{tags}"
            f" execute function {world.address(thing.says['function'])}()")


@kind("event_function", weight=0.3, homes=("schema",), noun="function", subject=lambda world, thing: f"{world.address(thing.key)}()",
      owned=True)
def event_function(world, thing):
    return f"create function {world.address(thing.key)}() returns event_trigger language plpgsql as {quoted_body('begin end')}"
