package io.flexora.experiment.tracking;

import io.flexora.api.plugin.Component;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking.End.Status;
import io.flexora.config.binding.ChosenComponent;
import io.flexora.experiment.tracking.TrackedCell.TrackingPlace;
import io.flexora.files.durable.FileHash;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.runstore.TrackingState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that serves one tracker until it fails or the run is over. */
final class TrackerThread {

  private static final Logger LOG = LoggerFactory.getLogger(TrackerThread.class);
  private static final int KEY_LETTERS = 8;

  private final Component<Tracker> tracker;
  private final ExtensionCatalog catalog;
  private final Consumer<String> notice;
  private final Duration interval;
  private final TrackingPlace place;
  private final LinkedBlockingQueue<Runnable> jobs = new LinkedBlockingQueue<>();
  private final Map<String, FollowedRun> followed = new HashMap<>();
  private final Thread thread;
  private volatile boolean over;

  TrackerThread(
      Component<Tracker> tracker,
      ExtensionCatalog catalog,
      Path group,
      Consumer<String> notice,
      Duration interval) {
    this.tracker = tracker;
    this.catalog = catalog;
    this.notice = notice;
    this.interval = interval;
    this.place = new TrackingPlace(group, key(tracker), tracker::get);
    this.thread = new Thread(this::work, "flexora-tracker-" + tracker.name());
    thread.setDaemon(true);
    thread.start();
  }

  /** Tells two trackers apart that differ in their options, in every process alike. */
  static String key(Component<Tracker> tracker) {
    // Without the version: a newer plugin goes on with what an older one was told.
    String options =
        tracker instanceof ChosenComponent<Tracker> chosen
            ? chosen.configuration().toString()
            : tracker.toString();
    String hash = FileHash.of(options.getBytes(StandardCharsets.UTF_8)).sha256();
    return tracker.name() + "-" + hash.substring(0, KEY_LETTERS);
  }

  void follow(String name, Path run, UnaryOperator<String> naming) {
    jobs.add(() -> followed.computeIfAbsent(name, n -> new FollowedRun(run, place, naming)));
  }

  /** Tells the end of a run, and leaves it. */
  void over(String name) {
    jobs.add(
        () ->
            Optional.ofNullable(followed.get(name))
                .ifPresent(
                    run -> {
                      run.look(/* over= */ true);
                      run.close();
                      followed.remove(name);
                    }));
  }

  /** Whether the tracker knows that all these cells came to their ends. */
  boolean knowsEndsOf(List<String> cells) {
    return cells.stream().allMatch(this::knowsEndOf);
  }

  private boolean knowsEndOf(String cell) {
    return TrackingState.read(place.group(), place.key(), cell)
        .filter(TrackingState::isFinished)
        .isPresent();
  }

  private void work() {
    try {
      catalog.attributed(
          () -> {
            loop();
            return null;
          });
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      leaveOut(e);
    }
  }

  private void loop() {
    try {
      while (!over) {
        Optional<Runnable> job =
            Optional.ofNullable(jobs.poll(interval.toMillis(), TimeUnit.MILLISECONDS));
        if (job.isPresent()) {
          job.get().run();
        } else {
          List.copyOf(followed.values()).forEach(run -> run.look(/* over= */ false));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void leaveOut(Throwable failure) {
    LOG.warn("tracker {} failed", tracker.name(), failure);
    notice.accept(
        ("tracker '%s'%s failed and is left out from now on; the run goes on. %s. What it missed it"
                + " is told by 'flexora resume'")
            .formatted(tracker.name(), ofPlugin(), cause(failure)));
    closeQuietly();
  }

  private static String cause(Throwable failure) {
    String text =
        failure instanceof FlexoraException ? failure.getMessage() : String.valueOf(failure);
    return text.replaceFirst("\\.$", "");
  }

  private String ofPlugin() {
    return tracker instanceof ChosenComponent<Tracker> chosen
        ? catalog
            .find(chosen.type().extension().kind(), chosen.type().reference())
            .map(found -> " of plugin %s %s".formatted(found.plugin(), found.version()))
            .orElse("")
        : "";
  }

  private void closeQuietly() {
    for (FollowedRun run : new ArrayList<>(followed.values())) {
      try {
        run.close();
      } catch (RuntimeException | LinkageError e) {
        LOG.warn("tracker {} cannot be closed", tracker.name(), e);
      }
    }
    followed.clear();
  }

  /** Asks for the last: all that happened, and how what has not ended stopped. */
  void finish(Status status, Optional<String> cause) {
    jobs.add(
        () -> {
          for (FollowedRun run : List.copyOf(followed.values())) {
            run.look(/* over= */ true);
            run.stop(status, cause);
            run.close();
          }
          followed.clear();
          over = true;
        });
  }

  /**
   * Waits until the tracker has taken all.
   *
   * @param left how much of the patience is left
   */
  void await(Duration left, Duration patience) throws InterruptedException {
    thread.join(left.toMillis());
    if (thread.isAlive()) {
      over = true;
      notice.accept(
          ("tracker '%s'%s did not take all within %d seconds and is left behind. What it missed it"
                  + " is told by 'flexora resume'")
              .formatted(tracker.name(), ofPlugin(), patience.toSeconds()));
      thread.interrupt();
    }
  }
}
