#!/usr/bin/env python3
"""Prints plumb's plan from one database to the YAML file that it writes of another.

  plan_through_file.py PLUMB FROM_URL TO_URL

So the oracle judges what schema files go through, too: it asks a planner for a plan between two databases."""
import os
import subprocess
import sys
import tempfile


def main():
    plumb, from_url, to_url = sys.argv[1:]
    written = subprocess.run([plumb, "inspect", "--database", to_url, "--quiet"], stdout=subprocess.PIPE, text=True)
    if written.returncode:
        return written.returncode
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "schema.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write("manages: database\n" + written.stdout)
        options = ["--format", "sql", "--scratch", "target", "--quiet"]
        return subprocess.run([plumb, "plan", path, "--database", from_url, *options]).returncode


if __name__ == "__main__":
    sys.exit(main())
