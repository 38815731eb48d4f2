package io.flexora.selector.flexora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selection.SearchEnd;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.EarlyStopping;
import io.flexora.numerics.layer.StartingPoint;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.optimiser.basic.AdamW;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.optimiser.basic.Sgd;
import io.flexora.optimiser.basic.SgdOptions;
import io.flexora.solver.hypergradient.FirstOrderOptions;
import io.flexora.solver.hypergradient.FirstOrderSolver;
import io.flexora.testkit.fixture.GivenComponent;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import io.flexora.testkit.host.Extensions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The search with hard-concrete gates, by the first-order solver. */
class HardConcreteSelectorTest {

  private static final int LAYERS = 8;
  private static final List<Integer> PLANTED = List.of(1, 4, 6);

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private static FlexoraOptions options(double penalty, int steps, EarlyStopping stopping) {
    return options(
        GateForm.HARD_CONCRETE, Optional.of(penalty), SelectionRule.POSITIVE, steps, stopping);
  }

  private static FlexoraOptions options(
      GateForm gates,
      Optional<Double> penalty,
      SelectionRule rule,
      int steps,
      EarlyStopping stopping) {
    UpdateOptions update =
        new UpdateOptions(
            new GivenComponent<>("sgd", new Sgd(new SgdOptions(0))),
            0.05,
            Optional.empty(),
            0,
            Schedule.Decay.CONSTANT);
    return new FlexoraOptions(
        new GivenComponent<>(
            "first-order",
            Extensions.of(
                FirstOrderSolver.class,
                new FirstOrderOptions(2, new InnerOptions(update, 0, 0), false))),
        steps,
        0.1,
        new GivenComponent<>("adamw", new AdamW(new AdamWOptions(0.9, 0.999, 1e-8, 0))),
        true,
        gates,
        penalty,
        GateIndex.Layout.LAYER,
        List.of(),
        rule,
        Optional.empty(),
        Optional.empty(),
        StartingPoint.FRESH,
        stopping,
        new ProblemOptions(8, 1, 8, 1));
  }

  private Selection select(
      FlexoraOptions options, MemoryCheckpoints checkpoints, RecordingMonitor monitor) {
    return new FlexoraSelector(options, new Seeds(1))
        .select(SelectionOnProblem.of(manager, LAYERS, PLANTED).with(checkpoints, monitor));
  }

  @Test
  void closesTheLayersThatDoNotMatterAndLeavesTheOthersOpen() {
    RecordingMonitor monitor = new RecordingMonitor();

    Selection found =
        select(options(0.2, 150, EarlyStopping.OFF), new MemoryCheckpoints(), monitor);

    assertThat(found.layers()).isEqualTo(PLANTED);
    List<Double> gates = found.scores().get("gate");
    List<Double> alpha = found.scores().get("alpha");
    for (int layer = 0; layer < LAYERS; layer++) {
      double sigmoid = 1 / (1 + Math.exp(-alpha.get(layer)));
      assertThat(gates.get(layer))
          .isCloseTo(Math.min(1, Math.max(0, 1.2 * sigmoid - 0.1)), within(1e-14));
      assertThat(gates.get(layer) > 0).isEqualTo(PLANTED.contains(layer));
    }
    assertThat(monitor.notices()).isEmpty();
  }

  @Test
  void endsWhenItsChoiceHasSettledAlsoWhenResumed() {
    FlexoraOptions patient = options(0.2, 150, new EarlyStopping(Optional.of(8), 0.05));
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    RecordingMonitor monitor = new RecordingMonitor();

    Selection found = select(patient, checkpoints, monitor);

    assertThat(found.layers()).isEqualTo(PLANTED);
    SearchEnd end = found.end().orElseThrow();
    assertThat(end.steps()).isEqualTo(monitor.steps().size()).isLessThan(150);
    assertThat(end.sentence()).contains("of 150 outer steps");
    for (long step : new long[] {1, end.steps() / 2, end.steps()}) {
      assertThat(select(patient, checkpoints.upTo(step), new RecordingMonitor())).isEqualTo(found);
    }
  }

  /** Any set is as good as another for a threshold of 1, so that the patience alone counts. */
  @Test
  void endsByItsPatienceAlone() {
    FlexoraOptions patient = options(0.2, 150, new EarlyStopping(Optional.of(8), 1));

    Selection found = select(patient, new MemoryCheckpoints(), new RecordingMonitor());

    assertThat(found.end().orElseThrow().steps()).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10, 'No gate of selector ''flexora'' is closed', 8",
    "50, 150, 'All gates of selector ''flexora'' are closed', 1"
  })
  void tellsWhereAllGatesAreAlike(double penalty, int steps, String notice, int kept) {
    RecordingMonitor monitor = new RecordingMonitor();

    Selection found =
        select(options(penalty, steps, EarlyStopping.OFF), new MemoryCheckpoints(), monitor);

    assertThat(found.layers()).hasSize(kept);
    assertThat(monitor.notices()).hasSize(1).first().asString().startsWith(notice);
  }

  @Test
  void refusesOptionsOfOtherGates() {
    assertThatThrownBy(
            () ->
                options(
                    GateForm.SOFTMAX,
                    Optional.of(0.5),
                    SelectionRule.POSITIVE,
                    10,
                    EarlyStopping.OFF))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "penalty: 0.5 belongs to gates: hard-concrete; write that, or leave penalty out");
    assertThatThrownBy(
            () ->
                options(
                    GateForm.HARD_CONCRETE,
                    Optional.empty(),
                    SelectionRule.GATE_ABOVE_ONE,
                    10,
                    EarlyStopping.OFF))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("write selection: positive, or gates: softmax");
  }

  @Test
  void refusesAnAdapterThatScalesWithNoParameter() {
    FlexoraSelector selector =
        new FlexoraSelector(options(0.1, 10, EarlyStopping.OFF), new Seeds(1));
    SelectionContext context = SelectionOnProblem.of(manager, LAYERS, PLANTED);
    SelectionContext other =
        new ForwardingContext(context) {
          @Override
          public AdapterMethod adapter() {
            return new NoAdapter();
          }
        };

    assertThatThrownBy(() -> Compatibility.require(selector::checkCompatibility, other))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector 'flexora' scales what adapters add, but");
    assertThatCode(() -> Compatibility.require(selector::checkCompatibility, context))
        .doesNotThrowAnyException();
  }
}
