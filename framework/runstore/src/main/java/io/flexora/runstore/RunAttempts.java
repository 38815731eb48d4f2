package io.flexora.runstore;

import io.flexora.api.run.CellAttempt;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.durable.WriteFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The tries to run a run on other machines, each with a folder of its own, {@code attempts/N} in
 * the run's, in which {@code run} is the folder of a run itself. What the run has done so far moves
 * into the newest try and comes back from it, file by file, the result last; a crash between two
 * files is made good by the next look. What else is in the folder of a try stays there until the
 * run has a result. One process at a time has the tries of a run: the one that has the comparison.
 *
 * @since 0.1
 */
public final class RunAttempts {

  private static final String ATTEMPTS = "attempts";
  private static final String TAKEN = "taken";
  private static final String RUN = "run";
  private static final String RESULT = "result.json";
  private static final Set<String> COPIED = Set.of(RunFolder.CONFIGURATION, "decisions.json");
  private static final Set<String> OF_ITS_PROCESS = Set.of(RunLock.LOCK, RunLock.OWNER);

  private final Path run;

  /**
   * Looks at a run.
   *
   * @param run its folder
   */
  public RunAttempts(Path run) {
    this.run = run;
  }

  /** The folders of the tries there are, the oldest first. */
  public List<Path> all() {
    Path folder = run.resolve(ATTEMPTS);
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> isNumber(entry.getFileName().toString()))
          .sorted(Comparator.comparingInt(RunAttempts::number))
          .toList();
    } catch (IOException e) {
      throw ReadFailure.explain(folder, e);
    }
  }

  private static boolean isNumber(String name) {
    return name.matches("[1-9]\\d{0,8}");
  }

  /** The folder of the run of a try. */
  public static Path run(Path attempt) {
    return attempt.resolve(RUN);
  }

  /** The tries whose runs were not brought back. */
  private List<Path> open() {
    return all().stream().filter(attempt -> Files.isDirectory(run(attempt))).toList();
  }

  /** Which try it is, from 1. */
  public static int number(Path attempt) {
    return Integer.parseInt(attempt.getFileName().toString());
  }

  private static Optional<Path> last(List<Path> attempts) {
    return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.get(attempts.size() - 1));
  }

  /** The record of what the run does now: that of the newest try, or of the run itself. */
  Path record() {
    return EventLog.in(last(open()).map(RunAttempts::run).orElse(run));
  }

  /**
   * Makes the folder of a further try, with all that the run has done so far.
   *
   * @throws FlexoraException if it cannot be made
   */
  public Path next() {
    int number = last(all()).map(RunAttempts::number).orElse(0) + 1;
    Path attempt = run.resolve(ATTEMPTS).resolve(String.valueOf(number));
    Path there = run(attempt);
    try {
      Files.createDirectories(there);
      List<Path> entries = entries(run);
      for (Path entry : entries) {
        if (COPIED.contains(name(entry))) {
          copy(entry, there);
        }
      }
      // The record first: a try that has it is given back, and one without it is taken for empty.
      Path record = EventLog.in(run);
      if (entries.contains(record)) {
        move(record, there);
      }
      for (Path entry : entries) {
        if (isMoved(name(entry)) && !entry.equals(record)) {
          move(entry, there);
        }
      }
      return attempt;
    } catch (IOException e) {
      throw WriteFailure.explain(attempt, e);
    }
  }

  private static String name(Path entry) {
    return entry.getFileName().toString();
  }

  private static boolean isMoved(String name) {
    return !COPIED.contains(name) && !name.equals(ATTEMPTS) && !name.startsWith(".");
  }

  private static void copy(Path file, Path folder) throws IOException {
    byte[] content = RegularFile.bytes(file);
    DurableFile.write(folder.resolve(name(file)), out -> out.write(content));
  }

  private static void move(Path entry, Path folder) throws IOException {
    Files.move(entry, folder.resolve(name(entry)), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Takes what the run of a try has left for this one.
   *
   * @param attempt a try on which no process works any more
   * @throws FlexoraException if it cannot be moved
   */
  public void take(Path attempt) {
    DurableFile.write(run.resolve(ATTEMPTS).resolve(TAKEN), attempt.getFileName().toString());
    finishTaking();
  }

  private void finishTaking() {
    Path mark = run.resolve(ATTEMPTS).resolve(TAKEN);
    if (Files.notExists(mark)) {
      return;
    }
    try {
      Path attempt = run.resolve(ATTEMPTS).resolve(RegularFile.text(mark).strip());
      Path there = run(attempt);
      if (Files.isDirectory(there)) {
        for (Path entry : entries(there)) {
          if (!OF_ITS_PROCESS.contains(entry.getFileName().toString())) {
            replace(run.resolve(entry.getFileName().toString()), entry);
          }
        }
        DurableFolder.sync(run);
        DurableFolder.delete(there);
      }
      Path log = attempt.resolve(CellAttempt.LOG);
      if (Files.exists(log)) {
        Files.copy(log, run.resolve(CellAttempt.LOG), StandardCopyOption.REPLACE_EXISTING);
      }
      Files.delete(mark);
    } catch (IOException e) {
      throw WriteFailure.explain(run, e);
    }
  }

  private static void replace(Path target, Path entry) throws IOException {
    DurableFolder.delete(target);
    Files.move(entry, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The result last, whose being there means that the run has ended. */
  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .sorted(
              Comparator.comparing((Path entry) -> entry.getFileName().toString().equals(RESULT))
                  .thenComparing(Comparator.naturalOrder()))
          .toList();
    }
  }

  /**
   * Brings back what tries have done on which no process works any more: the first whole result, or
   * else what the newest has done so far. Of a run that has a result they are then gone.
   *
   * @param isWhole whether the run of a try has left a result with nothing missing
   * @throws FlexoraException if something cannot be moved
   */
  public void giveBack(Predicate<Path> isWhole) {
    finishTaking();
    List<Path> free = open().stream().filter(attempt -> RunFolder.isFree(run(attempt))).toList();
    if (!RunFolder.isFinished(run)) {
      Optional<Path> whole =
          free.stream().filter(attempt -> isWhole.test(run(attempt))).findFirst();
      Optional<Path> begun =
          RunFolder.isBegun(run)
              ? Optional.empty()
              : last(free).filter(attempt -> RunFolder.isBegun(run(attempt)));
      whole.or(() -> begun).ifPresent(this::take);
    }
    boolean finished = RunFolder.isFinished(run);
    free.forEach(attempt -> remove(run(attempt)));
    if (finished) {
      RunLock.removeLeftNote(run);
      removeClosed();
    }
  }

  /** Removes the tries whose runs were brought back, with all that they have left. */
  public void removeClosed() {
    List<Path> all = all();
    all.stream().filter(attempt -> Files.notExists(run(attempt))).forEach(this::remove);
    if (!all.isEmpty() && all().isEmpty()) {
      remove(run.resolve(ATTEMPTS));
    }
  }

  /** Removes a try with all that it has left. */
  public void remove(Path attempt) {
    try {
      DurableFolder.delete(attempt);
    } catch (IOException e) {
      throw WriteFailure.explain(attempt, e);
    }
  }
}
