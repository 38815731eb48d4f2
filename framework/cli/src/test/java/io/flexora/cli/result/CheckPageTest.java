package io.flexora.cli.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.output.Palette;
import io.flexora.experiment.check.CheckReport.SplitSize;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckPageTest {

  @Test
  void tokensThatAreLearntAreCounted() {
    assertThat(splits(new SplitSize(140, 2421, 300, 25, 1, 4)))
        .containsExactly(
            "SPLIT  EXAMPLES  TOKENS  LEARNT  LONGEST  PROMPTS CUT  TOKENS CUT",
            "train       140   2,421     300       25            1           4");
  }

  @Test
  void ofAHeadNoTokensAreLearntAndNoneAreCounted() {
    assertThat(splits(new SplitSize(140, 2421, 0, 25, 1, 4)))
        .containsExactly(
            "SPLIT  EXAMPLES  TOKENS  LONGEST  PROMPTS CUT  TOKENS CUT",
            "train       140   2,421       25            1           4");
  }

  private static List<String> splits(SplitSize train) {
    return CheckPage.splits(Map.of("train", train)).lines(new Palette(false), Integer.MAX_VALUE);
  }
}
