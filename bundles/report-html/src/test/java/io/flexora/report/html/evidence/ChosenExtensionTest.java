package io.flexora.report.html.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ChosenExtensionTest {

  private static final String YAML =
      """
      name: run
      model:
        use: encoder
        source: "maven:a:b:1.0"
      dataset: {use: wordnet, labels: 26}
      task: classification
      selector:
        solver:
          use: unrolled
        use: flexora
      """;

  @Test
  void readsBlocksFlowsAndBareWords() {
    assertThat(ChosenExtension.of(YAML, "model")).contains("encoder");
    assertThat(ChosenExtension.in(YAML, "model", "source")).contains("maven:a:b:1.0");
    assertThat(ChosenExtension.of(YAML, "dataset")).contains("wordnet");
    assertThat(ChosenExtension.of(YAML, "task")).contains("classification");
  }

  @Test
  void doesNotTakeANestedChoiceForTheSections() {
    assertThat(ChosenExtension.of(YAML, "selector")).contains("flexora");
  }

  @Test
  void findsNothingWhereNothingIs() {
    assertThat(ChosenExtension.of(YAML, "adapter")).isEmpty();
    assertThat(ChosenExtension.of("", "model")).isEmpty();
  }
}
