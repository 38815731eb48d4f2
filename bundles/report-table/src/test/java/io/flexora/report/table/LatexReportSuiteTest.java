package io.flexora.report.table;

import io.flexora.testkit.ComparisonReportSuite;

class LatexReportSuiteTest extends ComparisonReportSuite {

  @Override
  protected String configuration() {
    return "latex";
  }
}
