#!/usr/bin/env python3
"""Sends schema states through schema files and back, and lets pg_dump judge what arrives.

Each state of the corpus is loaded into a database and written by `plumb inspect`, as YAML and as SQL. A plan from what was
written to the same database must be empty, and what was written must build the same schema in an empty database: the YAML
through `plumb plan`, the SQL by the oracle's own client. What holds secrets is not built: what is written has names for them."""
import argparse
import concurrent.futures
import os
import random
import subprocess
import sys
import threading

from judge import known_cases, read_expected

NOTHING = "nothing to do"


class Trip:
    """The databases of one worker, and plumb."""

    def __init__(self, oracle, options, number):
        self.oracle = oracle
        self.server = oracle.PG(int(options.port), tag=f"trip{number}")
        self.plumb = options.plumb
        self.source, self.built = f"trip_source_{number}", f"trip_built_{number}"
        self.folder = os.path.join(options.work, f"trip{number}")
        os.mkdir(self.folder)

    def run_plumb(self, *arguments):
        """What plumb prints; its complaint is raised."""
        done = subprocess.run([self.plumb, *arguments, "--quiet"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=180)
        if done.returncode:
            raise AssertionError(f"plumb {arguments[0]} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def plan(self, written, database):
        return self.run_plumb("plan", written, "--database", self.server.url(database), "--scratch", "target", "--format", "sql")

    def check(self, form):
        """One form of schema file, there and back."""
        written = os.path.join(self.folder, "written." + form)
        text = self.run_plumb("inspect", "--format", form, "--database", self.server.url(self.source))
        with open(written, "w", encoding="utf-8") as file:
            file.write(text)
        again = self.plan(written, self.source)
        assert NOTHING in again, f"the plan to where it comes from is not empty:\n{again}"
        if "plumb_secret_" in text:
            return
        self.server.fresh(self.built)
        done = self.server.apply_text(self.built, self.plan(written, self.built) if form == "yaml" else text)
        assert done.returncode == 0, f"an empty database does not take it: {done.stderr.strip()}"
        dumps = [self.server.dump(database) for database in (self.source, self.built)]
        difference = self.difference(map(self.oracle.normalise_dump, dumps))
        if difference:  # PostgreSQL writes some expressions otherwise once it has read what it wrote
            difference = self.difference(self.oracle.fixpoint(self.server, dump, False) for dump in dumps)
        assert not difference, f"what was built is another schema: {difference}"

    def difference(self, dumps):
        """What the dumps of the source and of what was built do not share; nothing for equal ones."""
        source, built = dumps
        if source is None or built is None:
            return "PostgreSQL does not take its own dump"
        found = self.oracle.counter_diff(source, built, 4, 400)
        return found if found["n_only_in_result"] or found["n_only_in_target"] else None

    def make(self, path):
        """What failed of one state, as texts; nothing where PostgreSQL does not take the state."""
        self.server.fresh(self.source)
        if self.server.load(self.source, path).returncode:
            return None
        failures = []
        for form in ("yaml", "sql"):
            try:
                self.check(form)
            except (AssertionError, subprocess.TimeoutExpired, self.oracle.Err) as failure:
                failures.append(f"{form}: {failure}")
        return failures


def states_of(options):
    """Paths of the files with the states, named "source/case/from.sql"."""
    states = [f"{case}/{file}" for case in known_cases(options.corpus, int(options.major)) for file in ("from.sql", "to.sql")]
    if options.states:
        return [state for state in states if any(part in state for part in options.states.split(","))]
    if int(options.sample):
        return sorted(random.Random(int(options.seed)).sample(states, min(int(options.sample), len(states))))
    return states


def main():
    parser = argparse.ArgumentParser()
    for option in ("corpus", "port", "plumb", "expected", "sample", "seed", "states", "work", "major"):
        parser.add_argument("--" + option, required=True)
    options = parser.parse_args()
    sys.path.insert(0, options.corpus)
    import oracle
    subprocess.run([sys.executable, oracle.__file__, "setup-roles", "--port", options.port], check=True, stdout=subprocess.DEVNULL)
    states = states_of(options)
    print(f"round trips: {len(states)} states, as YAML and as SQL, seed {options.seed}", flush=True)
    local, numbers = threading.local(), iter(range(1000))

    def make(state):
        if not hasattr(local, "trip"):
            local.trip = Trip(oracle, options, next(numbers))
        return state, local.trip.make(os.path.join(options.corpus, "cases", state))

    expected = read_expected(options.expected, options.major)
    passed = failed = skipped = known = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for number, (state, failures) in enumerate(pool.map(make, states), 1):
            if number % 100 == 0:
                print(f"  {number}/{len(states)}", flush=True)
            if failures is None:
                skipped += 1
            elif failures and state in expected:
                known += 1
            elif failures or state in expected:
                failed += 1
                print(f"round trips: {state}: " + ("\n  ".join(failures) or "passes: take it out of expected_round_trips.txt"), flush=True)
            else:
                passed += 1
    print(f"round trips: {known} more fail as expected_round_trips.txt says, {skipped} do not load")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
