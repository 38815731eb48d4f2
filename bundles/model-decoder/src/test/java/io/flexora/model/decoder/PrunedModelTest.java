package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.ClassGradients;
import io.flexora.api.ability.ExampleDropout;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.ability.TextGenerator;
import io.flexora.api.ability.TextGenerator.Sampling;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterScript.MatrixUse;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.transformers.causal.AdaptedCausal;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pruned matrices and adapters on them, in float64 where nothing else is said. */
class PrunedModelTest {

  private static final double STEP = 1e-5;

  /** Each number is kept with a chance of 0.6. */
  private static SparseMatrix mask(NDManager scope, int layer, ModuleShape module) {
    SplittableRandom random = new SplittableRandom(31L * layer + module.name().hashCode());
    boolean[] kept = new boolean[module.inputs() * module.outputs()];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = random.nextInt(5) < 3;
    }
    NDArray mask = scope.create(kept, new Shape(module.outputs(), module.inputs()));
    return new SparseMatrix(new AdapterSite(layer, module), mask, Optional.empty());
  }

  private static List<SparseMatrix> masks(NDManager scope, BaseModel model) {
    List<SparseMatrix> masks = new ArrayList<>();
    for (int layer = 0; layer < model.shape().layers(); layer++) {
      for (ModuleShape module : model.shape().modules()) {
        masks.add(mask(scope, layer, module));
      }
    }
    return masks;
  }

  private static BaseModel pruned(BaseModel model, List<SparseMatrix> masks) {
    return model.require(PrunableModel.class, "this test").pruned(masks);
  }

  private static AdapterPlan plan(BaseModel model) {
    return plan(model, 0);
  }

  private static AdapterPlan plan(BaseModel model, double dropout) {
    List<String> modules = model.shape().modules().stream().map(ModuleShape::name).toList();
    return plan(model, modules, dropout);
  }

  private static AdapterPlan plan(BaseModel model, List<String> modules, double dropout) {
    List<Integer> layers = IntStream.range(1, model.shape().layers()).boxed().toList();
    return new AdapterPlan(Lora.method(dropout), layers, modules, Head.NONE);
  }

  private static NDArray theta(NDManager scope, AdaptedModel adapted) {
    return scope.create(Lora.theta(adapted.parameters(), adapted.plan().modules(), 0.3, 0.2));
  }

  private static double bareLoss(BaseModel model, NDManager scope, List<Tokens> rows) {
    AdapterPlan nothing = new AdapterPlan(new NoAdapter(), List.of(), List.of(), Head.NONE);
    try (AdaptedModel bare = model.adapt(nothing)) {
      return bare.loss(scope, bare.batch(scope, rows), Point.of(scope.create(new double[0])));
    }
  }

  /** What the masked adapter computes is what the model does into which (W + D) ⊙ mask is put. */
  @ParameterizedTest
  @ValueSource(strings = {"llama3", "phi3", "gemma2", "stablelm-parallel", "gguf-llama3-q8_0"})
  void computesWithMaskedMatricesAndMaskedChanges(String name) throws IOException {
    TinyModel tiny = TinyModel.named(name);
    try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, 0).load();
        NDManager scope = model.manager().newSubManager()) {
      List<Tokens> rows = TinyModel.rows(tiny.reference());
      double before = bareLoss(model, scope, rows);
      List<SparseMatrix> masks = masks(scope, model);
      try (BaseModel sparse = pruned(model, masks);
          AdaptedModel adapted = sparse.adapt(plan(model));
          BaseModel merged = pruned(model, merged(scope, model, adapted, masks))) {
        double found =
            adapted.loss(scope, adapted.batch(scope, rows), Point.of(theta(scope, adapted)));
        assertThat(found).isCloseTo(bareLoss(merged, scope, rows), within(1e-12));
        assertThat(bareLoss(sparse, scope, rows)).isNotCloseTo(before, within(1e-3));
        assertZeros((FrozenMatrices) sparse, scope, masks);
      }
      assertThat(bareLoss(model, scope, rows)).isEqualTo(before);
    }
  }

  private static void assertZeros(
      FrozenMatrices sparse, NDManager scope, List<SparseMatrix> masks) {
    for (SparseMatrix matrix : masks) {
      AdapterSite site = matrix.site();
      float[] weight = sparse.weight(scope, site.layer(), site.module().name()).toFloatArray();
      boolean[] kept = matrix.kept().toBooleanArray();
      for (int i = 0; i < kept.length; i++) {
        assertThat(kept[i] || weight[i] == 0).isTrue();
      }
    }
  }

  private static List<SparseMatrix> merged(
      NDManager scope, BaseModel model, AdaptedModel adapted, List<SparseMatrix> masks) {
    NDArray theta = theta(scope, adapted);
    Map<AdapterSite, List<NDArray>> values = new HashMap<>();
    for (Slice slice : adapted.parameters().slices()) {
      Slice.Adapter of = (Slice.Adapter) slice.owner();
      NDIndex range = new NDIndex().addSliceDim(slice.offset(), slice.offset() + slice.size());
      values
          .computeIfAbsent(new AdapterSite(of.layer(), of.module()), s -> new ArrayList<>())
          .add(theta.get(range).reshape(slice.shape()));
    }
    List<SparseMatrix> merged = new ArrayList<>();
    for (SparseMatrix matrix : masks) {
      AdapterSite site = matrix.site();
      NDArray weight =
          ((FrozenMatrices) model)
              .weight(scope, site.layer(), site.module().name())
              .toType(DataType.FLOAT64, false);
      if (values.containsKey(site)) {
        weight = weight.add(values.get(site).get(1).matMul(values.get(site).get(0)).mul(2));
      }
      merged.add(new SparseMatrix(site, matrix.kept(), Optional.of(weight)));
    }
    return merged;
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3", "phi3"})
  void derivativesAreThoseOfTheLoss(String name) throws IOException {
    double[] whole = derivatives(name, 0, 1024, true);
    double[] parts = derivatives(name, 2, 1, false);
    assertThat(parts).containsExactly(whole, within(1e-9));
  }

  private static double[] derivatives(String name, int segments, int tokens, boolean checked)
      throws IOException {
    TinyModel tiny = TinyModel.named(name);
    try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, segments, tokens).load();
        NDManager scope = model.manager().newSubManager();
        BaseModel sparse = pruned(model, masks(scope, model));
        AdaptedModel adapted = sparse.adapt(plan(model))) {
      Batch batch = adapted.batch(scope, TinyModel.rows(tiny.reference()));
      NDArray theta = theta(scope, adapted);
      NDArray alpha = scope.zeros(new Shape(adapted.plan().layers().size()), DataType.FLOAT64);
      NDArray u = theta.mul(7).sin();
      Direction along = new Direction(u, alpha.add(0.5));
      Point at = Point.of(theta, alpha);
      LossGradient found = adapted.lossGradient(scope, batch, at);
      Direction product = adapted.hessianProduct(scope, batch, at, along);
      if (checked) {
        Point ahead = Point.of(theta.add(u.mul(STEP)), alpha.add(0.5 * STEP));
        Point behind = Point.of(theta.sub(u.mul(STEP)), alpha.sub(0.5 * STEP));
        double slope =
            (adapted.loss(scope, batch, ahead) - adapted.loss(scope, batch, behind)) / (2 * STEP);
        double dot =
            found.theta().mul(u).sum().getDouble()
                + 0.5 * found.alpha().orElseThrow().sum().getDouble();
        assertThat(dot).isCloseTo(slope, within(1e-6 * Math.max(1, Math.abs(slope))));
        double[] difference =
            adapted
                .lossGradient(scope, batch, ahead)
                .theta()
                .sub(adapted.lossGradient(scope, batch, behind).theta())
                .div(2 * STEP)
                .toDoubleArray();
        double[] exact = product.theta().toDoubleArray();
        double largest = Arrays.stream(exact).map(Math::abs).max().orElseThrow();
        assertThat(exact).containsExactly(difference, within(1e-5 * largest));
      }
      return found.theta().concat(product.theta(), 0).toDoubleArray();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3})
  void aMaskThatKeepsEverythingChangesNothing(double dropout) throws IOException {
    TinyModel tiny = TinyModel.named("qwen3");
    try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, 0).load();
        NDManager scope = model.manager().newSubManager()) {
      ModuleShape module = model.shape().modules().get(2);
      NDArray all = scope.ones(new Shape(module.outputs(), module.inputs()), DataType.BOOLEAN);
      AdapterSite site = new AdapterSite(1, module);
      try (BaseModel sparse =
              pruned(model, List.of(new SparseMatrix(site, all, Optional.empty())));
          AdaptedModel masked = sparse.adapt(plan(model, dropout));
          AdaptedModel plain = model.adapt(plan(model, dropout))) {
        Batch batch = plain.batch(scope, TinyModel.rows(tiny.reference()));
        NDArray theta = theta(scope, plain);
        Point training = Point.of(theta).withDropout(7);
        LossGradient expected = plain.lossGradient(scope, batch, training);
        LossGradient found = masked.lossGradient(scope, batch, training);
        assertThat(found.loss()).isCloseTo(expected.loss(), within(1e-13));
        assertThat(ArrayValues.of(found.theta()))
            .containsExactly(ArrayValues.of(expected.theta()), within(1e-12));
        double scored = plain.loss(scope, batch, Point.of(theta));
        assertThat(masked.loss(scope, batch, Point.of(theta))).isCloseTo(scored, within(1e-13));
        if (dropout > 0) {
          assertThat(found.loss()).isNotCloseTo(scored, within(1e-6));
        }
      }
    }
  }

  @Test
  void dropsOfAnExampleInABatchWhatItDropsOfItAlone() throws IOException {
    TinyModel tiny = TinyModel.named("llama3");
    try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, 0).load();
        NDManager scope = model.manager().newSubManager();
        BaseModel sparse = pruned(model, masks(scope, model));
        AdaptedModel adapted = sparse.adapt(plan(model, 0.3))) {
      List<Tokens> rows = new ArrayList<>(TinyModel.questions(tiny.reference()));
      rows.add(longQuestion());
      Point point = Point.of(theta(scope, adapted));
      long[] seeds = IntStream.range(0, rows.size()).asLongStream().toArray();
      ExampleDropout dropout = adapted.require(ExampleDropout.class, "this test");
      double[][] together = dropout.scores(scope, adapted.batch(scope, rows), point, seeds);
      for (int e = 0; e < seeds.length; e++) {
        Batch alone = adapted.batch(scope, List.of(rows.get(e)));
        assertThat(together[e])
            .containsExactly(
                adapted.scores(scope, alone, point.withDropout(seeds[e]))[0], within(1e-10));
      }
      assertThatThrownBy(
              () -> dropout.scores(scope, adapted.batch(scope, rows), point, new long[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("1 dropout seeds for " + rows.size() + " examples");
    }
  }

  /**
   * Whether all of a layer is merged, and computed in float32, or only some modules are adapted.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"llama3", "qwen2", "phi", "gemma2", "gemma3", "mistral", "stablelm-parallel"})
  void computesInBf16WhatItDoesInFloat32(String name) throws IOException {
    TinyModel tiny = TinyModel.named(name);
    List<Tokens> rows = new ArrayList<>(TinyModel.rows(tiny.reference()));
    rows.add(longQuestion());
    try (BaseModel exact = tiny.backend(ComputeChoice.FLOAT32, 0).load();
        BaseModel rounded = tiny.backend(ComputeChoice.BF16, 0).load()) {
      List<String> all = exact.shape().modules().stream().map(ModuleShape::name).toList();
      for (List<String> modules : List.of(all, all.subList(0, 1))) {
        assertThat(rounding(exact, rounded, rows, modules, OptionalLong.empty())).isLessThan(0.1);
        // Some masks leave a sum that nearly cancels, so that its rounding shows: one of many.
        assertThat(
                LongStream.of(7, 8, 9)
                    .mapToObj(OptionalLong::of)
                    .mapToDouble(seed -> rounding(exact, rounded, rows, modules, seed))
                    .sorted()
                    .toArray()[1])
            .isLessThan(0.1);
      }
    }
  }

  /** The distance of the gradients, relative to the exact one; the losses are held to 1 %. */
  private static double rounding(
      BaseModel exact,
      BaseModel rounded,
      List<Tokens> rows,
      List<String> modules,
      OptionalLong dropoutSeed) {
    LossGradient expected = training(exact, rows, modules, dropoutSeed);
    LossGradient found = training(rounded, rows, modules, dropoutSeed);
    assertThat(found.loss()).isCloseTo(expected.loss(), withinPercentage(1));
    double[] slope = ArrayValues.of(expected.theta());
    return distance(ArrayValues.of(found.theta()), slope) / norm(slope);
  }

  private static LossGradient training(
      BaseModel model, List<Tokens> rows, List<String> modules, OptionalLong dropoutSeed) {
    NDManager scope = model.manager().newSubManager();
    try (BaseModel sparse = pruned(model, masks(scope, model));
        AdaptedModel adapted =
            sparse.adapt(plan(model, modules, dropoutSeed.isPresent() ? 0.3 : 0))) {
      Batch batch = adapted.batch(scope, rows);
      NDArray theta = theta(scope, adapted).toType(DataType.FLOAT32, false);
      int[] next =
          adapted
              .require(TextGenerator.class, "this test")
              .generate(
                  scope,
                  new int[] {5, 17},
                  Point.of(theta),
                  new Sampling(3, 0, 1, 1, Set.of()),
                  id -> {});
      assertThat(next).hasSize(3);
      Point point = Point.of(theta);
      return adapted.lossGradient(
          scope,
          batch,
          dropoutSeed.isPresent() ? point.withDropout(dropoutSeed.getAsLong()) : point);
    }
  }

  /** Long enough for the attention that holds no number for each pair of tokens. */
  private static Tokens longQuestion() {
    SplittableRandom random = new SplittableRandom(5);
    return TinyModel.question(
        random.ints(260, 3, 90).toArray(),
        List.of(random.ints(9, 3, 90).toArray(), random.ints(7, 3, 90).toArray()),
        0);
  }

  private static double distance(double[] one, double[] other) {
    double[] difference = one.clone();
    Arrays.setAll(difference, i -> one[i] - other[i]);
    return norm(difference);
  }

  private static double norm(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
  }

  @Test
  void generatesAsItScores() throws IOException {
    TinyModel tiny = TinyModel.named("llama3");
    try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, 0).load();
        NDManager scope = model.manager().newSubManager();
        BaseModel sparse = pruned(model, masks(scope, model));
        AdaptedModel adapted = sparse.adapt(plan(model))) {
      Point point = Point.of(theta(scope, adapted));
      int[] prompt = {5, 17, 80};
      int next =
          adapted.require(TextGenerator.class, "this test")
              .generate(scope, prompt, point, new Sampling(1, 0, 1, 1, Set.of()), id -> {})[0];
      List<int[]> every =
          IntStream.range(0, model.shape().vocabulary()).mapToObj(i -> new int[] {i}).toList();
      double[] scores =
          adapted
              .scores(
                  scope,
                  adapted.batch(scope, List.of(TinyModel.question(prompt, every, 0))),
                  point)[0];
      assertThat(scores[next]).isEqualTo(Arrays.stream(scores).max().orElseThrow());
    }
  }

  /** Counts in its only parameter how often it is merged. */
  private static final class Counting extends NoAdapter {

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return List.of(new AdapterParameter("merges", "merges", new Shape(1)));
    }

    @Override
    public AdapterScript script() {
      return AdapterScript.of(
          """
            def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
              torch.add_(p[0], 1.0)
              return torch.zeros_like(weight)
          """);
    }
  }

  /** Of a layer in bf16 whose modules are not all adapted, the changes alone are kept. */
  @ParameterizedTest
  @CsvSource({"FLOAT64, 7", "FLOAT32, 3", "BF16, 7", "BF16, 3"})
  void mergesOnceForAllTokensOfAText(ComputeChoice type, int count) throws IOException {
    try (BaseModel model = TinyModel.named("llama3").backend(type, 0).load();
        NDManager scope = model.manager().newSubManager();
        BaseModel sparse = pruned(model, masks(scope, model))) {
      List<String> modules =
          model.shape().modules().stream().map(ModuleShape::name).limit(count).toList();
      AdapterPlan plan = new AdapterPlan(new Counting(), List.of(0, 2), modules, Head.NONE);
      try (AdaptedModel adapted = sparse.adapt(plan)) {
        DataType ofTheta = type == ComputeChoice.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
        NDArray merges = scope.zeros(new Shape(2L * count), ofTheta);
        int[] text =
            adapted
                .require(TextGenerator.class, "this test")
                .generate(
                    scope,
                    new int[] {5, 17},
                    Point.of(merges),
                    new Sampling(4, 0, 1, 1, Set.of()),
                    id -> {});
        assertThat(text).hasSize(4);
        assertThat(ArrayValues.of(merges)).containsOnly(1.0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3", "phi3"})
  void readsATextInBf16AsInFloat32WhereSomeModulesAreAdapted(String name) throws IOException {
    TinyModel tiny = TinyModel.named(name);
    try (BaseModel exact = tiny.backend(ComputeChoice.FLOAT32, 0).load();
        BaseModel rounded = tiny.backend(ComputeChoice.BF16, 0).load()) {
      double[] expected = logits(exact, 1);
      double[] bare = logits(exact, 0);
      double[] found = logits(rounded, 1);
      assertThat(distance(found, expected)).isLessThan(0.2 * distance(bare, expected));
    }
  }

  /** The logits after a text, with adapters on the first module of the layers and on the last. */
  private static double[] logits(BaseModel model, double scale) {
    List<String> all = model.shape().modules().stream().map(ModuleShape::name).toList();
    List<String> some = List.of(all.get(0), all.get(all.size() - 1));
    NDManager scope = model.manager().newSubManager();
    try (BaseModel sparse = pruned(model, masks(scope, model));
        AdaptedModel adapted = sparse.adapt(plan(model, some, 0.3))) {
      NDArray theta = theta(scope, adapted).toType(DataType.FLOAT32, false).mul(scale);
      return ((AdaptedCausal) adapted).logits(Point.of(theta), new int[] {5, 17, 80});
    }
  }

  /** Layer by layer, with the pruned matrices put in one layer at a time, comes out the same. */
  @Test
  void computesOneLayerAfterTheOther() throws IOException {
    TinyModel tiny = TinyModel.named("gemma3");
    try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, 0).load();
        NDManager scope = model.manager().newSubManager();
        BaseModel sparse = pruned(model, masks(scope, model))) {
      List<Tokens> rows = TinyModel.rows(tiny.reference());
      LayerwiseModel ofModel = model.require(LayerwiseModel.class, "this test");
      LayerwiseModel ofSparse = sparse.require(LayerwiseModel.class, "this test");
      LayerwiseModel.States given = ofModel.embedded(scope, rows);
      LayerwiseModel.States expected = ofSparse.embedded(scope, rows);
      Set<String> seen = new TreeSet<>();
      for (int layer = 0; layer < model.shape().layers(); layer++) {
        Map<String, NDArray> matrices = new HashMap<>();
        for (ModuleShape module : model.shape().modules()) {
          matrices.put(
              module.name(), ((FrozenMatrices) sparse).weight(scope, layer, module.name()));
        }
        given =
            ofModel.layer(
                scope,
                given,
                layer,
                matrices,
                (visited, site, inputs) -> {
                  seen.add(site.path());
                  assertThat(inputs.getShape().get(1)).isEqualTo(site.module().inputs());
                });
        expected = ofSparse.layer(scope, expected, layer, Map.of(), (v, site, inputs) -> {});
        assertThat(given.rows().get(0).toDoubleArray())
            .containsExactly(expected.rows().get(0).toDoubleArray(), within(1e-12));
      }
      assertThat(seen).hasSize(model.shape().layers() * model.shape().modules().size());
    }
  }

  /** A method that says nothing of masks. */
  private static final class Unmasked extends NoAdapter {

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return List.of(new AdapterParameter("a", "a", new Shape(1)));
    }

    @Override
    public AdapterScript script() {
      return super.script().with(MatrixUse.MIXED);
    }

    @Override
    public AdapterForm form() {
      return () -> Map.of("peft_type", "OTHER");
    }
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    try (BaseModel model = TinyModel.named("llama3").backend(ComputeChoice.FLOAT64, 0).load();
        NDManager scope = model.manager().newSubManager()) {
      ModuleShape module = model.shape().modules().get(0);
      NDArray kept = mask(scope, 0, module).kept();
      AdapterMethod other = new Unmasked();
      try (BaseModel sparse = pruned(model, List.of(mask(scope, 1, module)))) {
        sparse.adapt(new AdapterPlan(other, List.of(0), List.of(module.name()), Head.NONE)).close();
        assertThatThrownBy(
                () ->
                    sparse.adapt(
                        new AdapterPlan(other, List.of(1), List.of(module.name()), Head.NONE)
                            .withAdapterName("mine")))
            .isInstanceOf(FlexoraException.class)
            .hasMessageContaining("the change that adapter 'mine' makes of them")
            .hasMessageContaining("use lora");
      }
      try (BaseModel sparse = pruned(model, List.of(mask(scope, 1, module)));
          AdaptedModel masked = sparse.adapt(plan(model))) {
        Batch batch = masked.batch(scope, TinyModel.rows(TinyModel.named("llama3").reference()));
        Point point = Point.of(theta(scope, masked));
        ClassGradients gradients = masked.require(ClassGradients.class, "this test");
        assertThatThrownBy(
                () ->
                    gradients.classGradients(
                        scope,
                        batch,
                        point,
                        List.of(1),
                        ClassGradients.Differentiated.OUTPUTS,
                        (a, b, c) -> {}))
            .isInstanceOf(FlexoraException.class)
            .hasMessageContaining("on a pruned base");
      }
      AdapterSite beyond = new AdapterSite(7, module);
      assertThatThrownBy(
              () -> pruned(model, List.of(new SparseMatrix(beyond, kept, Optional.empty()))))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("no matrix model.layers.7.self_attn.q_proj to prune");
      AdapterSite wider = new AdapterSite(0, model.shape().modules().get(6));
      assertThatThrownBy(
              () -> pruned(model, List.of(new SparseMatrix(wider, kept, Optional.empty()))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("model.layers.0.mlp.down_proj");
    }
  }
}
