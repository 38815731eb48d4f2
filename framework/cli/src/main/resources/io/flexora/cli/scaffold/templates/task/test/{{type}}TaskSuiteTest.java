package {{package}};

import io.flexora.testkit.TaskSuite;

/** The suite's own rows have the fields {@code text} and {@code label}; for others, see rows(). */
class {{type}}TaskSuiteTest extends TaskSuite {

  @Override
  protected String configuration() {
    return "{use: {{name}}, instruction: 'Which fruit is it?'}";
  }
}
