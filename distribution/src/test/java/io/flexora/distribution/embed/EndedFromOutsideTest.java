package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.comparison.Comparison;
import io.flexora.distribution.compare.TinyComparison;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose thread is interrupted, whose host is closed, or whose listener fails. */
@ExtendWith(OneThread.class)
class EndedFromOutsideTest {

  @TempDir Path folder;

  @Test
  void anInterruptedThreadBeginsNoRun() throws IOException {
    try (FlexoraHost host = host()) {
      Experiment experiment = experiment(host);
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() -> experiment.run(RunListener.NONE))
            .isInstanceOf(CancelledException.class);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(experiment.folder()).isEmpty();
    }
  }

  @Test
  void anInterruptionEndsARunAtItsNextStepAndFailsNoCell() throws IOException {
    try (FlexoraHost host = host()) {
      Experiment experiment = experiment(host);
      Thread running = Thread.currentThread();
      assertThatThrownBy(() -> experiment.run(at("all", "train", 2, running::interrupt)))
          .isInstanceOf(CancelledException.class);
      assertThat(Thread.interrupted()).isTrue();

      Path run = experiment.folder().orElseThrow();
      assertThat(run.resolve("cells/all/checkpoints/train/step-2")).isDirectory();
      assertThat(FlexoraHost.outcomes(run)).containsOnlyKeys("main");
      requireGoesOn(host, run);
    }
  }

  @Test
  void anInterruptionEndsAComparisonAndFailsNoCell() throws IOException {
    Path file = TinyComparison.in(folder).file();
    try (FlexoraHost host = host()) {
      Comparison comparison =
          host.comparison(file, List.of("output_dir=" + folder.resolve("runs")));
      Interrupting listener = new Interrupting();
      assertThatThrownBy(() -> comparison.run(listener)).isInstanceOf(CancelledException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(listener.kinds).endsWith("comparison_cancelled").doesNotContain("cell_failed");

      Path run = comparison.folder().orElseThrow();
      var unused = host.comparisonOf(run).resume(run, RunListener.NONE);
      List<RunEvent> ledger = FlexoraHost.ledger(run);
      assertThat(ledger.get(ledger.size() - 1).what()).isEqualTo(new Event.ComparisonEnded(4, 0));
    }
  }

  /** Interrupts its thread in the first cell. */
  private static final class Interrupting implements RunListener {

    private final List<String> kinds = new ArrayList<>();
    private int steps;

    @Override
    public void progress(String cell, String phase, Progress progress) {
      if (++steps == 5) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void event(RunEvent event) {
      kinds.add(event.kind());
    }
  }

  @Test
  void closingTheHostEndsARunWithACheckpointFromWhichAnotherHostGoesOn() throws Exception {
    FlexoraHost host = host();
    Experiment experiment = experiment(host);
    CountDownLatch third = new CountDownLatch(1);
    RunListener listener =
        at(
            "main",
            "search",
            3,
            () -> {
              third.countDown();
              while (!host.catalog().isClosing()) {
                Thread.onSpinWait();
              }
            });
    FutureTask<RunOutcome> running = new FutureTask<>(() -> experiment.run(listener));
    new Thread(running, "experiment").start();
    third.await();
    host.close();
    assertThatThrownBy(running::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(CancelledException.class);

    assertThatThrownBy(() -> experiment(host))
        .hasMessage("the plugin host was closed; start another one");
    Path run = experiment.folder().orElseThrow();
    assertThat(run.resolve("cells/main/checkpoints/search/step-3")).isDirectory();
    try (FlexoraHost next = host()) {
      requireGoesOn(next, run);
    }
  }

  @Test
  void aListenerThatFailsFailsNoCell() throws IOException {
    RunListener failing =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            throw new IllegalStateException("the listener's own mistake");
          }

          @Override
          public void event(RunEvent event) {
            throw new IllegalStateException("the listener's own mistake");
          }
        };
    try (FlexoraHost host = host()) {
      requireNoFailure(experiment(host).run(failing));
    }
  }

  private static void requireGoesOn(FlexoraHost host, Path run) {
    requireNoFailure(host.experimentOf(run).resume(run, RunListener.NONE));
  }

  private static void requireNoFailure(RunOutcome outcome) {
    assertThat(outcome.cells().values()).hasSize(3).allMatch(cell -> cell.failure().isEmpty());
  }

  private FlexoraHost host() {
    return FlexoraHost.builder().home(Program.HOME).cache(folder.resolve("cache")).start();
  }

  private Experiment experiment(FlexoraHost host) throws IOException {
    return host.experiment(
        TinyExperiment.in(folder).text(),
        "the embedder's text",
        List.of("output_dir=" + folder.resolve("runs")));
  }

  /** Acts after a step of a cell. */
  private static RunListener at(String of, String in, long step, Runnable action) {
    return new RunListener() {
      @Override
      public void progress(String cell, String phase, Progress progress) {
        if (cell.equals(of) && phase.equals(in) && progress.done() == step) {
          action.run();
        }
      }
    };
  }
}
