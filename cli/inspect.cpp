#include "cli/commands.h"
#include "cli/workspace.h"

namespace plumb::cli {

ExitCode run_inspect(const Options& options, Console& console) {
  const SchemaFormat format = format_of(options) == "sql" ? SchemaFormat::sql : SchemaFormat::yaml;
  SessionOptions on = session_options(options, find_config(options.config), console);
  if (options.roles) on.cluster = Cluster::always;
  Session session{std::move(on)};
  deliver(session.inspect(format), options, console);
  return ExitCode::done;
}

}  // namespace plumb::cli
