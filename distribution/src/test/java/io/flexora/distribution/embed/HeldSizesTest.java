package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.Event;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.Notices;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.experiment.check.CheckReport;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.EventLog;
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

  private static final String ONE_MODULE =
      "selector={use: flexora, gate_layout: module, selection: top-k, k: 1, outer_steps: 1,"
          + " solver: {use: unrolled, inner_steps: 1, inner: {learning_rate: 0.05}}}";

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
                    .extracting(ConfigProblem::toString)
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

  /** A module in all four layers has the parameters of two whole layers. */
  @Test
  void aChoiceOfModulesIsAsManyLayersAsHaveItsParameters() {
    List<String> told = new ArrayList<>();
    RunOutcome run =
        experiment(ONE_MODULE, "baselines={random: {use: random, layers: same}}")
            .run(Notices.into(told));
    assertThat(run.main().selectedLayers()).hasSize(4);
    CellOutcome random = run.cells().get("random");
    assertThat(random.selectedLayers()).hasSize(2);
    assertThat(random.trainableParameters()).isEqualTo(run.main().trainableParameters());
    assertThat(told)
        .filteredOn(notice -> notice.startsWith("The main strategy has chosen modules."))
        .singleElement()
        .asString()
        .endsWith("so strategies that choose as many layers as the main one choose 2.");
  }

  @Test
  void aChoiceOfModulesIsMeasuredByTheParametersOfTheLayersThatAreHeld() {
    RunOutcome run = experiment(ONE_MODULE, "same_layers=3", "baselines={}").run(RunListener.NONE);
    long head = run.main().trainableParameters() - 4 * 64;
    assertThat(EventLog.read(EventLog.in(run.folder())))
        .extracting(RunEvent::what)
        .contains(new Event.ParametersHeld(3 * 128 + head));
  }

  /** The main strategy may choose as many parameters as the module has in all layers. */
  @Test
  void aBaselineThatChoosesAModuleInAllLayersIsNotRefusedForItsSize() {
    assertThat(
            check(
                    "selector={use: random, layers: 3}",
                    "baselines={x: {use: flexora, gate_layout: module, selection: budget}}")
                .refusal())
        .isEmpty();
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
