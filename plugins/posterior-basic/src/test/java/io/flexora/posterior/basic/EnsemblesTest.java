package io.flexora.posterior.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.Point;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.model.LowRankClassifier;
import io.flexora.testkit.fixture.model.PosteriorOnModel;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EnsemblesTest {

  private final LowRankClassifier model = new LowRankClassifier();
  private final List<Tokens> test = LowRankClassifier.examples("test-", 20, 5);

  @Test
  void anEnsembleOfEqualMembersIsTheMember() {
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      NDArray theta = NativeArrays.of(owner, LowRankClassifier.trained(1));
      double[][] alone = model.scores(owner, batch(owner), Point.of(theta));
      double[][] three = scores(owner, List.of(theta, theta, theta));
      for (int i = 0; i < alone.length; i++) {
        assertThat(three[i]).containsExactly(alone[i], within(1e-12));
      }
    }
  }

  @Test
  void averagesTheProbabilities() {
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      NDArray first = NativeArrays.of(owner, LowRankClassifier.trained(1));
      NDArray second = NativeArrays.of(owner, LowRankClassifier.trained(2));
      double[][] one = model.scores(owner, batch(owner), Point.of(first));
      double[][] two = model.scores(owner, batch(owner), Point.of(second));
      double[][] both = scores(owner, List.of(first, second));
      for (int i = 0; i < both.length; i++) {
        for (int k = 0; k < 3; k++) {
          double mean = (Math.exp(one[i][k]) + Math.exp(two[i][k])) / 2;
          assertThat(Math.exp(both[i][k])).isCloseTo(mean, within(1e-12));
        }
      }
    }
  }

  private double[][] scores(NDManager owner, List<NDArray> members) {
    Predictive predictive = new EnsemblePredictive(model, members, Map.of());
    return predictive.scores(owner, test, batch(owner));
  }

  private Batch batch(NDManager owner) {
    return model.batch(owner, test);
  }

  @Test
  void tellsWhereTheTrainingWasTooShortForItsCheckpoints() {
    CheckpointEnsemble five = new CheckpointEnsemble(new CheckpointEnsembleOptions(5, 20));
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      PosteriorOnModel context = PosteriorOnModel.of(owner, owner, 17);
      five.fit(context);
      assertThat(((RecordingMonitor) context.monitor()).notices())
          .containsExactly(
              "The checkpoint ensemble has 3 members in place of 5, as the training was short.");
      PosteriorOnModel without =
          new PosteriorOnModel(
              model,
              context.theta(),
              context.training(),
              context.validation(),
              List.of(),
              context.seeds(),
              owner,
              context.monitor());
      assertThatThrownBy(() -> five.fit(without))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("the training ended before step 20");
    }
  }

  @Test
  void asksForWhatItNeeds() {
    assertThat(new CheckpointEnsemble(new CheckpointEnsembleOptions(4, 50)).snapshots().every())
        .isEqualTo(50);
    assertThat(new DeepEnsemble(new DeepEnsembleOptions(3)).cost(PosteriorOnModel.setting()))
        .isEqualTo(Workload.NONE.trainings(2).forward(Passes.of(60)));
  }

  @Test
  void checkpointsThatComeAfterTheTrainingAreRefusedBeforeIt() {
    CheckpointEnsemble ensemble = new CheckpointEnsemble(new CheckpointEnsembleOptions(2, 50));
    assertThat(Compatibility.of(ensemble::checkCompatibility, PosteriorOnModel.setting()).first())
        .isEmpty();
    assertThat(Compatibility.of(ensemble::checkCompatibility, ofSteps(50)).first()).isEmpty();
    assertThat(Compatibility.of(ensemble::checkCompatibility, ofSteps(49)).first().orElseThrow())
        .contains("every 50 steps", "the training has 49");
  }

  private static PosteriorSetting ofSteps(long steps) {
    return setting(/* hasOwnBase= */ false, OptionalLong.of(steps));
  }

  private static PosteriorSetting setting(boolean hasOwnBase, OptionalLong steps) {
    PosteriorSetting fine = PosteriorOnModel.setting();
    return new PosteriorSetting(
        fine.task(),
        fine.adapter(),
        fine.modules(),
        fine.shape(),
        fine.training(),
        fine.validation(),
        hasOwnBase,
        steps,
        fine.recomputes());
  }

  @Test
  void aDeepEnsembleOfTrainingsThatPruneIsRefusedBeforeTheTraining() {
    PosteriorSetting fine = PosteriorOnModel.setting();
    DeepEnsemble ensemble = new DeepEnsemble(new DeepEnsembleOptions(3));
    assertThat(Compatibility.of(ensemble::checkCompatibility, fine).first()).isEmpty();
    PosteriorSetting pruned = setting(/* hasOwnBase= */ true, OptionalLong.empty());
    assertThat(Compatibility.of(ensemble::checkCompatibility, pruned).first().orElseThrow())
        .contains("a base of its own");
  }
}
