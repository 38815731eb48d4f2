package {{package}};

import io.flexora.testkit.SolverSuite;

class {{type}}SolverSuiteTest extends SolverSuite {

  @Override
  protected String configuration() {
    return "{use: {{name}}, inner_steps: 3, inner: {learning_rate: 0.05}}";
  }

  /** It estimates; a solver that is exact is held against differences of the whole step. */
  @Override
  protected boolean exact() {
    return false;
  }
}
