package io.flexora.trainer.losa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.adapter.dora.DoraAdapter;
import io.flexora.adapter.dora.DoraOptions;
import io.flexora.adapter.multiplicative.Ia3Adapter;
import io.flexora.adapter.multiplicative.Ia3Options;
import io.flexora.adapter.multiplicative.OftAdapter;
import io.flexora.adapter.multiplicative.OftOptions;
import io.flexora.adapter.vera.VeraAdapter;
import io.flexora.adapter.vera.VeraOptions;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Compatibility;
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
import io.flexora.numerics.training.Deadline;
import io.flexora.numerics.training.GradientTraining;
import io.flexora.numerics.training.PackingOptions;
import io.flexora.numerics.training.SharedAdapters;
import io.flexora.numerics.training.TrainingOptions;
import io.flexora.numerics.training.TrainingPoint;
import io.flexora.numerics.transformer.AdapterStarts;
import io.flexora.numerics.transformer.LowRankOptions;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.numerics.vector.Workspace;
import io.flexora.optimiser.basic.AdamW;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.testkit.fixture.GivenComponent;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.host.Extensions;
import io.flexora.trainer.losa.prune.Decoder;
import io.flexora.trainer.losa.prune.PruningOptions;
import io.flexora.trainer.losa.prune.PruningOptions.Criterion;
import io.flexora.trainer.losa.prune.PruningOptions.RankedGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** On a small decoder, in float64. */
class SparseTrainingTest {

  private static final int STEPS = 9;
  private static final int RANK = 4;
  private static final Seeds SEEDS = new Seeds(17);
  private static final List<String> ADAPTED = List.of("q_proj", "v_proj", "down_proj");

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
        Optional.of(STEPS),
        0.2,
        Optional.empty(),
        Optional.of(2),
        8,
        true,
        Optional.empty(),
        0,
        PackingOptions.NONE);
  }

  private static PruningOptions pruning(Criterion method, double sparsity) {
    return new PruningOptions(
        method, sparsity, RankedGroup.ROW, Optional.empty(), List.of(), 6, 12, 2);
  }

  private static LosaTrainer losa(PruningOptions pruning, List<Integer> ranks) {
    return new LosaTrainer(new LosaOptions(pruning, 3, true, ranks, training()), SEEDS);
  }

  private static AdapterPlan plan() {
    return new AdapterPlan(Decoder.lora(RANK), List.of(0, 2), ADAPTED, Head.NONE);
  }

  /** A training on the small decoder. */
  private record Context(
      AdaptedModel model,
      Optional<BaseModel> base,
      Optional<Duration> timeLimit,
      NDManager manager,
      Checkpoints checkpoints,
      Monitor monitor,
      List<Long> snapshots)
      implements TrainingContext {

    Context(
        AdaptedModel model,
        Optional<BaseModel> base,
        Optional<Duration> timeLimit,
        NDManager manager,
        Checkpoints checkpoints,
        Monitor monitor) {
      this(model, base, timeLimit, manager, checkpoints, monitor, new ArrayList<>());
    }

    @Override
    public void snapshot(long step, NDArray theta) {
      snapshots.add(step);
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

  private static Context context(AdaptedModel model, NDManager manager, Checkpoints checkpoints) {
    return new Context(
        model, Optional.of(base), Optional.empty(), manager, checkpoints, new RecordingMonitor());
  }

  // Compared field by field.
  @SuppressWarnings("ArrayRecordComponent")
  private record Outcome(
      double[] theta,
      TrainingResult result,
      Map<AdapterSite, boolean[]> kept,
      Map<AdapterSite, double[]> weights) {}

  private static Outcome train(LosaTrainer trainer, Checkpoints checkpoints) {
    try (AdaptedModel model = base.adapt(plan());
        NDManager manager = base.manager().newSubManager()) {
      return outcome(trainer.train(context(model, manager, checkpoints)));
    }
  }

  private static Outcome outcome(TrainingResult result) {
    Map<AdapterSite, boolean[]> kept = new HashMap<>();
    Map<AdapterSite, double[]> weights = new HashMap<>();
    for (SparseMatrix matrix : result.pruned()) {
      kept.put(matrix.site(), matrix.kept().toBooleanArray());
      matrix.weight().ifPresent(w -> weights.put(matrix.site(), w.toDoubleArray()));
    }
    return new Outcome(result.theta().toDoubleArray(), result, kept, weights);
  }

  @ParameterizedTest
  @EnumSource(Criterion.class)
  void goesOnFromAnyStepAsIfItHadNeverStopped(Criterion method) {
    LosaTrainer trainer = losa(pruning(method, 0.5), List.of(2, 3, 3));
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    Outcome whole = train(trainer, checkpoints);
    assertThat(checkpoints.steps()).hasSize(STEPS);
    assertThat(whole.weights()).hasSize(method == Criterion.SPARSEGPT ? 21 : 0);
    for (long step : new long[] {3, 7}) {
      Outcome resumed = train(trainer, checkpoints.upTo(step));
      assertThat(resumed.theta()).isEqualTo(whole.theta());
      assertThat(resumed.result().step()).isEqualTo(whole.result().step());
      assertThat(resumed.result().figures()).isEqualTo(whole.result().figures());
      assertThat(resumed.kept().keySet()).isEqualTo(whole.kept().keySet());
      whole.kept().forEach((site, mask) -> assertThat(resumed.kept().get(site)).isEqualTo(mask));
      whole
          .weights()
          .forEach((site, weight) -> assertThat(resumed.weights().get(site)).isEqualTo(weight));
    }
  }

  @Test
  void reachesTheSparsityOfEachLayerInEachRow() {
    Outcome found = train(losa(pruning(Criterion.WANDA, 0.5), List.of()), new MemoryCheckpoints());
    List<Double> sparsities =
        ((Figure.Reals) found.result().figures().get("layer_sparsities")).values();
    assertThat(sparsities).containsExactlyInAnyOrder(0.49, 0.5, 0.51);
    assertThat(found.kept()).hasSize(21);
    found
        .kept()
        .forEach(
            (site, kept) -> {
              int width = site.module().inputs();
              for (int row = 0; row < kept.length / width; row++) {
                int pruned = 0;
                for (int i = row * width; i < (row + 1) * width; i++) {
                  pruned += kept[i] ? 0 : 1;
                }
                assertThat(pruned).isEqualTo((int) (width * sparsities.get(site.layer())));
              }
            });
    assertThat(found.result().figures())
        .containsKeys("sparsity", "reconstruction_errors")
        .doesNotContainKey("ranks");
  }

  /** Components beyond a layer's rank are zero in both factors; within it they are trained. */
  @Test
  void trainsAsManyComponentsAsALayersRank() {
    Outcome found =
        train(losa(pruning(Criterion.WANDA, 0.6), List.of(2, 3, 2)), new MemoryCheckpoints());
    List<Long> ranks = ((Figure.Wholes) found.result().figures().get("ranks")).values();
    assertThat(ranks.stream().mapToLong(Long::longValue).sum()).isEqualTo(4);
    try (AdaptedModel model = base.adapt(plan())) {
      for (Slice slice : model.parameters().slices()) {
        Slice.Adapter of = (Slice.Adapter) slice.owner();
        long rank = ranks.get(of.layer() / 2);
        int columns = (int) slice.shape().get(1);
        boolean isA = of.parameter().name().equals("A");
        boolean[] used = new boolean[RANK];
        for (int i = 0; i < slice.size(); i++) {
          used[isA ? i / columns : i % columns] |= found.theta()[(int) slice.offset() + i] != 0;
        }
        for (int component = 0; component < RANK; component++) {
          assertThat(used[component])
              .as("component %d of %s in layer %d", component, of.parameter(), of.layer())
              .isEqualTo(component < rank);
        }
      }
    }
  }

  @Test
  void withoutSparsityAndRanksItIsTrainingAsEver() {
    Outcome found = train(losa(pruning(Criterion.WANDA, 0), List.of()), new MemoryCheckpoints());
    Outcome same =
        train(losa(pruning(Criterion.WANDA, 0), List.of(4, 4, 4)), new MemoryCheckpoints());
    try (AdaptedModel model = base.adapt(plan());
        NDManager manager = base.manager().newSubManager();
        Workspace work = new Workspace(manager)) {
      Context context = context(model, manager, new MemoryCheckpoints());
      NDArray theta = model.initialTheta(manager, SEEDS);
      GradientTraining plain =
          new GradientTraining(manager, context, training(), SEEDS, theta.getDataType());
      TrainingPoint end =
          plain.run(
              manager,
              context,
              plain.start(manager, context, theta),
              plain.whole(),
              new Deadline(System::nanoTime, Optional.empty()));
      assertThat(end.step()).isEqualTo(STEPS);
      // Each trainer keeps the best theta on validation, of its last period alone in one case.
      assertThat(end.best().orElseThrow().step()).isGreaterThan(6);
      double[] expected = plain.result(work, context, end).theta().toDoubleArray();
      assertThat(found.theta()).isEqualTo(expected);
      assertThat(same.theta()).isEqualTo(expected);
      assertThat(found.result().pruned()).isEmpty();
    }
  }

  @Test
  void lowersTheLossOnThePrunedBase() {
    Outcome found = train(losa(pruning(Criterion.WANDA, 0.6), List.of()), new MemoryCheckpoints());
    try (NDManager scope = base.manager().newSubManager();
        BaseModel sparse =
            base.require(PrunableModel.class, "this test").pruned(pruned(scope, found));
        AdaptedModel model = sparse.adapt(plan())) {
      var batch = model.batch(scope, TinyDecoder.examples("training-", 24, 1));
      double before = model.loss(scope, batch, Point.of(model.initialTheta(scope, SEEDS)));
      double after = model.loss(scope, batch, Point.of(scope.create(found.theta())));
      assertThat(after).isLessThan(before);
      var validation = model.batch(scope, TinyDecoder.examples("validation-", 8, 2));
      assertThat(found.result().validationLoss().orElseThrow())
          .isCloseTo(
              model.loss(scope, validation, Point.of(scope.create(found.theta()))), within(1e-12));
    }
  }

  private static List<SparseMatrix> pruned(NDManager scope, Outcome of) {
    return of.kept().entrySet().stream()
        .map(
            e -> {
              ModuleShape module = e.getKey().module();
              var shape = new Shape(module.outputs(), module.inputs());
              return new SparseMatrix(
                  e.getKey(),
                  scope.create(e.getValue(), shape),
                  Optional.ofNullable(of.weights().get(e.getKey()))
                      .map(weight -> scope.create(weight, shape)));
            })
        .toList();
  }

  /** Merged, the model has a zero wherever a number is pruned, and tells how many. */
  @ParameterizedTest
  @EnumSource(Criterion.class)
  void isExportedWithItsZeros(Criterion method, @TempDir Path target) throws IOException {
    Outcome found = train(losa(pruning(method, 0.5), List.of()), new MemoryCheckpoints());
    try (NDManager scope = base.manager().newSubManager();
        BaseModel sparse =
            base.require(PrunableModel.class, "this test").pruned(pruned(scope, found));
        AdaptedModel model = sparse.adapt(plan())) {
      model
          .require(ModelExporter.class, "this test")
          .export("safetensors", scope.create(found.theta()), List.of(), target.resolve("model"));
    }
    JsonNode told = new ObjectMapper().readTree(target.resolve("model/sparsity.json").toFile());
    assertThat(told).hasSize(21);
    try (SafetensorsFile file = SafetensorsFile.open(target.resolve("model/model.safetensors"));
        SafetensorsFile dense = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      for (Map.Entry<AdapterSite, boolean[]> entry : found.kept().entrySet()) {
        String name = entry.getKey().path() + ".weight";
        float[] values = file.floats(name);
        int zeros = 0;
        for (int i = 0; i < values.length; i++) {
          assertThat(values[i] != 0).isEqualTo(entry.getValue()[i]);
          zeros += entry.getValue()[i] ? 0 : 1;
        }
        assertThat(told.get(name).get("pruned").asInt()).isEqualTo(zeros);
        assertThat(told.get(name).get("sparsity").asDouble())
            .isCloseTo((double) zeros / values.length, within(1e-12));
      }
      assertThat(file.floats("model.norm.weight")).isEqualTo(dense.floats("model.norm.weight"));
    }
  }

  /** Parameters of earlier periods belong to other masks, and are of no use to an ensemble. */
  @Test
  void offersTheParametersOfTheLastPeriodAlone() {
    try (AdaptedModel model = base.adapt(plan());
        NDManager manager = base.manager().newSubManager()) {
      Context context = context(model, manager, new MemoryCheckpoints());
      var unused = losa(pruning(Criterion.MAGNITUDE, 0.5), List.of()).train(context);
      long last = GradientTraining.endOf(2, 3, STEPS);
      assertThat(context.snapshots())
          .isEqualTo(LongStream.rangeClosed(last + 1, STEPS).boxed().toList());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Criterion.class,
      names = {"MAGNITUDE", "SPARSEGPT"})
  void prunesTheRestAtOnceWhenTheTimeIsOver(Criterion method) {
    LosaTrainer trainer = losa(pruning(method, 0.5), List.of(2, 3, 3));
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    double[] expected = null;
    for (int run = 0; run < 2; run++) {
      RecordingMonitor monitor = new RecordingMonitor();
      try (AdaptedModel model = base.adapt(plan());
          NDManager manager = base.manager().newSubManager()) {
        TrainingResult result =
            trainer.train(
                new Context(
                    model,
                    Optional.of(base),
                    Optional.of(Duration.ZERO),
                    manager,
                    checkpoints,
                    monitor));
        assertThat(monitor.steps()).hasSize(run == 0 ? 1 : 0);
        assertThat(monitor.notices())
            .anyMatch(notice -> notice.startsWith("the time was over in step 1 of 3"));
        double sparsity = ((Figure.Real) result.figures().get("sparsity")).value();
        assertThat(sparsity).isBetween(0.47, 0.5);
        double[] theta = result.theta().toDoubleArray();
        assertThat(theta).isEqualTo(expected == null ? theta : expected);
        expected = theta;
        Outcome found = outcome(result);
        try (BaseModel sparse =
                base.require(PrunableModel.class, "this test").pruned(pruned(manager, found));
            AdaptedModel pruned = sparse.adapt(plan())) {
          var validation = pruned.batch(manager, TinyDecoder.examples("validation-", 8, 2));
          double loss = pruned.loss(manager, validation, Point.of(manager.create(theta)));
          assertThat(result.validationLoss().orElseThrow()).isCloseTo(loss, within(1e-12));
        }
      }
    }
  }

  @Test
  void leavesNothingButItsResult() {
    int before = LiveArrays.of(base.manager()).count();
    try (AdaptedModel model = base.adapt(plan());
        NDManager manager = base.manager().newSubManager()) {
      TrainingResult result =
          losa(pruning(Criterion.SPARSEGPT, 0.5), List.of(2, 3, 3))
              .train(context(model, manager, new MemoryCheckpoints()));
      assertThat(result.pruned()).hasSize(21);
      assertThat(LiveArrays.of(manager).count()).isEqualTo(1 + 2 * 21);
    }
    int after = LiveArrays.of(base.manager()).count();
    assertThat(after - before).as("arrays that the base keeps of it").isLessThan(8);
  }

  private static Stream<AdapterMethod> otherMethods() {
    LowRankOptions lora = new LowRankOptions(RANK, 8, 0.1, false, ADAPTED);
    return Stream.of(
        Extensions.of(DoraAdapter.class, new DoraOptions(lora, false)),
        Extensions.of(Ia3Adapter.class, new Ia3Options(ADAPTED, List.of("down_proj"))),
        Extensions.of(VeraAdapter.class, new VeraOptions(5, 0.3, 0, ADAPTED)));
  }

  /** Merged, the model has the zeros of the masks and computes what the adapted one does. */
  @ParameterizedTest
  @MethodSource("otherMethods")
  void otherAdaptersKeepTheZerosToo(AdapterMethod method, @TempDir Path target) throws IOException {
    AdapterPlan plan =
        AdapterStarts.started(
            base, new AdapterPlan(method, List.of(0, 2), ADAPTED, Head.NONE), SEEDS, List::of);
    try (NDManager scope = base.manager().newSubManager()) {
      Outcome found;
      try (AdaptedModel model = base.adapt(plan)) {
        found =
            outcome(
                losa(pruning(Criterion.WANDA, 0.5), List.of())
                    .train(context(model, scope, new MemoryCheckpoints())));
      }
      NDArray theta = scope.create(found.theta());
      List<Tokens> rows = TinyDecoder.examples("validation-", 8, 2);
      double before;
      double adapted;
      try (BaseModel sparse =
              base.require(PrunableModel.class, "this test").pruned(pruned(scope, found));
          AdaptedModel model = sparse.adapt(plan)) {
        before =
            model.loss(scope, model.batch(scope, rows), Point.of(model.initialTheta(scope, SEEDS)));
        adapted = model.loss(scope, model.batch(scope, rows), Point.of(theta));
        model
            .require(ModelExporter.class, "this test")
            .export("safetensors", theta, List.of(), target.resolve("model"));
      }
      assertThat(adapted).isNotCloseTo(before, within(1e-4));
      AdapterPlan nothing = new AdapterPlan(new NoAdapter(), List.of(), List.of(), Head.NONE);
      try (BaseModel merged = Decoder.load(target.resolve("model"));
          AdaptedModel bare = merged.adapt(nothing)) {
        double loss =
            bare.loss(scope, bare.batch(scope, rows), Point.of(scope.create(new double[0])));
        assertThat(loss).isCloseTo(adapted, within(1e-6));
      }
      try (SafetensorsFile file = SafetensorsFile.open(target.resolve("model/model.safetensors"))) {
        for (Map.Entry<AdapterSite, boolean[]> entry : found.kept().entrySet()) {
          float[] values = file.floats(entry.getKey().path() + ".weight");
          for (int i = 0; i < values.length; i++) {
            assertThat(values[i] != 0).isEqualTo(entry.getValue()[i]);
          }
        }
      }
    }
  }

  @Test
  void refusesAdaptersWhoseZerosWouldBeOthers() {
    OftOptions oft = new OftOptions(4, 0, false, true, 5, ADAPTED);
    assertThatThrownBy(
            () ->
                Compatibility.require(
                    losa(pruning(Criterion.WANDA, 0.5), List.of())::checkCompatibility,
                    setting("oft", Extensions.of(OftAdapter.class, oft))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(
            "trainer 'losa' prunes the base, and what adapter 'oft' makes of a pruned matrix has"
                + " other zeros");
    TrainingSetting ia3 = setting("ia3", otherMethods().toList().get(1));
    assertThatThrownBy(
            () ->
                Compatibility.require(
                    losa(pruning(Criterion.SPARSEGPT, 0.5), List.of())::checkCompatibility, ia3))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("takes what adapter 'ia3' adds out of the matrices")
        .hasMessageContaining("use pruning: wanda");
    Compatibility.require(losa(pruning(Criterion.WANDA, 0.5), List.of())::checkCompatibility, ia3);
    Compatibility.require(
        new PrunedTrainer(
                new PrunedOptions(pruning(Criterion.SPARSEGPT, 0.5), true, training()), SEEDS)
            ::checkCompatibility,
        ia3);
  }

  @Test
  void refusesTooFewCalibrationRowsBeforeItTrains() {
    LosaTrainer losa = losa(pruning(Criterion.WANDA, 0.5), List.of());
    assertThatThrownBy(
            () ->
                Compatibility.require(
                    losa::checkCompatibility, setting("lora", Decoder.lora(RANK), 13)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith(
            "sparsity_by_layer compares layers on at least two calibration rows, and there is one");
    assertThatThrownBy(
            () ->
                Compatibility.require(
                    losa::checkCompatibility, setting("lora", Decoder.lora(RANK), 3)))
        .hasMessageContaining("the training examples have 3 tokens together");
  }

  @Test
  void refusesMoreStepsOfThePruningThanItsTrainingIsGiven() {
    LosaTrainer losa = losa(pruning(Criterion.WANDA, 0.5), List.of());
    Compatibility.require(losa::checkCompatibility, given(3));
    assertThatThrownBy(() -> Compatibility.require(losa::checkCompatibility, given(2)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith(
            "sparsity_steps of trainer 'losa' is 3, but its training is given 2 steps");
    assertThatThrownBy(
            () ->
                Compatibility.require(
                    losa(pruning(Criterion.WANDA, 0), List.of(2, 3, 3))::checkCompatibility,
                    given(2)))
        .hasMessageStartingWith("sparsity_steps of trainer 'losa' is 3");
    // Without anything to prune or to share out there are no steps to train between.
    Compatibility.require(
        losa(pruning(Criterion.WANDA, 0), List.of())::checkCompatibility, given(2));
    Compatibility.require(
        new PrunedTrainer(new PrunedOptions(pruning(Criterion.WANDA, 0.5), true, training()), SEEDS)
            ::checkCompatibility,
        given(1));
  }

  @Test
  void refusesMoreStepsOfThePruningThanItsOwnTrainingHas() {
    TrainingSetting own = setting("lora", Decoder.lora(RANK));
    assertThatThrownBy(() -> Compatibility.require(inTenSteps(0.5)::checkCompatibility, own))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith(
            "trainer 'losa' is to prune in 10 steps, but its training has 9; train longer");
    Compatibility.require(inTenSteps(0)::checkCompatibility, own);
  }

  private static LosaTrainer inTenSteps(double sparsity) {
    PruningOptions pruning = pruning(Criterion.WANDA, sparsity);
    return new LosaTrainer(new LosaOptions(pruning, 10, true, List.of(), training()), SEEDS);
  }

  private static TrainingSetting given(long steps) {
    TrainingSetting own = setting("lora", Decoder.lora(RANK));
    return new TrainingSetting(
        own.shape(),
        own.adapter(),
        own.modules(),
        own.trainingTokens(),
        new TrainingSetting.Size(
            own.size().training(), own.size().validation(), OptionalLong.of(steps)));
  }

  @Test
  void saysWhatStrategiesMayNotDemand() {
    LosaTrainer both = losa(pruning(Criterion.WANDA, 0.5), List.of(2, 3, 3));
    assertThat(Compatibility.of(both::checkCompatibility, AdapterDemand.RANKS).first())
        .contains("it shares out ranks itself; write average_ranks: []");
    assertThat(Compatibility.of(both::checkCompatibility, AdapterDemand.SCHEDULE).first())
        .isEqualTo(Compatibility.of(both::checkCompatibility, AdapterDemand.RANKS).first());
    assertThat(
            Compatibility.of(both::checkCompatibility, AdapterDemand.SHARED_ADAPTERS)
                .first()
                .orElseThrow())
        .startsWith("it prunes the base");
    LosaTrainer pruning = losa(pruning(Criterion.WANDA, 0.5), List.of());
    assertThat(Compatibility.of(pruning::checkCompatibility, AdapterDemand.RANKS).first())
        .isEmpty();
    assertThat(Compatibility.of(pruning::checkCompatibility, AdapterDemand.SCHEDULE).first())
        .isEmpty();
    assertThat(Compatibility.of(pruning::checkCompatibility, AdapterDemand.SHARED_ADAPTERS).first())
        .isPresent();
    LosaTrainer sharing = losa(pruning(Criterion.WANDA, 0), List.of(2, 3, 3));
    assertThat(Compatibility.of(sharing::checkCompatibility, AdapterDemand.RANKS).first())
        .isPresent();
    assertThat(Compatibility.of(sharing::checkCompatibility, AdapterDemand.SHARED_ADAPTERS).first())
        .isEmpty();
  }

  private static TrainingSetting setting(String name, AdapterMethod method) {
    return setting(name, method, 1000);
  }

  private static TrainingSetting setting(String name, AdapterMethod method, long trainingTokens) {
    return new TrainingSetting(
        base.shape(),
        new GivenComponent<>(name, method),
        base.shape().modules().stream().filter(m -> ADAPTED.contains(m.name())).toList(),
        trainingTokens,
        new TrainingSetting.Size(100, 10, OptionalLong.empty()));
  }

  @Test
  void refusesWhatItCannotPrune() {
    assertRefused(
        losa(pruning(Criterion.WANDA, 0.5), List.of(3, 5, 2)),
        Optional.of(base),
        "average_ranks of trainer 'losa' has 5, but lora_rank is 4");
    assertRefused(
        losa(pruning(Criterion.WANDA, 0.5), List.of()),
        Optional.empty(),
        "trainer 'losa' needs a model that can compute with pruned matrices");
    assertRefused(
        losa(
            new PruningOptions(
                Criterion.WANDA, 0.5, RankedGroup.ROW, Optional.empty(), List.of("q"), 6, 12, 2),
            List.of()),
        Optional.of(base),
        "pruned_modules: the model has no module [q]; it has [q_proj, k_proj");
    assertRefused(
        losa(
            new PruningOptions(
                Criterion.WANDA, 0.8, RankedGroup.ROW, Optional.of("1:5"), List.of(), 6, 12, 2),
            List.of()),
        Optional.of(base),
        "sparsity_pattern 1:5 does not divide the 16 columns of module 'q_proj'");
    assertThatThrownBy(() -> losa(pruning(Criterion.WANDA, 0.5), List.of(2, 2)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("average_ranks has 2 numbers, and sparsity_steps is 3");
  }

  @Test
  void refusesRanksThatTheStrategyHasGivenOut() {
    AdapterPlan ranked =
        plan().withChosen(List.of(ChosenModule.of(0, "q_proj", 3), ChosenModule.of(2, "v_proj")));
    assertRefused(
        losa(pruning(Criterion.WANDA, 0.5), List.of(2, 3, 3)),
        base.adapt(ranked),
        Optional.of(base),
        "trainer 'losa' cannot share out ranks where the strategy has given each module its own;"
            + " write average_ranks: []");
  }

  /** The host hands over no base where layers share. */
  @Test
  void refusesLayersThatShareAnAdapter() {
    AdapterPlan shared =
        plan()
            .withChosen(
                List.of(ChosenModule.ofShared(0, "q_proj"), ChosenModule.ofShared(2, "q_proj")));
    assertRefused(
        losa(pruning(Criterion.WANDA, 0.5), List.of()),
        new SharedAdapters(base.adapt(shared)),
        Optional.empty(),
        "trainer 'losa' cannot prune the base where the strategy lets layers share an adapter");
  }

  private static void assertRefused(LosaTrainer trainer, Optional<BaseModel> of, String message) {
    assertRefused(trainer, base.adapt(plan()), of, message);
  }

  private static void assertRefused(
      LosaTrainer trainer, AdaptedModel on, Optional<BaseModel> of, String message) {
    try (AdaptedModel model = on;
        NDManager manager = base.manager().newSubManager()) {
      Context context =
          new Context(
              model,
              of,
              Optional.empty(),
              manager,
              new MemoryCheckpoints(),
              new RecordingMonitor());
      assertThatThrownBy(() -> trainer.train(context))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining(message);
    }
  }

  @Test
  void aPatternHoldsInTheEnd() {
    PruningOptions twoOfFour =
        new PruningOptions(
            Criterion.WANDA, 0.5, RankedGroup.ROW, Optional.of("2:4"), List.of("q_proj"), 6, 12, 2);
    try (AdaptedModel model = base.adapt(plan());
        NDManager manager = base.manager().newSubManager()) {
      PrunedTrainer trainer =
          new PrunedTrainer(new PrunedOptions(twoOfFour, false, training()), SEEDS);
      Outcome found = outcome(trainer.train(context(model, manager, new MemoryCheckpoints())));
      assertThat(found.kept()).hasSize(3);
      for (boolean[] kept : found.kept().values()) {
        for (int i = 0; i < kept.length; i += 4) {
          boolean[] four = Arrays.copyOfRange(kept, i, i + 4);
          int count = 0;
          for (boolean one : four) {
            count += one ? 1 : 0;
          }
          assertThat(count).isEqualTo(2);
        }
      }
    }
  }
}
