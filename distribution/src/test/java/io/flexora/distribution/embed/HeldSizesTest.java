package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.config.ConfigurationException;
import io.flexora.config.Problem;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.Notices;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.CheckReport;
import io.flexora.experiment.Experiment;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of an experiment whose numbers are at the ends of what is possible. */
@ExtendWith(OneThread.class)
class HeldSizesTest {

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;
  private TinyExperiment tiny;

  @BeforeEach
  void start() throws IOException {
    tiny = TinyExperiment.in(folder);
  }

  @Test
  void aSizeThatIsHeldEqualIsRefusedWhereItIsWrittenAndNotAsAnOptionOfStrategies() {
    assertThatThrownBy(
            () ->
                check(
                    "same_layers=9",
                    "same_parameters=5",
                    "selector={use: flexora, selection: budget}",
                    "baselines={random: random, last: last, x: {use: flexora, selection: top-k}}"))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems())
                    .extracting(Problem::toString)
                    .containsExactlyInAnyOrder(
                        "--set same_layers=9: option 'same_layers' is 9, but the model has 4"
                            + " layers; write a number from 1 to 4",
                        "--set same_parameters=5: option 'same_parameters' is 5, but the smallest"
                            + " choice of a strategy that keeps to it has 128; write 128 or more,"
                            + " or take a smaller rank"));
  }

  /** An adapter of rank 2 has 64 parameters on a module, and two modules a layer. */
  @ParameterizedTest
  @CsvSource({"layer, 128", "layer-module, 64"})
  void theLeastNumberOfParametersThatIsNamedIsAccepted(String gates, int least) {
    String selector = "selector={use: flexora, selection: budget, gate_layout: %s}";
    String[] settings = {selector.formatted(gates), "baselines={}", ""};
    settings[2] = "same_parameters=" + (least - 1);
    assertThatThrownBy(() -> check(settings)).hasMessageContaining("write %d or more", least);
    settings[2] = "same_parameters=" + least;
    assertThat(check(settings).refusal()).isEmpty();
  }

  @Test
  void nothingIsExpectedOfAStrategyThatIsToldToChooseNoLayer() {
    CheckReport report =
        check(
            "selector=none",
            "baselines={nothing: {use: random, layers: 0}, two: {use: random, layers: 2}}");
    assertThat(report.cells().get("nothing").expectation()).isEmpty();
    assertThat(report.cells().get("two").expectation()).isPresent();
    assertThat(report.cells().get("main").expectation()).as("the frozen model").isPresent();
    assertThat(
            check("selector={use: random, layers: 0}", "baselines={}")
                .cells()
                .get("main")
                .expectation())
        .isEmpty();
  }

  @Test
  void thatThereAreNoValidationExamplesIsSaidOnceBeforeARun() {
    String[] settings = {
      "dataset.validation=0", "selector=all", "baselines={}", "trainer.max_steps=2"
    };
    String sentence =
        "the dataset gives no validation examples, by which trainer 'gradient' would judge its"
            + " parameters";
    assertThat(check(settings).notices())
        .singleElement()
        .asString()
        .startsWith(tiny.file() + ":")
        .contains(sentence);
    List<String> told = new ArrayList<>();
    experiment(settings).run(Notices.into(told));
    assertThat(told).filteredOn(notice -> notice.contains(sentence)).hasSize(1);
    assertThat(check("selector=all", "baselines={}").notices()).isEmpty();
  }

  private CheckReport check(String... settings) {
    return experiment(settings).check(RunListener.NONE);
  }

  private Experiment experiment(String... settings) {
    String runs = "output_dir=" + folder.resolve("runs");
    return host.experiment(
        tiny.file(), Stream.concat(Stream.of(runs), Stream.of(settings)).toList());
  }
}
