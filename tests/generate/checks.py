"""What has to hold for a pair of schemas, all through the real program and the real psql."""
import json
import os
import re

from dump import difference
from server import Failure, run

CONSENTS = ("drop-table", "drop-column", "drop-sequence", "drop-attribute", "drop-subscription", "change-type")
ALLOW = [word for consent in CONSENTS for word in ("--allow", consent)]
SETTINGS = "set check_function_bodies = off;\nset search_path = '';\n"


def load(server, database, world):
    """Loads a model; what PostgreSQL refuses leaves it. Returns how many statements were refused, and their errors."""
    statements = world.statements()
    refused = server.load(database, [sql for _, sql in statements])
    for place in refused:
        world.drop(statements[place][0])
    return [(statements[place][1], words) for place, words in refused.items()], len(statements)


def without_values(dump):
    return re.sub(r"(?m)^(CREATE TYPE .* AS ENUM) \(\n(    .*\n)*\);$", r"\1", dump)


class Checker:
    def __init__(self, server, plumb, work, slot):
        self.server, self.plumb = server, plumb
        self.before, self.after, self.third = (f"g{slot}_{each}" for each in ("before", "after", "third"))
        self.folder = os.path.join(work, f"slot{slot}")
        os.makedirs(self.folder, exist_ok=True)
        with open(os.path.join(self.folder, "plumb.yaml"), "w", encoding="utf-8") as out:
            out.write("scratch: target\n")
        with open(os.path.join(self.folder, "all.yaml"), "w", encoding="utf-8") as out:
            out.write("manages: database\n")
        self.environment = {**server.environment, "PLUMB_CACHE": os.path.join(self.folder, "cache"), "NO_COLOR": "1",
                            "HOME": self.folder}

    def run(self, stage, *arguments, good=(0,)):
        done = run([self.plumb, *arguments, "--quiet", "--config", os.path.join(self.folder, "plumb.yaml")], self.environment, stage)
        if done.returncode not in good:
            raise Failure(stage, f"plumb ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def plan(self, stage, form, *more):
        url = self.server.url
        return self.run(stage, "plan", "--from", url(self.before), "--to", url(self.after), "--format", form,
                        *ALLOW, *more).stdout

    def check(self, form, rows=()):
        """Raises Failure where something does not hold. `form` is that of the file that `inspect` writes, `rows` are the
        tables that get some rows first.

        Returns what the rows came to: "" or that they, and not the plan, are what PostgreSQL refused.
        """
        before, after = self.server.dump(self.before), self.server.dump(self.after)
        plan = json.loads(self.plan("plan", "json"))
        script = self.plan("plan", "sql", "--no-prove")
        counts = self.fill(rows)
        done = self.server.psql(self.before, script, "apply")
        if done.returncode:
            self.explain(done.stderr, rows, before)
            return "its rows forbid it"
        if counts and not any(step["consents"] for step in plan["steps"]) and self.count(list(counts)) != counts:
            raise Failure("rows", f"lost without a word: {counts} -> {self.count(list(counts))}")
        self.same("forward", self.before, after)
        again = self.plan("second plan", "sql", "--no-prove")
        if "nothing to do" not in again:
            raise Failure("second plan", again)
        self.go_back(plan["way_back"], bool(rows), before)
        self.written(form)
        return ""

    def go_back(self, steps, has_rows, before):
        text, outside = SETTINGS + "begin;\n", False
        for step in steps:
            for statement in step["statements"]:
                if statement["transaction"] == "outside":
                    outside = True
                    text += "commit;\n"
                text += statement["sql"] + ";\n"
                if statement["transaction"] == "outside":
                    text += "begin;\n"
                elif statement["transaction"] == "commit_after":
                    text += "commit;\nbegin;\n"
        done = self.server.psql(self.before, text + "commit;\n", "way back")
        if done.returncode:
            if has_rows and is_about_rows(done.stderr) and not outside:
                return
            raise Failure("way back", done.stderr + text)
        self.same("way back", self.before, before)

    def explain(self, error, rows, before):
        """A plan may fail for what the tables hold, and then nothing is done but that enums have new values, which have to
        be committed before they are used; it must not fail otherwise."""
        if not rows or not is_about_rows(error):
            raise Failure("apply", error)
        if difference(without_values(self.server.dump(self.before)), without_values(before)):
            raise Failure("halfway", error)

    def same(self, stage, database, wanted):
        """PostgreSQL's texts are not stable under being fed back: what differs is restored and dumped again."""
        actual = self.server.dump(database)
        found = difference(actual, wanted)
        for _ in range(2):
            if not found:
                return
            actual, wanted = self.restored(actual), self.restored(wanted)
            if not difference(actual, wanted):
                return
        raise Failure(stage, found)

    def restored(self, text):
        self.server.create(self.third)
        self.server.psql(self.third, text, "restore", stop=False)
        return self.server.dump(self.third)

    def written(self, form):
        """What `inspect` writes down of the second schema, read back, is no difference."""
        file = os.path.join(self.folder, f"found.{form}")
        claim = os.path.join(self.folder, "all.yaml")
        url, stage = self.server.url(self.after), f"inspect {form}"
        self.run(stage, "inspect", "--database", url, "--format", form, "--out", file)
        done = self.run(stage, "diff", "--database", url, "--schema", file, "--schema", claim, "--exit-code",
                        good=(0, 2))
        if done.returncode:
            raise Failure(stage, done.stdout)

    # -- rows

    def fill(self, tables):
        """Puts two rows into each table that takes them, and counts all."""
        if not tables:
            return {}
        text = "".join(f"insert into {each} default values;\n" * 2 for each in tables)
        self.server.psql(self.before, text, "rows", stop=False)
        return self.count(tables)

    def count(self, tables):
        text = "".join(f"select count(*) from {each};\n" for each in tables)
        return dict(zip(tables, self.server.psql(self.before, text, "rows", stop=False).stdout.split()))


def is_about_rows(error):
    """SQLSTATE classes 22 (data) and 23 (constraints), which no empty table can cause."""
    first = next((line for line in error.splitlines() if "ERROR:" in line), "")
    code = first.partition("ERROR:")[2].strip()[:5]
    return code[:2] in ("22", "23")
