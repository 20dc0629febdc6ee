// Rows as CSV: what RFC 4180 says, what a spreadsheet must not run, and reading it back.
#include "agent/output/csv.h"

#include <catch2/catch.hpp>
#include <random>

using namespace lanwarden::agent;

namespace {

using Record = std::vector<std::string>;

std::vector<std::optional<Record>> read_all(std::string_view text) {
  std::vector<std::optional<Record>> records;
  CsvReader reader(text);
  std::optional<Record> one;
  while (reader.next(one)) records.push_back(one);
  return records;
}

}  // namespace

TEST_CASE("fields are quoted where RFC 4180 says so, and only there") {
  CHECK(csv_line({"floor3", "Gi1/0/1", ""}) == "floor3,Gi1/0/1,");
  CHECK(csv_line({"Compaq, Inc.", "say \"hi\"", "two\nlines"}) ==
        "\"Compaq, Inc.\",\"say \"\"hi\"\"\",\"two\nlines\"");
  CHECK(csv_line({" padded "}) == "\" padded \"");
  CHECK(csv_line({""}) == "\"\"");
}

TEST_CASE("a port's label never becomes a spreadsheet's formula") {
  CHECK(csv_line({"=HYPERLINK(\"http://x\")"}) == "\"'=HYPERLINK(\"\"http://x\"\")\"");
  CHECK(csv_line({"@SUM(A1)", "+cmd|'/c calc'!A1", "-1+1", "\tx"}) ==
        "\"'@SUM(A1)\",\"'+cmd|'/c calc'!A1\",\"'-1+1\",\"'\tx\"");
}

TEST_CASE("numbers are no formulas") { CHECK(csv_line({"-12", "+3.5", "-0.25", "7"}) == "-12,+3.5,-0.25,7"); }

TEST_CASE("what a program reads back is exact") {
  CHECK(csv_line({"=1+1", "-"}, CsvText::kExact) == "=1+1,-");
  CHECK(csv_line({"-"}) == "\"'-\"");
}

TEST_CASE("CSV is read with either line end, and with line ends in quotes") {
  CHECK(read_all("a,b\r\n\"x\r\ny\",\"\"\"q\"\"\"\n,\nlast,") ==
        std::vector<std::optional<Record>>{Record{"a", "b"}, Record{"x\r\ny", "\"q\""}, Record{"", ""},
                                           Record{"last", ""}});
  CHECK(read_all("").empty());
}

TEST_CASE("a broken record is told with its line, and those after it are read") {
  CsvReader reader("a,b\n\"x\"y,c\nd,e\n\"open,f\n");
  std::optional<Record> r;
  REQUIRE(reader.next(r));
  CHECK(r == Record{"a", "b"});
  REQUIRE(reader.next(r));
  CHECK_FALSE(r);
  CHECK(reader.line() == 2);
  REQUIRE(reader.next(r));
  CHECK(r == Record{"d", "e"});
  REQUIRE(reader.next(r));
  CHECK_FALSE(r);
  CHECK(reader.line() == 4);
  CHECK_FALSE(reader.next(r));
}

TEST_CASE("any fields come back as they were written") {
  std::mt19937 random(7);
  constexpr std::string_view kLetters = "ab,\"\r\n =-@'\t";
  for (int n = 0; n < 2000; ++n) {
    std::vector<std::optional<Record>> records(1 + random() % 3);
    std::string text;
    for (auto& record : records) {
      record.emplace(1 + random() % 4);
      for (std::string& field : *record)
        for (std::size_t i = random() % 6; i > 0; --i) field += kLetters[random() % kLetters.size()];
      text += csv_line(*record, CsvText::kExact) + "\n";
    }
    INFO(text);
    REQUIRE(read_all(text) == records);
  }
}
