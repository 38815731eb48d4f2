package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.run.Progress;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.host.FlexoraHost;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Looks at a whole run from within: its search, and its training. */
@ExtendWith(OneThread.class)
@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {

  private static final long FEW = 20;
  private static final long SEARCH_STEPS = 80;
  private static final long TRAINING_STEPS = 500;
  private static final long LOOKS = 10;
  private static final long GROWTH = 16L << 20;

  @TempDir Path folder;

  @Test
  void fiveHundredStepsHoldAsManyTensorsAsTwenty() throws Exception {
    TinyExperiment experiment = TinyExperiment.in(folder);
    List<String> options =
        List.of(
            "output_dir=" + folder.resolve("runs"),
            "selector.outer_steps=" + SEARCH_STEPS,
            "trainer.max_steps=" + TRAINING_STEPS,
            "trainer.evaluation_steps=10",
            // As many evaluations, of fewer examples each.
            "dataset.validation=10",
            "dataset.test=10",
            "checkpoints.every_steps=100",
            "baselines={}");
    Observer observer = new Observer();
    try (FlexoraHost host = Program.host(folder)) {
      host.experiment(experiment.file(), options).run(observer);
    }

    assertThat(observer.tensors("search", FEW)).isPositive();
    assertThat(observer.tensors("search", SEARCH_STEPS)).isEqualTo(observer.tensors("search", FEW));
    assertThat(observer.tensors("train", TRAINING_STEPS)).isEqualTo(observer.tensors("train", FEW));
    assertThat(observer.growth("search")).isLessThan(GROWTH);
    assertThat(observer.growth("train")).isLessThan(GROWTH);
  }

  @Test
  void theCountSeesATensorThatIsHeld() {
    try (var manager = TorchEngine.start().newManager(Device.cpu())) {
      long before = LiveTensors.count();
      manager.zeros(new Shape(3));
      assertThat(LiveTensors.count()).isEqualTo(before + 1);
    }
  }

  /** Counts at a few steps of each phase. */
  private static final class Observer implements RunListener {

    private record Moment(String phase, long step) {}

    private record Seen(long tensors, long bytes) {}

    private final Map<Moment, Seen> seen = new HashMap<>();

    @Override
    public void progress(String cell, String phase, Progress progress) {
      long done = progress.done();
      if (!phase.equals("evaluate") && (done == FEW || done % (progress.total() / LOOKS) == 0)) {
        seen.put(new Moment(phase, done), look());
      }
    }

    private static Seen look() {
      try {
        return new Seen(LiveTensors.count(), LiveTensors.bytesOutsideOfJava());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    long tensors(String phase, long step) {
      return seen.get(new Moment(phase, step)).tensors();
    }

    /**
     * How much more the second half of a phase needs than the first, each at its best moment: what
     * a process holds goes up and down, but a leak only goes up.
     */
    long growth(String phase) {
      long last =
          seen.keySet().stream()
              .filter(moment -> moment.phase().equals(phase))
              .mapToLong(Moment::step)
              .max()
              .orElseThrow();
      return least(phase, last / 2, last) - least(phase, FEW, last / 2);
    }

    private long least(String phase, long after, long until) {
      return seen.entrySet().stream()
          .filter(e -> e.getKey().phase().equals(phase))
          .filter(e -> e.getKey().step() > after && e.getKey().step() <= until)
          .mapToLong(e -> e.getValue().bytes())
          .min()
          .orElseThrow();
    }
  }
}
