package {{package}};

import io.flexora.testkit.OptimiserSuite;

class {{type}}OptimiserSuiteTest extends OptimiserSuite {

  @Override
  protected String configuration() {
    return "{use: {{name}}, weight_decay: 0.1}";
  }
}
