package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.FlexoraException;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.testkit.host.Extensions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeptLayersTest {

  private static final List<Double> SHARES = List.of(0.1, 0.5, 0.1, 0.3);

  /** Only shares of the sum count, so that any multiple of the scores keeps as many. */
  @ParameterizedTest
  @CsvSource({"1e-9, 1", "0.5, 1", "0.51, 2", "0.8, 2", "0.9, 3", "1, 4"})
  void theFewestThatReachTheThresholdAreKept(double threshold, int expected) {
    for (double factor : new double[] {1, 1e-12, 0.25, 1e12}) {
      List<Double> scores = SHARES.stream().map(share -> factor * share).toList();
      assertThat(count(threshold, scores)).as("times %s", factor).isEqualTo(expected);
    }
  }

  @Test
  void ofScoresThatAreAllZeroNoneHasAShare() {
    assertThatThrownBy(() -> count(0.5, List.of(0.0, 0.0)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector mine gives each layer the score 0")
        .hasMessageContaining("threshold: 0.5");
  }

  private static int count(double threshold, List<Double> scores) {
    return KeptLayers.reaching(threshold).count("mine", scores);
  }

  @Test
  void whatIsWrittenComesBeforeWhatIsUsual() {
    KeptLayers usual = KeptLayers.of("same");
    assertThat(KeptLayers.of("3").or(usual)).isEqualTo(KeptLayers.of("3"));
    assertThat(KeptLayers.reaching(0.5).or(usual)).isEqualTo(KeptLayers.reaching(0.5));
    assertThat(new KeptLayers(Optional.empty(), Optional.empty()).or(usual)).isEqualTo(usual);
  }

  @Test
  void aThresholdBesideANumberOfLayersIsRefused() {
    assertThatThrownBy(() -> new KeptLayers(Optional.of("3"), Optional.of(0.9)))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("layers: 3 and threshold: 0.9 are both written");
  }

  @ParameterizedTest
  @CsvSource({"0", "-0.5", "1.5"})
  void aThresholdThatIsNoShareIsRefused(double threshold) {
    String written = "{threshold: %s}".formatted(threshold);
    assertThatThrownBy(() -> Extensions.options(KeptLayers.class, written))
        .hasMessageContaining("threshold");
  }
}
