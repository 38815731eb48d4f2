package {{package}};

import io.flexora.testkit.ModelBackendSuite;

/** In float64, where differences of losses are a sharp check of gradients and Hessian products. */
class {{type}}ModelBackendSuiteTest extends ModelBackendSuite {

  @Override
  protected String configuration() {
    return "{use: {{name}}, layers: 3, hidden_size: 8, heads: 2, inner_size: 12, max_tokens: 16,"
        + " compute_dtype: float64}";
  }
}
