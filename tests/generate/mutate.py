"""Makes a random schema, and another one from it."""
import dataclasses

from kinds import KINDS, Choose, Impossible
from model import PUBLIC, Thing, World
from spelling import new_name

import kinds_code, kinds_constraints, kinds_rights, kinds_tables, kinds_types  # noqa: F401  they register their kinds

GROWN = [kind for kind in KINDS.values() if kind.weight > 0]


class Maker:
    """Adds things to a world, and changes them."""

    def __init__(self, rng, world):
        self.rng, self.world = rng, world
        self.last = max((int("".join(filter(str.isdigit, key)) or 0) for key in world.things), default=0)

    def new_key(self, kind):
        self.last += 1
        return f"{kind}{self.last}"

    def free_name(self, home, odd=0.3):
        taken = {each.name for each in self.world.things.values() if each.home == home}
        return new_name(self.rng, taken, odd)

    def make(self, kind, home=None, **told):
        """A new thing of the kind, with its parts; Impossible where there is nothing to make it of."""
        if home is None and kind.homes:
            home = self.rng.choice(self.world.of_kind(*kind.homes) or [None])
            if home is None:
                raise Impossible
            home = home.key
        home = home or ""
        thing = Thing(self.new_key(kind.name), kind.name, self.free_name(home) if kind.named else "", home)
        choose = Choose(self.rng, self.world, home, thing.key)
        for option, roll in kind.options.items():
            choose.said[option] = told[option] if option in told else roll(choose)
        thing = dataclasses.replace(thing, says=choose.said)
        self.world.put(thing)
        if kind.holds_parts or kind.name == "table":
            part = KINDS["field" if kind.holds_parts else "column"]
            for _ in range(self.rng.randint(1, 5)):
                self.make(part, thing.key)
        return thing

    def grow(self, count, kinds=None):
        kinds = kinds or GROWN
        for _ in range(count):
            try:
                self.make(self.rng.choices(kinds, [kind.weight for kind in kinds])[0])
            except Impossible:
                continue

    # -- changes

    def some(self, *kinds):
        things = [each for each in self.world.things.values() if each.key != PUBLIC and (not kinds or each.kind in kinds)]
        if not things:
            raise Impossible
        return self.rng.choice(things)

    def reroll(self):
        """Chooses one option of a thing anew, or a few."""
        # Kinds are chosen first, so that columns and comments do not take it all.
        kinds = sorted({each.kind for each in self.world.things.values() if KINDS[each.kind].options} - {"schema"})
        if not kinds:
            raise Impossible
        kind = self.rng.choice(kinds)
        thing = self.some(kind)
        options = list(KINDS[kind].options)
        chosen = self.rng.sample(options, min(len(options), self.rng.choice((1, 1, 2))))
        said = dict(thing.says)
        for option in chosen:
            choose = Choose(self.rng, self.world, thing.home, thing.key, said, said[option])
            said[option] = KINDS[kind].options[option](choose)
        self.world.put(dataclasses.replace(thing, says=said))

    def drop(self):
        self.world.drop(self.some().key)

    def add(self):
        self.grow(1)

    def add_part(self):
        home = self.some("table", "view", "materialized_view")
        self.make(KINDS["column" if home.kind == "table" else "field"], home.key)

    def rename(self):
        thing = self.some()
        if thing.name:
            self.world.put(dataclasses.replace(thing, name=self.free_name(thing.home)))

    def swap_names(self):
        one = self.some()
        others = [each for each in self.world.things.values() if each.home == one.home and each.kind == one.kind and each.name]
        other = self.rng.choice(others or [one])
        self.world.put(dataclasses.replace(one, name=other.name))
        self.world.put(dataclasses.replace(other, name=one.name))

    def move(self):
        """To another schema, or to another table."""
        thing = self.some(*[kind.name for kind in GROWN if "schema" in kind.homes])
        home = self.rng.choice(self.world.of_kind("schema"))
        self.world.put(dataclasses.replace(thing, home=home.key))

    def usurp(self):
        """Drops a thing; another of any kind takes its name."""
        thing = self.some()
        self.world.drop(thing.key)
        if KINDS[thing.kind].homes and thing.home in self.world:
            home_kind = self.world[thing.home].kind
            kinds = [kind for kind in GROWN if home_kind in kind.homes and kind.named]
            if not kinds:
                return
            made = self.make(self.rng.choice(kinds), thing.home)
            self.world.put(dataclasses.replace(self.world[made.key], name=thing.name or made.name))

    def detach(self):
        """A partition becomes a table of its own, with the same columns."""
        thing = self.some("partition")
        self.stand_alone(thing)

    def stand_alone(self, thing):
        columns = self.world.parts(thing.key)
        renamed = {}
        for each in columns:
            key = renamed[each.key] = self.new_key("column")
            generated = each.says["generated"]
            if generated and generated[0][1:] in renamed:
                generated = ("@" + renamed[generated[0][1:]], generated[1])
            self.world.put(dataclasses.replace(each, key=key, home=thing.key, says={**each.says, "generated": generated, "identity": None}))
        self.world.put(dataclasses.replace(thing, kind="table", says={
            "partitioning": thing.says["partitioning"], "unlogged": thing.says["unlogged"], "inherits": None, "fillfactor": None}))

    def attach(self):
        """A table like a partitioned one becomes its partition, or does so by CREATE TABLE in the first place."""
        choose = Choose(self.rng, self.world)
        made = self.make(KINDS["partition"], choose.pick("schema")[1:], partitioning=None, unlogged=None)
        told = {option: made.says[option] for option in ("of", "number", "default")}
        if self.rng.random() < 0.6:
            self.stand_alone(made)
            self.make(KINDS["attachment"], made.key, **told)

    WAYS = {"reroll": 9, "drop": 3, "add": 3, "add_part": 2, "rename": 1.5, "swap_names": 1, "move": 1, "usurp": 1, "detach": 1,
            "attach": 1}

    def change(self):
        way = self.rng.choices(list(self.WAYS), list(self.WAYS.values()))[0]
        try:
            getattr(self, way)()
        except Impossible:
            pass  # half a change is one too
        self.world.tidy()


def make_world(rng, major, size):
    world = World(KINDS, major)
    maker = Maker(rng, world)
    for _ in range(rng.randint(0, 2)):
        maker.make(KINDS["schema"])
    maker.grow(rng.randint(1, 5), [kind for kind in GROWN if kind.name in ("enum", "domain", "composite", "range", "function", "sequence")])
    maker.grow(rng.randint(1, 4), [KINDS["table"]])
    maker.grow(rng.randint(size // 3, size))
    world.tidy()
    return world


def mutated(rng, world, changes):
    maker = Maker(rng, world.copy())
    for _ in range(changes):
        maker.change()
    return maker.world
