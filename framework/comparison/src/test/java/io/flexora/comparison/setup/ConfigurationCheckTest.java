package io.flexora.comparison.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.comparison.HandMadeConfiguration;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationReader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigurationCheckTest {

  private static final String FILE =
      """
      seeds: [1, 2, 3]
      baseline: %s
      equivalence:
        margin: 0.01
        against: %s
      """;

  /** What is wrong with the names of rows, where the adapters and posteriors have these names. */
  private static List<String> problems(
      String baseline, String against, List<String> adapters, List<String> posteriors) {
    ComparisonConfiguration configuration =
        HandMadeConfiguration.of(
            HandMadeConfiguration.STEPS,
            adapters,
            posteriors,
            Optional.of(baseline),
            Optional.of(new EquivalenceOptions(0.01, Optional.of(against))));
    String text = FILE.formatted(baseline, against);
    Mapping file = (Mapping) new ConfigurationReader().parse(text, "compare.yaml");
    return new ConfigurationCheck(configuration, file, file)
        .problems().stream().map(ConfigProblem::toString).toList();
  }

  @Test
  void whatAMarginIsOfIsARowAsTheBaselineIs() {
    assertThat(problems("random", "all", List.of(), List.of())).isEmpty();
    assertThat(problems("random", "al", List.of(), List.of()))
        .containsExactly(
            "compare.yaml:5:12: option 'equivalence.against' is 'al', which is none of the"
                + " strategies; did you mean 'all'? There are: random, all");
    assertThat(problems("ramdom", "nothing", List.of(), List.of()))
        .containsExactly(
            "compare.yaml:2:11: option 'baseline' is 'ramdom', which is none of the strategies; did"
                + " you mean 'random'? There are: random, all",
            "compare.yaml:5:12: option 'equivalence.against' is 'nothing', which is none of the"
                + " strategies. There are: random, all");
  }

  @Test
  void whereAdaptersAreComparedARowHasTheNamesOfBoth() {
    List<String> adapters = List.of("lora", "dora");
    assertThat(problems("random+lora", "all+dora", adapters, List.of())).isEmpty();
    assertThat(problems("random+lora", "all", adapters, List.of()))
        .singleElement()
        .asString()
        .startsWith(
            "compare.yaml:5:12: option 'equivalence.against' is 'all', which is none of the")
        .contains("strategies with an adapter (STRATEGY+ADAPTER)")
        .endsWith(" There are: random+lora, random+dora, all+lora, all+dora");
  }

  @Test
  void aPosteriorIsARow() {
    assertThat(problems("random", "all+scaled", List.of(), List.of("scaled"))).isEmpty();
  }

  @Test
  void aMarginIsOfTheBaselineUnlessItNamesAnotherRow() {
    assertThat(reference(Optional.empty(), Optional.empty())).isEqualTo("random");
    assertThat(reference(Optional.of("all"), Optional.empty())).isEqualTo("all");
    assertThat(reference(Optional.of("random"), Optional.of("all"))).isEqualTo("all");
  }

  private static String reference(Optional<String> baseline, Optional<String> against) {
    return HandMadeConfiguration.of(
            HandMadeConfiguration.STEPS,
            List.of(),
            List.of(),
            baseline,
            Optional.of(new EquivalenceOptions(0.01, against)))
        .referenceName();
  }
}
