package {{package}};

import io.flexora.testkit.SelectorSuite;

class {{type}}SelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: {{name}}, layers: 3}";
  }

  /** It claims to find the layers that matter; the suite plants some and counts the hits. */
  @Override
  protected boolean findsWhatMatters() {
    return true;
  }
}
