package {{package}};

import io.flexora.testkit.TrainerSuite;

class {{type}}TrainerSuiteTest extends TrainerSuite {

  @Override
  protected String configuration() {
    return "{use: {{name}}, max_steps: 12, learning_rate: 0.05}";
  }
}
