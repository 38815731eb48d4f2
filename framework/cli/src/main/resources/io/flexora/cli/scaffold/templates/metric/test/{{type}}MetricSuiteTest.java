package {{package}};

import io.flexora.testkit.MetricSuite;

class {{type}}MetricSuiteTest extends MetricSuite {

  @Override
  protected String configuration() {
    return "{use: {{name}}, k: 2}";
  }
}
