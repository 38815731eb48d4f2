package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.flexora.api.selection.Selector;
import io.flexora.testkit.SelectorSuite;
import org.junit.jupiter.api.Test;

class SnipSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: snip, layers: 3, warmup_steps: 4, inner: {learning_rate: 0.01}}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }

  @Test
  void noWarmUpIsAccepted() {
    String untrained = "{use: snip, layers: 3, warmup_steps: 0}";
    assertThatCode(() -> extension(Selector.class, untrained, host().services(SEED)))
        .doesNotThrowAnyException();
  }
}
