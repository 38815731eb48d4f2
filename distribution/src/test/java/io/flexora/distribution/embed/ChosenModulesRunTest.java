package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.plan.ChosenModule;
import io.flexora.distribution.tiny.Program;
import io.flexora.experiment.RunOutcome;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.ScoredModel;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.CellOutcome;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Modules of layers and their ranks, from the choice to the adapter that is saved and read again,
 * on a decoder whose layers have all seven modules adapted.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChosenModulesRunTest {

  private static final Path MODEL =
      Path.of("../bundles/model-decoder/src/test/resources/tiny/llama2").toAbsolutePath();

  private static final int LAYERS = 3;
  private static final int HIDDEN = 32;
  private static final int INNER = 56;

  /** The modules of a layer, in the order of the forward pass. */
  private static final List<ModuleShape> MODULES =
      List.of(
          module("self_attn.q_proj", HIDDEN, HIDDEN),
          module("self_attn.k_proj", HIDDEN, HIDDEN),
          module("self_attn.v_proj", HIDDEN, HIDDEN),
          module("self_attn.o_proj", HIDDEN, HIDDEN),
          module("mlp.gate_proj", HIDDEN, INNER),
          module("mlp.up_proj", HIDDEN, INNER),
          module("mlp.down_proj", INNER, HIDDEN));

  private static final List<AdapterSite> SITES =
      IntStream.range(0, LAYERS)
          .boxed()
          .flatMap(layer -> MODULES.stream().map(module -> new AdapterSite(layer, module)))
          .toList();

  private static final String YAML =
      """
      name: chosen
      device: cpu
      model: {use: decoder, source: "file:%1$s", compute_dtype: float32, max_tokens: 64}
      dataset: {use: files, train: "file:%2$s", validation: 4, test: "file:%3$s"}
      task:
        use: multiple_choice
        doc_to_text: "{{question}}"
        doc_to_choice: ["1", "2", "3"]
        doc_to_target: "{{stars - 1}}"
      adapter:
        use: lora
        lora_alpha: 8
        target_modules: [q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj]
      trainer: {use: gradient, max_steps: 4, learning_rate: 0.02}
      evaluator: {use: multiple_choice}
      reports: []
      """;

  private static final String SEARCH =
      "outer_steps: 2, batch_size: 4, validation_batch_size: 4,"
          + " solver: {use: unrolled, inner_steps: 2, inner: {learning_rate: 0.02}}";

  /**
   * Of 3120 parameters. Where the same modules are kept in each layer that has any, whichever they
   * are, this budget has room for another one: so layers differ, whatever the search finds.
   */
  private static final int BUDGET = 1952;

  /** Of log-likelihoods: reading scales B, and fills A and B up to the highest rank with zeros. */
  private static final double ROUNDING = 1e-5;

  /** Of log-likelihoods where merged matrices are rounded to the type of the model's file. */
  private static final double HALF_ROUNDING = 1e-2;

  private Path folder;
  private Path file;
  private FlexoraHost host;

  private static ModuleShape module(String place, int inputs, int outputs) {
    String name = place.substring(place.indexOf('.') + 1);
    return new ModuleShape(name, "model.layers.%d." + place, inputs, outputs);
  }

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    this.folder = folder;
    host = Program.host(folder);
    Path train = Files.write(folder.resolve("train.jsonl"), rows(0, 12));
    Path test = Files.write(folder.resolve("test.jsonl"), rows(12, 18));
    file = Files.writeString(folder.resolve("chosen.yaml"), YAML.formatted(MODEL, train, test));
  }

  private static List<String> rows(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(
            i ->
                "{\"question\": \"How many stars has number %d?\", \"stars\": %d}"
                    .formatted(i, 1 + i % 3))
        .toList();
  }

  @AfterAll
  void close() {
    host.close();
  }

  private RunOutcome run(String selector, int rank) {
    List<String> settings =
        List.of(
            "selector=" + selector,
            "adapter.lora_rank=" + rank,
            "output_dir=" + folder.resolve("runs"));
    return host.experiment(file, settings).run(RunListener.NONE);
  }

  /** The main cell by the run's result.json. */
  private static CellOutcome result(RunOutcome run) {
    return RunFolder.result(run.folder()).orElseThrow().main().outcome();
  }

  /** The rank of each module that was chosen: its own, or else the adapter's. */
  private static Map<AdapterSite, Integer> ranks(CellOutcome cell, int rank) {
    return cell.selectedModules().stream()
        .collect(Collectors.toMap(ChosenModulesRunTest::site, m -> m.rank().orElse(rank)));
  }

  private static AdapterSite site(ChosenModule chosen) {
    return SITES.stream()
        .filter(s -> s.layer() == chosen.layer() && s.module().name().equals(chosen.module()))
        .findFirst()
        .orElseThrow();
  }

  private static int parameters(AdapterSite site, int rank) {
    return rank * (site.module().inputs() + site.module().outputs());
  }

  /** Reads the configuration of the saved adapter, whose tensors are those of the given ranks. */
  private static Map<String, Object> saved(
      RunOutcome run, Map<AdapterSite, Integer> ranks, int rank) throws IOException {
    PeftAdapter adapter = AdapterFolder.read(run.folder().resolve("adapter"));
    Map<String, List<Long>> found = new TreeMap<>();
    adapter.tensors().forEach((name, tensor) -> found.put(name, tensor.shape()));
    Map<String, List<Long>> expected = new TreeMap<>();
    Map<String, Integer> others = new TreeMap<>();
    ranks.forEach(
        (site, own) -> {
          String path = PeftAdapter.PREFIX + site.path();
          long inputs = site.module().inputs();
          long outputs = site.module().outputs();
          expected.put(path + ".lora_A.weight", List.of(own.longValue(), inputs));
          expected.put(path + ".lora_B.weight", List.of(outputs, own.longValue()));
          if (own != rank) {
            others.put(site.path(), own);
          }
        });
    assertThat(found).isEqualTo(expected);
    assertThat(adapter.configuration())
        .containsEntry("r", rank)
        .containsEntry("rank_pattern", others)
        .containsEntry("alpha_pattern", Map.of());
    int parameters =
        ranks.entrySet().stream().mapToInt(e -> parameters(e.getKey(), e.getValue())).sum();
    assertThat(run.main().trainableParameters()).isEqualTo(parameters);
    return adapter.configuration();
  }

  private static void assertNamedByModuleAndLayer(Map<String, Object> configuration) {
    assertThat(configuration)
        .containsEntry(
            "target_modules",
            List.of("down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"))
        .containsEntry("layers_to_transform", List.of(0, 1, 2))
        .containsEntry("layers_pattern", "layers");
  }

  private ScoredModel scored(RunOutcome run, EvaluationTarget target) {
    return host.experimentOf(run.folder()).evaluate(target, Split.TEST, RunListener.NONE);
  }

  /** What the run recorded, which an untrained adapter would not give. */
  private List<Prediction> recorded(RunOutcome run) {
    List<Prediction> recorded = RunFolder.readCell(run.folder(), "main").predictions();
    ScoredModel base = scored(run, new EvaluationTarget.Base());
    assertThat(distance(base.evaluation().predictions(), recorded)).isGreaterThan(1e-3);
    return recorded;
  }

  /** What the saved adapter gives. */
  private List<Prediction> readAgain(RunOutcome run) {
    ScoredModel scored = scored(run, new EvaluationTarget.Adapter(run.folder().resolve("adapter")));
    assertThat(scored.layers()).isEqualTo(result(run).selectedLayers());
    return scored.evaluation().predictions();
  }

  private static double distance(List<Prediction> one, List<Prediction> other) {
    assertThat(one).hasSameSizeAs(other).isNotEmpty();
    double most = 0;
    for (int i = 0; i < one.size(); i++) {
      List<Double> scores = one.get(i).scores();
      for (int k = 0; k < scores.size(); k++) {
        most = Math.max(most, Math.abs(scores.get(k) - other.get(i).scores().get(k)));
      }
    }
    return most;
  }

  /** The gates of a module have the mean 1: as soon as they differ, one is below its share. */
  @Test
  void aSearchOfPartsGivesEachModuleARank() throws IOException {
    int rank = 4;
    RunOutcome run = run("{use: autolora, " + SEARCH + "}", rank);
    Map<AdapterSite, Integer> ranks = ranks(result(run), rank);

    assertThat(ranks.keySet()).containsExactlyInAnyOrderElementsOf(SITES);
    assertThat(ranks.values()).allSatisfy(own -> assertThat(own).isBetween(1, rank - 1));
    assertNamedByModuleAndLayer(saved(run, ranks, rank));
    assertThat(distance(readAgain(run), recorded(run))).isLessThan(ROUNDING);
  }

  /** The parameters of three ranks each are shared out: what one module lacks another has. */
  @Test
  void ranksByImportanceAreSavedWhereTheyAreNotTheAdapters() throws IOException {
    int rank = 2;
    RunOutcome run =
        run("{use: gora, examples: 4, reference_rank: 3, min_rank: 2, max_rank: 6}", rank);
    Map<AdapterSite, Integer> ranks = ranks(result(run), rank);

    assertThat(ranks.keySet()).containsExactlyInAnyOrderElementsOf(SITES);
    assertThat(ranks.values())
        .allSatisfy(own -> assertThat(own).isBetween(2, 6))
        .contains(rank)
        .anySatisfy(own -> assertThat(own).isGreaterThan(rank));
    assertNamedByModuleAndLayer(saved(run, ranks, rank));
    assertThat(distance(readAgain(run), recorded(run))).isLessThan(ROUNDING);
  }

  @Test
  void ranksByTheVarianceOfGradientsShareTheParametersOfTheReferenceRank() throws IOException {
    int rank = 2;
    RunOutcome run = run("{use: fim, batches: 3, batch_size: 4, reference_rank: 3}", rank);
    Map<AdapterSite, Integer> ranks = ranks(result(run), rank);

    assertThat(ranks.values()).allSatisfy(own -> assertThat(own).isPositive());
    int budget = SITES.stream().mapToInt(site -> parameters(site, 3)).sum();
    assertThat(result(run).trainableParameters())
        .isBetween((long) budget - INNER - HIDDEN, (long) budget);
    saved(run, ranks, rank);
  }

  @Test
  void layersAreChosenByTheStatesAndGradientsOfTheFrozenModel() {
    for (String selector :
        List.of("rdp, examples: 4", "block-influence, examples: 4", "resnorm, examples: 4")) {
      CellOutcome cell = result(run("{use: %s, layers: 1}".formatted(selector), 2));
      assertThat(cell.selectedLayers()).hasSize(1);
    }
  }

  @Test
  void modulesThatDifferFromLayerToLayerAreNamedByTheirWholePaths() throws IOException {
    int rank = 2;
    RunOutcome run =
        run(
            "{use: flexora, gate_layout: layer-module, selection: budget, parameters: %d, %s}"
                .formatted(BUDGET, SEARCH),
            rank);
    CellOutcome cell = result(run);
    Map<AdapterSite, Integer> ranks = ranks(cell, rank);

    assertThat(cell.selectedModules()).allSatisfy(m -> assertThat(m.rank()).isEmpty());
    int left = Math.toIntExact(BUDGET - cell.trainableParameters());
    assertThat(left).isNotNegative();
    assertThat(SITES)
        .filteredOn(site -> !ranks.containsKey(site))
        .isNotEmpty()
        .allSatisfy(site -> assertThat(parameters(site, rank)).isGreaterThan(left));
    assertThat(saved(run, ranks, rank))
        .containsEntry(
            "target_modules",
            SITES.stream().filter(ranks::containsKey).map(AdapterSite::path).toList())
        .containsEntry("layers_to_transform", null)
        .containsEntry("layers_pattern", null);
    // Neither a rank nor a scale is another one: to the last bit.
    assertThat(readAgain(run)).isEqualTo(recorded(run));
  }

  /** What was trained on all modules is cut by one threshold, saved with ranks, and exported. */
  @Test
  void aPrunedTrainingIsSavedAndExported() throws IOException {
    int rank = 4;
    RunOutcome run = run("{use: prune-trained, parameters: 50%}", rank);
    Map<AdapterSite, Integer> ranks = ranks(result(run), rank);

    assertThat(result(run).trainableParameters())
        .isLessThanOrEqualTo(SITES.stream().mapToInt(site -> parameters(site, rank)).sum() / 2);
    assertThat(ranks.values()).allMatch(own -> own <= rank).anyMatch(own -> own < rank);
    saved(run, ranks, rank);
    List<Prediction> recorded = recorded(run);
    assertThat(distance(readAgain(run), recorded)).isLessThan(ROUNDING);

    Path lora = folder.resolve("lora");
    host.experimentOf(run.folder()).export(run.folder(), "main", "lora", lora);
    assertThat(
            distance(
                scored(run, new EvaluationTarget.Adapter(lora)).evaluation().predictions(),
                recorded))
        .isLessThan(ROUNDING);
    Path merged = folder.resolve("merged");
    host.experimentOf(run.folder()).export(run.folder(), "main", "safetensors", merged);
    assertThat(
            distance(
                host.experiment(file, List.of("model.source=file:" + merged))
                    .evaluate(new EvaluationTarget.Base(), Split.TEST, RunListener.NONE)
                    .evaluation()
                    .predictions(),
                recorded))
        .isLessThan(HALF_ROUNDING);
  }
}
