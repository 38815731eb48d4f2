package io.flexora.report.html;

import io.flexora.testkit.ComparisonReportSuite;

class HtmlComparisonReportSuiteTest extends ComparisonReportSuite {

  @Override
  protected String configuration() {
    return "html";
  }
}
