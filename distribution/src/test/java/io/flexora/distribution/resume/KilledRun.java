package io.flexora.distribution.resume;

import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A run that is killed at random moments, and each time goes on. */
final class KilledRun {

  private static final int KILLED = 128 + 9;
  private static final int LONGEST_STEP_MS = 60;
  private static final int LONGEST_START_MS = 2500;

  private final TinyExperiment experiment;
  private final List<Mark> marks;
  private final Path working;
  private final SplittableRandom random;
  private final List<String> story = new ArrayList<>();

  /**
   * Prepares the run.
   *
   * @param marks what the uninterrupted run told, in order
   * @param working the working folder of the commands
   */
  KilledRun(TinyExperiment experiment, List<Mark> marks, Path working, long seed) {
    this.experiment = experiment;
    this.marks = marks;
    this.working = working;
    this.random = new SplittableRandom(seed);
  }

  /** What was done to it, for whoever has to find out what went wrong. */
  List<String> story() {
    return story;
  }

  /**
   * Kills the run that many times, spread from its start to its end, then lets it end.
   *
   * @return the run's folder
   */
  Path killed(int times) throws IOException, InterruptedException {
    for (int kill = 0; kill < times; kill++) {
      // Each stretch of the run is hit, and the moment within it is random; one kill in eight comes
      // while the program starts, before it tells anything.
      int target = (int) ((kill + random.nextDouble()) * marks.size() / times);
      boolean early = random.nextInt(8) == 0;
      killOnce(early ? -1 : target);
    }
    try (Program program = start()) {
      Program.Outcome outcome = program.outcome();
      story.add("ended with " + outcome.code());
      if (outcome.code() != 0) {
        throw new AssertionError("the run did not end: " + outcome.err());
      }
    }
    return run().orElseThrow();
  }

  private void killOnce(int target) throws IOException, InterruptedException {
    boolean tells = target >= 0 && !finished();
    try (Program program = start()) {
      if (!tells) {
        killAfter(program, random.nextInt(LONGEST_START_MS));
      }
      int delay = random.nextInt(LONGEST_STEP_MS);
      int code = program.watch(line -> killAt(program, line, tells ? target : marks.size(), delay));
      story.add((tells ? marks.get(target) + " + " + delay + " ms" : "early") + ": " + code);
      if (code != KILLED && !finished()) {
        throw new AssertionError("the program ended by itself: " + program.errors());
      }
    }
  }

  private void killAt(Program program, String line, int target, int delay) {
    Mark.of(line)
        .map(marks::indexOf)
        .filter(i -> i >= target)
        .ifPresent(i -> killAfter(program, delay));
  }

  private static void killAfter(Program program, int milliseconds) {
    CompletableFuture.delayedExecutor(milliseconds, TimeUnit.MILLISECONDS).execute(program::kill);
  }

  private Program start() throws IOException {
    Optional<Path> run = run();
    return run.isEmpty()
        ? Program.start(working, "run", experiment.file().toString(), "--json")
        : Program.start(working, "resume", run.get().toString(), "--json");
  }

  /** The folder of the run; one that was killed before it held its configuration is none. */
  private Optional<Path> run() throws IOException {
    return TinyExperiment.runs(working).stream()
        .filter(folder -> Files.exists(folder.resolve("configuration.yaml")))
        .findFirst();
  }

  private boolean finished() throws IOException {
    return run().filter(folder -> Files.exists(folder.resolve("result.json"))).isPresent();
  }
}
