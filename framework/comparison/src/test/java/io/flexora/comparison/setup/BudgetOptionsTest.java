package io.flexora.comparison.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.plugin.Option;
import io.flexora.config.binding.RecordBinder;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.ConfigurationReader;
import org.junit.jupiter.api.Test;

class BudgetOptionsTest {

  record Written(@Option(doc = "The budget.") BudgetOptions budget) {}

  private static BudgetOptions bind(String seconds) {
    String text = "budget: {hold: seconds, seconds: %s}".formatted(seconds);
    return new RecordBinder(ComponentTypes.NONE, (type, configuration) -> type)
        .bind(new ConfigurationReader().parse(text, "compare.yaml"), Written.class)
        .value()
        .budget();
  }

  @Test
  void moreSecondsThanAnyoneWaitsAreRefusedWhereTheyAreWritten() {
    assertThat(bind("1e8").seconds()).contains(1e8);
    assertThatThrownBy(() -> bind("2000000000"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("compare.yaml:1:34: option 'budget.seconds' is '2000000000'")
        .hasMessageEndingWith("a number above 0 and of at most 100000000");
  }
}
