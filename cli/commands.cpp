#include "cli/commands.h"

#include <algorithm>
#include <array>

namespace plumb::cli {

namespace {

constexpr std::array<std::string_view, 2> text_or_json{"text", "json"};
constexpr std::array<std::string_view, 1> text_only{"text"};
constexpr std::array<std::string_view, 2> yaml_or_sql{"yaml", "sql"};
constexpr std::array<std::string_view, 3> plan_formats{"text", "sql", "json"};

constexpr std::array table{
    Command{.name = "init",
            .help = "Write plumb.yaml and a first schema file into this folder",
            .examples = "  plumb init\n",
            .takes = {.yes = true},
            .formats = text_or_json,
            .run = run_init},
    Command{.name = "inspect",
            .help = "Write a live database down as a schema file",
            .examples = "  plumb inspect --out schema.yaml\n"
                        "  plumb inspect --database postgresql://app@localhost/shop --format sql\n"
                        "  plumb inspect --roles --out schema.yaml\n",
            .takes = {.out = true, .roles = true},
            .formats = yaml_or_sql,
            .run = run_inspect},
    Command{.name = "diff",
            .help = "Show how the live database differs from the schema files",
            .examples = "  plumb diff\n"
                        "  plumb diff --exit-code --format json schema.yaml\n"
                        "  plumb diff --from embedded:old --to embedded:new\n",
            .takes = {.schema_files = true, .from_and_to = true, .exit_code = true, .out = true},
            .formats = text_or_json,
            .run = run_diff},
    Command{.name = "plan",
            .help = "Show the proven steps that make the database as the schema files say",
            .examples = "  plumb plan\n"
                        "  plumb plan --format json --out plan.json   # for `plumb apply plan.json`\n"
                        "  plumb plan --format sql                    # for psql\n",
            .takes = {.schema_files = true, .from_and_to = true, .proof = true, .consent = true, .out = true},
            .formats = plan_formats,
            .run = run_plan},
    Command{
        .name = "apply",
        .help = "Make the database as the schema files say, or carry out a saved plan",
        .examples = "  plumb apply\n"
                    "  plumb apply plan.json --yes\n"
                    "  plumb apply --allow drop-column=public.users.email\n",
        .takes =
            {.schema_files = true, .plan_file = true, .proof = true, .consent = true, .yes = true, .patience = true},
        .formats = text_or_json,
        .run = run_apply},
    Command{.name = "check",
            .help = "Say whether schema files, revisions and database agree; exit 2 when they do not",
            .examples = "  plumb check\n"
                        "  plumb check --stairway\n"
                        "  plumb check --format json schema/\n",
            .takes = {.schema_files = true, .out = true, .stairway = true},
            .formats = text_or_json,
            .run = run_check},
    Command{.name = "doctor",
            .help = "Look at everything that plumb needs here, and say what is missing",
            .examples = "  plumb doctor\n",
            .takes = {.schema_files = true},
            .formats = text_or_json,
            .run = run_doctor},
    Command{
        .name = "revision",
        .help = "Write a new revision file",
        .examples = "  plumb revision --autogenerate -m \"what changed in the schema files\"\n"
                    "  plumb revision -m \"move data\"\n"
                    "  plumb revision -m \"begin a branch\" --head 1975 --splice --branch-label shop\n",
        .takes =
            {.consent = true, .new_file = true, .new_revision = true, .autogenerate = true, .sql = true, .emit = true},
        .formats = text_or_json,
        .run = run_revision},
    Command{.name = "merge",
            .help = "Write a revision that joins several heads",
            .examples = "  plumb merge heads -m \"join the two branches\"\n",
            .takes = {.identifiers = Identifiers::several, .new_file = true, .emit = true},
            .formats = text_or_json,
            .run = run_merge},
    Command{.name = "history",
            .help = "List the revisions, newest first",
            .examples = "  plumb history\n"
                        "  plumb history -r 1975:ae10 --verbose\n"
                        "  plumb history -r -3:current\n"
                        "  plumb history --emit flyway --out migrations\n",
            .takes = {.history = true, .emit = true},
            .formats = text_or_json,
            .run = run_history},
    Command{.name = "heads",
            .help = "List the newest revision of each branch",
            .examples = "  plumb heads\n",
            .takes = {.real_heads = true},
            .formats = text_or_json,
            .run = run_heads},
    Command{.name = "branches",
            .help = "List the revisions that branches begin at",
            .examples = "  plumb branches\n",
            .takes = {},
            .formats = text_or_json,
            .run = run_branches},
    Command{.name = "show",
            .help = "Show all about a revision",
            .examples = "  plumb show head\n"
                        "  plumb show 1975\n",
            .takes = {.identifiers = Identifiers::one},
            .formats = text_or_json,
            .run = run_show},
    Command{.name = "upgrade",
            .help = "Run revisions forward",
            .examples = "  plumb upgrade head\n"
                        "  plumb upgrade +1\n"
                        "  plumb upgrade 1975:head --sql\n",
            .takes = {.patience = true, .identifiers = Identifiers::one, .sql = true},
            .formats = text_or_json,
            .run = run_upgrade},
    Command{.name = "downgrade",
            .help = "Run revisions back",
            .examples = "  plumb downgrade -1\n"
                        "  plumb downgrade base\n"
                        "  plumb downgrade ae10:1975 --sql\n",
            .takes = {.patience = true, .identifiers = Identifiers::one, .sql = true},
            .formats = text_or_json,
            .run = run_downgrade},
    Command{.name = "current",
            .help = "Say which revisions the database is at; with --verbose also what is pending",
            .examples = "  plumb current --verbose\n"
                        "  plumb current --check-heads\n",
            .takes = {.check_heads = true},
            .formats = text_or_json,
            .run = run_current},
    Command{.name = "stamp",
            .help = "Note down which revisions the database is at, without running them",
            .examples = "  plumb stamp head\n"
                        "  plumb stamp --purge 1975\n",
            .takes = {.identifiers = Identifiers::several, .sql = true, .purge = true},
            .formats = text_or_json,
            .run = run_stamp},
    Command{.name = "ensure_version",
            .help = "Make the tables that plumb keeps in the database, where they are missing",
            .examples = "  plumb ensure_version\n",
            .takes = {.sql = true},
            .formats = text_only,
            .run = run_ensure_version},
    Command{.name = "edit",
            .help = "Open a revision file in $EDITOR",
            .examples = "  plumb edit head\n",
            .takes = {.identifiers = Identifiers::one},
            .formats = text_only,
            .run = run_edit},
    Command{.name = "squash",
            .help = "Put many revisions into one that does the same",
            .examples = "  plumb squash base:head\n"
                        "  plumb squash 1975:ae10\n",
            .takes = {.identifiers = Identifiers::one},
            .formats = text_only,
            .run = run_squash},
    Command{.name = "adopt",
            .help = "Take over the revisions and the database of another tool",
            .examples = "  plumb adopt alembic\n"
                        "  plumb adopt alembic src/migrations\n",
            .takes = {.adopt = true},
            .formats = text_only,
            .run = run_adopt},
    Command{.name = "list_templates",
            .help = "List the templates for new revision files",
            .examples = "  plumb list_templates\n",
            .takes = {},
            .formats = text_or_json,
            .run = run_list_templates},
};

}  // namespace

std::span<const Command> commands() { return table; }

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(table, name, &Command::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace plumb::cli
