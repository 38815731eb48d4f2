package {{package}};

import io.flexora.testkit.ReportSuite;

class {{type}}ReportSuiteTest extends ReportSuite {

  @Override
  protected String configuration() {
    return "{{name}}";
  }
}
