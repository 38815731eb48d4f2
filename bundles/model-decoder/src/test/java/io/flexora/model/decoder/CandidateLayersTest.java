package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.bilevel.ModelBilevelProblem;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.transformers.causal.CausalModel;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A bilevel problem on some layers is that of all layers where the others add nothing. */
class CandidateLayersTest {

  private static final List<String> MODULES = List.of("q_proj", "v_proj");
  private static final List<Integer> ALL = List.of(0, 1, 2);
  private static final List<Integer> UPPER = List.of(1, 2);

  @Test
  void itsGradientsAreThoseOfAllLayersAtZeroElsewhere() throws IOException {
    List<Tokens> questions = TinyModel.questions(TinyModel.named("qwen3").reference());
    try (CausalModel model =
            (CausalModel) TinyModel.named("qwen3").backend(ComputeChoice.FLOAT32, 0).load();
        AdaptedModel whole = model.adapt(plan(ALL));
        AdaptedModel upper = model.adapt(plan(UPPER));
        NDManager scope = model.manager().newSubManager()) {
      LossGradient expected = training(scope, whole, questions);
      LossGradient found = training(scope, upper, questions);

      assertThat(found.loss()).isCloseTo(expected.loss(), within(1e-6));
      assertThat(found.alpha().orElseThrow().getShape()).isEqualTo(new Shape(2));
      double[] all = doubles(expected.theta());
      double[] some = doubles(found.theta());
      double largest = Arrays.stream(all).map(Math::abs).max().orElseThrow();
      for (Slice slice : upper.parameters().slices()) {
        int from = (int) offset(whole.parameters(), (Slice.Adapter) slice.owner());
        for (int i = 0; i < slice.size(); i++) {
          assertThat(some[(int) slice.offset() + i])
              .isCloseTo(all[from + i], within(1e-5 * largest));
        }
      }
    }
  }

  private static AdapterPlan plan(List<Integer> layers) {
    return new AdapterPlan(Lora.method(0), layers, MODULES, Head.NONE, Objective.CHOICES);
  }

  private static LossGradient training(
      NDManager scope, AdaptedModel adapted, List<Tokens> questions) {
    ModelBilevelProblem problem =
        new ModelBilevelProblem(
            adapted, questions, questions, new ProblemOptions(4, 1, 4, 1), new Seeds(1));
    double[] theta = Lora.theta(adapted.parameters(), MODULES, 0.3, 0.2);
    for (Slice slice : adapted.parameters().slices()) {
      if (!UPPER.contains(((Slice.Adapter) slice.owner()).layer())) {
        int from = (int) slice.offset();
        Arrays.fill(theta, from, from + (int) slice.size(), 0);
      }
    }
    float[] single = new float[theta.length];
    for (int i = 0; i < theta.length; i++) {
      single[i] = (float) theta[i];
    }
    NDArray array = NativeArrays.of(scope, single);
    NDArray alpha = scope.zeros(new Shape(problem.gates()), array.getDataType());
    return problem.training(scope, 0, array, alpha);
  }

  private static long offset(ParameterIndex index, Slice.Adapter owner) {
    return index.slices().stream()
        .filter(slice -> slice.owner().equals(owner))
        .findFirst()
        .orElseThrow()
        .offset();
  }

  private static double[] doubles(NDArray array) {
    float[] single = array.toFloatArray();
    double[] values = new double[single.length];
    for (int i = 0; i < single.length; i++) {
      values[i] = single[i];
    }
    return values;
  }
}
