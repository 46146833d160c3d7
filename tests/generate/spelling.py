"""Names as people give them, and how SQL spells them."""
import re

RESERVED = {"order", "user", "table", "select", "group", "end", "default", "check", "type", "value", "primary", "all"}
PLAIN = ("item", "price", "note", "state", "label", "amount", "owner_id", "created_at", "body", "kind", "parent", "total",
         "code", "ref", "score", "tag")
ODD = ("order", "user", "select", "end", "default", "value", "all", "Mixed Case", 'quo"te', "dot.ted", "line\nbreak", "$dollar$",
       "'apos'", "semi;colon", "back\\slash", " space ", "1digit", "--dash", "/*star*/", "(paren)", "ä" * 31, "名前" * 10, "{brace}",
       "a,b", "%s", "🐘", "...")

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")


def quoted(name):
    """An identifier; with quotes where it is more than a plain word."""
    if _PLAIN.match(name) and name not in RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    """A string constant."""
    escaped = text.replace("'", "''")
    if "\\" in text:
        return " E'" + escaped.replace("\\", "\\\\") + "'"
    return "'" + escaped + "'"


def new_name(rng, taken, odd=0.3):
    """A name that is not in `taken`; odd ones come with this probability."""
    base = rng.choice(ODD if rng.random() < odd else PLAIN)
    name, number = base, 1
    while name in taken:
        number += 1
        room = 63 - len(str(number)) - 1
        name = base.encode()[:room].decode(errors="ignore") + f"_{number}"
    return name
