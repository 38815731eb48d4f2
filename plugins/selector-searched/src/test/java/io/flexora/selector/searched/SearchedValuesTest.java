package io.flexora.selector.searched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.api.selection.TrainedValues;
import io.flexora.api.selection.TrainingStart;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;
import io.flexora.numerics.layer.EarlyStopping;
import io.flexora.numerics.layer.StartingPoint.Values;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.testkit.fixture.LiveArrays;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.GatedProblem;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The trained values of the set that a search over sets chooses. */
class SearchedValuesTest {

  private static final int LAYERS = 6;
  private static final List<Integer> PLANTED = List.of(1, 4);
  private static final InnerOptions SGD =
      new InnerOptions(
          new UpdateOptions(
              OptimiserKind.SGD.with(0.9, new AdamWOptions(0.9, 0.999, 1e-8, 0)),
              0.1,
              Optional.empty(),
              0,
              Schedule.Decay.CONSTANT),
          0,
          0);

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private static TrialOptions judging(Values start) {
    return new TrialOptions(EarlyStopping.OFF, new ProblemOptions(8, 1, 8, 1), SGD, start);
  }

  private static SetSizes.SetSizeOptions sizes() {
    return new SetSizes.SetSizeOptions(Optional.of("2"), Optional.empty(), Optional.empty());
  }

  private static Selector randomSearch(Values start) {
    return new RandomSearch(new RandomSearchOptions(sizes(), 8, 5, judging(start)), new Seeds(3));
  }

  /** Its better half is trained for six steps. */
  private static Selector evolution(Values start) {
    return new Evolution(
        new EvolutionOptions(sizes(), 6, 2, 3, 0.5, 0.5, 3, 2, 2, judging(start)), new Seeds(3));
  }

  private static Selector greedy(Values start) {
    return new GreedyForward(
        new GreedyForwardOptions("2", 5, new ProblemOptions(8, 1, 8, 1), SGD, start));
  }

  private SelectionOnProblem context() {
    return SelectionOnProblem.of(manager, LAYERS, PLANTED);
  }

  /** The same training of a set alone. */
  private double[] trained(List<Integer> layers, int steps) {
    GatedProblem problem = new GatedProblem(LAYERS, PLANTED, 3);
    try (SetTrial alone =
        new SetTrial(manager, problem, new InnerTraining(SGD, 1, false), layers)) {
      for (int step = 0; step < steps; step++) {
        alone.train();
      }
      return alone.at().theta().toDoubleArray();
    }
  }

  private void requireTrained(Selection found, int steps) {
    double[] theta = trained(found.layers(), steps);
    List<TrainedValues.Array> arrays = found.values().orElseThrow().arrays();
    assertThat(arrays).hasSize(found.layers().size());
    for (int i = 0; i < arrays.size(); i++) {
      int from = 3 * found.layers().get(i);
      assertThat(arrays.get(i).tensorName()).contains("layer." + found.layers().get(i));
      assertThat(doubles(arrays.get(i)))
          .containsExactly(theta[from], theta[from + 1], theta[from + 2]);
    }
  }

  private static double[] doubles(TrainedValues.Array array) {
    DoubleBuffer buffer = array.values().asDoubleBuffer();
    double[] values = new double[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @Test
  void areThoseOfATrainingOfTheChosenSetAlone() {
    requireTrained(randomSearch(Values.SEARCH).select(context()), 5);
    requireTrained(evolution(Values.SEARCH).select(context()), 6);
    requireTrained(greedy(Values.SEARCH).select(context()), 5);
  }

  @Test
  void areNotBroughtWhereTheTrainingBeginsAfresh() {
    for (Values start : Values.values()) {
      for (Selector selector : List.of(randomSearch(start), evolution(start), greedy(start))) {
        assertThat(selector.start())
            .isEqualTo(start == Values.FRESH ? TrainingStart.INITIAL : TrainingStart.VALUES);
        assertThat(selector.select(context()).values().isPresent())
            .isEqualTo(start == Values.SEARCH);
      }
    }
    assertThat(evolution(Values.SEARCH).select(context()).layers())
        .isEqualTo(evolution(Values.FRESH).select(context()).layers());
  }

  /** The best set so far stays in the checkpoints. */
  @Test
  void areTheSameAfterAResumption() {
    Selection whole = evolution(Values.SEARCH).select(context());
    for (int steps = 1; steps < 36; steps += 7) {
      MemoryCheckpoints checkpoints = new MemoryCheckpoints();
      SelectionContext cut = context().with(checkpoints, monitor(steps));
      assertThatThrownBy(() -> evolution(Values.SEARCH).select(cut))
          .isInstanceOf(CancelledException.class);
      Selection resumed =
          evolution(Values.SEARCH).select(context().with(checkpoints, monitor(Long.MAX_VALUE)));
      assertThat(resumed.layers()).isEqualTo(whole.layers());
      requireTrained(resumed, 6);
    }
  }

  private RecordingMonitor monitor(long cancelAfter) {
    return new RecordingMonitor(LiveArrays.of(manager), cancelAfter);
  }

  /** The losses of the sets do not depend on the order of the search. */
  @Test
  void greedyForwardAddsTheLayerWithTheLowestLoss() {
    List<Integer> chosen = new ArrayList<>();
    GatedProblem problem = new GatedProblem(LAYERS, PLANTED, 3);
    for (int round = 0; round < 2; round++) {
      double lowest = Double.POSITIVE_INFINITY;
      int best = -1;
      for (int layer = LAYERS - 1; layer >= 0; layer--) {
        List<Integer> set = new ArrayList<>(chosen);
        set.add(layer);
        double loss =
            chosen.contains(layer) ? lowest : loss(problem, set.stream().sorted().toList());
        if (loss < lowest) {
          lowest = loss;
          best = layer;
        }
      }
      chosen.add(best);
    }

    Selection found = greedy(Values.FRESH).select(context());

    assertThat(found.layers()).containsExactlyInAnyOrderElementsOf(chosen);
  }

  private double loss(GatedProblem problem, List<Integer> layers) {
    try (SetTrial trial =
        new SetTrial(manager, problem, new InnerTraining(SGD, 1, false), layers)) {
      for (int step = 0; step < 5; step++) {
        trial.train();
      }
      return trial.validate();
    }
  }

  @Test
  void greedyForwardFillsUpASetThatItHasNoTimeFor() {
    int[] asked = new int[1];
    SelectionContext late =
        new ForwardingContext(context()) {
          @Override
          public boolean timeIsUp() {
            return asked[0]++ > 20;
          }
        };
    Selection found = greedy(Values.SEARCH).select(late);
    assertThat(found.layers()).hasSize(2);
    assertThat(found.values().orElseThrow().arrays()).hasSize(2);
  }

  @Test
  void greedyForwardNeedsALayerToAdd() {
    GreedyForwardOptions none =
        new GreedyForwardOptions("0", 5, new ProblemOptions(8, 1, 8, 1), SGD, Values.FRESH);
    assertThatThrownBy(() -> new GreedyForward(none).select(context()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("0 layers");
  }
}
