#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "schema/error.h"
#include "schema/file/declaration.h"

namespace plumb {

/// A folder with schema files that a test has written; gone at the end of it.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "schema-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string write(const std::string& name, std::string_view text) const {
    const std::string file = (path_ / name).string();
    std::filesystem::create_directories(std::filesystem::path{file}.parent_path());
    std::ofstream{file, std::ios::binary} << text;
    return file;
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// What `read_declaration` complains about, with file names instead of paths; empty when it is content.
inline std::string faults_of(const Folder& folder, const std::vector<std::string>& paths,
                             const std::map<std::string, std::string>& variables = {}) {
  Symbols symbols;
  try {
    read_declaration(paths, variables, symbols);
    return {};
  } catch (const DeclarationError& error) {
    std::string text = error.what();
    const std::string prefix = folder.path() + '/';
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at))
      text.erase(at, prefix.size());
    return text;
  }
}

inline std::string faults_of(std::string_view yaml, const std::map<std::string, std::string>& variables = {}) {
  const Folder folder;
  return faults_of(folder, {folder.write("a.yaml", yaml)}, variables);
}

}  // namespace plumb
