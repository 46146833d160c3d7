"""Databases of one server, through the programs that everybody has: psql and pg_dump."""
import os
import subprocess

ROLES = ("app", "reader", 'Odd "role"')
LIMIT = 120  # seconds, for any one program


class Failure(Exception):
    """A check that did not hold: at which stage, and what was seen."""

    def __init__(self, stage, message):
        super().__init__(f"{stage}: {message}")
        self.stage, self.message = stage, message


def run(command, environment, stage, text=None):
    """Runs a program; one that does not end is a failure of the stage."""
    try:
        return subprocess.run(command, env=environment, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT,
                              encoding="utf-8", errors="replace")
    except subprocess.TimeoutExpired:
        raise Failure(stage, f"it did not end within {LIMIT} s") from None


class Server:
    def __init__(self, psql, pg_dump, environment):
        self.psql_program, self.pg_dump = psql, pg_dump
        self.environment = {**os.environ, **environment, "PGOPTIONS": "-c client_min_messages=warning"}

    def url(self, database):
        return f"postgresql://postgres@{self.environment['PGHOST']}:{self.environment['PGPORT']}/{database}"

    def psql(self, database, text, stage, stop=True):
        command = [self.psql_program, "-XqAt", "-v", f"ON_ERROR_STOP={int(stop)}", "-v", "VERBOSITY=verbose", "-d", database, "-f", "-"]
        return run(command, self.environment, stage, text)

    def make_roles(self):
        for role in ROLES:
            self.psql("postgres", 'create role "{}";'.format(role.replace('"', '""')), "setup")

    def create(self, *databases):
        """New, empty databases; those that had the names go."""
        text = "".join(f"drop database if exists {each} with (force);\ncreate database {each};\n" for each in databases)
        done = self.psql("postgres", text, "setup")
        if done.returncode:
            raise Failure("setup", done.stderr)

    def load(self, database, statements):
        """Runs statements one by one, and returns the places of those that PostgreSQL refused, with its words."""
        text = "".join(f"{sql};\n\\if :ERROR\n\\warn @refused {place}\n\\endif\n" for place, sql in enumerate(statements))
        refused, words = {}, []
        for line in self.psql(database, text, "load", stop=False).stderr.splitlines():
            if line.startswith("@refused "):
                refused[int(line.split()[1])] = "\n".join(words)
                words = []
            else:
                words.append(line)
        return refused

    def dump(self, database):
        done = run([self.pg_dump, "--schema-only", "--dbname", database], self.environment, "pg_dump")
        if done.returncode:
            raise Failure("pg_dump", done.stderr)
        return done.stdout
