package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.ability.ClassGradients;
import io.flexora.api.ability.ClassGradients.Differentiated;
import io.flexora.api.ability.ClassGradients.ExampleGradients;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.testkit.fixture.model.ReferenceLlama;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compares class outputs and their Jacobians with PyTorch's; the property {@code flexora.reference}
 * names the folder.
 */
class ClassGradientsTest {

  private static final List<String> MODULES = List.of("q_proj", "v_proj");
  private static final List<Integer> LAYERS = List.of(0, 2);
  private static final double SCALE = 2;
  private static final double EXACT = 1e-12;

  @Test
  void outputsAndJacobiansAreThoseOfTorch() throws IOException {
    JsonNode expected = ReferenceLlama.read("laplace.json");
    List<Tokens> rows = rows(expected);
    int[] seen = {0};
    read(
        ReferenceLlama.load(new DecoderFamilies()),
        rows,
        LAYERS,
        Differentiated.OUTPUTS,
        (scope, e, found, theta, model) -> {
          seen[0]++;
          assertThat(found.outputs())
              .containsExactly(
                  TinyModel.doubles(expected.get("test_logits").get(e)), within(EXACT));
          assertThat(found.modules().get(0).inputs().getShape().get(0))
              .as("tokens that count: those of the prompt, and no answer's")
              .isEqualTo(rows.get(e).ids().length);
          assertThat(found.read()).containsExactly(rows.get(e).ids().length - 1);
          double[] squares = squares(found, theta, model);
          for (int c = 0; c < squares.length; c++) {
            assertThat(Math.sqrt(squares[c]))
                .isCloseTo(
                    expected.get("test_jacobian_norms").get(e).get(c).asDouble(), within(EXACT));
          }
        });
    assertThat(seen[0]).isEqualTo(rows.size());
  }

  /** The shared token in front of an answer counts, its own last one does not. */
  @Test
  void answersOfSeveralTokensAreLogLikelihoods() throws IOException {
    TinyModel tiny = TinyModel.named("llama3");
    JsonNode questions = tiny.reference();
    List<Tokens> rows = TinyModel.questions(questions);
    read(
        tiny.backend(ComputeChoice.FLOAT64, 0).load(),
        rows,
        List.of(2),
        Differentiated.OUTPUTS,
        (scope, e, found, theta, model) -> {
          Tokens row = rows.get(e);
          double[] scores = model.scores(scope, model.batch(scope, rows), Point.of(theta))[e];
          assertThat(found.outputs()).containsExactly(scores, within(1e-10));
          int counted =
              row.ids().length + row.choices().stream().mapToInt(c -> c.ids().length - 1).sum();
          assertThat(found.modules()).hasSize(MODULES.size());
          assertThat(found.modules().get(0).inputs().getShape().get(0)).isEqualTo(counted);
          assertThat(found.read().length).isEqualTo(counted - row.ids().length + 1);
        });
  }

  @ParameterizedTest
  @EnumSource(Differentiated.class)
  void oneSegmentOfLayersAtATimeTheyAreThoseOfAllLayersAtOnce(Differentiated differentiated)
      throws IOException {
    TinyModel tiny = TinyModel.named("llama3");
    for (List<Integer> layers : List.of(LAYERS, List.of(0), List.of(2))) {
      List<double[]> expected = arrays(tiny, 1, layers, differentiated);
      for (int segments : new int[] {2, 3}) {
        List<double[]> found = arrays(tiny, segments, layers, differentiated);
        assertThat(found).hasSameSizeAs(expected).isNotEmpty();
        for (int i = 0; i < found.size(); i++) {
          assertThat(found.get(i)).containsExactly(expected.get(i), within(1e-12));
        }
      }
    }
  }

  private static List<double[]> arrays(
      TinyModel tiny, int segments, List<Integer> layers, Differentiated differentiated)
      throws IOException {
    List<double[]> arrays = new ArrayList<>();
    read(
        tiny.backend(ComputeChoice.FLOAT64, segments).load(),
        TinyModel.questions(tiny.reference()),
        layers,
        differentiated,
        (scope, e, found, theta, model) -> {
          arrays.add(found.outputs());
          for (ExampleGradients.ModuleGradients module : found.modules()) {
            arrays.add(module.inputs().toDoubleArray());
            arrays.add(module.gradients().toDoubleArray());
          }
        });
    return arrays;
  }

  @FunctionalInterface
  private interface Check {
    void of(
        NDManager scope, int example, ExampleGradients found, NDArray theta, AdaptedModel model);
  }

  /** Reads the rows and closes the model. */
  private static void read(
      BaseModel base,
      List<Tokens> rows,
      List<Integer> layers,
      Differentiated differentiated,
      Check check) {
    AdapterPlan plan = new AdapterPlan(Lora.method(0.1), LAYERS, MODULES, Head.NONE);
    try (base;
        AdaptedModel model = base.adapt(plan);
        NDManager scope = base.manager().newSubManager()) {
      NDArray theta = NativeArrays.of(scope, Lora.theta(model.parameters(), MODULES, 0.3, 0.2));
      model
          .require(ClassGradients.class, "the test")
          .classGradients(
              scope,
              model.batch(scope, rows),
              Point.of(theta),
              layers,
              differentiated,
              (own, example, found) -> check.of(own, example, found, theta, model));
    }
  }

  /** The squared length of each row of the Jacobian in all of theta. */
  private static double[] squares(ExampleGradients found, NDArray theta, AdaptedModel model) {
    double[] squares = new double[found.outputs().length];
    List<Slice> slices = model.parameters().slices();
    for (int m = 0; m < found.modules().size(); m++) {
      ExampleGradients.ModuleGradients module = found.modules().get(m);
      NDArray a = part(theta, slices.get(2 * m));
      NDArray b = part(theta, slices.get(2 * m + 1));
      for (int c = 0; c < squares.length; c++) {
        NDArray outer = module.gradients().get(c).transpose().matMul(module.inputs());
        squares[c] += square(b.transpose().matMul(outer)) + square(outer.matMul(a.transpose()));
      }
    }
    return squares;
  }

  private static NDArray part(NDArray theta, Slice slice) {
    return theta.get("{}:{}", slice.offset(), slice.offset() + slice.size()).reshape(slice.shape());
  }

  private static double square(NDArray values) {
    return SCALE * SCALE * Arrays.stream(values.toDoubleArray()).map(v -> v * v).sum();
  }

  private static List<Tokens> rows(JsonNode reference) {
    List<int[]> classes = new ArrayList<>();
    reference.get("classes").forEach(id -> classes.add(new int[] {id.asInt()}));
    List<Tokens> rows = new ArrayList<>();
    for (int r = 0; r < reference.get("test_input_ids").size(); r++) {
      int[] ids = TinyModel.ints(reference.get("test_input_ids").get(r));
      int length = Arrays.stream(TinyModel.ints(reference.get("test_attention_mask").get(r))).sum();
      rows.add(TinyModel.question(Arrays.copyOf(ids, length), classes, 0));
    }
    return rows;
  }
}
