package io.flexora.trainer.losa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import io.flexora.api.train.TrainingSetting;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.training.PackingOptions;
import io.flexora.numerics.training.TrainingOptions;
import io.flexora.optimiser.basic.AdamW;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.testkit.fixture.GivenComponent;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.trainer.losa.prune.Decoder;
import io.flexora.trainer.losa.prune.PruningOptions;
import io.flexora.trainer.losa.prune.PruningOptions.Criterion;
import io.flexora.trainer.losa.prune.PruningOptions.RankedGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LoSA that prunes to two of every four neighbours, on a small decoder in float64. */
class TwoOfFourTest {

  private static final int LAYERS = 3;
  private static final int RANK = 4;
  private static final double SCALE = 2;
  private static final int PERIODS = 3;
  private static final Seeds SEEDS = new Seeds(23);
  private static final List<String> ADAPTED = List.of("q_proj", "v_proj", "down_proj");

  /** What these are given depends on the layers below alone. */
  private static final List<String> FIRST = List.of("q_proj", "k_proj", "v_proj");

  @TempDir private static Path folder;
  private static BaseModel base;

  @BeforeAll
  static void load() throws IOException {
    TinyDecoder.write(folder);
    base = Decoder.load(folder);
  }

  @AfterAll
  static void close() {
    base.close();
  }

  private static TrainingOptions training() {
    return new TrainingOptions(
        new UpdateOptions(
            new GivenComponent<>("adamw", new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0.01))),
            0.02,
            Optional.empty(),
            1,
            Schedule.Decay.COSINE),
        4,
        1,
        1,
        Optional.of(9),
        0.2,
        Optional.empty(),
        Optional.of(2),
        8,
        true,
        Optional.empty(),
        0,
        PackingOptions.NONE);
  }

  private static PruningOptions pruning(Criterion method, double sparsity, String... modules) {
    return new PruningOptions(
        method, sparsity, RankedGroup.ROW, Optional.of("2:4"), List.of(modules), 6, 12, 2);
  }

  private static LosaTrainer losa(PruningOptions pruning) {
    return new LosaTrainer(
        new LosaOptions(pruning, PERIODS, true, List.of(2, 3, 3), training()), SEEDS);
  }

  private static AdapterPlan plan() {
    return new AdapterPlan(Decoder.lora(RANK), List.of(0, 2), ADAPTED, Head.NONE);
  }

  /** A training on the small decoder. */
  private record Context(
      AdaptedModel model, NDManager manager, Checkpoints checkpoints, Monitor monitor)
      implements TrainingContext {

    @Override
    public Optional<BaseModel> base() {
      return Optional.of(base);
    }

    @Override
    public List<Tokens> training() {
      return TinyDecoder.examples("training-", 24, 1);
    }

    @Override
    public List<Tokens> validation() {
      return TinyDecoder.examples("validation-", 8, 2);
    }
  }

  private static Map<AdapterSite, boolean[]> kept(TrainingResult result) {
    Map<AdapterSite, boolean[]> kept = new HashMap<>();
    for (SparseMatrix matrix : result.pruned()) {
      kept.put(matrix.site(), matrix.kept().toBooleanArray());
    }
    return kept;
  }

  @ParameterizedTest
  @EnumSource(Criterion.class)
  void leavesTwoOfEveryFourInTheMergedMatricesToo(Criterion method, @TempDir Path target)
      throws IOException {
    RecordingMonitor monitor = new RecordingMonitor();
    try (AdaptedModel model = base.adapt(plan());
        NDManager scope = base.manager().newSubManager()) {
      TrainingResult result =
          losa(pruning(method, 0.5))
              .train(new Context(model, scope, new MemoryCheckpoints(), monitor));
      assertThat(result.figures())
          .containsEntry("sparsity", Figure.of(0.5))
          .containsEntry("layer_sparsities", Figure.of(new double[] {0.5, 0.5, 0.5}));
      assertThat(sparsities(monitor)).containsExactly(0.25, 0.25, 0.5);
      Map<AdapterSite, boolean[]> kept = kept(result);
      assertThat(kept).hasSize(7 * LAYERS);
      kept.forEach(TwoOfFourTest::requireTwoOfFour);
      try (BaseModel sparse =
              base.require(PrunableModel.class, "this test").pruned(result.pruned());
          AdaptedModel trained = sparse.adapt(plan())) {
        trained
            .require(ModelExporter.class, "this test")
            .export("safetensors", result.theta(), List.of(), target.resolve("model"));
      }
      assertExported(target.resolve("model"), kept);
    }
  }

  /** The share of pruned numbers after each step of the pruning. */
  private static List<Double> sparsities(RecordingMonitor monitor) {
    return monitor.events().stream()
        .flatMap(event -> event instanceof Event.Own own ? Stream.of(own) : Stream.empty())
        .filter(own -> own.kind().equals("pruned"))
        .map(own -> own.figures().get("sparsity").number().orElseThrow())
        .toList();
  }

  private static void requireTwoOfFour(AdapterSite site, boolean[] kept) {
    assertThat(kept).hasSize(site.module().outputs() * site.module().inputs());
    for (int first = 0; first < kept.length; first += 4) {
      int count = 0;
      for (int i = first; i < first + 4; i++) {
        count += kept[i] ? 1 : 0;
      }
      assertThat(count).as("kept from number %d of %s on", first, site.path()).isEqualTo(2);
    }
  }

  private static void assertExported(Path model, Map<AdapterSite, boolean[]> kept)
      throws IOException {
    JsonNode told = new ObjectMapper().readTree(model.resolve("sparsity.json").toFile());
    try (SafetensorsFile file = SafetensorsFile.open(model.resolve("model.safetensors"))) {
      for (Map.Entry<AdapterSite, boolean[]> entry : kept.entrySet()) {
        String name = entry.getKey().path() + ".weight";
        float[] values = file.floats(name);
        boolean[] present = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
          present[i] = values[i] != 0;
        }
        assertThat(present).as(name).isEqualTo(entry.getValue());
        assertThat(told.get(name).get("sparsity").asDouble()).as(name).isEqualTo(0.5);
      }
    }
  }

  /** Of what the merged matrices would be without a mask when the last period begins. */
  @Test
  void magnitudeKeepsTheTwoLargestOfTheMergedNumbers() throws IOException {
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    try (AdaptedModel model = base.adapt(plan());
        NDManager scope = base.manager().newSubManager();
        SafetensorsFile dense = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      Map<AdapterSite, boolean[]> kept =
          kept(
              losa(pruning(Criterion.MAGNITUDE, 0.5))
                  .train(new Context(model, scope, checkpoints, new RecordingMonitor())));
      double[] theta = lastStart(scope, checkpoints);
      int moved = 0;
      for (Map.Entry<AdapterSite, boolean[]> entry : kept.entrySet()) {
        double[] scores = magnitudes(merged(model, theta, entry.getKey(), dense));
        assertThat(entry.getValue()).as(entry.getKey().path()).isEqualTo(largestTwoOfFour(scores));
        double[] alone = magnitudes(dense.doubles(entry.getKey().path() + ".weight"));
        moved += Arrays.equals(largestTwoOfFour(alone), entry.getValue()) ? 0 : 1;
      }
      assertThat(moved).as("masks that the adapters have changed").isPositive();
    }
  }

  private static double[] magnitudes(double[] values) {
    return Arrays.stream(values).map(Math::abs).toArray();
  }

  /** The inputs are those that the layers below, pruned for the last time, make of the rows. */
  @Test
  void wandaKeepsTheTwoLargestOfTheMergedNumbersTimesTheNormsOfTheirInputs() throws IOException {
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    PruningOptions options = pruning(Criterion.WANDA, 0.5);
    try (AdaptedModel model = base.adapt(plan());
        NDManager scope = base.manager().newSubManager();
        SafetensorsFile dense = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      Context context = new Context(model, scope, checkpoints, new RecordingMonitor());
      Map<AdapterSite, boolean[]> kept = kept(losa(options).train(context));
      double[] theta = lastStart(scope, checkpoints);
      LayerwiseModel layers = base.require(LayerwiseModel.class, "this test");
      LayerwiseModel.States states =
          layers.embedded(scope, Decoder.calibrationRows(context.training(), options, SEEDS));
      for (int layer = 0; layer < LAYERS; layer++) {
        Map<String, double[]> merged = new HashMap<>();
        Map<String, NDArray> masked = new HashMap<>();
        for (ModuleShape module : base.shape().modules()) {
          AdapterSite site = new AdapterSite(layer, module);
          double[] whole = merged(model, theta, site, dense);
          merged.put(module.name(), whole);
          Shape shape = new Shape(module.outputs(), module.inputs());
          masked.put(module.name(), scope.create(masked(whole, kept.get(site)), shape));
        }
        Map<String, double[]> squares = new HashMap<>();
        states =
            layers.layer(
                scope,
                states,
                layer,
                masked,
                (own, site, rows) -> addSquares(squares, site.module(), rows));
        for (ModuleShape module : base.shape().modules()) {
          if (FIRST.contains(module.name())) {
            double[] scores = merged.get(module.name());
            for (int i = 0; i < scores.length; i++) {
              double square = squares.get(module.name())[i % module.inputs()];
              scores[i] = Math.abs(scores[i]) * Math.sqrt(square);
            }
            assertThat(kept.get(new AdapterSite(layer, module)))
                .as("%s of layer %d", module.name(), layer)
                .isEqualTo(largestTwoOfFour(scores));
          }
        }
      }
    }
  }

  /** Theta before the last pruning. */
  private static double[] lastStart(NDManager scope, MemoryCheckpoints checkpoints) {
    return checkpoints
        .latest(scope)
        .orElseThrow()
        .arrays()
        .get("period.%d.theta".formatted(PERIODS - 1))
        .toDoubleArray();
  }

  private static double[] merged(
      AdaptedModel model, double[] theta, AdapterSite site, SafetensorsFile dense)
      throws IOException {
    double[] merged = dense.doubles(site.path() + ".weight");
    Map<String, Slice> factors = new HashMap<>();
    for (Slice slice : model.parameters().slices()) {
      Slice.Adapter of = (Slice.Adapter) slice.owner();
      if (of.layer() == site.layer() && of.module().equals(site.module())) {
        factors.put(of.parameter().name(), slice);
      }
    }
    if (!factors.isEmpty()) {
      int a = (int) factors.get("A").offset();
      int b = (int) factors.get("B").offset();
      int width = site.module().inputs();
      for (int i = 0; i < merged.length; i++) {
        for (int r = 0; r < RANK; r++) {
          merged[i] += SCALE * theta[b + i / width * RANK + r] * theta[a + r * width + i % width];
        }
      }
    }
    return merged;
  }

  private static double[] masked(double[] values, boolean[] kept) {
    double[] masked = new double[values.length];
    for (int i = 0; i < masked.length; i++) {
      masked[i] = kept[i] ? values[i] : 0;
    }
    return masked;
  }

  private static void addSquares(Map<String, double[]> all, ModuleShape module, NDArray rows) {
    double[] own = all.computeIfAbsent(module.name(), name -> new double[module.inputs()]);
    double[] values = rows.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      own[i % own.length] += values[i] * values[i];
    }
  }

  private static boolean[] largestTwoOfFour(double[] scores) {
    boolean[] kept = new boolean[scores.length];
    for (int i = 0; i < scores.length; i++) {
      int larger = 0;
      for (int other = i / 4 * 4; other < i / 4 * 4 + 4; other++) {
        larger += scores[other] > scores[i] ? 1 : 0;
      }
      kept[i] = larger < 2;
    }
    return kept;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.25, 0.6})
  void anotherSparsityIsRefused(double sparsity) {
    PruningOptions other = pruning(Criterion.WANDA, sparsity);
    String message =
        "sparsity_pattern 2:4 prunes 0.5 of each matrix, but sparsity is %s; make them the same"
            .formatted(sparsity);
    assertThatThrownBy(() -> losa(other)).isInstanceOf(FlexoraException.class).hasMessage(message);
    PrunedOptions once = new PrunedOptions(other, false, training());
    assertThatThrownBy(() -> new PrunedTrainer(once, SEEDS))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(message);
  }

  @Test
  void aMatrixWhoseInputsAreNoMultipleOfFourIsRefused() {
    ModuleShape even = new ModuleShape("q_proj", "model.layers.%d.self_attn.q_proj", 16, 16);
    ModuleShape odd = new ModuleShape("down_proj", "model.layers.%d.mlp.down_proj", 26, 16);
    TrainingSetting setting = setting(even, odd);
    LosaTrainer all = losa(pruning(Criterion.WANDA, 0.5));
    assertThatThrownBy(() -> Compatibility.require(all::checkCompatibility, setting))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "sparsity_pattern 2:4 does not divide the 26 columns of module 'down_proj'; leave the"
                + " module out of pruned_modules, or do without the pattern");
    Compatibility.require(
        losa(pruning(Criterion.WANDA, 0.5, "q_proj"))::checkCompatibility, setting);
  }

  private static TrainingSetting setting(ModuleShape... modules) {
    ModelShape of = base.shape();
    ModelShape shape =
        new ModelShape(
                of.family(),
                of.layers(),
                of.hiddenSize(),
                of.maxTokens(),
                List.of(modules),
                of.defaultTargets(),
                of.frozenParameters(),
                of.computeType(),
                of.weightBytes(),
                of.taskType(),
                of.vocabulary(),
                of.baseModel())
            .withAbilities(of.abilities());
    return new TrainingSetting(
        shape,
        new GivenComponent<>("lora", Decoder.lora(RANK)),
        List.of(modules),
        1000,
        new TrainingSetting.Size(100, 10, OptionalLong.empty()));
  }
}
