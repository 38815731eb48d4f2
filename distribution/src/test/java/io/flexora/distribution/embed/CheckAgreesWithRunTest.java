package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.FlexoraException;
import io.flexora.distribution.compare.TinyComparison;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.experiment.cell.ChangedCode;
import io.flexora.experiment.check.CheckReport;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@code check} says of a configuration, {@code run} says too: the same verdict, the same
 * message, and no folder where it refuses. It asks what the command line asks.
 */
@ExtendWith(OneThread.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckAgreesWithRunTest {

  private static final String LONG = "a".repeat(300);

  private final AtomicInteger count = new AtomicInteger();
  private Path folder;
  private TinyExperiment tiny;
  private TinyComparison comparison;
  private FlexoraHost host;

  /** Something that is accepted or refused. */
  private interface Attempt {
    void run() throws FlexoraException;
  }

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    this.folder = folder;
    tiny = TinyExperiment.in(folder);
    comparison = TinyComparison.in(folder);
    Files.writeString(folder.resolve("occupied"), "");
    host = Program.host(folder);
  }

  @AfterAll
  void close() {
    host.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          selector=all                                                     |
          selector=all; dataset.validation=0                               |
          selector=none; baselines={}                                      |
          baselines={}                                                     |
          baselines={x: {use: ist}}                                        |
          baselines={}; adapter={use: eva, lora_rank: 2}                   |
          baselines={}; adapter={use: pissa, lora_rank: 16}                |
          baselines={}; adapter={use: dora, detach_norm: false}            |
          baselines={}; adapter={use: vera, r: 4}                          |
          baselines={}; adapter=ia3                                        |
          baselines={}; adapter={use: lokr, r: 2}                          |
          baselines={}; adapter={use: lora-ga, lora_rank: 2}               |
          baselines={}; adapter={use: lora, lora_rank: 17}                 |
          baselines={}; model.max_tokens=2                                 |
          baselines={}; same_layers=3                                      |
          baselines={}; reports=[]                                         |
          baselines={}; trainer.per_device_train_batch_size=2147483647     |
          seed=-1                                                          | at least 0
          dataset.validation=0                                             | selector 'flexora' searches on validation
          dataset.validation=0; selector=all; baselines={x: leave-one-out} | selector 'leave-one-out' searches on
          dataset.validation=0; selector=all; baselines={x: {use: gradient-norm, layers: 2}} | 'gradient-norm'
          dataset.train=0                                                  | at least two classes
          dataset.test=0                                                   | gives no test examples
          dataset.train=1000000                                            | ask for fewer
          dataset.source=file:@/nothing                                    | there is no file
          adapter.lora_rank=0                                              | at least 1
          adapter.lora_rank=2147483647                                     | not enough memory
          adapter.lora_rank=2147483648                                     | does not fit into 32 bits
          adapter={use: pissa, lora_rank: 17}                              | has 16 singular values
          adapter={use: miss, r: 17}                                       | has 16 inputs
          adapter={use: lora, target_modules: [nothing]}                   | target module 'nothing'
          adapter=dora                                                     | products with the Hessian
          selector.solver={use: sama}; model.compute_dtype=bf16            | write compute_dtype: float32
          selector.solver={use: zero-order, max_gates: 3}                  | write max_gates: 4
          selector.solver={use: forward, max_gates: 3}                     | write max_gates: 4
          selector.solver.inner_steps=2147483647                           | not enough memory
          selector.solver.inner_steps=2147483647; adapter.lora_rank=2147483647 | not enough memory
          selector={use: flexora, k: 20}                                   | k: 20
          selector={use: flexora, selection: top-k, k: 20}                 | 20 layers
          selector=weight-snr                                              | 'same' number of layers
          selector=nothing                                                 | there is no selector 'nothing'
          baselines={x: {use: last, layers: 20}}                           | write layers: 4 or less
          baselines={x: {use: layers, layers: [20]}}                       | the model has 4 layers
          baselines={x: {use: lisa, layers: 20}}                           | write layers: 4 or less
          baselines={x: {use: badam, start_block: 9}}                      | blocks 0 to 3
          baselines={x: {use: gradient-norm, layers: 20}}                  | write layers: 4 or less
          baselines={x: {use: fisher, layers: 20}}                         | write layers: 4 or less
          baselines={x: {use: leave-one-out, layers: 20}}                  | write layers: 4 or less
          baselines={x: {use: random-search, layers: 20}}                  | write layers: 4 or less
          baselines={x: {use: evolution, layers: 20}}                      | write layers: 4 or less
          baselines={main: all}                                            | cannot be named 'main'
          baselines={LONG: all}                                            | has room for 200
          name=LONG                                                        | has room for 200
          name=../x                                                        | cannot name a folder
          same_layers=9                                                    | write a number from 1 to 4
          same_parameters=5; selector={use: flexora, selection: budget}    | option 'same_parameters' is 5
          runner=process                                                   | write runner: local
          runner={use: process, max_heap: 1k}                              | write runner: local
          evaluator=perplexity                                             | does not fit the task
          evaluator={use: classification, metrics: [exact_match]}          | generated text
          evaluator={use: classification, metrics: [mean_absolute_error]}  | does not fit the task
          evaluator={use: classification, metrics: []}                     | no metric to measure
          evaluator={use: classification, deciding: nothing}               | 'nothing' is not measured
          task=piqa                                                        | no field 'goal'
          task=instruction                                                 | Name the fields
          task.label=nothing                                               | no field 'nothing'
          model.source=file:@/nothing.onnx                                 | there is no file
          model.source=file:@/occupied                                     | is not a whole ONNX file
          model.source=@/model.onnx                                        | write file:
          model.max_tokens=100000                                          | positions for 64 tokens
          output_dir=@/occupied                                            | is a file, not a folder
          output_dir=@/occupied/below/it                                   | is a file, not a folder
          time_limit=0s                                                    | above 0 seconds
          """)
  void ofARun(String settings, String refusal) {
    Path runs = folder.resolve("runs-" + count.incrementAndGet());
    List<String> all = settings(runs, settings);
    all.addAll(List.of("trainer.max_steps=2"));

    Optional<String> checked = verdict(() -> check(experiment(all)));
    Optional<String> ran = verdict(() -> requireSuccess(experiment(all).run(RunListener.NONE)));

    assertThat(checked).isEqualTo(ran);
    requireExpected(ran, refusal, runs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          runner={use: process, max_heap: 1k}                              | Java does not start
          runner={use: process, java_options: [-XX:+NoSuchOption]}         | NoSuchOption
          runner={use: process, max_heap: 1}                               | is no size
          name=LONG                                                        | has room for 200
          strategies={LONG: all}                                           | has room for 56
          strategies={all: all, x: {use: last, layers: 20}}                | write layers: 4 or less
          strategies={all: all, x: {use: flexora, k: 20}}                  | k: 20
          strategies={random: {use: random, layers: same}}                 | none of the strategies
          adapter={use: pissa, lora_rank: 17}                              | has 16 singular values
          adapter={use: lora, target_modules: [nothing]}                   | target module 'nothing'
          adapters={dora: dora}                                            | no effect beside 'adapters'
          tasks.glosses.evaluator=perplexity                               | does not fit the task
          tasks.glosses.dataset.test=0                                     | gives no test examples
          tasks.glosses.dataset.validation=0; strategies.x=leave-one-out   | searches on validation
          budget={hold: layers, layers: 9}                                 | 9
          output_dir=@/occupied                                            | is a file, not a folder
          """)
  void ofAComparison(String settings, String refusal) {
    agree(comparison.file(), settings, refusal);
  }

  private void agree(Path file, String settings, String refusal) {
    Path runs = folder.resolve("runs-" + count.incrementAndGet());
    List<String> all = settings(runs, settings);

    Optional<String> planned =
        verdict(
            () ->
                host.comparison(file, all)
                    .plan(
                        Optional.empty(),
                        ChangedCode.REFUSE,
                        Duration.ofSeconds(1),
                        RunListener.NONE));
    Optional<String> checked = verdict(() -> host.comparison(file, all).check(RunListener.NONE));
    Optional<String> ran = verdict(() -> host.comparison(file, all).run(RunListener.NONE));

    assertThat(planned).isEqualTo(ran);
    assertThat(checked).isEqualTo(ran);
    requireExpected(ran, refusal, runs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          baseline=all                              | There are: all+lora, all+dora, random+lora
          adapters.a+b=lora                         | adapter 'a+b' cannot name a folder
          adapters.LONG=lora                        | has room for 56
          adapters.b=dorra                          | did you mean 'dora'?
          adapters.b={use: pissa, lora_rank: 17}    | has 16 singular values
          strategies.x=flexora                      | of adapter 'dora' are not exact
          """)
  void ofAComparisonOfAdapters(String settings, String refusal) throws IOException {
    agree(comparison.ofAdapters().file(), settings, refusal);
  }

  @Test
  void aNameIsRefusedAtItsOwnLine() {
    String text = tiny.text().replace("random: {use", "'Two Words': {use");
    int line = (int) text.substring(0, text.indexOf("'Two Words'")).lines().count();

    assertThat(verdict(() -> host.experiment(text, "my.yaml", List.of())).orElseThrow())
        .startsWith("my.yaml:" + line + ":3: ")
        .contains("baseline 'Two Words' cannot name a folder");
  }

  private void requireExpected(Optional<String> ran, String refusal, Path runs) {
    if (refusal == null) {
      assertThat(ran).isEmpty();
      assertThat(runs).isNotEmptyDirectory();
    } else {
      assertThat(ran.orElse("accepted")).contains(refusal);
      assertThat(runs).doesNotExist();
    }
  }

  private List<String> settings(Path runs, String written) {
    List<String> all = new ArrayList<>(List.of("output_dir=" + runs));
    String text = written.replace("@", folder.toString()).replace("LONG", LONG);
    all.addAll(List.of(text.strip().split("; ")));
    return all;
  }

  private Experiment experiment(List<String> settings) {
    return host.experiment(
        tiny.text().replace("outer_steps: 8", "outer_steps: 2"), "the text", settings);
  }

  private static void check(Experiment experiment) {
    CheckReport report = experiment.check(RunListener.NONE);
    report
        .refusal()
        .ifPresent(
            why -> {
              throw new FlexoraException(why);
            });
  }

  private static void requireSuccess(RunOutcome outcome) {
    assertThat(outcome.cells().values()).allMatch(cell -> cell.failure().isEmpty());
  }

  /** Why it was refused, without what differs from second to second. */
  private static Optional<String> verdict(Attempt attempt) {
    try {
      attempt.run();
      return Optional.empty();
    } catch (FlexoraException e) {
      return Optional.of(
          e.getMessage()
              .replaceAll("\\d{8}-\\d{6}", "TIME")
              .replaceAll("\\d+ MiB are available", "N MiB are available"));
    }
  }
}
