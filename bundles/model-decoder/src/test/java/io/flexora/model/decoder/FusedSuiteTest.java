package io.flexora.model.decoder;

/** On a tiny random decoder whose matrices are fused, learning the choice among answers. */
class FusedSuiteTest extends ChoicesSuiteTest {

  @Override
  protected String model() {
    return "src/test/resources/tiny/phi3";
  }
}
