package {{package}};

import io.flexora.testkit.RunnerSuite;

class {{type}}RunnerSuiteTest extends RunnerSuite {

  @Override
  protected String configuration() {
    return "{use: {{name}}, pause: 0.01}";
  }
}
