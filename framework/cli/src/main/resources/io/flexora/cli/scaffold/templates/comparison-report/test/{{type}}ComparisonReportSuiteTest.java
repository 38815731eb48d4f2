package {{package}};

import io.flexora.testkit.ComparisonReportSuite;

class {{type}}ComparisonReportSuiteTest extends ComparisonReportSuite {

  @Override
  protected String configuration() {
    return "{{name}}";
  }
}
