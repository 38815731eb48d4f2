package io.flexora.model.decoder;

import io.flexora.api.head.Head;
import io.flexora.testkit.fixture.model.NumberHead;

/** The same where the head reads the mean of all tokens. */
class MeanNumberSuiteTest extends NumberSuiteTest {

  @Override
  protected Head head() {
    return new NumberHead(Head.Input.MEAN, 2, 3);
  }
}
