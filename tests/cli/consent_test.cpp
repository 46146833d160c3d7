#include "cli/consent.h"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "schema/error.h"

using namespace plumb;
using namespace plumb::cli;

TEST_CASE("consent: what --allow covers") {
  struct Case {
    std::string_view allowed;
    std::string_view needed;
    bool covers;
  };
  const std::vector<Case> cases{
      {"drop-column=public.users.email", "drop-column=public.users.email", true},
      {"drop-column=users.email", "drop-column=public.users.email", true},
      {"drop-column=users.email", "drop-column=app.users.email", false},
      {"drop-column=users", "drop-column=public.users.email", false},
      {"drop-column", "drop-column=public.users.email", true},
      {"drop-column=*", "drop-column=app.users.email", true},
      {"drop-column=", "drop-column=public.users.email", false},
      {"drop-col", "drop-column=public.users.email", false},
      {"drop-table", "drop-column=public.users.email", false},
      {"*", "drop-column=public.users.email", false},
      {"", "drop-column=public.users.email", false},
  };
  for (const Case& each : cases) {
    CAPTURE(each.allowed);
    CHECK(allows(each.allowed, each.needed) == each.covers);
  }
}

TEST_CASE("consent: a refusal holds the exact words to add, each once and as a shell takes them") {
  Plan plan;
  plan.steps.resize(3);
  plan.steps[0].consents = {"drop-table=public.users"};
  plan.steps[1].consents = {"drop-column=public.a.b", "drop-table=public.users"};
  plan.steps[2].consents = {"drop-table=public.Old Things"};
  CHECK(missing_consents(plan, {"drop-column"}).size() == 2);
  CHECK_NOTHROW(require_consent(plan, {"drop-column", "drop-table"}));
  CHECK_NOTHROW(require_consent(Plan{}, {}));
  std::string message;
  try {
    require_consent(plan, {"drop-column=a.b"});
  } catch (const ConsentError& error) {
    message = error.what();
  }
  CHECK(message.ends_with("  --allow drop-table=public.users --allow 'drop-table=public.Old Things'"));
  try {
    require_consent(plan, {"drop-column=a.b", "drop-tabel=users"});
  } catch (const ConsentError& error) {
    message = error.what();
  }
  CHECK(message.ends_with("\n`--allow drop-tabel=users` allows nothing that this plan does"));
}
