package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.transformers.causal.CausalModel;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the layers below the lowest adapted one give is computed once for all evaluations. */
class FrozenPrefixTest {

  private static final List<String> MODULES = List.of("q_proj", "v_proj");

  private CausalModel model;
  private List<Tokens> questions;

  @BeforeEach
  void load() throws IOException {
    model = loaded();
    questions = TinyModel.questions(TinyModel.named("qwen3").reference());
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void evaluationsHaveTheSameBitsFromWhatIsKept() {
    double[][] fresh = scores(List.of(1, 2), 0.2);
    long kept = model.frozenStates().bytes();
    double[][] again = scores(List.of(1, 2), 0.2);

    assertThat(kept).isPositive();
    assertThat(model.frozenStates().bytes()).isEqualTo(kept);
    assertThat(again).isDeepEqualTo(fresh);
  }

  @Test
  void otherAdaptersOnTheSameLayersStillCount() throws IOException {
    assertThat(scores(List.of(1), 0.2)).isNotEqualTo(scores(List.of(1), 0.5));
    long kept = model.frozenStates().bytes();

    double[][] higher = scores(List.of(2), 0.2);

    assertThat(model.frozenStates().bytes()).isGreaterThan(kept);
    try (CausalModel other = loaded()) {
      assertThat(higher).isDeepEqualTo(scores(other, List.of(2), 0.2));
    }
  }

  @Test
  void nothingIsKeptOfAModelThatIsAdaptedThroughout() {
    scores(List.of(0, 2), 0.2);

    assertThat(model.frozenStates().bytes()).isZero();
  }

  @Test
  void trainingKeepsNothingAndSeesTheSame() {
    try (AdaptedModel adapted = model.adapt(plan(List.of(1)));
        NDManager scope = model.manager().newSubManager()) {
      Point point = point(scope, adapted, 0.2);
      double loss = adapted.lossGradient(scope, adapted.batch(scope, questions), point).loss();
      assertThat(model.frozenStates().bytes()).isZero();

      assertThat(adapted.loss(scope, adapted.batch(scope, questions), point)).isEqualTo(loss);
      assertThat(adapted.loss(scope, adapted.batch(scope, questions), point)).isEqualTo(loss);
    }
  }

  private static CausalModel loaded() throws IOException {
    return (CausalModel) TinyModel.named("qwen3").backend(ComputeChoice.FLOAT32, 0).load();
  }

  private double[][] scores(List<Integer> layers, double amplitude) {
    return scores(model, layers, amplitude);
  }

  private double[][] scores(CausalModel of, List<Integer> layers, double amplitude) {
    try (AdaptedModel adapted = of.adapt(plan(layers));
        NDManager scope = of.manager().newSubManager()) {
      Point point = point(scope, adapted, amplitude);
      return adapted.scores(scope, adapted.batch(scope, questions), point);
    }
  }

  private static AdapterPlan plan(List<Integer> layers) {
    return new AdapterPlan(Lora.method(0), layers, MODULES, Head.NONE, Objective.CHOICES);
  }

  private static Point point(NDManager scope, AdaptedModel adapted, double amplitude) {
    double[] theta = Lora.theta(adapted.parameters(), MODULES, 0.3, amplitude);
    float[] single = new float[theta.length];
    for (int i = 0; i < theta.length; i++) {
      single[i] = (float) theta[i];
    }
    NDArray array = NativeArrays.of(scope, single);
    return Point.of(array);
  }
}
