package io.flexora.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Decisions;
import io.flexora.formats.number.Bfloat16;
import io.flexora.formats.onnx.OnnxFile;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.token.TextOptions;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a tiny encoder shows of its weights and layers, beside loops over doubles. */
class EncoderActivityTest {

  private static final int RANK = 2;
  // lora_alpha 16 over the rank.
  private static final double SCALE = 8;
  private static final List<String> MODULES =
      List.of(
          "value", "key", "query", "attention.output.dense", "intermediate.dense", "output.dense");

  @TempDir private Path folder;
  private Path path;
  private BertFile file;

  @BeforeEach
  void write() throws IOException {
    TorchEngine.start().useThreads(1);
    path = TinyBert.write(folder.resolve("tiny.onnx"));
    file = BertFile.of(OnnxFile.read(path));
  }

  private BaseModel load(ComputeChoice type, Pooling pooling) throws IOException {
    EncoderOptions options =
        new EncoderOptions(
            "file:tiny.onnx",
            new TextOptions(Optional.empty(), 16, pooling),
            type,
            0,
            EncoderOptions.HeadStart.NEW);
    return new EncoderBackend(options, location -> path, Device.cpu(), new Decisions()).load();
  }

  @ParameterizedTest
  @EnumSource(
      value = ComputeChoice.class,
      names = {"FLOAT32", "BF16", "FLOAT64"})
  void showsTheMatricesOfTheFile(ComputeChoice type) throws IOException {
    try (BaseModel model = load(type, Pooling.CLS);
        NDManager scope = model.manager().newSubManager()) {
      for (int layer = 0; layer < TinyBert.LAYERS; layer++) {
        for (String module : BertFile.LINEARS) {
          double[] stored =
              Arrays.stream(PlainBert.weight(file, layer, module))
                  .flatMapToDouble(Arrays::stream)
                  .map(d -> type == ComputeChoice.BF16 ? rounded(d) : d)
                  .toArray();
          float[] shown =
              model
                  .ability(FrozenMatrices.class)
                  .orElseThrow()
                  .weight(scope, layer, EncoderModules.name(module))
                  .toFloatArray();
          assertThat(IntStream.range(0, shown.length).mapToDouble(i -> shown[i]))
              .as("%s of layer %d", module, layer)
              .containsExactly(Arrays.stream(stored).boxed().toArray(Double[]::new));
        }
      }
    }
  }

  private static double rounded(double value) {
    return Bfloat16.value(Bfloat16.bits((float) value));
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void seesWhatLoopsOverDoublesCompute(Pooling pooling) throws IOException {
    assertAgrees(pooling, List.of(0, 1, 2));
    assertAgrees(pooling, List.of(1));
    assertAgrees(pooling, List.of());
  }

  private void assertAgrees(Pooling pooling, List<Integer> layers) throws IOException {
    AdapterPlan plan = new AdapterPlan(Adapters.lora(RANK, 0.5), layers, MODULES, Head.classes(3));
    try (BaseModel model = load(ComputeChoice.FLOAT64, pooling);
        AdaptedModel adapted = model.adapt(plan);
        NDManager scope = model.manager().newSubManager()) {
      double[] theta =
          new SplittableRandom(1).doubles(adapted.parameters().size(), -0.5, 0.5).toArray();
      List<Tokens> texts = List.of(text(7), text(3), text(5));
      LayerActivity found =
          adapted
              .ability(LayerActivity.Meter.class)
              .orElseThrow()
              .activity(
                  scope,
                  adapted.batch(scope, texts),
                  Point.of(NativeArrays.of(scope, theta)).withDropout(5));
      assertAgrees(found, new Sums(adapted, theta).of(file, texts));
    }
  }

  private static void assertAgrees(LayerActivity found, LayerActivity expected) {
    assertThat(found.tokens()).isEqualTo(expected.tokens());
    for (int layer = 0; layer < TinyBert.LAYERS; layer++) {
      assertClose(found.adapterSquares().get(layer), expected.adapterSquares().get(layer));
      assertClose(found.frozenSquares().get(layer), expected.frozenSquares().get(layer));
    }
    assertClose(found.angles(), expected.angles());
  }

  private static void assertClose(List<Double> found, List<Double> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).isCloseTo(expected.get(i), within(1e-9 * expected.get(i)));
    }
  }

  private static Tokens text(int length) {
    int[] ids = new SplittableRandom(length).ints(length, 0, TinyBert.WORDS).toArray();
    return new Tokens(new Example("e", "", List.of("a", "b", "c"), 1), ids, List.of(), 0);
  }

  /** The sums of LoRA at some theta, token by token. */
  private static final class Sums implements PlainBert.Adapter {

    private final AdaptedModel adapted;
    private final double[] theta;
    private final double[][] adapterSquares = new double[TinyBert.LAYERS][MODULES.size()];
    private final double[][] frozenSquares = new double[TinyBert.LAYERS][MODULES.size()];

    Sums(AdaptedModel adapted, double[] theta) {
      this.adapted = adapted;
      this.theta = theta;
    }

    LayerActivity of(BertFile file, List<Tokens> texts) {
      PlainBert bert = new PlainBert(file, this);
      Double[] angles = new Double[TinyBert.LAYERS];
      Arrays.fill(angles, 0.0);
      long tokens = 0;
      for (Tokens text : texts) {
        tokens += text.ids().length;
        List<double[][]> states = bert.states(text.ids());
        for (int layer = 0; layer < angles.length; layer++) {
          for (int t = 0; t < text.ids().length; t++) {
            angles[layer] += angle(states.get(layer)[t], states.get(layer + 1)[t]);
          }
        }
      }
      return new LayerActivity(
          tokens, lists(adapterSquares), lists(frozenSquares), List.of(angles));
    }

    @Override
    public double[] added(int layer, String module, double[] input, double[] frozen) {
      double[] added = new double[frozen.length];
      double[] a = values(layer, module, "A");
      double[] b = values(layer, module, "B");
      for (int r = 0; r < RANK && a.length > 0; r++) {
        double inner = 0;
        for (int i = 0; i < input.length; i++) {
          inner += a[r * input.length + i] * input[i];
        }
        for (int o = 0; o < added.length; o++) {
          added[o] += SCALE * b[o * RANK + r] * inner;
        }
      }
      adapterSquares[layer][MODULES.indexOf(module)] += dot(added, added);
      frozenSquares[layer][MODULES.indexOf(module)] += dot(frozen, frozen);
      return added;
    }

    /** The values of an array of an adapter; none where there is no adapter. */
    private double[] values(int layer, String module, String name) {
      return adapted.parameters().ofLayer(layer).stream()
          .filter(slice -> belongs((Slice.Adapter) slice.owner(), module, name))
          .findFirst()
          .map(s -> Arrays.copyOfRange(theta, (int) s.offset(), (int) (s.offset() + s.size())))
          .orElse(new double[0]);
    }

    private static boolean belongs(Slice.Adapter owner, String module, String name) {
      return owner.module().name().equals(module) && owner.parameter().name().equals(name);
    }

    private static double angle(double[] x, double[] y) {
      return Math.acos(dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))) / Math.PI;
    }

    private static double dot(double[] x, double[] y) {
      return IntStream.range(0, x.length).mapToDouble(i -> x[i] * y[i]).sum();
    }

    private static List<List<Double>> lists(double[][] rows) {
      return Arrays.stream(rows).map(row -> Arrays.stream(row).boxed().toList()).toList();
    }
  }

  @Test
  void saysWhatItHasWhereAMatrixIsNotThere() throws IOException {
    try (BaseModel model = load(ComputeChoice.FLOAT32, Pooling.CLS)) {
      assertThat(
              catchThrowable(
                  () ->
                      model
                          .ability(FrozenMatrices.class)
                          .orElseThrow()
                          .weight(model.manager(), 0, "q_proj")))
          .hasMessageContaining("q_proj")
          .hasMessageContaining("attention.output.dense");
    }
  }
}
