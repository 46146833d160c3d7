#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

/// For the leak sanitizer: libpqxx 6.4 asks for the encoding of a connection before it owns the result that libpq gave
/// it, and loses the result when the connection has just been lost. plumb itself makes no result.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:PQmakeEmptyPGresult\n"; }
