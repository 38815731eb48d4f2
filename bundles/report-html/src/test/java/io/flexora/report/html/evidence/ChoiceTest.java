package io.flexora.report.html.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ChoiceTest {

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
    assertThat(Choice.of(YAML, "model")).contains("encoder");
    assertThat(Choice.in(YAML, "model", "source")).contains("maven:a:b:1.0");
    assertThat(Choice.of(YAML, "dataset")).contains("wordnet");
    assertThat(Choice.of(YAML, "task")).contains("classification");
  }

  @Test
  void doesNotTakeANestedChoiceForTheSections() {
    assertThat(Choice.of(YAML, "selector")).contains("flexora");
  }

  @Test
  void findsNothingWhereNothingIs() {
    assertThat(Choice.of(YAML, "adapter")).isEmpty();
    assertThat(Choice.of("", "model")).isEmpty();
  }
}
