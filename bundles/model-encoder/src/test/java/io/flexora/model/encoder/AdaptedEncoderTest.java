package io.flexora.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterScript.MatrixUse;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Example;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.token.TextOptions;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a tiny random encoder in float64, where differences of losses are a sharp check. */
class AdaptedEncoderTest {
  private static final List<Integer> ALL = List.of(0, 1, 2);
  private static final List<String> MODULES =
      List.of(
          "query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense");
  private static final double H = 1e-5;

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private NDManager scope;
  private BaseModel model;

  @BeforeEach
  void load() throws IOException {
    // Matrices of this size are not worth a second thread.
    TorchEngine.start().useThreads(1);
    model = load(ComputeChoice.FLOAT64, Pooling.CLS, 0);
    scope = model.manager().newSubManager();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private BaseModel load(ComputeChoice type, Pooling pooling, int segments) throws IOException {
    Path file = folder.resolve("tiny.onnx");
    if (!Files.exists(file)) {
      TinyBert.write(file);
    }
    return load(file, type, pooling, segments);
  }

  private BaseModel load(Path file, ComputeChoice type, Pooling pooling, int segments)
      throws IOException {
    EncoderOptions options =
        new EncoderOptions(
            "file:tiny.onnx",
            new TextOptions(Optional.empty(), 16, pooling),
            type,
            segments,
            EncoderOptions.HeadStart.NEW);
    BaseModel loaded =
        new EncoderBackend(options, location -> file, Device.cpu(), new Decisions()).load();
    open.add(loaded);
    return loaded;
  }

  private static AdapterPlan plan(List<Integer> layers, List<String> modules) {
    return plan(Adapters.lora(2, 0), layers, modules);
  }

  private static AdapterPlan plan(
      AdapterMethod method, List<Integer> layers, List<String> modules) {
    return new AdapterPlan(method, layers, modules, Head.classes(3));
  }

  private static List<Tokens> texts(int... lengths) {
    SplittableRandom random = new SplittableRandom(9);
    return Arrays.stream(lengths)
        .mapToObj(
            n ->
                new Tokens(
                    new Example("e" + n, "", List.of("a", "b", "c"), random.nextInt(3)),
                    random.ints(n, 0, TinyBert.WORDS).toArray(),
                    List.of(),
                    0))
        .toList();
  }

  private NDArray random(long size, long seed, double scale) {
    SplittableRandom random = new SplittableRandom(seed);
    return scope.create(random.doubles(size, -scale, scale).toArray());
  }

  private NDArray random(AdaptedModel adapted, long seed) {
    return random(adapted.parameters().size(), seed, 0.5);
  }

  private static double dot(NDArray a, NDArray b) {
    return a.mul(b).sum().getDouble();
  }

  private static double error(NDArray actual, NDArray expected) {
    return dot(actual.sub(expected), actual.sub(expected)) / (1e-300 + dot(expected, expected));
  }

  /** The derivative at 0 by central differences of fourth order. */
  private static double slope(DoubleUnaryOperator f) {
    double near = f.applyAsDouble(H) - f.applyAsDouble(-H);
    double far = f.applyAsDouble(2 * H) - f.applyAsDouble(-2 * H);
    return (8 * near - far) / (12 * H);
  }

  private static NDArray difference(DoubleFunction<NDArray> f) {
    NDArray near = f.apply(H).sub(f.apply(-H));
    NDArray far = f.apply(2 * H).sub(f.apply(-2 * H));
    return near.mul(8).sub(far).div(12 * H);
  }

  @Test
  void aSmoothedLabelIsADistributionOverTheClasses() {
    double smoothing = 0.2;
    Objective smoothed =
        new Objective() {
          @Override
          public String description() {
            return "smoothed";
          }

          @Override
          public double labelSmoothing() {
            return smoothing;
          }

          @Override
          public String torchScript() {
            return Objective.ANSWER.torchScript();
          }
        };
    AdapterPlan plan =
        new AdapterPlan(Adapters.lora(2, 0), ALL, List.of("query"), Head.classes(3), smoothed);
    try (AdaptedModel adapted = model.adapt(plan)) {
      List<Tokens> texts = texts(4, 7, 9);
      Batch batch = adapted.batch(scope, texts);
      Point point = Point.of(random(adapted, 3));
      double[][] scores = adapted.scores(scope, batch, point);
      double expected = 0;
      for (int e = 0; e < scores.length; e++) {
        double total = Math.log(Arrays.stream(scores[e]).map(Math::exp).sum());
        double label = scores[e][texts.get(e).example().label()] - total;
        double even = Arrays.stream(scores[e]).average().orElseThrow() - total;
        expected -= ((1 - smoothing) * label + smoothing * even) / scores.length;
      }
      assertThat(adapted.loss(scope, batch, point)).isCloseTo(expected, within(1e-12));
      assertThat(adapted.lossGradient(scope, batch, point).loss())
          .isCloseTo(expected, within(1e-12));
    }
  }

  @Test
  void gradientsAreTheDifferencesOfTheLoss() throws IOException {
    for (Pooling pooling : Pooling.values()) {
      BaseModel other = load(ComputeChoice.FLOAT64, pooling, 0);
      AdaptedModel adapted = other.adapt(plan(ALL, MODULES));
      Batch batch = adapted.batch(scope, texts(5, 3, 7));
      NDArray theta = random(adapted, 1);
      NDArray alpha = random(3, 2, 0.7);
      LossGradient gradient = adapted.lossGradient(scope, batch, Point.of(theta, alpha));
      assertThat(gradient.loss())
          .isCloseTo(adapted.loss(scope, batch, Point.of(theta, alpha)), within(1e-14));
      for (int seed = 10; seed < 14; seed++) {
        NDArray u = random(adapted, seed);
        double slope = slope(t -> adapted.loss(scope, batch, Point.of(theta.add(u.mul(t)), alpha)));
        assertThat(dot(gradient.theta(), u)).isCloseTo(slope, within(1e-8));
        NDArray a = random(3, seed, 1);
        double slopeAlpha =
            slope(t -> adapted.loss(scope, batch, Point.of(theta, alpha.add(a.mul(t)))));
        assertThat(dot(gradient.alpha().orElseThrow(), a)).isCloseTo(slopeAlpha, within(1e-8));
      }
      assertThat(gradient.alpha().orElseThrow().sum().getDouble()).isCloseTo(0, within(1e-12));
    }
  }

  @Test
  void hessianProductsAreTheDifferencesOfTheGradientAndSymmetric() {
    AdaptedModel adapted = model.adapt(plan(ALL, MODULES));
    Batch batch = adapted.batch(scope, texts(5, 3, 7));
    Point point = Point.of(random(adapted, 1), random(3, 2, 0.7));
    Direction u = new Direction(random(adapted, 3), random(3, 4, 1));
    Direction product = adapted.hessianProduct(scope, batch, point, u);
    NDArray change =
        difference(
            t -> {
              LossGradient g = adapted.lossGradient(scope, batch, moved(point, u, t));
              return g.theta().concat(g.alpha().orElseThrow());
            });
    assertThat(error(product.theta().concat(product.alpha()), change)).isLessThan(1e-16);
    Direction b = new Direction(random(adapted, 5), random(3, 6, 1));
    Direction other = adapted.hessianProduct(scope, batch, point, b);
    assertThat(dot(b.theta(), product.theta()) + dot(b.alpha(), product.alpha()))
        .isCloseTo(dot(u.theta(), other.theta()) + dot(u.alpha(), other.alpha()), within(1e-10));
    assertThat(product.alpha().sum().getDouble()).isCloseTo(0, within(1e-11));
  }

  private static Point moved(Point point, Direction u, double by) {
    return Point.of(
        point.theta().add(u.theta().mul(by)), point.alpha().orElseThrow().add(u.alpha().mul(by)));
  }

  @Test
  void zeroGatesAreNoGatesAndAShiftOfAllGatesIsNothing() {
    AdaptedModel adapted = model.adapt(plan(ALL, MODULES));
    Batch batch = adapted.batch(scope, texts(5, 3));
    NDArray theta = random(adapted, 1);
    NDArray alpha = random(3, 2, 1);
    LossGradient plain = adapted.lossGradient(scope, batch, Point.of(theta));
    LossGradient zero =
        adapted.lossGradient(
            scope, batch, Point.of(theta, scope.zeros(new Shape(3), DataType.FLOAT64)));
    assertThat(zero.loss()).isEqualTo(plain.loss());
    assertThat(zero.theta()).isEqualTo(plain.theta());
    assertThat(plain.alpha()).isEmpty();
    assertThat(adapted.loss(scope, batch, Point.of(theta, alpha.add(3))))
        .isCloseTo(adapted.loss(scope, batch, Point.of(theta, alpha)), within(1e-13));
  }

  @Test
  void aGateScalesTheChangeOfItsLayersWeightsExactlyOnce() {
    AdaptedModel adapted = model.adapt(plan(ALL, List.of("query", "output.dense")));
    Batch batch = adapted.batch(scope, texts(5, 3));
    NDArray theta = random(adapted, 1);
    double[] gates = {1.8, 0.4, 0.8};
    NDArray alpha = scope.create(Arrays.stream(gates).map(Math::log).toArray());
    double[] scaled = theta.toDoubleArray();
    for (Slice slice : adapted.parameters().slices()) {
      if (slice.owner() instanceof Slice.Adapter a && a.parameter().name().equals("B")) {
        for (int i = 0; i < slice.size(); i++) {
          scaled[(int) slice.offset() + i] *= gates[a.layer()];
        }
      }
    }
    assertThat(adapted.loss(scope, batch, Point.of(theta, alpha)))
        .isCloseTo(adapted.loss(scope, batch, Point.of(scope.create(scaled))), within(1e-13));
  }

  @Test
  void aFreshAdapterComputesWhatTheBaseDoes() {
    AdaptedModel adapted = model.adapt(plan(ALL, MODULES));
    AdaptedModel head = model.adapt(plan(List.of(), List.of()));
    List<Tokens> texts = texts(5, 3, 7);
    NDArray theta = adapted.initialTheta(scope, new Seeds(4));
    NDArray headTheta = head.initialTheta(scope, new Seeds(4));
    double[][] scores = adapted.scores(scope, adapted.batch(scope, texts), Point.of(theta));
    double[][] base = head.scores(scope, head.batch(scope, texts), Point.of(headTheta));
    for (int i = 0; i < base.length; i++) {
      assertThat(scores[i]).containsExactly(base[i], within(1e-14));
      assertThat(Arrays.stream(scores[i]).map(Math::exp).sum()).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void anArrayStartsFromItsOwnNameWhateverElseIsTrained() {
    AdaptedModel all = model.adapt(plan(ALL, List.of("query", "value")));
    AdaptedModel last = model.adapt(plan(List.of(2), List.of("value")));
    double[] everything = all.initialTheta(scope, new Seeds(4)).toDoubleArray();
    double[] part = last.initialTheta(scope, new Seeds(4)).toDoubleArray();
    for (Slice slice : last.parameters().slices()) {
      Slice same =
          all.parameters().slices().stream()
              .filter(s -> s.tensorName().equals(slice.tensorName()))
              .findFirst()
              .orElseThrow();
      assertThat(
              Arrays.copyOfRange(part, (int) slice.offset(), (int) (slice.offset() + slice.size())))
          .containsExactly(
              Arrays.copyOfRange(
                  everything, (int) same.offset(), (int) (same.offset() + same.size())));
    }
  }

  @Test
  void trainingTheLastLayersAloneIsTrainingAllWithTheOthersAtRest() {
    AdaptedModel all = model.adapt(plan(ALL, MODULES));
    AdaptedModel last = model.adapt(plan(List.of(2), MODULES));
    List<Tokens> texts = texts(5, 3, 7);
    NDArray theta = random(last, 1);
    int frozen = (int) (all.parameters().size() - last.parameters().size());
    NDArray padded = scope.zeros(new Shape(frozen), DataType.FLOAT64).concat(theta);
    LossGradient part = last.lossGradient(scope, last.batch(scope, texts), Point.of(theta));
    LossGradient whole = all.lossGradient(scope, all.batch(scope, texts), Point.of(padded));
    assertThat(part.loss()).isCloseTo(whole.loss(), within(1e-14));
    NDArray tail = whole.theta().get(frozen + ":");
    assertThat(error(part.theta(), tail)).isLessThan(1e-26);
  }

  @Test
  void theMeanOverMicroBatchesIsTheWholeBatch() {
    AdaptedModel adapted = model.adapt(plan(ALL, MODULES));
    List<Tokens> texts = texts(5, 3, 7, 4);
    Point point = Point.of(random(adapted, 1), random(3, 2, 1));
    LossGradient whole = adapted.lossGradient(scope, adapted.batch(scope, texts), point);
    LossGradient first =
        adapted.lossGradient(scope, adapted.batch(scope, texts.subList(0, 2)), point);
    LossGradient second =
        adapted.lossGradient(scope, adapted.batch(scope, texts.subList(2, 4)), point);
    assertThat((first.loss() + second.loss()) / 2).isCloseTo(whole.loss(), within(1e-13));
    assertThat(error(first.theta().add(second.theta()).div(2), whole.theta())).isLessThan(1e-24);
  }

  @Test
  void segmentsChangeNothingButMemory() throws IOException {
    AdapterPlan plan = plan(Adapters.lora(2, 0.3), ALL, MODULES);
    AdaptedModel plain = model.adapt(plan);
    Point point = Point.of(random(plain, 1), random(3, 2, 1)).withDropout(77);
    Direction u = new Direction(random(plain, 3), random(3, 4, 1));
    Batch batch = plain.batch(scope, texts(5, 3, 7));
    LossGradient gradient = plain.lossGradient(scope, batch, point);
    Direction product = plain.hessianProduct(scope, batch, point, u);
    for (int segments = 2; segments <= 4; segments++) {
      AdaptedModel other = load(ComputeChoice.FLOAT64, Pooling.CLS, segments).adapt(plan);
      Batch same = other.batch(scope, texts(5, 3, 7));
      LossGradient segmented = other.lossGradient(scope, same, point);
      assertThat(segmented.loss()).isEqualTo(gradient.loss());
      assertThat(segmented.theta()).isEqualTo(gradient.theta());
      assertThat(error(segmented.alpha().orElseThrow(), gradient.alpha().orElseThrow()))
          .isLessThan(1e-28);
      Direction segmentedProduct = other.hessianProduct(scope, same, point, u);
      assertThat(error(segmentedProduct.theta(), product.theta())).isLessThan(1e-24);
      assertThat(error(segmentedProduct.alpha(), product.alpha())).isLessThan(1e-24);
    }
  }

  @Test
  void dropoutIsReplayedFromItsSeedAndIndependentBetweenModulesAndLayers() {
    AdapterMethod method = Adapters.lora(2, 0.5);
    AdaptedModel adapted = model.adapt(plan(method, ALL, MODULES));
    Batch batch = adapted.batch(scope, texts(5, 3, 7));
    NDArray theta = random(adapted, 1);
    double first = adapted.loss(scope, batch, Point.of(theta).withDropout(1));
    double other = adapted.loss(scope, batch, Point.of(theta).withDropout(2));
    assertThat(adapted.loss(scope, batch, Point.of(theta).withDropout(1))).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
    assertThat(adapted.loss(scope, batch, Point.of(theta))).isNotEqualTo(first);
  }

  @Test
  void theGradientUnderDropoutIsThatOfTheSameMasks() {
    AdaptedModel adapted = model.adapt(plan(Adapters.lora(2, 0.4), ALL, MODULES));
    Batch batch = adapted.batch(scope, texts(5, 3));
    Point point = Point.of(random(adapted, 1), random(3, 2, 1)).withDropout(5);
    NDArray u = random(adapted, 3);
    double slope =
        slope(t -> adapted.loss(scope, batch, point.withTheta(point.theta().add(u.mul(t)))));
    NDArray gradient = adapted.lossGradient(scope, batch, point).theta();
    assertThat(dot(gradient, u)).isCloseTo(slope, within(1e-8));
  }

  @Test
  void aHeadAloneHasTheGradientOfALinearClassifier() {
    AdaptedModel head = model.adapt(plan(List.of(), List.of()));
    assertThat(head.parameters().size()).isEqualTo(3 * TinyBert.HIDDEN + 3);
    List<Tokens> texts = texts(5, 3, 7);
    Batch batch = head.batch(scope, texts);
    NDArray theta = random(head, 1);
    LossGradient gradient = head.lossGradient(scope, batch, Point.of(theta));
    double[][] scores = head.scores(scope, batch, Point.of(theta));
    double[] bias = new double[3];
    for (int i = 0; i < texts.size(); i++) {
      for (int c = 0; c < 3; c++) {
        int right = texts.get(i).example().label() == c ? 1 : 0;
        bias[c] += (Math.exp(scores[i][c]) - right) / texts.size();
      }
    }
    double[] actual = gradient.theta().toDoubleArray();
    assertThat(Arrays.copyOfRange(actual, 24, 27)).containsExactly(bias, within(1e-13));
    NDArray u = random(head, 3);
    NDArray none = scope.create(new double[0]);
    Direction product =
        head.hessianProduct(scope, batch, Point.of(theta, none), new Direction(u, none));
    NDArray change =
        difference(t -> head.lossGradient(scope, batch, Point.of(theta.add(u.mul(t)))).theta());
    assertThat(error(product.theta(), change)).isLessThan(1e-16);
  }

  /** Returns the file. */
  private Path export(AdaptedModel adapted, NDArray theta, String name) throws IOException {
    Path target = folder.resolve(name);
    adapted.ability(ModelExporter.class).orElseThrow().export("onnx", theta, List.of(), target);
    return target.resolve("model.onnx");
  }

  @Test
  void theExportedFileIsTheAdaptedModel() throws IOException {
    AdaptedModel adapted = model.adapt(plan(ALL, MODULES));
    NDArray theta = random(adapted, 1);
    List<Tokens> texts = texts(5, 3, 7);
    double[][] scores = adapted.scores(scope, adapted.batch(scope, texts), Point.of(theta));
    Path exported = export(adapted, theta, "exported");
    BaseModel merged = load(exported, ComputeChoice.FLOAT64, Pooling.CLS, 0);
    AdaptedModel head = merged.adapt(plan(List.of(), List.of()));
    NDArray headTheta = theta.get((theta.size() - 27) + ":");
    double[][] again = head.scores(scope, head.batch(scope, texts), Point.of(headTheta));
    for (int i = 0; i < scores.length; i++) {
      assertThat(again[i]).containsExactly(scores[i], within(2e-6));
    }
    assertThat(((FrozenEncoder) merged).file().file().outputs()).contains("logits");
    assertThatThrownBy(
            () ->
                adapted
                    .ability(ModelExporter.class)
                    .orElseThrow()
                    .export("gguf", theta, List.of(), folder))
        .isInstanceOf(FlexoraException.class);
  }

  @Test
  void theExportedFileHasTheBiasesThatAnAdapterChanges() throws IOException {
    AdaptedModel adapted = model.adapt(plan(new ScaledOutputs(), ALL, MODULES));
    NDArray theta = random(adapted, 1);
    List<Tokens> texts = texts(5, 3, 7);
    double[][] scores = adapted.scores(scope, adapted.batch(scope, texts), Point.of(theta));
    Path exported = export(adapted, theta, "exported");
    BaseModel merged = load(exported, ComputeChoice.FLOAT64, Pooling.CLS, 0);
    AdaptedModel head = merged.adapt(plan(List.of(), List.of()));
    NDArray headTheta = theta.get((theta.size() - 27) + ":");
    double[][] again = head.scores(scope, head.batch(scope, texts), Point.of(headTheta));
    for (int i = 0; i < scores.length; i++) {
      assertThat(again[i]).containsExactly(scores[i], within(2e-6));
    }
  }

  @Test
  void anExportReplacesAnEarlierOneAndNoOtherModel() throws IOException {
    AdaptedModel adapted = model.adapt(plan(ALL, MODULES));
    NDArray theta = random(adapted, 1);
    Path file = export(adapted, theta, "exported");
    byte[] first = Files.readAllBytes(file);
    assertThat(export(adapted, random(adapted, 2), "exported")).isRegularFile();
    byte[] second = Files.readAllBytes(file);
    assertThat(second).isNotEqualTo(first);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("tiny.onnx", "exported");

    byte[] base = Files.readAllBytes(folder.resolve("tiny.onnx"));
    assertThatThrownBy(() -> export(adapted, theta, "."))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("holds the model that is exported, which would be lost");
    assertThat(folder.resolve("tiny.onnx")).hasBinaryContent(base);
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.write(other.resolve("model.onnx"), base);
    assertThatThrownBy(() -> export(adapted, theta, "other"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("holds model.onnx, which would be lost");
    assertThat(other.resolve("model.onnx")).hasBinaryContent(base);
  }

  @Test
  void aFileThatHasAHeadTakesNoOther() throws IOException {
    AdaptedModel adapted = model.adapt(plan(ALL, MODULES));
    NDArray theta = random(adapted, 1);
    Path exported = export(adapted, theta, "exported");
    AdaptedModel tuned =
        load(exported, ComputeChoice.FLOAT64, Pooling.CLS, 0).adapt(plan(ALL, MODULES));
    assertThatThrownBy(() -> export(tuned, theta, "again"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith(exported + " has an output logits already");
    assertThat(folder.resolve("again")).doesNotExist();
  }

  @Test
  void aFileThatComputesSomethingElseIsNotKept() throws IOException {
    AdapterMethod wrong =
        new ScaledOutputs() {
          @Override
          public AdapterScript script() {
            return scaled("0");
          }
        };
    AdaptedModel adapted = model.adapt(plan(wrong, ALL, MODULES));
    assertThatThrownBy(() -> export(adapted, random(adapted, 1), "exported"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the export to onnx was not kept");
    assertThat(folder.toFile().list()).containsExactly("tiny.onnx");
  }

  /** Multiplies outputs, bias included, by 1 + p. */
  private static class ScaledOutputs extends NoAdapter {

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return List.of(new AdapterParameter("p", "p", new Shape(module.outputs())));
    }

    @Override
    public AdapterScript script() {
      return scaled("1");
    }

    static AdapterScript scaled(String factor) {
      String text =
          """
            def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
              return weight * torch.unsqueeze(p[0] * gate, 1) * %s
            def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
              return y * (1 + p[0] * gate)
          """;
      return AdapterScript.of(text.formatted(factor)).with(MatrixUse.SCALED_WITH_BIAS);
    }
  }

  @Test
  void threeHundredStepsLeaveNothingBehind() {
    AdaptedModel adapted = model.adapt(plan(ALL, List.of("query", "value")));
    NDArray theta = random(adapted, 1);
    NDArray alpha = random(3, 2, 1);
    Direction u = new Direction(random(adapted, 3), random(3, 4, 1));
    int[] live = new int[2];
    long[] resident = new long[2];
    for (int step = 0; step < 300; step++) {
      try (NDManager each = scope.newSubManager()) {
        Batch batch = adapted.batch(each, texts(5, 3, 7));
        adapted.lossGradient(each, batch, Point.of(theta, alpha));
        if (step % 4 == 0) {
          adapted.hessianProduct(each, batch, Point.of(theta, alpha), u);
        }
        adapted.scores(each, batch, Point.of(theta));
      }
      if (step == 20 || step == 299) {
        live[step / 150] = arrays(model.manager());
      }
      if (step == 100 || step == 299) {
        resident[step / 150] = residentKibibytes();
      }
    }
    assertThat(live[1]).isEqualTo(live[0]);
    assertThat(resident[1] - resident[0]).as("KiB").isLessThan(16 * 1024);
  }

  private static int arrays(NDManager manager) {
    return manager.getManagedArrays().size();
  }

  private static long residentKibibytes() {
    System.gc();
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void refusesAPlanThatDoesNotFitTheModel() {
    assertThatThrownBy(() -> model.adapt(plan(List.of(3), MODULES)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("layers 0 to 2");
    assertThatThrownBy(() -> model.adapt(plan(ALL, List.of("gate_proj"))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("gate_proj")
        .hasMessageContaining("query");
    assertThatThrownBy(
            () -> model.adapt(new AdapterPlan(Adapters.lora(2, 0), ALL, MODULES, Head.NONE)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("classes");
  }

  @Test
  void describesTheModelFromItsFile() throws IOException {
    BertShape shape = ((FrozenEncoder) model).file().shape();
    assertThat(shape).isEqualTo(new BertShape(3, 8, 2, 12, 20, 16, 1e-12f));
    assertThat(model.shape().modules()).hasSize(6);
    EncoderOptions long17 =
        new EncoderOptions(
            "file:x",
            new TextOptions(Optional.empty(), 17, Pooling.CLS),
            ComputeChoice.FLOAT32,
            0,
            EncoderOptions.HeadStart.NEW);
    assertThatThrownBy(
            () ->
                new EncoderBackend(
                        long17, l -> folder.resolve("tiny.onnx"), Device.cpu(), new Decisions())
                    .describe())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("max_tokens is 17");
  }
}
