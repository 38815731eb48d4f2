package io.flexora.report.html;

import io.flexora.testkit.ReportSuite;

class HtmlReportSuiteTest extends ReportSuite {

  @Override
  protected String configuration() {
    return "html";
  }
}
