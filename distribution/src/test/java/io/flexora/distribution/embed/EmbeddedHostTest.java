package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Progress;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.distribution.resume.RunContents;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(OneThread.class)
class EmbeddedHostTest {

  private static final String FIXED = "flexora-selector-fixed.jar";
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long SECONDS = 30;

  @TempDir Path folder;
  private TinyExperiment tiny;

  @BeforeEach
  void prepare() throws IOException {
    tiny = TinyExperiment.in(folder);
  }

  @Test
  void aRunCancelledByAnotherThreadGoesOnAsIfItHadNotBeen() throws Exception {
    try (FlexoraHost host = builder().home(Program.HOME).start()) {
      RunOutcome whole = experiment(host).run(RunListener.NONE);

      Experiment cancelled = experiment(host);
      assertThat(cancelled.folder()).isEmpty();
      CountDownLatch third = new CountDownLatch(1);
      Thread other = new Thread(() -> cancelAfter(third, cancelled));
      other.start();
      assertThatThrownBy(() -> cancelled.run(after(3, third::countDown)))
          .isInstanceOf(CancelledException.class);
      other.join();

      Path run = cancelled.folder().orElseThrow();
      Events events = new Events();
      RunOutcome resumed = host.experimentOf(run).resume(run, events);
      assertThat(events.kinds).startsWith("phase_started", "resumed").endsWith("phase_ended");
      assertThat(resumed.main().selectedLayers()).isEqualTo(whole.main().selectedLayers());
      assertThat(resumed.main().metrics()).isEqualTo(whole.main().metrics());
      RunContents.requireSame(run, RunContents.of(whole.folder()), "cancelled in the search");
    }
  }

  /**
   * Lion lies in plugins/ and is known there alone. Its steps do not depend on the gates, so that
   * the exact hypergradient through them is the first-order one.
   */
  @Test
  void anOptimiserOfAPluginTrainsAndIsDifferentiatedThrough() {
    try (FlexoraHost host = builder().home(Program.HOME).start()) {
      String inner = "inner: {optimizer: {use: lion, weight_decay: 0.1}, learning_rate: 0.01}";
      String[] lion = {"baselines={}", "trainer.optimizer=lion", "trainer.learning_rate=0.003"};
      RunOutcome exact = lion(host, lion, "{use: unrolled, inner_steps: 2, " + inner + "}");
      RunOutcome estimate = lion(host, lion, "{use: first-order, inner_steps: 2, " + inner + "}");

      assertThat(exact.main().failure()).isEmpty();
      assertThat(exact.main().selectedLayers()).isEqualTo(estimate.main().selectedLayers());
      assertThat(exact.main().metrics()).isEqualTo(estimate.main().metrics());
      RunOutcome adamw = experiment(host, "baselines={}").run(RunListener.NONE);
      assertThat(exact.main().metrics()).isNotEqualTo(adamw.main().metrics());
    }
  }

  private RunOutcome lion(FlexoraHost host, String[] options, String solver) {
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = "selector.solver=" + solver;
    return experiment(host, all).run(RunListener.NONE);
  }

  @Test
  void aPluginDroppedIntoTheFolderDuringARunIsThereForTheNext() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    try (FlexoraHost host =
        builder().bundles(Program.HOME.resolve("bundles")).pluginsFolder(plugins).start()) {
      assertThatThrownBy(() -> experiment(host, "baselines={}", "selector=all"))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("there is no selector 'all'");

      RunOutcome during = experiment(host, "baselines={}").run(after(2, () -> drop(host, plugins)));
      assertThat(during.main().failure()).isEmpty();

      RunOutcome next = experiment(host, "baselines={}", "selector=all").run(RunListener.NONE);
      assertThat(next.main().selectedLayers()).containsExactly(0, 1, 2, 3);

      RunOutcome undisturbed = experiment(host, "baselines={}").run(RunListener.NONE);
      RunContents.requireSame(during.folder(), RunContents.of(undisturbed.folder()), "disturbed");
    }
  }

  @Test
  void aPluginRemovedFromTheFolderDuringARunStaysUntilItsEnd() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    Path jar = plugins.resolve(FIXED);
    Files.copy(Program.HOME.resolve("plugins").resolve(FIXED), jar);
    List<String> changes = new CopyOnWriteArrayList<>();
    try (FlexoraHost host =
        builder()
            .bundles(Program.HOME.resolve("bundles"))
            .pluginsFolder(plugins)
            .pollInterval(POLL)
            .start()) {
      host.plugins().listen(change -> changes.add(change.line()));

      RunOutcome outcome =
          experiment(host, "baselines={all: all}")
              .run(
                  after(
                      2,
                      () -> {
                        assertThat(jar.toFile().delete()).isTrue();
                        await(() -> !changes.isEmpty());
                      }));

      assertThat(outcome.cells().values()).hasSize(2).allMatch(cell -> cell.failure().isEmpty());
      await(() -> changes.size() == 2);
      assertThat(changes.get(0)).contains("stays while an experiment is running");
      assertThat(changes.get(1)).endsWith("was removed");
      assertThat(host.catalog().find("selector", "all")).isEmpty();
    }
  }

  @Test
  void anEmbedderCanSwitchTheWatchingOff() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    try (FlexoraHost host = builder().pluginsFolder(plugins).pollInterval(Duration.ZERO).start()) {
      Files.copy(Program.HOME.resolve("plugins").resolve(FIXED), plugins.resolve(FIXED));
      TimeUnit.SECONDS.sleep(3);
      assertThat(host.catalog().extensions()).isEmpty();
    }
  }

  private FlexoraHost.Builder builder() {
    return FlexoraHost.builder().cache(folder.resolve("cache"));
  }

  private Experiment experiment(FlexoraHost host, String... options) {
    List<String> all = new ArrayList<>(List.of("output_dir=" + folder.resolve("runs")));
    all.addAll(List.of(options));
    return host.experiment(tiny.text(), "the embedder's text", all);
  }

  private static void cancelAfter(CountDownLatch moment, Experiment experiment) {
    try {
      assertThat(moment.await(SECONDS, TimeUnit.SECONDS)).isTrue();
      experiment.cancel();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Copies a plugin into the folder, and holds the run until the host has found it. */
  private static void drop(FlexoraHost host, Path plugins) {
    try {
      Files.copy(Program.HOME.resolve("plugins").resolve(FIXED), plugins.resolve(FIXED));
      await(() -> host.catalog().find("selector", "all").isPresent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    try {
      while (!condition.getAsBoolean() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
      assertThat(condition.getAsBoolean()).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Acts after a step of the search. */
  private static RunListener after(long step, Runnable action) {
    return new RunListener() {
      @Override
      public void progress(String cell, String phase, Progress progress) {
        if (phase.equals("search") && progress.done() == step) {
          action.run();
        }
      }
    };
  }

  /** Keeps the kinds of the events that it hears. */
  private static final class Events implements RunListener {

    private final List<String> kinds = new ArrayList<>();

    @Override
    public void event(RunEvent event) {
      kinds.add(event.kind());
    }
  }
}
