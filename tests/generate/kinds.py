"""What a kind of thing is to the generator: which options it has, how they are chosen, and how it is said in SQL."""
import dataclasses
import typing

KINDS = {}


class Impossible(Exception):
    """The schema has nothing that such a thing could be made of."""


@dataclasses.dataclass
class Kind:
    name: str
    sql: typing.Callable | None  # (world, thing) -> statement; None: it is said in the statement of its home
    weight: float = 1            # how often one is made
    homes: tuple = ()            # kinds of what it can be part of; none: the database itself
    noun: str = ""               # what COMMENT ON calls it; empty: it takes no comment
    subject: typing.Callable | None = None  # what follows the noun; none: its address
    options: dict = dataclasses.field(default_factory=dict)  # name -> Choose -> value, in the order of choosing
    privileges: tuple = ()
    owned: bool = False
    named: bool = True
    holds_parts: bool = False
    fits: typing.Callable | None = None  # (world, thing) -> whether it can still be as it is


@dataclasses.dataclass
class Choose:
    """What an option is chosen with."""
    rng: typing.Any
    world: typing.Any
    home: str = ""
    key: str = ""     # of the thing itself
    said: dict = dataclasses.field(default_factory=dict)  # the options that were chosen before, and the old ones
    old: typing.Any = None                                # what the option was, where it changes

    def one_of(self, choices):
        if not choices:
            raise Impossible
        return self.rng.choice(tuple(choices))

    def chance(self, probability):
        return self.rng.random() < probability

    def number(self):
        return self.rng.randrange(1000)

    def pick(self, *kinds, where=None):
        """A reference to some thing of these kinds."""
        return "@" + self.one_of([each for each in self.world.of_kind(*kinds)
                                  if each.key != self.key and (where is None or where(each))]).key

    def part(self, key=None, where=None):
        """A reference to some column or field of the relation, or of the home."""
        return "@" + self.one_of([each for each in self.world.parts(key or self.home) if where is None or where(each)]).key

    def parts(self, most, where=None):
        """References to some different columns or fields of the home."""
        there = [each for each in self.world.parts(self.home) if where is None or where(each)]
        if not there:
            raise Impossible
        return tuple("@" + each.key for each in self.rng.sample(there, self.rng.randint(1, min(most, len(there)))))


def kind(name, **facts):
    """Registers a kind by the function that says it in SQL."""
    def register(sql):
        KINDS[name] = Kind(name, sql, **facts)
        return sql
    return register


def sometimes(probability, value=True):
    return lambda choose: value if choose.chance(probability) else None


def one_of(*choices):
    return lambda choose: choose.one_of(choices)


def number(choose):
    return choose.number()


def maybe_number(probability):
    return lambda choose: choose.number() if choose.chance(probability) else None


def names(world, references):
    return ", ".join(world.name(each) for each in references)
