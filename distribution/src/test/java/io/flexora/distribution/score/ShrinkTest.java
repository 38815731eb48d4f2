package io.flexora.distribution.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Split;
import io.flexora.distribution.tiny.Command;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.ExportRequest;
import io.flexora.experiment.use.ScoredModel;
import io.flexora.experiment.use.ShrunkAdapter;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trained adapters that are cut down without a training. */
class ShrinkTest {

  @TempDir private static Path folder;
  private static TinyExperiment tiny;
  private static FlexoraHost host;
  private static Path run;

  @BeforeAll
  static void train() throws IOException {
    tiny = TinyExperiment.in(folder);
    host = Program.host(folder);
    List<String> settings =
        List.of(
            "selector=all",
            "baselines={pruned: {use: prune-trained, parameters: 50%}}",
            "model.compute_dtype=float32",
            "output_dir=" + folder.resolve("runs"));
    run = host.experiment(tiny.file(), settings).run(RunListener.NONE).folder();
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static ShrunkAdapter shrink(String budget, Path target) {
    return host.experiment(
            tiny.file(),
            List.of(
                "selector={use: prune-trained, %s}".formatted(budget),
                "model.compute_dtype=float32"))
        .shrink(
            new EvaluationTarget.Adapter(run.resolve("adapter")),
            new ExportRequest("peft", target),
            RunListener.NONE);
  }

  private static ScoredModel scored(EvaluationTarget target, Split split) {
    return host.experiment(tiny.file(), List.of("model.compute_dtype=float32"))
        .evaluate(target, split, RunListener.NONE);
  }

  /** The adapter that all layers have trained, cut afterwards, is what the strategy keeps of it. */
  @Test
  void aFinishedAdapterIsCutAsTheStrategyCutsItsOwn() {
    Path target = folder.resolve("half");
    ShrunkAdapter shrunk = shrink("parameters: 50%", target);
    assertThat(shrunk.parametersAfter()).isLessThanOrEqualTo(shrunk.parametersBefore() / 2);
    assertThat(shrunk.leastRank()).isPositive();
    EvaluationTarget pruned = new EvaluationTarget.Trained(run, "pruned");
    EvaluationTarget cut = new EvaluationTarget.Adapter(target);
    for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
      ShrunkAdapter.Scores scores = shrunk.scores().get(split);
      ScoredModel found = scored(cut, split);
      String metric = scores.metric();
      assertThat(scores.after()).isEqualTo(found.evaluation().metrics().get(metric).value());
      assertThat(scores.before())
          .isEqualTo(
              scored(new EvaluationTarget.Trained(run, "main"), split)
                  .evaluation()
                  .metrics()
                  .get(metric)
                  .value());
      assertThat(scores.test()).isPresent();
      List<Double> expected = scored(pruned, split).evaluation().predictions().get(0).scores();
      List<Double> of = found.evaluation().predictions().get(0).scores();
      for (int i = 0; i < expected.size(); i++) {
        assertThat(of.get(i)).isCloseTo(expected.get(i), within(1e-4));
      }
    }
  }

  @Test
  void aMarginIsTestedOnValidationExamples() {
    ShrunkAdapter shrunk = shrink("margin: 100", folder.resolve("margin"));
    assertThat(shrunk.parametersAfter()).isLessThan(shrunk.parametersBefore() / 4);
    assertThat(shrunk.notices()).anyMatch(notice -> notice.contains("one-sided paired test"));
  }

  @Test
  void aStrategyThatChoosesBeforeATrainingIsRefused() {
    assertThatThrownBy(
            () ->
                host.experiment(tiny.file(), List.of("selector=all"))
                    .shrink(
                        new EvaluationTarget.Trained(run, "main"),
                        new ExportRequest("peft", folder.resolve("refused")),
                        RunListener.NONE))
        .hasMessageContaining("selector 'all' chooses before a training");
  }

  /** IA3 multiplies what a matrix gives. */
  @Test
  void whatIsNoProductOfTwoMatricesIsRefusedWithTheReason() {
    Path ofIa3 =
        host.experiment(
                tiny.file(),
                List.of(
                    "selector=all",
                    "baselines={}",
                    "adapter={use: ia3}",
                    "trainer.max_steps=1",
                    "model.compute_dtype=float32",
                    "output_dir=" + folder.resolve("ia3")))
            .run(RunListener.NONE)
            .folder();
    assertThatThrownBy(
            () ->
                host.experiment(
                        tiny.file(),
                        List.of(
                            "selector={use: prune-trained, parameters: 50%}",
                            "model.compute_dtype=float32"))
                    .shrink(
                        new EvaluationTarget.Adapter(ofIa3.resolve("adapter")),
                        new ExportRequest("peft", folder.resolve("of-ia3")),
                        RunListener.NONE))
        .hasMessageContainingAll("the adapter", "product of two trained matrices", "--to lora");
  }

  @Test
  void theCommandPrintsBeforeAndAfter() {
    Path target = folder.resolve("commanded");
    Program.Outcome found =
        new Command(folder.resolve("cache"))
            .run(
                List.of(
                    "shrink",
                    run.toString(),
                    "--parameters",
                    "50%",
                    "--output",
                    target.toString()));
    assertThat(found.code()).as(found.err()).isZero();
    assertThat(found.out())
        .contains(
            "BEFORE",
            "DIFFERENCE",
            "validation",
            "test",
            "parameters of the adapter are left",
            target.toString());
    Program.Outcome json =
        new Command(folder.resolve("cache"))
            .run(
                List.of(
                    "shrink",
                    run.toString(),
                    "--parameters",
                    "50%",
                    "--output",
                    folder.resolve("json").toString(),
                    "--json"));
    assertThat(json.code()).as(json.err()).isZero();
    assertThat(json.out())
        .contains("\"type\":\"shrink\"", "\"validation\":{\"metric\":\"accuracy\"", "\"p_value\"");
  }
}
