package io.flexora.comparison.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.config.yaml.ConfigurationReader;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigurationDifferenceTest {

  private static final String ONE =
      """
      seed: 1
      trainer: {use: gradient, max_steps: 8, layers: [1, 2]}
      time_limit: null
      """;

  private final ConfigurationReader reader = new ConfigurationReader();

  @Test
  void theFirstOptionThatDiffersIsNamedWithBothValues() {
    assertThat(to("seed: 1\ntrainer: {use: gradient, max_steps: 9, layers: [1, 3]}"))
        .contains(new ConfigurationDifference("trainer.max_steps", "8", "9"));
    assertThat(to("seed: 1\ntrainer: {use: gradient, max_steps: 8, layers: [1, 3]}"))
        .contains(new ConfigurationDifference("trainer.layers", "[1, 2]", "[1, 3]"));
    assertThat(to("seed: 1\ntrainer: gradient"))
        .hasValueSatisfying(found -> assertThat(found.key()).isEqualTo("trainer"));
  }

  @Test
  void anOptionThatOnlyOneHasIsADifferenceUnlessItSaysNothing() {
    String same = "seed: 1\ntrainer: {use: gradient, max_steps: 8, layers: [1, 2]}\n";
    assertThat(to(same)).isEmpty();
    assertThat(to(same + "device: null\n")).isEmpty();
    assertThat(to(same + "device: cpu\n"))
        .contains(new ConfigurationDifference("device", "nothing", "cpu"));
    assertThat(to(same + "time_limit: 5s\n"))
        .contains(new ConfigurationDifference("time_limit", "nothing", "5s"));
    assertThat(to("trainer: {use: gradient, max_steps: 8, layers: [1, 2]}"))
        .contains(new ConfigurationDifference("seed", "1", "nothing"));
  }

  @Test
  void theOrderOfOptionsAndTheirQuotesDoNotMatter() {
    assertThat(to("trainer: {max_steps: 8, layers: [1, 2], use: \"gradient\"}\nseed: 1")).isEmpty();
  }

  private Optional<ConfigurationDifference> to(String other) {
    return ConfigurationDifference.between(reader.parse(ONE, "one"), reader.parse(other, "other"));
  }
}
