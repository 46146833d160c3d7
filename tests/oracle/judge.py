#!/usr/bin/env python3
"""Runs the oracle over pairs of schema states and holds its verdicts against the expectations."""
import argparse
import collections
import json
import os
import random
import subprocess
import sys

SOURCES = ("pgschema", "atlas", "migra", "pg-delta", "pgschema_dump")


def known_cases(corpus, major):
    """Names of all cases that load on this major version of PostgreSQL."""
    cases = []
    for source in SOURCES:
        folder = os.path.join(corpus, "cases", source)
        for case in sorted(os.listdir(folder)):
            meta = os.path.join(folder, case, "meta.json")
            if os.path.exists(meta) and (json.load(open(meta)).get("min_pg") or 99) <= major:
                cases.append(f"{source}/{case}")
    return cases


def read_expected(path, major):
    """Cases that may fail; a number behind one says on which major version alone."""
    with open(path, encoding="utf-8") as lines:
        fields = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {case for case, *majors in fields if not majors or str(major) in majors}


def main():
    parser = argparse.ArgumentParser()
    for option in ("corpus", "port", "plumb", "expected", "sample", "seed", "cases", "work", "owner", "major"):
        parser.add_argument("--" + option, required=True)
    parser.add_argument("--through-files", action="store_true")
    options = parser.parse_args()
    cases = known_cases(options.corpus, int(options.major))
    if options.cases:
        patterns = options.cases
    else:
        if int(options.sample):
            cases = sorted(random.Random(int(options.seed)).sample(cases, min(int(options.sample), len(cases))))
            how = ", through schema files" if options.through_files else ""
            print(f"oracle: {len(cases)} pairs of states, both directions, seed {options.seed}{how}", flush=True)
        patterns = ",".join(cases)
    oracle = [sys.executable, os.path.join(options.corpus, "oracle.py")]
    subprocess.run(oracle + ["setup-roles", "--port", options.port], check=True, stdout=subprocess.DEVNULL)
    results = os.path.join(options.work, "results.jsonl")
    command = f"{options.plumb} plan --from {{FROM_URL}} --to {{TO_URL}} --format sql --scratch target --quiet"
    if options.through_files:
        planner = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plan_through_file.py")
        command = f"{sys.executable} {planner} {options.plumb} {{FROM_URL}} {{TO_URL}}"
    subprocess.run(oracle + ["run", "--port", options.port, "--jobs", "2", "--reverse", "--out", results,
                             "--cases", patterns, "--owner", options.owner, "--planner", f"plumb={command}"], check=True)
    keep = os.environ.get("ORACLE_RESULTS")
    rows = [json.loads(line) for line in open(results, encoding="utf-8")]
    if keep:
        with open(keep, "w", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in rows)
    if options.through_files:
        for row in rows:
            if row["verdict"] != "ok" and is_left_to_files(row):
                row["verdict"] = "ok"
    return report(rows, read_expected(options.expected, options.major), options.through_files)


def is_left_to_files(row):
    """What files leave to their author: whether a twin is renamed or moved, and owners and privileges that they do not
    mention."""
    if row["verdict"] == "plan_error":
        return "plumb: this may be a " in row.get("detail", "")
    diff = row.get("diff") or {}
    left_over = diff.get("only_in_result", [])
    owner, privileges = " OWNER TO ", ("GRANT ", "REVOKE ", "ALTER DEFAULT PRIVILEGES ")
    return (bool(left_over) and all(owner in line or line.startswith(privileges) for line in left_over)
            and all(owner in line for line in diff.get("only_in_target", [])))


def report(rows, expected, through_files):
    counts = collections.Counter()
    for row in sorted(rows, key=lambda row: row["case"]):
        if row["verdict"] == "load_error":
            counts["skipped"] += 1
        elif row["verdict"] == "ok" and (through_files or row["case"] not in expected):
            counts["passed"] += 1
        elif row["verdict"] != "ok" and row["case"] in expected:
            counts["known"] += 1
        elif row["verdict"] == "ok":
            counts["failed"] += 1
            print(f"oracle: {row['case']} passes: take it out of expected_failures.txt")
        else:
            counts["failed"] += 1
            print(f"oracle: {row['case']}: {row['verdict']}: {row.get('detail', '')[:600]}")
    print(f"oracle: {counts['known']} more fail as expected_failures.txt says, {counts['skipped']} do not load")
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
