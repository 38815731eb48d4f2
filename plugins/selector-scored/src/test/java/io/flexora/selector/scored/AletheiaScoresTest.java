package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.RecordingMonitor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On three examples with gradients of -1, 1 and 3 times a size, whose lengths sum to 5. */
class AletheiaScoresTest {

  /** For each layer, in the narrow module of 4 weights and in the wide one of 12. */
  private static final double[][] SIZES = {
    {1, 0}, {0, 1}, {2, 1}, {0, 0}, {3, 0.5}, {0.1, 0.1}, {4, 4}, {1, 2}
  };

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private Selection select(int together, boolean normalise) {
    AletheiaOptions options = new AletheiaOptions("2", 3, together, normalise);
    return new AletheiaSelector(options, new Seeds(1)).select(new PlainMatrices(manager, SIZES));
  }

  private List<Double> scores(int together, boolean normalise) {
    return select(together, normalise).scores().get("aletheia");
  }

  @Test
  void areTheSumsOfTheLengthsOverExamplesAndModules() {
    List<Double> scores = scores(8, false);

    for (int layer = 0; layer < SIZES.length; layer++) {
      double expected = 5 * (2 * SIZES[layer][0] + Math.sqrt(12) * SIZES[layer][1]);
      assertThat(scores.get(layer)).as("layer %d", layer).isCloseTo(expected, within(1e-12));
    }
    assertThat(scores.get(3)).as("a layer that the loss does not depend on").isZero();
    assertThat(select(8, false).layers()).containsExactly(6, 7);
  }

  @Test
  void areTheSameHoweverManyLayersAreTakenTogether() {
    assertThat(scores(1, false)).isEqualTo(scores(8, false));
    assertThat(scores(3, false)).isEqualTo(scores(8, false));
  }

  /** Lengths of gradients grow towards an end of a model, so a choice by them may be that end. */
  @Test
  void areToldBesideTheirCorrelationWithDepth() {
    assertThat(AletheiaSelector.depthCorrelation(List.of(1.0, 2.0, 3.0)))
        .isCloseTo(1, within(1e-12));
    assertThat(AletheiaSelector.depthCorrelation(List.of(4.0, 1.0))).isCloseTo(-1, within(1e-12));
    assertThat(AletheiaSelector.depthCorrelation(List.of(1.0, 0.0, 2.0)))
        .as("numpy.corrcoef([1, 0, 2], [0, 1, 2])")
        .isCloseTo(0.5, within(1e-12));
    assertThat(AletheiaSelector.depthCorrelation(List.of(2.0, 2.0))).isZero();
    PlainMatrices context = new PlainMatrices(manager, SIZES);
    new AletheiaSelector(new AletheiaOptions("2", 3, 8, false), new Seeds(1)).select(context);
    assertThat(((RecordingMonitor) context.monitor()).notices())
        .singleElement()
        .asString()
        .startsWith("The scores of aletheia have a correlation of 0.");
  }

  @Test
  void ofNormalisedLengthsDoNotDependOnTheSizesOfTheModules() {
    List<Double> scores = scores(3, true);

    for (int layer = 0; layer < SIZES.length; layer++) {
      double expected = 5 * (SIZES[layer][0] + SIZES[layer][1]);
      assertThat(scores.get(layer)).as("layer %d", layer).isCloseTo(expected, within(1e-12));
    }
    assertThat(select(3, true).layers()).containsExactly(4, 6);
  }
}
