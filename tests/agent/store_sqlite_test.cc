#include <catch2/catch.hpp>

#include "tests/agent/store_scratch.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;

TEST_CASE("the SQLite store keeps the contract of incidents") {
  for (const ContractCase& c : incident_contract()) {
    DYNAMIC_SECTION(c.name) {
      SqliteWorkshop workshop;
      c.run(workshop);
    }
  }
}

TEST_CASE("the SQLite store keeps the contract") {
  for (const ContractCase& c : store_contract()) {
    DYNAMIC_SECTION(c.name) {
      SqliteWorkshop workshop;
      c.run(workshop);
    }
  }
}

TEST_CASE("the SQLite store keeps the contract of single rows") {
  for (const ContractCase& c : rows_contract()) {
    DYNAMIC_SECTION(c.name) {
      SqliteWorkshop workshop;
      c.run(workshop);
    }
  }
}

TEST_CASE("the SQLite store keeps the contract of the journal") {
  for (const ContractCase& c : isolation_contract()) {
    DYNAMIC_SECTION(c.name) {
      SqliteWorkshop workshop;
      c.run(workshop);
    }
  }
}
