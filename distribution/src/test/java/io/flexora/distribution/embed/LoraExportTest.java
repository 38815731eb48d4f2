package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.run.FlexoraException;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.ExportRequest;
import io.flexora.experiment.use.LoraConversion;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What any adapter method has trained, written as LoRA and read again as that. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoraExportTest {

  private Path folder;
  private TinyExperiment experiment;
  private FlexoraHost host;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    this.folder = folder;
    experiment = TinyExperiment.in(folder);
    host = Program.host(folder);
  }

  @AfterAll
  void close() {
    host.close();
  }

  private Path run(String adapter) {
    return run(adapter, "{use: last, layers: 2}");
  }

  private Path run(String adapter, String selector) {
    List<String> settings =
        List.of(
            "adapter=" + adapter,
            "selector=" + selector,
            "baselines={}",
            "model.compute_dtype=float32",
            "output_dir=" + folder.resolve("runs"));
    return host.experiment(experiment.file(), settings).run(RunListener.NONE).folder();
  }

  private LoraConversion exported(Path run, Path target, OptionalInt rank) {
    return host.experimentOf(run)
        .export(run, "main", "lora", target, rank)
        .conversion()
        .orElseThrow();
  }

  private List<double[]> scores(Path run, EvaluationTarget target) {
    Experiment read = host.experimentOf(run);
    return read.evaluate(target, Split.TEST, RunListener.NONE).evaluation().predictions().stream()
        .map(Prediction::scores)
        .map(scores -> scores.stream().mapToDouble(Double::doubleValue).toArray())
        .toList();
  }

  private static double distance(List<double[]> one, List<double[]> other) {
    double most = 0;
    for (int i = 0; i < one.size(); i++) {
      for (int k = 0; k < one.get(i).length; k++) {
        most = Math.max(most, Math.abs(one.get(i)[k] - other.get(i)[k]));
      }
    }
    return most;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {use: lora, lora_rank: 2}                                         | 2  | false
          {use: loha, r: 2}                                         | 4  | false
          {use: vera, r: 4}                                         | 4  | false
          {use: dora, lora_rank: 2}                                         | 16 | true
          {use: oft, oft_block_size: 4}                                     | 16 | true
          {use: ia3, target_modules: [output.dense]} | 16 | true
          """)
  void theScoresAreThoseOfTheTrainedModel(String adapter, int most, boolean svd) {
    Path run = run(adapter);
    Path target = folder.resolve("lora-" + run.getFileName());
    LoraConversion conversion = exported(run, target, OptionalInt.empty());

    assertThat(conversion.error()).isLessThan(1e-6);
    assertThat(conversion.whole()).isTrue();
    assertThat(conversion.modules())
        .isNotEmpty()
        .allSatisfy(
            module -> {
              assertThat(module.svd()).isEqualTo(svd);
              assertThat(module.rank()).isBetween(1, most);
              assertThat(module.error()).isLessThan(1e-6);
            });
    assertThat(target.resolve("README.md"))
        .content()
        .contains(conversion.sentence(), conversion.modules().get(0).path());
    assertThat(
            distance(
                scores(run, new EvaluationTarget.Trained(run, "main")),
                scores(run, new EvaluationTarget.Adapter(target))))
        .isLessThan(2e-5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{use: vera, r: 4}", "{use: randlora, r: 4}"})
  void aHeadAloneIsTrainedAndSavedByAMethodWhoseModulesShareBases(String adapter)
      throws IOException {
    Path run = run(adapter, "none");
    Path target = folder.resolve("head-" + run.getFileName());
    host.experimentOf(run).export(run, "main", "peft", target);

    PeftAdapter saved = AdapterFolder.read(target);
    assertThat(saved.configuration()).containsEntry("save_projection", false);
    assertThat(saved.tensors())
        .containsOnlyKeys("base_model.model.classifier.weight", "base_model.model.classifier.bias");
  }

  @Test
  void aLowerRankSaysWhatItMisses() {
    Path run = run("{use: dora, lora_rank: 2}");
    Path target = folder.resolve("lora-cut");
    LoraConversion cut = exported(run, target, OptionalInt.of(1));
    LoraConversion wider = exported(run, folder.resolve("lora-wider"), OptionalInt.of(4));

    assertThat(cut.modules()).allSatisfy(module -> assertThat(module.rank()).isEqualTo(1));
    assertThat(cut.error()).isBetween(0.01, 1.0);
    assertThat(wider.error()).isLessThan(cut.error());
    assertThat(cut.whole()).isFalse();
    double seen =
        distance(
            scores(run, new EvaluationTarget.Trained(run, "main")),
            scores(run, new EvaluationTarget.Adapter(target)));
    assertThat(seen).isPositive();
    assertThat(cut.scoreDifference()).isPositive();
    assertThat(wider.scoreDifference()).isLessThan(cut.scoreDifference() + seen);
    assertThat(target.resolve("README.md")).content().contains("approximate");
  }

  @Test
  void aProductIsCutToALowerRankThanItsOwn() {
    Path run = run("{use: lora, lora_rank: 3}");
    LoraConversion cut = exported(run, folder.resolve("lora-of-lora"), OptionalInt.of(1));
    LoraConversion same = exported(run, folder.resolve("lora-as-it-is"), OptionalInt.of(3));

    assertThat(cut.modules())
        .allSatisfy(module -> assertThat(module.svd() && module.rank() == 1).isTrue());
    assertThat(cut.error()).isBetween(1e-4, 1.0);
    assertThat(same.modules()).noneMatch(LoraConversion.Module::svd);
    assertThat(same.error()).isCloseTo(0, within(1e-6));
  }

  /** Factors by the method are the same to the bit; of singular values a sign may be another. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {use: lora, lora_rank: 2} | 2 | false
          {use: vera, r: 4}         | 4 | false
          {use: lora, lora_rank: 3} | 1 | true
          {use: dora, lora_rank: 2} | 4 | true
          """)
  void anAdapterIsConvertedAsTheRunIsThatItComesFrom(String adapter, int rank, boolean svd)
      throws IOException {
    Path run = run(adapter);
    Path brought = folder.resolve("brought-" + run.getFileName());
    host.experimentOf(run).export(run, "main", "peft", brought);
    Path ofRun = folder.resolve("of-run-" + run.getFileName());
    LoraConversion expected = exported(run, ofRun, OptionalInt.of(rank));

    Path ofAdapter = folder.resolve("of-adapter-" + run.getFileName());
    LoraConversion found =
        host.experiment(experiment.file(), List.of("model.compute_dtype=float32"))
            .export(
                new EvaluationTarget.Adapter(brought),
                new ExportRequest("lora", ofAdapter, OptionalInt.of(rank)),
                RunListener.NONE)
            .conversion()
            .orElseThrow();

    assertThat(ranks(found)).isEqualTo(ranks(expected)).isNotEmpty();
    assertThat(found.modules()).allMatch(module -> module.svd() == svd);
    assertThat(found.error()).isCloseTo(expected.error(), within(1e-9));
    assertThat(ofAdapter.resolve("README.md")).content().contains(found.sentence());
    if (!svd) {
      assertThat(AdapterFolder.read(ofAdapter)).isEqualTo(AdapterFolder.read(ofRun));
    }
    assertThat(
            distance(
                scores(run, new EvaluationTarget.Adapter(ofRun)),
                scores(run, new EvaluationTarget.Adapter(ofAdapter))))
        .isLessThan(2e-5);
  }

  private static List<String> ranks(LoraConversion conversion) {
    return conversion.modules().stream()
        .map(module -> module.path() + " " + module.rank())
        .toList();
  }

  @Test
  void aChangeOfABiasIsRefusedAndARankForAnotherFormat() {
    Path run = run("ia3");
    Path target = folder.resolve("refused");
    assertThatThrownBy(() -> exported(run, target, OptionalInt.empty()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("method IA3 changes the bias of", "attention.self", "peft");
    assertThatThrownBy(
            () -> host.experimentOf(run).export(run, "main", "peft", target, OptionalInt.of(2)))
        .hasMessageContaining("a rank is for");
    assertThat(target).doesNotExist();
  }
}
