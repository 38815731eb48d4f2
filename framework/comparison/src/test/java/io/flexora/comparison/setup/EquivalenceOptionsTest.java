package io.flexora.comparison.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.plugin.Option;
import io.flexora.config.binding.RecordBinder;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.ConfigurationReader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EquivalenceOptionsTest {

  record Written(
      @Option(doc = "The seeds.", byDefault = "[1]") List<Long> seeds,
      @Option(doc = "The tests.") Optional<EquivalenceOptions> equivalence) {}

  private static Optional<EquivalenceOptions> bind(String yaml, String... assignments) {
    ConfigurationReader reader = new ConfigurationReader();
    return new RecordBinder(ComponentTypes.NONE, (type, configuration) -> type)
        .bind(
            reader.override(reader.parse(yaml, "compare.yaml"), List.of(assignments)),
            Written.class)
        .value()
        .equivalence();
  }

  @Test
  void aMarginIsAboveZero() {
    EquivalenceOptions half = new EquivalenceOptions(0.005, Optional.empty());
    assertThat(bind("equivalence: {margin: 0.005}")).contains(half);
    assertThat(bind("seeds: [1]")).isEmpty();
    assertThat(bind("seeds: [1]", "equivalence.margin=0.005")).contains(half);
    for (String margin : List.of("0", "-0.01")) {
      assertThatThrownBy(() -> bind("seeds: [1]\nequivalence:\n  margin: " + margin))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("compare.yaml:3:11")
          .hasMessageContaining("'equivalence.margin' is '" + margin + "'")
          .hasMessageContaining("above 0");
    }
  }

  @Test
  void aMarginMayNameWhatItIsOf() {
    EquivalenceOptions ofAll = new EquivalenceOptions(0.005, Optional.of("all"));
    assertThat(bind("equivalence: {margin: 0.005, against: all}")).contains(ofAll);
    assertThat(bind("equivalence: {margin: 0.005}", "equivalence.against=all")).contains(ofAll);
    assertThatThrownBy(() -> bind("seeds: [1]", "equivalence.against=all"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'equivalence.margin' is missing");
  }
}
