#include "engine/report/findings_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include <fmt/core.h>

#include "engine/report/wording.h"
#include "engine/version.h"

namespace plumb {

namespace {

using Json = nlohmann::ordered_json;

struct Wording {
  std::string_view word;
  Tone tone;
};

Wording wording(Finding::Verdict verdict) {
  switch (verdict) {
    case Finding::Verdict::ok:
      return {"ok", Tone::good};
    case Finding::Verdict::warning:
      return {"warn", Tone::warning};
    case Finding::Verdict::failure:
      return {"fail", Tone::bad};
  }
  return {};
}

}  // namespace

std::string write_findings_text(std::span<const Finding> findings, const Style& style) {
  std::size_t width = 0;
  for (const Finding& finding : findings) width = std::max(width, finding.subject.size());
  std::string text;
  for (const Finding& finding : findings) {
    const auto [word, tone] = wording(finding.verdict);
    const std::vector<std::string_view> lines = lines_of(finding.text);
    text += fmt::format("{}  {:<{}}  {}\n", tinted(fmt::format("{:<4}", word), tone, style), finding.subject, width,
                        on_one_line(lines.front()));
    for (std::string_view line : std::span{lines}.subspan(1)) {
      text += fmt::format("      {:<{}}  {}\n", "", width, on_one_line(line));
    }
    if (!finding.advice.empty()) text += fmt::format("      {:<{}}  {}\n", "", width, on_one_line(finding.advice));
  }
  return text;
}

std::string write_findings_json(std::span<const Finding> findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"verdict", wording(finding.verdict).word},
                    {"subject", finding.subject},
                    {"text", finding.text},
                    {"advice", finding.advice}});
  }
  const Json document{{"format", 1}, {"plumb", version}, {"findings", list}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace plumb
