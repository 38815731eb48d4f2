package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.model.decoder.DecoderBackend;
import io.flexora.numerics.bilevel.ModelBilevelProblem;
import io.flexora.numerics.layer.Ranking;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.selector.scored.measure.AdapterShares;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.testkit.fixture.model.ProductAdapter;
import io.flexora.testkit.host.Extensions;
import io.flexora.transformers.causal.CausalOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shares of adapters B A on a small decoder in float64, beside loops over doubles. */
class LoraDropOnDecoderTest {

  private static final Path MODEL =
      Path.of("../../bundles/model-decoder/src/test/resources/tiny/llama3");
  private static final int LAYERS = 3;
  private static final int RANK = 2;
  private static final List<String> MODULES = List.of("q_proj", "v_proj");

  private static BaseModel base;
  private static AdaptedModel model;

  @BeforeAll
  static void load() throws IOException {
    String options =
        "{source: '%s', max_tokens: 64, compute_dtype: float64}".formatted(MODEL.toAbsolutePath());
    base = Extensions.of(DecoderBackend.class, CausalOptions.class, options).load();
    model =
        base.adapt(new AdapterPlan(new ProductAdapter(RANK), List.of(0, 1, 2), MODULES, Head.NONE));
  }

  @AfterAll
  static void close() {
    model.close();
    base.close();
  }

  /** Questions of different lengths; the answer of the second begins after its first token. */
  private static List<Tokens> examples() {
    Random random = new Random(4);
    List<Tokens> examples = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int[] prompt = random.ints(3 + 4 * i, 4, 96).toArray();
      int[] answer = random.ints(2 + i % 3, 4, 96).toArray();
      boolean[] marks = new boolean[answer.length];
      Arrays.fill(marks, i == 1 ? 1 : 0, marks.length, true);
      Continuation right = new Continuation(answer, marks);
      Example example = new Example("row-" + i, "", List.of("-"), 0);
      examples.add(new Tokens(example, prompt, List.of(right), 0));
    }
    return examples;
  }

  /** A is drawn, and so is B, which is then multiplied by the factor of its layer. */
  private static double[] theta(double... factors) {
    Random random = new Random(6);
    double[] theta = random.doubles(model.parameters().size(), -0.4, 0.4).toArray();
    for (Slice slice : model.parameters().slices()) {
      Slice.Adapter of = (Slice.Adapter) slice.owner();
      if (of.parameter().name().equals("B")) {
        for (int i = 0; i < slice.size(); i++) {
          theta[(int) slice.offset() + i] *= factors[of.layer()];
        }
      }
    }
    return theta;
  }

  private static List<Double> shares(double[] theta) {
    List<Tokens> examples = examples();
    ProblemOptions whole = new ProblemOptions(examples.size(), 1, examples.size(), 1);
    BilevelProblem problem =
        new ModelBilevelProblem(model, examples, examples, whole, new Seeds(1));
    AdapterShares measure = new AdapterShares(false, false);
    try (NDManager scope = base.manager().newSubManager()) {
      NDArray at = NativeArrays.of(scope, theta);
      return measure.scores(measure.of(scope, problem, 0, at), 1, LAYERS);
    }
  }

  /** Of the tokens of answers alone: neither prompts nor the lengths of other examples count. */
  @Test
  void sharesAreThoseOfWhatTheAdaptersAddToTheTokensOfAnswers() {
    double[] theta = theta(0.5, 0.7, 0.6);
    List<Double> found = shares(theta);
    double[] expected = expected(squares(theta, true));
    double[] ofAllTokens = expected(squares(theta, false));
    double prompts = 0;
    for (int layer = 0; layer < LAYERS; layer++) {
      assertThat(found.get(layer)).isCloseTo(expected[layer], within(1e-9));
      prompts = Math.max(prompts, Math.abs(ofAllTokens[layer] - expected[layer]));
    }
    assertThat(found.stream().mapToDouble(x -> x).sum()).isCloseTo(1, within(1e-12));
    assertThat(prompts).as("what the prompts would change").isGreaterThan(1e-4);
  }

  @Test
  void adaptersOfKnownNormsHaveTheKnownOrder() {
    List<Double> shares = shares(theta(0.01, 1, 0.1));
    assertThat(shares.get(1)).isGreaterThan(shares.get(2));
    assertThat(shares.get(2)).isGreaterThan(shares.get(0));
    assertThat(Ranking.highest(shares, KeptLayers.reaching(1e-9).count("lora-drop", shares)))
        .containsExactly(1);
    assertThat(Ranking.highest(shares, 2)).containsExactly(1, 2);
  }

  /** As long as adapters do not change what others are given, which small ones hardly do. */
  @Test
  void aMultipleOfAllBHasTheSameShares() {
    List<Double> once = shares(theta(1e-7, 2e-7, 1.5e-7));
    List<Double> threeTimes = shares(theta(3e-7, 6e-7, 4.5e-7));
    for (int layer = 0; layer < LAYERS; layer++) {
      assertThat(threeTimes.get(layer)).isCloseTo(once.get(layer), within(1e-5));
    }
  }

  /** The mean over modules of each layer's share among those of a kind. */
  private static double[] expected(double[][] squares) {
    double[] shares = new double[LAYERS];
    for (int m = 0; m < MODULES.size(); m++) {
      double sum = 0;
      for (double[] ofLayer : squares) {
        sum += ofLayer[m];
      }
      for (int layer = 0; layer < LAYERS; layer++) {
        shares[layer] += squares[layer][m] / sum / MODULES.size();
      }
    }
    return shares;
  }

  /** For each layer and module the sum of |B A x|² over tokens, one example after the other. */
  private static double[][] squares(double[] theta, boolean answersAlone) {
    double[][] squares = new double[LAYERS][MODULES.size()];
    LayerwiseModel layers = base.require(LayerwiseModel.class, "this test");
    for (Tokens example : examples()) {
      boolean[] counted = counted(example, answersAlone);
      try (NDManager scope = base.manager().newSubManager()) {
        LayerwiseModel.States states = layers.embedded(scope, List.of(example));
        for (int layer = 0; layer < LAYERS; layer++) {
          double[] own = squares[layer];
          states =
              layers.layer(
                  scope,
                  states,
                  layer,
                  merged(scope, theta, layer),
                  (visited, site, rows) -> {
                    int m = MODULES.indexOf(site.module().name());
                    if (m >= 0) {
                      own[m] += squares(change(theta, site), rows.toDoubleArray(), counted);
                    }
                  });
        }
      }
    }
    return squares;
  }

  private static boolean[] counted(Tokens example, boolean answersAlone) {
    Continuation right = example.choices().get(0);
    int prompt = example.ids().length;
    boolean[] counted = new boolean[prompt + right.ids().length];
    for (int i = 0; i < counted.length; i++) {
      counted[i] = !answersAlone || (i >= prompt && right.answer()[i - prompt]);
    }
    return counted;
  }

  private static double squares(double[] change, double[] rows, boolean[] counted) {
    int inputs = rows.length / counted.length;
    double squares = 0;
    for (int token = 0; token < counted.length; token++) {
      for (int o = 0; counted[token] && o < change.length / inputs; o++) {
        double added = 0;
        for (int i = 0; i < inputs; i++) {
          added += change[o * inputs + i] * rows[token * inputs + i];
        }
        squares += added * added;
      }
    }
    return squares;
  }

  /** W + B A of the adapted modules of a layer. */
  private static Map<String, NDArray> merged(NDManager scope, double[] theta, int layer) {
    FrozenMatrices frozen = base.require(FrozenMatrices.class, "this test");
    Map<String, NDArray> merged = new HashMap<>();
    for (ModuleShape module : base.shape().modules()) {
      if (MODULES.contains(module.name())) {
        double[] values =
            frozen
                .weight(scope, layer, module.name())
                .toType(DataType.FLOAT64, false)
                .toDoubleArray();
        double[] change = change(theta, new AdapterSite(layer, module));
        for (int i = 0; i < values.length; i++) {
          values[i] += change[i];
        }
        Shape shape = new Shape(module.outputs(), module.inputs());
        merged.put(module.name(), scope.create(values, shape));
      }
    }
    return merged;
  }

  /** B A, row by row. */
  private static double[] change(double[] theta, AdapterSite site) {
    int a = offset(site, "A");
    int b = offset(site, "B");
    int inputs = site.module().inputs();
    double[] change = new double[site.module().outputs() * inputs];
    for (int i = 0; i < change.length; i++) {
      for (int r = 0; r < RANK; r++) {
        change[i] += theta[b + i / inputs * RANK + r] * theta[a + r * inputs + i % inputs];
      }
    }
    return change;
  }

  private static int offset(AdapterSite site, String name) {
    for (Slice slice : model.parameters().ofLayer(site.layer())) {
      Slice.Adapter of = (Slice.Adapter) slice.owner();
      if (of.module().equals(site.module()) && of.parameter().name().equals(name)) {
        return (int) slice.offset();
      }
    }
    throw new IllegalArgumentException(site.path() + " has no " + name);
  }
}
