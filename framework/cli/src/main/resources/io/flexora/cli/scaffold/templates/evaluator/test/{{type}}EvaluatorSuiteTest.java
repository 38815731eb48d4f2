package {{package}};

import io.flexora.testkit.EvaluatorSuite;

class {{type}}EvaluatorSuiteTest extends EvaluatorSuite {

  @Override
  protected String configuration() {
    return "{use: {{name}}, batch_tokens: 64}";
  }
}
