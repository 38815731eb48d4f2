package io.flexora.distribution.wrong;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrongConfigurationTest {

  private static final String BOMB =
      """
      a: &a [x, x, x, x, x, x, x, x, x, x]
      b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
      c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
      d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
      e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
      f: [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
      """;

  private Refusals refused;

  @BeforeAll
  void prepare(@TempDir Path folder) throws Exception {
    refused = new Refusals(folder);
  }

  @Test
  void anUnknownKeyAtAnyDepth() throws Exception {
    assertThat(refused.replaced("inner: {learning_rate:", "inner: {learning_rat:"))
        .startsWith(
            "mine.yaml:17:51: unknown option 'inner.learning_rat' of solver 'unrolled'; did you"
                + " mean 'learning_rate'? Accepted: optimiser, learning_rate,");
  }

  @Test
  void aWrongType() throws Exception {
    assertThat(refused.replaced("max_steps: 8", "max_steps: eight"))
        .isEqualTo(
            "mine.yaml:23:14: option 'max_steps' of trainer 'gradient' is 'eight', but has to be a"
                + " whole number of at least 1");
  }

  @Test
  void anOptionOfTheOptimiserBesideIt() throws Exception {
    assertThat(refused.replaced("max_steps: 8", "max_steps: 8\n  weight_decay: 0.1"))
        .startsWith(
            "mine.yaml:24:3: unknown option 'weight_decay' of trainer 'gradient'; it belongs to"
                + " optimiser 'adamw'. Accepted: ")
        .endsWith(" more, which 'flexora plugins show trainer/gradient' lists");
  }

  @Test
  void anOptionThatTakesEffectWithAnotherOneAlone() throws Exception {
    assertThat(refused.replaced("max_steps: 8", "max_steps: 8\n  batch_tokens: 100"))
        .isEqualTo(
            "mine.yaml:24:17: trainer 'gradient' is not accepted: batch_tokens is 100, which counts"
                + " with packing: true alone");
  }

  @Test
  void aKeyWrittenTwice() throws Exception {
    assertThat(refused.replaced("seed: 7", "seed: 7\nseed: 8"))
        .isEqualTo("mine.yaml:3:1: option 'seed' is written twice, first in line 2; keep one");
  }

  @Test
  void aValueOutOfItsBounds() throws Exception {
    assertThat(refused.replaced("lora_dropout: 0.1", "lora_dropout: 1.5"))
        .isEqualTo(
            "mine.yaml:25:50: option 'lora_dropout' of adapter 'lora' is '1.5', but has to be a"
                + " number of at least 0 and below 1");
  }

  @Test
  void aPluginThatIsNotInstalled() throws Exception {
    assertThat(refused.replaced("use: unrolled", "use: unroled"))
        .isEqualTo(
            "mine.yaml:17:17: there is no solver 'unroled'; did you mean 'unrolled'? Installed:"
                + " unrolled, truncated, nystrom and 7 more, which 'flexora plugins' lists");
  }

  @Test
  void twoMistakesAtOnceAreBothTold() throws Exception {
    String text =
        refused
            .experiment()
            .text()
            .replace("max_steps: 8", "max_steps: 0")
            .replace("lora_rank", "lora_rnk");

    assertThat(refused.written(text).lines())
        .hasSize(3)
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("2 mistakes in the configuration:"),
            line -> assertThat(line).contains("1. mine.yaml:23:14: ", "'max_steps'", "'0'"),
            line -> assertThat(line).contains("2. mine.yaml:25:22: ", "'lora_rnk'", "'lora_rank'"));
  }

  @Test
  void aFileThatExplodesWhenItIsRead() throws Exception {
    assertThat(refused.written(BOMB))
        .matches(
            "mine.yaml:\\d:\\d+: with its aliases written out, the file has more than 20000"
                + " values");
  }

  @Test
  void anExperimentThatIsNotThere() throws Exception {
    assertThat(refused.command("run", refused.file("tinny.yaml").toString()))
        .contains("tinny.yaml: there is no such file", "tiny.yaml");
  }

  @Test
  void anExperimentThatIsInTheInstallationAlone() throws Exception {
    assertThat(refused.command("run", "config/quickstart.yaml"))
        .startsWith("config/quickstart.yaml: there is no such file; the installation has one: ")
        .contains("/config/quickstart.yaml");
  }

  @Test
  void anOverrideOfNothing() throws Exception {
    assertThat(refused.set("trainer.max_stepz=3"))
        .startsWith("--set trainer.max_stepz=3: unknown option 'max_stepz' of trainer 'gradient'")
        .contains("did you mean 'max_steps'?");
  }

  @Test
  void aTargetModuleThatTheModelLacks() throws Exception {
    assertThat(refused.set("adapter.target_modules=[querry]"))
        .endsWith(
            "--set adapter.target_modules=[querry]: target module 'querry' is not one of the model's;"
                + " did you mean 'query'? It has query, key, value, attention.output.dense,"
                + " intermediate.dense, output.dense");
  }

  @Test
  void anAdapterWhoseScheduleDoesNotFitIntoTheTraining() throws Exception {
    assertThat(refused.set("adapter={use: adalora, tinit: 6, tfinal: 2}"))
        .endsWith("tinit (6) and tfinal (2) leave nothing of the 8 steps to prune in; lower them");
  }

  @Test
  void aWarmUpOrAPruningThatTakesLongerThanTheTraining() throws Exception {
    assertThat(refused.replaced("max_steps: 8", "max_steps: 8\n  warmup_steps: 9"))
        .startsWith("mine.yaml:24:17: warmup_steps is 9, but the training has 8 steps");
    assertThat(refused.set("trainer={use: losa, max_steps: 3, sparsity_steps: 5}"))
        .contains(
            "trainer 'losa' is to prune in 5 steps, but its training has 3; train longer, or lower"
                + " the former");
  }

  @Test
  void aTrainerThatSharesOutRanksBesideAStrategyThatHasASayInThat() throws Exception {
    String losa = "trainer={use: losa, max_steps: 8}";
    assertThat(refused.set(losa, "selector={use: gora}"))
        .endsWith(
            "selector 'gora' gives modules ranks of their own, which does not fit trainer 'losa': it"
                + " shares out ranks itself; write average_ranks: []");
    assertThat(refused.set(losa, "selector={use: lisa, layers: 1}"))
        .endsWith(
            "selector 'lisa' changes the layers that are trained from step to step, which does not"
                + " fit trainer 'losa': it shares out ranks itself; write average_ranks: []");
  }

  @Test
  void aDatasetWithoutTrainingRows(@TempDir Path data) throws Exception {
    Path rows =
        Files.writeString(data.resolve("rows.jsonl"), "{\"t\": \"a text\", \"l\": \"a\"}\n");
    assertThat(
            refused.set(
                "dataset={use: files, test: 'file:%s'}".formatted(rows),
                "task={use: classification, text: t, label: l, classes: [a, b]}"))
        .contains("the dataset gives no train examples");
  }

  @Test
  void moreRowsThanThereAre() throws Exception {
    assertThat(refused.set("dataset.train=1000000"))
        .contains("train 1000000", "but there are 520", "ask for fewer");
  }
}
