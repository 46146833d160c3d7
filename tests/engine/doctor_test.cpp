#include "engine/doctor.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "engine/postgres/database.h"
#include "engine/session.h"
#include "tests/support/server.h"

using namespace plumb;

namespace {

Finding finding_about(const SessionOptions& options, std::string_view subject) {
  const auto findings = examine(options);
  const auto found = std::ranges::find(findings, subject, &Finding::subject);
  REQUIRE((found != findings.end()));
  return *found;
}

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("doctor: objects of kinds that plumb does not know are a warning, and with strictness a failure") {
    const tests::TestDatabase scratch;
    SessionOptions options;
    options.database.location = scratch.url();
    options.scratch = "target";
    CHECK(finding_about(options, "objects").verdict == Finding::Verdict::ok);
    Database{scratch.url()}.run(R"(
        create extension hstore schema public;
        security label for "plumb's own" on type public.hstore is '#secret';
        security label for "plumb's own" on type public.ghstore is '#secret')");
    const Finding finding = finding_about(options, "objects");
    CHECK(finding.verdict == Finding::Verdict::warning);
    CHECK(finding.text ==
          "that plumb does not know or may not read: security label on type public.ghstore, security label on type "
          "public.hstore");
    CHECK(!finding.advice.empty());
    options.strict = true;
    CHECK(finding_about(options, "objects").verdict == Finding::Verdict::failure);
  }
}
