package io.flexora.selector.dynamic;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selector;
import io.flexora.api.train.Trainer;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.model.LayeredModel;
import io.flexora.testkit.fixture.model.TrainingOnModel;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import io.flexora.testkit.host.SuiteHost;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The strategies and the trainer together, on a model of eight layers, of which two matter. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrainingByScheduleTest {

  private static final int LAYERS = 8;
  private static final List<Integer> PLANTED = List.of(2, 5);
  private static final int STEPS = 240;

  private SuiteHost host;
  private NDManager manager;

  @BeforeAll
  void start(@TempDir Path cache) {
    host = SuiteHost.start(cache, List.of());
    manager = TorchEngine.start().newManager(Device.cpu());
  }

  @AfterAll
  void stop() {
    manager.close();
    host.close();
  }

  @Test
  void drawingAllLayersIsOrdinaryTraining() {
    double[] plain = train(3, 60, c -> c, new Counting());
    for (String all : List.of("{use: lisa, layers: 8}", "{use: rst, trained_layers: 1}")) {
      assertThat(train(3, 60, c -> scheduled(c, 3, all), new Counting())).isEqualTo(plain);
    }
    assertThat(train(3, 60, c -> scheduled(c, 3, "{use: lisa, layers: 7}"), new Counting()))
        .isNotEqualTo(plain);
  }

  /** Of the other layers B stays 0, and so what they add. */
  @Test
  void aBlockThatIsNeverLeftIsTheTrainingOfItsLayerAlone() {
    double[] alone = trainedBy("{use: lisa, layers: 1, candidates: [2]}");
    for (String block :
        List.of(
            "{use: badam, start_block: 2, switch_interval: 60}",
            "{use: badam, start_block: 2, switch_interval: 10, order: fixed}")) {
      assertThat(trainedBy(block)).isEqualTo(alone);
    }
    assertThat(trainedBy("{use: badam, start_block: 2, switch_interval: 10}")).isNotEqualTo(alone);
    for (int layer = 0; layer < LAYERS; layer++) {
      assertThat(alone[2 * layer + 1] != 0).as("layer %d", layer).isEqualTo(layer == 2);
    }
  }

  private double[] trainedBy(String selector) {
    return train(3, 60, context -> scheduled(context, 3, selector), new Counting());
  }

  /** Of 8 layers 2 are trained in each step; by chance each is in a quarter of the steps. */
  @Test
  void istComesToTrainTheLayersThatMatterMoreOften() {
    double byImportance = 0;
    double atRandom = 0;
    for (long seed = 1; seed <= 2; seed++) {
      byImportance += share(seed, "ist") / 2;
      atRandom += share(seed, "rst") / 2;
    }

    assertThat(atRandom).isBetween(0.19, 0.31);
    assertThat(byImportance).isGreaterThan(0.35);
  }

  private double share(long seed, String selector) {
    Counting counting = new Counting();
    train(seed, STEPS, c -> scheduled(c, seed, selector), counting);
    return counting.planted * 2.0 / (PLANTED.size() * STEPS);
  }

  private TrainingOnModel scheduled(TrainingOnModel context, long seed, String yaml) {
    Selector selector = host.extension(Selector.class, yaml, host.services(seed));
    Selection selection = selector.select(SelectionOnProblem.of(manager, LAYERS, PLANTED));
    return context.with(selector.schedule(selection).orElseThrow());
  }

  private double[] train(
      long seed, int steps, UnaryOperator<TrainingOnModel> how, Counting counting) {
    String yaml =
        """
        use: gradient
        learning_rate: 0.02
        lr_scheduler_type: constant
        per_device_train_batch_size: 8
        max_steps: %d
        keep_best: false
        """
            .formatted(steps);
    Trainer trainer = host.extension(Trainer.class, yaml, host.services(seed));
    LayeredModel model = new LayeredModel(LAYERS, PLANTED);
    TrainingOnModel context =
        new TrainingOnModel(
            model,
            model.examples("training-", 96, 1),
            List.of(),
            Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            0,
            manager,
            new MemoryCheckpoints(),
            counting);
    return trainer.train(how.apply(context)).theta().toDoubleArray();
  }

  /** Counts how often a layer that matters was trained in the second half of the steps. */
  private static final class Counting implements Monitor {

    private long planted;

    @Override
    public void step(Progress progress) {
      Figure active = progress.figures().get("active_layers");
      if (active != null && progress.done() > progress.total() / 2) {
        planted +=
            active.numbers().stream().filter(layer -> PLANTED.contains(layer.intValue())).count();
      }
    }

    @Override
    public void event(Event event) {
      // Steps alone are counted.
    }

    @Override
    public void notice(String sentence) {
      // Steps alone are counted.
    }
  }
}
