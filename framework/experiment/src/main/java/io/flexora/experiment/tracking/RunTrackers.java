package io.flexora.experiment.tracking;

import io.flexora.api.plugin.Component;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking.End.Status;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The trackers of a run or a comparison. They read the records of the cells, wherever these run, so
 * that nothing waits for them, and one that fails is left out with a notice.
 *
 * @since 0.1
 */
public final class RunTrackers {

  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<TrackerThread> threads;
  private final Duration patience;

  private RunTrackers(List<TrackerThread> threads, Duration patience) {
    this.threads = threads;
    this.patience = patience;
  }

  /**
   * Starts them.
   *
   * @param group the folder of the run or the comparison
   * @param notice hears of those that fail
   */
  public static RunTrackers start(
      List<Component<Tracker>> chosen,
      ExtensionCatalog catalog,
      Path group,
      Consumer<String> notice) {
    return start(chosen, catalog, group, notice, INTERVAL, PATIENCE);
  }

  static RunTrackers start(
      List<Component<Tracker>> chosen,
      ExtensionCatalog catalog,
      Path group,
      Consumer<String> notice,
      Duration interval,
      Duration patience) {
    return new RunTrackers(
        chosen.stream()
            .distinct()
            .map(tracker -> new TrackerThread(tracker, catalog, group, notice, interval))
            .toList(),
        patience);
  }

  /**
   * Follows a run from the beginning of its record; what a tracker was told before is left out.
   *
   * @param name names the run here
   * @param naming the name in the group of each cell of the run
   */
  public void follow(String name, Path run, UnaryOperator<String> naming) {
    threads.forEach(thread -> thread.follow(name, run, naming));
  }

  /** Follows a run that was begun before, for those trackers that do not know all of its ends. */
  public void catchUp(String name, Path run, UnaryOperator<String> naming) {
    if (threads.isEmpty() || !RunFolder.isBegun(run)) {
      return;
    }
    List<String> cells = RunFolder.cells(run).stream().map(naming).toList();
    for (TrackerThread thread : threads) {
      if (!knowsEnds(thread, cells)) {
        thread.follow(name, run, naming);
        thread.over(name);
      }
    }
  }

  /** A state that cannot be read is told of where it is needed. */
  private static boolean knowsEnds(TrackerThread thread, List<String> cells) {
    try {
      return thread.knowsEndsOf(cells);
    } catch (FlexoraException e) {
      return false;
    }
  }

  /**
   * Follows the cells of a comparison from when they start until they are over.
   *
   * @param folder the folder of a cell's run, by its ID
   * @param naming the name in the group of a cell, by the cell's ID and the name of the cell in
   *     that run
   */
  public RunListener hearing(
      RunListener listener,
      Function<String, Path> folder,
      Function<String, UnaryOperator<String>> naming) {
    return threads.isEmpty() ? listener : new Hearing(listener, folder, naming);
  }

  private final class Hearing implements RunListener {

    private final RunListener listener;
    private final Function<String, Path> folder;
    private final Function<String, UnaryOperator<String>> naming;

    Hearing(
        RunListener listener,
        Function<String, Path> folder,
        Function<String, UnaryOperator<String>> naming) {
      this.listener = listener;
      this.folder = folder;
      this.naming = naming;
    }

    @Override
    public void progress(String cell, String phase, Progress progress) {
      listener.progress(cell, phase, progress);
    }

    @Override
    public void notice(String cell, String phase, String sentence) {
      listener.notice(cell, phase, sentence);
    }

    @Override
    public void event(RunEvent event) {
      listener.event(event);
      String id = event.cell();
      if (event.what() instanceof Event.CellStarted) {
        follow(id, folder.apply(id), naming.apply(id));
      } else if (event.what() instanceof Event.CellEnded
          || event.what() instanceof Event.CellFailed) {
        threads.forEach(thread -> thread.over(id));
      }
    }
  }

  /**
   * Does the work that is tracked, then lets the trackers end.
   *
   * @return what the work returns
   */
  public <T> T during(Supplier<T> work) {
    Status status = Status.FAILED;
    Optional<String> cause = Optional.of("it did not come to its end");
    try {
      return work.get();
    } catch (CancelledException e) {
      status = Status.CANCELLED;
      cause = Optional.empty();
      throw e;
    } catch (RuntimeException | Error e) {
      cause = Optional.of(String.valueOf(e.getMessage()));
      throw e;
    } finally {
      finish(status, cause);
    }
  }

  private void finish(Status status, Optional<String> cause) {
    threads.forEach(thread -> thread.finish(status, cause));
    long end = System.nanoTime() + patience.toNanos();
    try {
      for (TrackerThread thread : threads) {
        thread.await(Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime())), patience);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
