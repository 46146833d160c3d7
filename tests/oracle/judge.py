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
    options = parser.parse_args()
    cases = known_cases(options.corpus, int(options.major))
    if options.cases:
        patterns = options.cases
    else:
        if int(options.sample):
            cases = sorted(random.Random(int(options.seed)).sample(cases, min(int(options.sample), len(cases))))
            print(f"oracle: {len(cases)} pairs of states, both directions, seed {options.seed}", flush=True)
        patterns = ",".join(cases)
    oracle = [sys.executable, os.path.join(options.corpus, "oracle.py")]
    subprocess.run(oracle + ["setup-roles", "--port", options.port], check=True, stdout=subprocess.DEVNULL)
    results = os.path.join(options.work, "results.jsonl")
    command = f"{options.plumb} plan --from {{FROM_URL}} --to {{TO_URL}} --format sql --scratch target --quiet"
    subprocess.run(oracle + ["run", "--port", options.port, "--jobs", "2", "--reverse", "--out", results,
                             "--cases", patterns, "--owner", options.owner, "--planner", f"plumb={command}"], check=True)
    keep = os.environ.get("ORACLE_RESULTS")
    rows = [json.loads(line) for line in open(results, encoding="utf-8")]
    if keep:
        with open(keep, "w", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in rows)
    return report(rows, read_expected(options.expected, options.major))


def report(rows, expected):
    counts = collections.Counter()
    for row in sorted(rows, key=lambda row: row["case"]):
        if row["verdict"] == "load_error":
            counts["skipped"] += 1
        elif row["verdict"] == "ok" and row["case"] not in expected:
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
