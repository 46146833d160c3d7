"""Compares what pg_dump says of two databases, whatever the order in which they came to it."""
import collections
import re

_HEADER = re.compile(r"^--\n-- Name: (?P<name>.*?); Type: (?P<type>[A-Z ]+); Schema: (?P<schema>.*?); Owner: ?(?P<owner>.*)\n--\n",
                     re.MULTILINE)
_NOISE = re.compile(r"^(SET default_\w+ = .*;|SELECT pg_catalog\.set_config.*;|\\(un)?restrict .*|--.*PostgreSQL database dump.*|--)$")
_NUMBER = re.compile(r"\bpg_attver=\d+")  # by which servers from 15.20 on number the columns of each table
_STATISTICS = re.compile(r"^(CREATE STATISTICS .* ON )(.*)( FROM .*)$")  # their columns stand in the order of the table's
_UNORDERED = {"TABLE", "ACL", "DEFAULT ACL"}  # the order of columns, and that in which rights were given, is no difference


def entries(text):
    """The entries of a dump as a multiset of (heading, statements)."""
    text = _NUMBER.sub("pg_attver", text)
    heads = list(_HEADER.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found = collections.Counter()
    for head, end in zip(heads, ends):
        lines = [line for line in text[head.end():end].splitlines() if line and not _NOISE.match(line)]
        if head["type"] in _UNORDERED:
            lines = sorted(line.rstrip(",") for line in lines)
        if head["type"] == "STATISTICS":
            lines = [_STATISTICS.sub(_in_order, line) for line in lines]
        found[(f"{head['type']} {head['schema']}.{head['name']}", "\n".join(lines))] += 1
    return found


def _in_order(found):
    return found[1] + ", ".join(sorted(found[2].split(", "))) + found[3]


def difference(actual, wanted):
    """What one dump has and the other has not; empty when they say the same."""
    here, there = entries(actual), entries(wanted)
    lines = [f"- {heading}\n{body}" for heading, body in sorted((here - there).elements())]
    lines += [f"+ {heading}\n{body}" for heading, body in sorted((there - here).elements())]
    return "\n".join(lines)
