package io.flexora.report.table;

import io.flexora.testkit.ComparisonReportSuite;

class CsvReportSuiteTest extends ComparisonReportSuite {

  @Override
  protected String configuration() {
    return "csv";
  }
}
