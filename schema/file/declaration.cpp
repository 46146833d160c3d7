#include "schema/file/declaration.h"

#include <algorithm>
#include <filesystem>
#include <glob.h>
#include <optional>
#include <set>

#include <fmt/core.h>

#include "schema/describe.h"
#include "schema/error.h"
#include "schema/file/draft.h"
#include "schema/file/faults.h"
#include "schema/file/renamed_comment.h"
#include "schema/file/sql_text.h"
#include "schema/file/statement_subject.h"
#include "schema/file/text.h"
#include "schema/file/values.h"
#include "schema/file/vocabulary.h"
#include "schema/file/yaml.h"
#include "schema/text.h"

namespace plumb {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view default_schema = "public";

bool ends_with(const fs::path& path, std::string_view extension) {
  return upper(path.extension().string()) == extension;
}
bool is_sql(const fs::path& path) { return ends_with(path, ".SQL"); }
bool is_yaml(const fs::path& path) { return ends_with(path, ".YAML") || ends_with(path, ".YML"); }

std::vector<std::string> matches(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (pattern.find_first_of("*?[") != std::string::npos && glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  }
  globfree(&found);
  return paths;
}

/// The files that a path means: itself, the schema files of a folder, or what a pattern such as "tables/*.yaml"
/// matches.
class FileList {
 public:
  explicit FileList(Faults& faults) : faults_{faults} {}

  void add(const std::string& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      add_folder(path);
    } else if (fs::exists(path, error)) {
      add_file(path);
    } else if (const auto found = matches(path); !found.empty()) {
      for (const std::string& each : found) add(each);
    } else {
      faults_.add(path, {}, "no such file or folder: check the path, it is seen from the current folder");
    }
  }

  const std::vector<std::string>& files() const { return files_; }

 private:
  void add_folder(const std::string& folder) {
    std::vector<std::string> found;
    std::error_code failure;
    for (fs::directory_iterator entry{folder, failure}; entry != fs::directory_iterator{}; entry.increment(failure)) {
      const fs::path& path = entry->path();
      std::error_code unknown;  // of a link that leads nowhere, which reading the file tells
      const bool is_hidden = path.filename().string().starts_with('.');
      if (!is_hidden && !entry->is_directory(unknown) && (is_sql(path) || is_yaml(path)))
        found.push_back(path.string());
    }
    if (failure) return faults_.add(folder, {}, fmt::format("cannot be read: {}", failure.message()));
    std::ranges::sort(found);
    if (found.empty()) faults_.add(folder, {}, "holds no schema file: put a .yaml or .sql file into this folder");
    for (const std::string& each : found) add_file(each);
  }

  /// A file that is named twice, or whose folder is named too, is read once.
  void add_file(const std::string& path) {
    std::error_code error;
    if (seen_.insert(fs::weakly_canonical(path, error)).second) files_.push_back(path);
  }

  Faults& faults_;
  std::vector<std::string> files_;
  std::set<fs::path> seen_;
};

class DeclarationReader {
 public:
  DeclarationReader(const std::map<std::string, std::string>& variables, Symbols& symbols, Faults& faults)
      : variables_{variables}, faults_{faults}, declaration_{symbols}, drafts_{declaration_, faults_} {}

  Declaration read(std::span<const std::string> paths) {
    FileList list{faults_};
    for (const std::string& path : paths) list.add(path);
    for (const std::string& file : list.files()) read_file(file);
    finish_scope();
    finish_search_path();
    return std::move(declaration_);
  }

 private:
  /// Tried in a scratch database, it would change the server around that, or run programs there.
  void refuse_server_statement(const WrittenStatement& statement) {
    const Spot spot{statement.place.line, statement.place.column};
    if (is_statement("COPY", statement.sql)) {
      faults_.add(statement.place.file, spot, "a schema file holds no rows, and COPY moves rows: take it out");
    }
    const std::string shared = shared_by_databases(statement.sql);
    if (shared == "OWNED") {
      faults_.add(statement.place.file, spot,
                  "a schema file says what is there, and this statement changes whatever a role owns: take it out");
    } else if (!shared.empty() && shared != "ROLE") {
      faults_.add(statement.place.file, spot,
                  fmt::format("a schema file is about what one database holds, and this statement about a {} is about "
                              "the server around it: take it out",
                              shared));
    }
  }

  void read_file(const std::string& file) {
    const auto text = read_text(file, faults_);
    if (!text) return;
    if (is_sql(file)) {
      auto statements = split_sql(*text, file, faults_);
      for (const WrittenStatement& statement : statements) refuse_server_statement(statement);
      std::ranges::move(statements, std::back_inserter(declaration_.statements));
      for (const WrittenStatement& comment : sql_comments(*text, file)) {
        auto rename = read_renamed_comment(comment, declaration_.drafts.symbols(), faults_);
        if (rename) declaration_.add_rename(*std::move(rename));
      }
      return;
    }
    file_ = file;
    auto documents = read_yaml(*text, file, faults_);
    const bool is_blank = std::ranges::all_of(documents, &Node::is_null);
    if (is_blank && !documents.empty()) {
      faults_.add(file, {1, 1}, std::string{empty_schema_file});
    }
    for (Node& document : documents) {
      if (!document.is_null()) read_document(document);
    }
  }

  void read_document(Node& document) {
    expand_variables(document, variables_, file_, faults_);
    if (!document.is_map()) {
      faults_.add(file_, document.spot,
                  fmt::format("a schema file is a map of sections such as `tables`, not {}", form_name(document)));
      return;
    }
    const std::string schema = read_schema(document.find("schema"));
    note(default_schemas_, schema);
    for (const Node& entry : document.children) {
      if (const Word* section = find_word(words_on_top(), entry.key)) {
        drafts_.read(file_, *section, entry, schema);
      } else if (entry.key == "manages") {
        read_manages(entry);
      } else if (entry.key == "ignore") {
        append(declaration_.scope.ignore, entry, "a list of patterns, as in [\"table public.tmp_*\"]");
        check_patterns(entry);
      } else if (entry.key != "schema" && !entry.key.starts_with("x-")) {
        add_unknown(entry);
      }
    }
  }

  /// A pattern that begins with a word is about a kind of object.
  void check_patterns(const Node& entry) {
    const auto check = [&](const Node& pattern) {
      const std::string_view text = pattern.text;
      const std::string_view first = text.substr(0, text.find(' '));
      if (first.size() == text.size() || first.find_first_of("*?.\"") != std::string_view::npos) return;
      std::vector<std::string_view> known;
      for (Kind kind : all_kinds()) {
        const std::string_view key = rules_for(kind).key;
        known.push_back(key.substr(0, key.find('_')));
      }
      if (std::ranges::find(known, first) == known.end()) {
        faults_.add(file_, pattern.spot,
                    fmt::format("`{}` begins with no kind of object: {}", text, suggestion(first, known)));
      } else if (const std::string_view name = name_without_schema(text); !name.empty()) {
        const std::string_view kind = text.substr(0, text.size() - name.size());
        faults_.add(file_, pattern.spot,
                    fmt::format("`{}` names no schema, and matches nothing: write `{}{}.{}` or `{}*.{}`", text, kind,
                                default_schema, name, kind, name));
      }
    };
    if (entry.is_scalar()) check(entry);
    std::ranges::for_each(entry.children, check);
  }

  /// The name in a pattern like "table t", for a kind whose objects are told with their schema; else empty.
  static std::string_view name_without_schema(std::string_view pattern) {
    for (Kind kind : all_kinds()) {
      const std::string start = in_words(kind) + ' ';
      if (rules_for(kind).address == Address::database || !pattern.starts_with(start)) continue;
      const std::string_view name = pattern.substr(start.size());
      if (!name.empty() && name.find_first_of(" .*?") == std::string_view::npos) return name;
    }
    return {};
  }

  void add_unknown(const Node& entry) {
    std::vector<std::string_view> known{"schema", "manages", "ignore"};
    for (const Word& word : words_on_top()) known.push_back(word.text);
    faults_.add(file_, entry.key_spot,
                fmt::format("unknown key `{}` on top of the file: {}", entry.key, suggestion(entry.key, known)));
  }

  std::string read_schema(const Node* node) {
    if (node == nullptr) return std::string{default_schema};
    if (node->is_scalar() && !node->text.empty()) {
      named_schemas_.insert(node->text);
      return node->text;
    }
    faults_.add(file_, node->spot,
                "`schema` must be the name of the schema that the objects of this file stand in, as in schema: public");
    return std::string{default_schema};
  }

  /// `manages: database`, `manages: {schemas: [app]}`, `manages: {roles: ["app_*"]}`, or a list of these.
  void read_manages(const Node& node) {
    constexpr std::string_view wanted =
        "`manages` must be named, schemas, database, or a map such as {schemas: [app]} or {roles: [\"app_*\"]}";
    if (node.is_list()) {
      for (const Node& each : node.children) read_manages(each);
      return;
    }
    if (const Node* roles = node.find("roles"); roles != nullptr && node.children.size() == 1) {
      return append(declaration_.scope.roles, *roles, "a list of patterns, as in [\"app_*\"]");
    }
    Manages manages = Manages::named;
    if (const Node* schemas = node.find("schemas"); schemas != nullptr && node.children.size() == 1) {
      manages = Manages::schemas;
      lists_schemas_ = true;
      append(declaration_.scope.schemas, *schemas, "a list of schemas, as in [app]");
    } else if (node.is_scalar() && (node.text == "schemas" || node.text == "schema")) {
      manages = Manages::schemas;
    } else if (node.is_scalar() && node.text == "database") {
      manages = Manages::database;
    } else if (!node.is_scalar() || node.text != "named") {
      faults_.add(file_, node.spot, std::string{wanted});
      return;
    }
    if (manages_at_ && manages != declaration_.scope.manages) {
      faults_.add(file_, node.spot,
                  fmt::format("`manages` says something else at {}, and it holds for all files of a "
                              "run: write it once",
                              to_string(*manages_at_)));
    }
    declaration_.scope.manages = manages;
    if (!manages_at_) manages_at_ = Place{file_, node.spot.line, node.spot.column};
  }

  void append(std::vector<std::string>& texts, const Node& node, std::string_view wanted) {
    const auto add = [&](const Node& each) {
      if (each.is_scalar()) {
        note(texts, each.text);
      } else {
        faults_.add(file_, each.spot, fmt::format("`{}` must be {}", node.key, wanted));
      }
    };
    if (!node.is_list()) {
      add(node);
    } else {
      std::ranges::for_each(node.children, add);
    }
  }

  static void note(std::vector<std::string>& texts, std::string_view text) {
    if (std::ranges::find(texts, text) == texts.end()) texts.emplace_back(text);
  }

  /// Without a list, the schemas that are managed are those that the files speak of.
  void finish_scope() {
    Scope& scope = declaration_.scope;
    if (scope.manages != Manages::schemas || lists_schemas_) return;
    const Catalog& drafts = declaration_.drafts;
    for (const Object& object : drafts.objects()) {
      const bool is_schema = rules_for(object.identity.kind).holds_names;
      const Symbol schema = is_schema ? object.identity.name : object.identity.schema;
      if (schema != Symbol::none) named_schemas_.emplace(drafts.text(schema));
    }
    scope.schemas.assign(named_schemas_.begin(), named_schemas_.end());
  }

  void finish_search_path() {
    note(default_schemas_, default_schema);
    declaration_.search_path = default_schemas_;
  }

  const std::map<std::string, std::string>& variables_;
  Faults& faults_;
  Declaration declaration_;
  DraftReader drafts_;
  std::string file_;
  std::vector<std::string> default_schemas_;  ///< of the files, in their order
  std::set<std::string> named_schemas_;       ///< those that the files speak of
  std::optional<Place> manages_at_;
  bool lists_schemas_ = false;  ///< `manages:` says which, though it may be none
};

}  // namespace

void expect_offered(const Declaration& declaration, int version) {
  const Catalog& drafts = declaration.drafts;
  std::string faults;
  const auto refuse = [&](const Object& draft, std::string_view what, int since) {
    faults += fmt::format("{}{}: {}{} needs PostgreSQL {}, and this server is PostgreSQL {}: leave it out",
                          faults.empty() ? "" : "\n", to_string(declaration.places.at(drafts.id(draft))), what,
                          describe(draft.identity, drafts.symbols()), since / 10000, version / 10000);
  };
  for (const Object& draft : drafts.objects()) {
    const KindRules& rules = rules_for(draft.identity.kind);
    if (rules.inspection.since > version) refuse(draft, "", rules.inspection.since);
    for (const Attribute& attribute : draft.attributes) {
      const AttributeRule* rule = find_attribute(rules, drafts.text(attribute.key));
      if (rule->since > version) refuse(draft, fmt::format("`{}` of ", rule->key), rule->since);
    }
  }
  if (!faults.empty()) throw DeclarationError{faults};
}

const WrittenStatement* find_cluster_statement(const Declaration& declaration) {
  for (const WrittenStatement& statement : declaration.statements) {
    if (shared_by_databases(statement.sql) == "ROLE") return &statement;
  }
  return nullptr;
}

bool asks_for_cluster(const Declaration& declaration) {
  return !declaration.scope.roles.empty() || find_cluster_statement(declaration) != nullptr ||
         std::ranges::any_of(declaration.drafts.objects(),
                             [](const Object& draft) { return rules_for(draft.identity.kind).of_cluster; });
}

void Declaration::add_rename(WrittenRename rename) {
  const auto other_half = std::ranges::find_if(renames, [&](const WrittenRename& known) {
    const bool is_same = known.attribute == nullptr && rename.attribute == nullptr && known.identity == rename.identity;
    return is_same && known.before.empty() != rename.before.empty() && known.schema.empty() != rename.schema.empty();
  });
  if (other_half == renames.end()) {
    renames.push_back(std::move(rename));
  } else if (rename.before.empty()) {
    other_half->schema = std::move(rename.schema);
  } else {
    other_half->before = std::move(rename.before);
  }
}

Declaration read_declaration(std::span<const std::string> paths, const std::map<std::string, std::string>& variables,
                             Symbols& symbols) {
  Faults faults;
  Declaration declaration = read_declaration(paths, variables, symbols, faults);
  faults.raise();
  return declaration;
}

Declaration read_declaration(std::span<const std::string> paths, const std::map<std::string, std::string>& variables,
                             Symbols& symbols, Faults& faults) {
  return DeclarationReader{variables, symbols, faults}.read(paths);
}

}  // namespace plumb
