"""Makes a failing pair of schemas smaller while it still fails in the same way, and writes it as a fixture."""
import dataclasses
import os
import re

from model import PUBLIC


def signature(failure):
    """What two failures of one cause have in common: the stage, and the message without its names and numbers."""
    lines = failure.message.strip().splitlines()
    telling = [line for line in lines if re.search(r"ERROR:|plumb:|^[-+] ", line)] or lines[:2] or [""]
    text = telling[0].split("failed there: ")[-1].split("ERROR: ")[-1]
    if failure.stage in ("forward", "way back", "inspect yaml", "inspect sql", "second plan") and not text.startswith("  "):
        text = " ".join(text.split()[:3])  # the kind of what differs
    return f"{failure.stage}: " + re.sub(r'"[^"]*"|\'[^\']*\'|[a-z_]*\.\S+|\d+', "_", text)[:80]


def plain_names(before, after):
    """The same pair with names that are easy to read, as far as equal ones stay equal."""
    new = {}

    def renamed(world):
        copy = world.copy()
        for thing in world.things.values():
            if thing.name and thing.key != PUBLIC:
                short = new.setdefault((thing.kind, thing.home, thing.name), re.sub(r"(\D)\D*?(\d+)$", r"\1\2", thing.key))
                copy.put(dataclasses.replace(thing, name=short))
        return copy

    return renamed(before), renamed(after)


def reductions(before, after):
    """Pairs of schemas that are a little smaller, the boldest first."""
    keys = [key for key in {**before.things, **after.things} if key != PUBLIC]
    size = max(len(keys) // 2, 1)
    while size >= 1:
        for start in range(0, len(keys), size):
            yield "drop", keys[start:start + size]
        if size == 1:
            break
        size //= 2
    for key in keys:
        if before.things.get(key) != after.things.get(key):
            yield "undo", [key]
    for key in keys:
        yield "simplify", [key]


def reduced(before, after, what, keys):
    before, after = before.copy(), after.copy()
    for key in keys:
        if what == "drop":
            before.drop(key)
            after.drop(key)
        elif what == "undo":
            if key in before.things and key in after.things:
                after.put(before.things[key])
            elif key in before.things:
                before.drop(key)
            else:
                after.drop(key)
        else:
            for world in (before, after):
                if key in world.things:
                    world.put(simplified(world.things[key], before.things.get(key), after.things.get(key)))
    before.tidy()
    after.tidy()
    return before, after


def simplified(thing, one, other):
    """Without the options that can be left out and do not differ."""
    says = dict(thing.says)
    for option, value in says.items():
        same = one is None or other is None or one.says.get(option) == other.says.get(option)
        if same and (value is True or option in ("default", "where", "when", "fillfactor", "call", "asks", "collate", "identity")):
            says[option] = None
    return dataclasses.replace(thing, says=says)


def shrink(before, after, fails, tries):
    """The smallest pair that was found within so many tries."""
    candidates = [plain_names(before, after)]
    progress = True
    if fails(*candidates[0]):
        before, after = candidates[0]
    tries -= 1
    while progress and tries > 0:
        progress = False
        for what, keys in list(reductions(before, after)):
            if tries <= 0:
                break
            if not any(key in before.things or key in after.things for key in keys):
                continue
            smaller = reduced(before, after, what, keys)
            if smaller[0].things == before.things and smaller[1].things == after.things:
                continue
            tries -= 1
            if fails(*smaller):
                before, after = smaller
                progress = True
    return before, after


def write_case(folder, before, after, failure, how):
    """before.sql and after.sql as in fixtures/<kind>/<case>/, and what failed."""
    os.makedirs(folder, exist_ok=True)
    for name, world in (("before.sql", before), ("after.sql", after)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
            out.writelines(f"{sql};\n" for _, sql in world.statements())
    with open(os.path.join(folder, "failure.txt"), "w", encoding="utf-8") as out:
        out.write(f"{how}\n\n{failure.stage}\n\n{failure.message}\n")
