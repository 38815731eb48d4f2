package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.Phase;
import io.flexora.api.selection.TrainingStart;
import io.flexora.distribution.compare.TinyComparison;
import io.flexora.distribution.tiny.CompiledPlugin;
import io.flexora.distribution.tiny.Notices;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyEncoder;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.files.durable.DurableFolder;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.formats.safetensors.DType;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Selectors that bring trained values, and one that moves ranks during the training: of a
 * stranger's bundle, whose sources are fixtures of the test kit, and {@code start: search}.
 */
class StrangersSelectorsTest {

  private static final Path FIXTURES =
      Path.of("../framework/testkit/src/main/java/io/flexora/testkit/fixture");
  private static final Path RESOURCES =
      Path.of("src/test/resources/io/flexora/distribution/embed/strangers");

  private static final String SEARCH =
      "selector={use: flexora, solver: {use: unrolled, inner_steps: 2, inner: {learning_rate:"
          + " 0.05}}, outer_steps: 3, alpha_learning_rate: 0.1, selection: top-k, k: 2, start: %s}";

  @TempDir private static Path folder;
  private static FlexoraHost host;

  @BeforeAll
  static void start() throws IOException {
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    List<String> imports =
        List.of(
            "api.adapter",
            "api.cost",
            "api.gradient",
            "api.hpo",
            "api.model",
            "api.plan",
            "numerics.layer",
            "numerics.loop",
            "numerics.torch",
            "numerics.transformer",
            "numerics.vector");
    CompiledPlugin plugin = new CompiledPlugin("strangers", folder.resolve("build"), imports);
    for (String fixture : List.of("TrainedOnce", "MovingRanks")) {
      String text = Files.readString(FIXTURES.resolve(fixture + ".java"));
      plugin.source(
          fixture, text.replace("package io.flexora.testkit.fixture;", "package strangers;"));
    }
    for (String source : List.of("M", "Once", "Moving")) {
      plugin.source(source, Files.readString(RESOURCES.resolve(source + ".txt")));
    }
    plugin.packTo(plugins.resolve("strangers.jar"));
    for (String jar :
        List.of(
            "flexora-adapter-eva.jar",
            "flexora-selector-fixed.jar",
            "flexora-posterior-basic.jar")) {
      Files.copy(Program.HOME.resolve("plugins").resolve(jar), plugins.resolve(jar));
    }
    TinyExperiment.in(folder.resolve("data"));
    host =
        FlexoraHost.builder()
            .bundles(Program.HOME.resolve("bundles"))
            .pluginsFolder(plugins)
            .cache(folder.resolve("cache"))
            .start();
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static Experiment experiment(String name, String... more) {
    List<String> settings =
        new ArrayList<>(List.of("output_dir=" + folder.resolve(name), "baselines={}"));
    settings.addAll(List.of(more));
    return host.experiment(folder.resolve("data/tiny.yaml"), settings);
  }

  private static CellFolder cell(RunOutcome run) {
    return RunFolder.readCell(run.folder(), "main");
  }

  /** The values that a search has brought, as float32. */
  private static float[] brought(CellFolder cell, DType type) throws IOException {
    Map<String, float[]> arrays = new TreeMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(cell.find(CellFolder.VALUES).orElseThrow())) {
      int size = 0;
      List<float[]> all = new ArrayList<>();
      for (TensorInfo tensor : file.tensors()) {
        assertThat(tensor.type()).isEqualTo(type);
        float[] values =
            type == DType.F64 ? floats(file.doubles(tensor.name())) : file.floats(tensor.name());
        arrays.put(tensor.name(), values);
        all.add(values);
        size += values.length;
      }
      float[] theta = new float[size];
      int at = 0;
      for (float[] values : all) {
        System.arraycopy(values, 0, theta, at, values.length);
        at += values.length;
      }
      assertThat(arrays.keySet()).anyMatch(name -> name.endsWith(".lora_B.weight"));
      return theta;
    }
  }

  private static float[] sorted(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "bf16", "float64"})
  void whatIsTrainedOnceIsEvaluatedAsItIs(String type) throws IOException {
    List<String> told = new ArrayList<>();
    Experiment experiment =
        experiment(
            "once-" + type,
            "model.compute_dtype=" + type,
            "selector={use: trained-once, steps: 6, kept: 2}",
            "posteriors={steps: {use: checkpoint-ensemble, members: 2, every: 3}}");
    assertThat(experiment.check(RunListener.NONE).training().trainingGradients().examples())
        .isZero();
    RunOutcome run = experiment.run(Notices.into(told));
    CellFolder cell = cell(run);
    assertThat(sorted(cell.theta().orElseThrow()))
        .isEqualTo(sorted(brought(cell, type.equals("float64") ? DType.F64 : DType.F32)));
    assertThat(run.main().start()).contains(TrainingStart.COMPLETE);
    assertThat(run.main().selectedLayers()).hasSize(2);
    assertThat(told)
        .contains(
            TrainingStart.COMPLETE.sentence(),
            "Cell 'main' trains nothing that posterior 'steps' could average: it predicts as the"
                + " model does.");
    assertThat(run.cells().get("main+steps").metrics().get("accuracy").value())
        .isEqualTo(run.main().metrics().get("accuracy").value());
  }

  @Test
  void aTrainingBeginsAtTheSearchAndGoesOnWhereItWasKilled() throws IOException {
    RunOutcome whole = experiment("whole", SEARCH.formatted("search")).run(RunListener.NONE);
    CellFolder expected = cell(whole);
    assertThat(whole.main().start()).contains(TrainingStart.VALUES);
    assertThat(expected.theta().orElseThrow()).hasSameSizeAs(brought(expected, DType.F32));
    assertThat(sorted(expected.theta().orElseThrow()))
        .isNotEqualTo(sorted(brought(expected, DType.F32)));

    Experiment killed = experiment("killed", SEARCH.formatted("search"));
    assertThatThrownBy(
            () ->
                killed.run(
                    new RunListener() {
                      @Override
                      public void event(RunEvent event) {
                        if (event.what() instanceof Event.PhaseStarted started
                            && started.phase().equals(Phase.TRAIN.word())) {
                          killed.cancel();
                        }
                      }
                    }))
        .isInstanceOf(CancelledException.class);
    Path interrupted = only(folder.resolve("killed"));
    // Nothing of the training is kept, as where the process was killed before its first step.
    DurableFolder.delete(interrupted.resolve("cells/main/checkpoints/train"));
    assertThat(RunFolder.readCell(interrupted, "main").selection()).isPresent();
    RunOutcome resumed =
        experiment("killed", SEARCH.formatted("search")).resume(interrupted, RunListener.NONE);
    assertThat(cell(resumed).valuesHash()).isEqualTo(expected.valuesHash());
    assertThat(cell(resumed).theta().orElseThrow()).isEqualTo(expected.theta().orElseThrow());
    assertThat(resumed.main().metrics()).isEqualTo(whole.main().metrics());

    RunOutcome fresh = experiment("fresh", SEARCH.formatted("fresh")).run(RunListener.NONE);
    assertThat(fresh.main().start()).isEmpty();
    assertThat(fresh.main().scores()).isEqualTo(whole.main().scores());
    assertThat(cell(fresh).valuesHash()).isEmpty();
    assertThat(cell(fresh).theta().orElseThrow()).isNotEqualTo(expected.theta().orElseThrow());
  }

  /** What has no parameter takes no gradient: theta is smaller by each layer that is left out. */
  @Test
  void aSearchAmongSomeLayersHasParametersOfTheseAlone() throws IOException {
    RunOutcome one = among("[3]");
    RunOutcome two = among("[1, 3]");
    long ofLayer = searched(two) - searched(one);
    assertThat(ofLayer).isPositive();
    assertThat(searched(among("[]"))).isEqualTo(searched(one) + 3 * ofLayer);
    assertThat(one.main().selectedLayers()).containsExactly(3);
    assertThat(two.main().selectedLayers()).singleElement().isIn(1, 3);
    List<Double> gates = two.main().scores().get("gate");
    assertThat(gates).hasSize(TinyEncoder.LAYERS).element(1).isNotEqualTo(0.0);
    assertThat(List.of(gates.get(0), gates.get(2))).containsOnly(0.0);
  }

  private static RunOutcome among(String candidates) {
    String search = SEARCH.formatted("fresh, candidates: " + candidates).replace("k: 2", "k: 1");
    return experiment("among", search, "trainer.max_steps=1").run(RunListener.NONE);
  }

  /** How many numbers the search keeps between its steps. */
  private static long searched(RunOutcome run) throws IOException {
    Path last = run.folder().resolve("cells/main/checkpoints/search/step-3/arrays.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(last)) {
      return file.tensors().stream().mapToLong(TensorInfo::size).sum();
    }
  }

  /** Six steps of the search are no steps of the training, of which nothing is left at six. */
  @Test
  void theStepsOfASearchCountAsThoseOfTheTraining() throws IOException {
    String counted = SEARCH.formatted("search, count_search_steps: true");
    Experiment ten = experiment("counted", counted, "trainer.max_steps=10");
    assertThat(ten.check(RunListener.NONE).training().steps()).hasValue(4);
    RunOutcome run = ten.run(RunListener.NONE);
    assertThat(run.main().start()).contains(TrainingStart.VALUES.counting(6).of(10));
    RunOutcome four =
        experiment("four", SEARCH.formatted("search"), "trainer.max_steps=4").run(RunListener.NONE);
    assertThat(cell(run).theta().orElseThrow()).isEqualTo(cell(four).theta().orElseThrow());

    RunOutcome none = experiment("none", counted, "trainer.max_steps=6").run(RunListener.NONE);
    assertThat(sorted(cell(none).theta().orElseThrow()))
        .isEqualTo(sorted(brought(cell(none), DType.F32)));

    RunOutcome parts =
        experiment(
                "parts",
                "selector={use: autolora, solver: {use: first-order, inner_steps: 2}, outer_steps: 3,"
                    + " start: search, count_search_steps: true, threshold: 1}",
                "adapter={use: lora, lora_rank: 4}",
                "trainer.max_steps=6")
            .run(RunListener.NONE);
    assertThat(sorted(cell(parts).theta().orElseThrow()))
        .isEqualTo(sorted(brought(cell(parts), DType.F32)));

    Experiment few = experiment("few", counted, "trainer.max_steps=5");
    assertThatThrownBy(() -> few.check(RunListener.NONE))
        .hasMessageContaining(
            "counts the 6 steps of its search as steps of the training, which has 5");
  }

  private static Path only(Path runs) throws IOException {
    try (var found = Files.list(runs)) {
      return found.findFirst().orElseThrow();
    }
  }

  @Test
  void strategiesWithTheSameSearchShareItsValuesInAComparison() throws IOException {
    Path data = Files.createDirectories(folder.resolve("compared"));
    String search =
        SEARCH.substring("selector=".length()).formatted("search").replace(", k: 2", "");
    List<String> told = new ArrayList<>();
    Path run =
        host.comparison(
                TinyComparison.in(data).file(),
                List.of(
                    "output_dir=" + data.resolve("runs"),
                    "strategies={all: all, fresh: %s, search: %s, again: %s}"
                        .formatted(
                            search.replace("start: search", "start: fresh"), search, search)))
            .run(Notices.into(told))
            .folder();
    assertThat(told).filteredOn(notice -> notice.startsWith("The same search was done")).hasSize(2);
    for (int seed = 1; seed <= 2; seed++) {
      CellFolder first = compared(run, "search", seed);
      CellFolder again = compared(run, "again", seed);
      assertThat(again.valuesHash()).isPresent().isEqualTo(first.valuesHash());
      assertThat(again.theta().orElseThrow()).isEqualTo(first.theta().orElseThrow());
      CellFolder fresh = compared(run, "fresh", seed);
      assertThat(fresh.selection().orElseThrow().layers())
          .isEqualTo(first.selection().orElseThrow().layers());
      assertThat(fresh.theta().orElseThrow()).isNotEqualTo(first.theta().orElseThrow());
    }
    assertThat(compared(run, "search", 1).valuesHash())
        .isNotEqualTo(compared(run, "search", 2).valuesHash());
  }

  private static CellFolder compared(Path comparison, String row, int seed) {
    return RunFolder.readCell(
        comparison.resolve("cells").resolve("bert.glosses." + row + "." + seed), "main");
  }

  @Test
  void anAdapterThatMakesItsOwnStartIsRefusedBeforeTheRun() {
    assertThatThrownBy(
            () ->
                experiment("refused", SEARCH.formatted("search"), "adapter={use: eva}")
                    .check(RunListener.NONE))
        .hasMessageContainingAll(
            "selector 'flexora' begins its training at the values of its search",
            "adapter 'eva' makes its own start");
  }

  /** Parts beyond the present rank of a module are zero in A. */
  @Test
  void ranksMoveDuringATraining() throws IOException {
    RunOutcome run =
        experiment(
                "moving",
                "selector={use: moving-ranks, greatest: 4, rank: 2, interval: 3}",
                "trainer={use: gradient, learning_rate: 0.05, max_steps: 12, keep_best: false}")
            .run(RunListener.NONE);
    assertThat(run.main().selectedModules())
        .allSatisfy(module -> assertThat(module.rank()).hasValue(4));
    List<Integer> ranks = new ArrayList<>();
    AdapterFolder.read(run.folder().resolve("adapter"))
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.endsWith("lora_A.weight")) {
                ranks.add(rows(tensor.values(), 4));
              }
            });
    assertThat(ranks).hasSameSizeAs(run.main().selectedModules());
    assertThat(ranks.stream().mapToInt(rank -> rank).sum()).isEqualTo(2 * ranks.size());
    assertThat(ranks).anyMatch(rank -> rank > 2);
  }

  private static int rows(float[] values, int greatest) {
    int width = values.length / greatest;
    return (int)
        IntStream.range(0, greatest)
            .filter(row -> IntStream.range(0, width).anyMatch(i -> values[row * width + i] != 0))
            .count();
  }
}
