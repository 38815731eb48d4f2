package io.flexora.model.decoder;

import io.flexora.api.head.Head;
import io.flexora.api.head.Reading;
import io.flexora.testkit.fixture.NumberHead;

/** The same where the head reads the mean of all tokens. */
class MeanNumberSuiteTest extends NumberSuiteTest {

  @Override
  protected Head head() {
    return new NumberHead(Reading.MEAN, 2, 3);
  }
}
