package io.flexora.model.encoder;

import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.head.Head;
import io.flexora.testkit.fixture.model.NumberHead;

/** The same encoder with a head that predicts a number. */
class NumberSuiteTest extends EncoderBackendSuiteTest {

  @Override
  protected Head head() {
    return new NumberHead(Head.Input.POOLED, 2, 3);
  }

  @Override
  protected Example example(int index, String text) {
    return Example.measured("e" + index, text, new Target.Numeric(index - 1.5));
  }
}
