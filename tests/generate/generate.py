#!/usr/bin/env python3
"""Random schemas, random changes of them, and the checks that hold everywhere. Started by tests/generate/run."""
import argparse
import collections
import concurrent.futures
import os
import queue
import random
import re
import sys
import time

from checks import Checker, load
from known import KNOWN
from mutate import make_world, mutated
from server import Failure, Server
from shrink import shrink, signature, write_case

MOST_REFUSED = 0.25  # of all statements; beyond that the generator is out of step with PostgreSQL


class Run:
    """All rounds of one seed."""

    def __init__(self, options):
        self.options = options
        self.server = Server(options.psql, options.pg_dump, {})
        self.server.make_roles()
        self.slots = queue.Queue()
        for slot in range(options.jobs):
            self.slots.put(Checker(self.server, options.plumb, options.work, slot))
        self.counts = collections.Counter()
        self.refusals = collections.Counter()
        self.seen = set()

    def say(self, text):
        print(f"generate: {text}", flush=True)

    def round(self, number):
        checker = self.slots.get()
        try:
            rng = random.Random(f"{self.options.seed}/{number}")
            before = make_world(rng, self.options.major, rng.choice((8, 20, 40)))
            self.server.create(checker.before, checker.after)
            self.load(checker.before, before)
            after = mutated(rng, before, rng.randint(1, 8))
            self.load(checker.after, after)
            rows = [before.address(each.key) for each in before.of_kind("table")] if rng.random() < 0.3 else []
            form = rng.choice(("yaml", "sql"))
            try:
                self.counts[checker.check(form, rows) or "passed"] += 1
            except Failure as failure:
                self.failed(number, checker, before, after, form, rows, failure)
        finally:
            self.slots.put(checker)

    def load(self, database, world):
        refused, all_of_them = load(self.server, database, world)
        self.counts["refused"] += len(refused)
        self.counts["statements"] += all_of_them
        for sql, words in refused:
            self.refusals[" ".join(sql.split()[:3]) + ": " + re.sub(r'"[^"]*"|\d+', "_", words.split("ERROR:")[-1])[:90]] += 1
            if self.options.refused:
                self.say(f"refused: {sql}\n    {words}")

    def failed(self, number, checker, before, after, form, rows, failure):
        for pattern, _ in KNOWN:
            if re.search(pattern, f"{failure.stage}: {failure.message}", re.DOTALL):
                self.counts["known"] += 1
                return
        if not self.are_restorable(checker, before, after):
            self.counts["beyond restoring"] += 1
            return
        self.counts["failed"] += 1
        how = f"tests/generate/run --seed {self.options.seed} --round {number} --major {self.options.major}"
        sign = signature(failure)
        if sign in self.seen:
            self.say(f"FAILED again: {sign}\n    {how}")
            return
        self.seen.add(sign)
        self.say(f"FAILED: {failure}\n    {how}")
        last = [failure]

        def fails(one, other):
            self.server.create(checker.before, checker.after)
            load(self.server, checker.before, one)
            load(self.server, checker.after, other)
            try:
                checker.check(form, [one.address(each.key) for each in one.of_kind("table")] if rows else [])
            except Failure as found:
                if signature(found) == sign:
                    last[0] = found
                    return True
            return False

        before, after = shrink(before, after, fails, self.options.tries)
        folder = os.path.join(self.options.keep, f"{failure.stage.replace(' ', '_')}-{self.options.seed}-{number}")
        write_case(folder, before, after, last[0], how)
        self.say(f"shrunk to {folder}: {last[0]}")


    def are_restorable(self, checker, *worlds):
        """Whether PostgreSQL takes back what pg_dump writes of them: a domain's CHECK may be younger than a bound of a
        partition that it forbids, and then no order of creation will do."""
        for world in worlds:
            self.server.create(checker.before, checker.third)
            load(self.server, checker.before, world)
            text = self.server.dump(checker.before).replace("CREATE SCHEMA public;", "")
            if self.server.psql(checker.third, text, "restore").returncode:
                return False
        return True


def main():
    parser = argparse.ArgumentParser(prog="tests/generate/run")
    for option in ("psql", "pg-dump", "plumb", "work", "keep"):
        parser.add_argument("--" + option, required=True)
    parser.add_argument("--major", type=int, default=15)
    parser.add_argument("--seed", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--round", type=int, action="append", help="only this one; may be given again")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--tries", type=int, default=150, help="of making a failing case smaller")
    parser.add_argument("--refused", action="store_true", help="says which statements PostgreSQL refused")
    options = parser.parse_args()
    rounds = options.round or range(options.rounds)
    run = Run(options)
    run.say(f"{len(rounds)} rounds on PostgreSQL {options.major}, seed {options.seed}")
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for done in concurrent.futures.as_completed([pool.submit(run.round, number) for number in rounds]):
            done.result()
    return report(run, len(rounds), time.monotonic() - start)


def report(run, rounds, seconds):
    counts = run.counts
    share = counts["refused"] / max(counts["statements"], 1)
    run.say(f"{seconds / max(rounds, 1):.2f} s a round, {counts['statements']} statements, of which PostgreSQL refused {share:.0%}")
    if run.options.refused:
        for text, times in run.refusals.most_common(40):
            print(f"{times:6} {text}")
    run.say(f"{counts['its rows forbid it']} plans met rows that forbid them and changed nothing; {counts['known']} failed as known, "
            f"{counts['beyond restoring']} where PostgreSQL cannot restore its own dump")
    failed = counts["failed"]
    if share > MOST_REFUSED:
        run.say("the generator is out of step with PostgreSQL")
        failed += 1
    print(f"{counts['passed'] + counts['its rows forbid it']} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
