"""What is said about other things: comments, owners, grants; and publications."""
from kinds import KINDS, Choose, kind, maybe_number, one_of, sometimes
from kinds_code import ROLES
from kinds_tables import TABLES
from spelling import literal, quoted
from values import condition, part_type

TEXTS = ("what it is", "it's", "back\\slash", "two\nlines", 'with "quotes"', "$$ body $$", "Größe 名", "-- no comment", "%s {} ;")


def some_thing(choose: Choose, wanted):
    """Any thing whose kind is wanted."""
    return "@" + choose.one_of([each for each in choose.world.things.values() if wanted(KINDS[each.kind]) and each.key != "public"]).key


@kind("comment", weight=5, named=False, options={
    "on": lambda choose: choose.old or some_thing(choose, lambda of: of.noun), "text": one_of(*TEXTS)})
def comment(world, thing):
    return f"comment on {world.subject(thing.says['on'])} is {literal(thing.says['text'])}"


@kind("owner", weight=2, named=False, options={
    "of": lambda choose: choose.old or some_thing(choose, lambda of: of.owned), "role": one_of(*ROLES)})
def owner(world, thing):
    return f"alter {world.subject(thing.says['of'])} owner to {quoted(thing.says['role'])}"


def some_privileges(choose: Choose):
    choices = KINDS[choose.world[choose.said["on"]].kind].privileges
    return tuple(sorted(choose.rng.sample(choices, choose.rng.randint(1, min(2, len(choices))))))


@kind("grant", weight=4, named=False, options={
    "on": lambda choose: choose.old or some_thing(choose, lambda of: of.privileges), "privileges": some_privileges,
    "role": one_of(*ROLES, "public"), "option": sometimes(0.15), "revoke": sometimes(0.1)})
def grant(world, thing):
    says, on = thing.says, world[thing.says["on"]]
    role = "public" if says["role"] == "public" else quoted(says["role"])
    privileges, subject = ", ".join(says["privileges"]), world.subject(on.key)
    if on.kind == "column":
        column = quoted(on.name)
        privileges = ", ".join(f"{each} ({column})" for each in says["privileges"])
        subject = f"table {world.address(on.home)}"
    if on.kind in ("view", "materialized_view"):
        subject = f"table {world.address(on.key)}"
    if on.kind == "aggregate":
        subject = f"function {KINDS['aggregate'].subject(world, on)}"
    if says["revoke"]:
        return f"revoke {privileges} on {subject} from {role}"
    return f"grant {privileges} on {subject} to {role}" + (" with grant option" if says["option"] and role != "public" else "")


@kind("default_privileges", weight=0.4, named=False, options={
    "schema": lambda choose: choose.pick("schema") if choose.chance(0.6) else None, "role": one_of(*ROLES),
    "what": one_of("select on tables", "usage on sequences", "execute on functions", "usage on types", "insert, update on tables"),
    "for": one_of(None, "app")})
def default_privileges(world, thing):
    says = thing.says
    who = f" for role {quoted(says['for'])}" if says["for"] else ""
    where = f" in schema {world.address(says['schema'])}" if says["schema"] else ""
    return f"alter default privileges{who}{where} grant {says['what']} to {quoted(says['role'])}"


@kind("publication", weight=1, noun="publication", owned=True, options={
    "all": sometimes(0.2), "publish": one_of("", "", "publish = 'insert'", "publish_via_partition_root = true"),
    "schema": lambda choose: choose.pick("schema") if choose.world.major >= 15 and choose.chance(0.3) else None})
def publication(world, thing):
    says = thing.says
    what = " for all tables" if says["all"] else ""
    if says["schema"] and not says["all"]:
        what = f" for tables in schema {world.address(says['schema'])}"
    return f"create publication {world.name(thing.key)}{what}" + (f" with ({says['publish']})" if says["publish"] else "")


def publishes_tables(world, thing):
    return not world[thing.says["publication"]].says["all"]


@kind("publication_table", weight=1, homes=TABLES, named=False, fits=publishes_tables, options={
    "publication": lambda choose: choose.pick("publication", where=lambda each: not each.says["all"]),
    "columns": lambda choose: choose.parts(2) if choose.chance(0.2) else None, "where": maybe_number(0.2)})
def publication_table(world, thing):
    says = thing.says
    text = f"alter publication {world.address(says['publication'])} add table {world.address(thing.home)}"
    if says["columns"] and world.major >= 15:
        text += f" ({', '.join(world.name(each) for each in says['columns'])})"
    if says["where"] is not None and world.major >= 15:
        first = world.parts(thing.home)[0]
        text += f" where ({condition(world, part_type(world, first), quoted(first.name), says['where'])})"
    return text
