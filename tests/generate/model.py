"""The model: a schema is a set of things, which refer to each other by keys and are said in one SQL statement each.

A reference is a text "@key". When what it refers to is dropped, a list gets shorter (LISTS), an option that a thing can do
without is forgotten (SPARE), and else the thing goes too. A part (a column, a field of a view) stands in the statement of its
home.
"""
import dataclasses

from spelling import quoted

PUBLIC = "public"
LISTS = {"columns", "include", "inherits", "arguments", "attributes"}
SPARE = {"include", "inherits", "arguments", "call", "sequence", "owner", "generated", "collate", "asks", "into"}


@dataclasses.dataclass(frozen=True)
class Thing:
    key: str
    kind: str
    name: str
    home: str = ""  # key of the schema or of the thing that it is part of
    says: dict = dataclasses.field(default_factory=dict)  # options; never changed in place

    def saying(self, **options):
        return dataclasses.replace(self, says={**self.says, **options})


def references(value):
    """The keys that a value of an option refers to."""
    if isinstance(value, str):
        return {value[1:]} if value.startswith("@") else set()
    if isinstance(value, (tuple, list)):
        return set().union(*(references(each) for each in value)) if value else set()
    return set()


def without(thing, key):
    """The thing when `key` is gone; none when it cannot do without."""
    says = {}
    for option, value in thing.says.items():
        if key in references(value):
            value = tuple(each for each in value if key not in references(each)) if option in LISTS else None
            if not value:
                if option not in SPARE:
                    return None
                value = () if option == "arguments" else None
        says[option] = value
    return None if thing.home == key else dataclasses.replace(thing, says=says)


class World:
    """All things of one schema."""

    def __init__(self, kinds, major, things=None):
        self.kinds = kinds
        self.major = major  # of the server
        self.things = dict(things) if things is not None else {PUBLIC: Thing(PUBLIC, "schema", PUBLIC)}

    def copy(self):
        return World(self.kinds, self.major, self.things)

    def __getitem__(self, key):
        return self.things[key.lstrip("@")]

    def __contains__(self, key):
        return key.lstrip("@") in self.things

    def put(self, thing):
        self.things[thing.key] = thing

    def of_kind(self, *kinds):
        return [thing for thing in self.things.values() if thing.kind in kinds]

    def parts(self, key):
        """The columns of a table or the fields of a view, in order."""
        key = key.lstrip("@")
        relation = self.things[key]
        if relation.kind == "partition":
            return self.parts(relation.says["of"])
        return [each for each in self.things.values() if each.home == key and each.kind in ("column", "field")]

    def needed(self, thing):
        """The keys of what the thing cannot do without."""
        keys = {thing.home} if thing.home else set()
        for value in thing.says.values():
            keys |= references(value)
        return keys - {thing.key}

    def drop(self, key):
        """Drops a thing, and what cannot do without it."""
        if key == PUBLIC:
            return
        self.things.pop(key, None)
        for other in list(self.things.values()):
            if other.key not in self.things or key not in self.needed(other):
                continue
            shorter = without(other, key)
            if shorter is None:
                self.drop(other.key)
            else:
                self.things[other.key] = shorter
        for other in list(self.things.values()):
            if other.key in self.things and self.kinds[other.kind].holds_parts and not self.parts(other.key):
                self.drop(other.key)

    def tidy(self):
        """Drops what refers to things that are not there, and what its kind says does not fit any more."""
        changed = True
        while changed:
            changed = False
            for thing in list(self.things.values()):
                if thing.key not in self.things:
                    continue
                missing = [key for key in self.needed(thing) if key not in self.things]
                fits = self.kinds[thing.kind].fits
                if missing or (fits is not None and not fits(self, thing)):
                    changed = True
                    for key in missing or [thing.key]:
                        self.drop(key)

    # -- what SQL calls things

    def name(self, key):
        return quoted(self[key].name)

    def address(self, key):
        """The quoted name with its schema, or what the kind says."""
        thing = self[key]
        if not thing.home or thing.kind == "schema":
            return quoted(thing.name)
        home = self[thing.home]
        return f"{quoted(home.name)}.{quoted(thing.name)}" if home.kind == "schema" else quoted(thing.name)

    def subject(self, key):
        """What follows COMMENT ON: "table public.item"."""
        thing = self[key]
        kind = self.kinds[thing.kind]
        return f"{kind.noun} {kind.subject(self, thing) if kind.subject else self.address(thing.key)}"

    # -- the whole as SQL

    def statements(self):
        """(key, statement) of all things, needed ones first and else in the order of their making."""
        done, out = {PUBLIC}, []

        def owner(key):
            thing = self.things[key]
            return thing.home if self.kinds[thing.kind].sql is None and thing.home else key

        def visit(key, way):
            if key in done or key in way:
                return
            members = [key] + [each.key for each in self.things.values() if owner(each.key) == key and each.key != key]
            for member in members:
                for needed in sorted(self.needed(self.things[member])):
                    if needed in self.things:
                        visit(owner(needed), way | {key})
            if key not in done:
                done.add(key)
                out.append((key, self.kinds[self.things[key].kind].sql(self, self.things[key])))

        for key in list(self.things):
            visit(owner(key), frozenset())
        return out
