package io.flexora.experiment.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.experiment.estimate.LargestBatch;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Against sums by hand. */
class StepWorkTest {

  private static final Offset<Double> TIGHT = within(1e-6);

  /** Two layers of a square matrix and one twice as wide, with 100 tokens to tell apart. */
  private static final ModelShape SHAPE =
      new ModelShape(
          "llama",
          2,
          8,
          64,
          List.of(
              new ModuleShape("q_proj", "layers.%d.q_proj", 8, 8),
              new ModuleShape("up_proj", "layers.%d.up_proj", 8, 16)),
          List.of(),
          1000,
          "float32",
          4000,
          "CAUSAL_LM",
          100,
          "base");

  /** One text of 12 tokens, 3 of them labelled: each sees 6 on the mean. */
  private static final StepWork.Texts TEXTS =
      StepWork.Texts.of(List.of(new LargestBatch.Size(12, 3)));

  private static final double LAYER = 2 * (8 * 8 + 8 * 16) + 2 * 2 * 8 * 6;
  private static final double HEAD = 2 * 8 * 100 * 0.25;

  @Test
  void scoringGoesThroughTheLayersOnce() {
    StepWork work = StepWork.ofScoring(SHAPE, TEXTS);
    assertThat(work.operationsOfToken()).isCloseTo(2 * LAYER + HEAD, TIGHT);
    assertThat(work.seconds(12, 1e3, 1e3)).isCloseTo(12 * (2 * LAYER + HEAD) / 1e3, TIGHT);
  }

  @Test
  void trainingGoesBackThroughWhatIsAdapted() {
    double attention = 2 * 2 * 8 * 6;
    StepWork all = StepWork.ofTraining(SHAPE, TEXTS, 0, 50, false);
    assertThat(all.operationsOfToken())
        .isCloseTo(4 * LAYER + 2 * attention + 2 * HEAD + 6 * 50, TIGHT);
    StepWork upper = StepWork.ofTraining(SHAPE, TEXTS, 1, 0, false);
    assertThat(upper.operationsOfToken()).isCloseTo(3 * LAYER + attention + 2 * HEAD, TIGHT);
    StepWork again = StepWork.ofTraining(SHAPE, TEXTS, 1, 0, true);
    assertThat(again.operationsOfToken() - upper.operationsOfToken()).isCloseTo(LAYER, TIGHT);
    assertThat(all.bytes()).isEqualTo(8000);
    assertThat(again.bytes()).isEqualTo(12_000);
  }

  @Test
  void aStepOfFewTokensTakesAsLongAsItsBytes() {
    StepWork work = StepWork.ofTraining(SHAPE, TEXTS, 0, 0, false);
    assertThat(work.seconds(1, 1e12, 1e3)).isCloseTo(8, TIGHT);
  }

  @Test
  void aTokenHasTheLengthOfItsText() {
    StepWork.Texts texts =
        StepWork.Texts.of(List.of(new LargestBatch.Size(30, 10), new LargestBatch.Size(10, 0)));
    assertThat(texts.length()).isCloseTo((900 + 100) / 40.0, TIGHT);
    assertThat(texts.labelled()).isCloseTo(0.25, TIGHT);
    assertThat(StepWork.Texts.of(List.of()).length()).isZero();
  }
}
