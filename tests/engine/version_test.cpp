#include "engine/version.h"

#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

TEST_CASE("version: the program and CMakeLists.txt name the same one") {
  std::ifstream file{PLUMB_SOURCE_DIR "/CMakeLists.txt"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  CHECK(text.find("project(plumb VERSION " + std::string{plumb::version} + ' ') != std::string::npos);
}
