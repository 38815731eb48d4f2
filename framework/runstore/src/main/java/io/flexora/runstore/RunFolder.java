package io.flexora.runstore;

import io.flexora.api.run.Decisions.Decision;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.durable.WriteFailure;
import io.flexora.results.run.CellAnswers;
import io.flexora.results.run.Provenance;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.RunRecord;
import io.flexora.results.run.RunResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of one run, owned by one process at a time.
 *
 * <pre>
 * configuration.yaml   the resolved configuration
 * earlier-configurations.json   those that it had before it was extended
 * provenance.json      what computed it, on what
 * decisions.json       what the options mean that its configuration leaves to the machine
 * events.jsonl         the record
 * cells/NAME/          what each cell leaves; see {@link CellFolder}
 * adapter/             the adapter of the main cell, as PEFT reads it
 * result.json          what came out; its being there means that the run has ended
 * report.html          the same for people
 * </pre>
 *
 * @since 0.1
 */
public final class RunFolder implements AutoCloseable {

  static final String CONFIGURATION = "configuration.yaml";
  static final String PROVENANCE = "provenance.json";
  private static final String DECISIONS = "decisions.json";
  private static final String CELLS = "cells";
  private static final String RESULT = "result.json";

  private final Path path;
  private final RunLock lock;
  private final EventLog events;
  private String configuration;

  private RunFolder(Path path, RunLock lock, String configuration) {
    this.path = path;
    this.lock = lock;
    this.configuration = configuration;
    this.events = EventLog.open(EventLog.in(path));
  }

  /**
   * Makes the folder of a new run, {@code NAME-yyyyMMdd-HHmmss}, with a number behind it if there
   * is one of that name, and takes it.
   *
   * @param runs where runs lie; made if it is not there
   * @param name the name of the experiment; what a file name cannot hold becomes a hyphen
   * @param configuration the resolved configuration
   * @throws FlexoraException if it cannot be written
   */
  public static RunFolder create(Path runs, String name, LocalDateTime now, String configuration) {
    Path path = NewFolder.numbered(runs, NewFolder.name(name, now), content(configuration));
    RunLock lock = RunLock.acquire(path);
    try {
      return new RunFolder(path, lock, configuration);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Finds out whether {@link #create} could make the folder of a run; leaves nothing.
   *
   * @param runs as for {@link #create}
   * @throws FlexoraException if it cannot be written
   */
  public static void requirePlace(Path runs, String name, LocalDateTime now, String configuration) {
    NewFolder.rehearse(runs, NewFolder.name(name, now), content(configuration));
  }

  /**
   * Makes the folder of a run that somebody else is going to begin, by {@link #open}.
   *
   * @param path the folder; nothing may be there yet
   * @param configuration the resolved configuration
   * @throws FlexoraException if it cannot be written
   */
  public static void prepare(Path path, String configuration) {
    NewFolder.exact(path, content(configuration));
  }

  private static Map<String, String> content(String configuration) {
    return Map.of(CONFIGURATION, ConfigurationFile.content(configuration));
  }

  /**
   * Takes the folder of a run to go on with it.
   *
   * @throws FlexoraException if it is not a run's folder, or another process has it
   */
  public static RunFolder open(Path path) {
    String configuration = readConfiguration(path);
    RunLock lock = RunLock.acquire(path);
    try {
      return new RunFolder(path, lock, configuration);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Whether no process has the folder of a run, so that {@link #open} would take it.
   *
   * @throws FlexoraException if its lock cannot be read
   */
  public static boolean isFree(Path path) {
    return RunLock.isFree(path);
  }

  /**
   * Finds the process on this machine that works on a run or a comparison; empty if none does. A
   * number that another process has by now is none.
   */
  public static Optional<ProcessHandle> worker(Path path) {
    return RunLock.holder(path);
  }

  /**
   * Finds the resolved configuration of a run.
   *
   * @throws FlexoraException if it is not a run's folder, or the configuration was changed
   */
  public static Path configuration(Path path) {
    readConfiguration(path);
    return file(path);
  }

  private static Path file(Path path) {
    Path file = path.resolve(CONFIGURATION);
    if (Files.notExists(path)) {
      throw notARun(path, "there is no such folder");
    }
    if (!Files.isRegularFile(file)) {
      throw notARun(path, "it has no " + CONFIGURATION);
    }
    return file;
  }

  /**
   * Reads the resolved configuration of a run, as YAML.
   *
   * @throws FlexoraException if it is not a run's folder, or the configuration was changed
   */
  public static String readConfiguration(Path path) {
    return ConfigurationFile.read(file(path));
  }

  private static FlexoraException notARun(Path path, String why) {
    return new FlexoraException(
        path + " is not the folder of a run: " + why + ". Runs are folders like runs/NAME-TIME");
  }

  /**
   * Reads everything that is known of a run, without taking its folder.
   *
   * @throws FlexoraException if it is not a run's folder, or a file in it is damaged
   */
  public static RunRecord read(Path path) {
    String configuration = readConfiguration(path);
    long recorded = recordedBytes(path);
    lostBytes(path, recorded)
        .ifPresent(
            lost -> {
              throw new FlexoraException(
                  lost + "; 'flexora resume' with the run's folder goes on without it");
            });
    return new RunRecord(
        path,
        path.toAbsolutePath().normalize().getFileName().toString(),
        configuration,
        provenance(path),
        result(path),
        Files.exists(EventLog.in(path))
            ? RunHistory.of(EventLog.read(EventLog.in(path)))
            : List.of(),
        answers(path));
  }

  private static Map<String, CellAnswers> answers(Path path) {
    Map<String, CellAnswers> answers = new HashMap<>();
    for (String cell : cells(path)) {
      readCell(path, cell).answers().ifPresent(found -> answers.put(cell, found));
    }
    return answers;
  }

  /** How long the record was at least, as the cells have written down. */
  private static long recordedBytes(Path path) {
    return cells(path).stream()
        .mapToLong(name -> readCell(path, name).recordedBytes())
        .max()
        .orElse(0);
  }

  private static Optional<String> lostBytes(Path path, long recorded) {
    Path record = EventLog.in(path);
    try {
      long bytes = Files.exists(record) ? Files.size(RegularFile.require(record)) : 0;
      return bytes >= recorded
          ? Optional.empty()
          : Optional.of(
              "%s has lost a part: it has %d bytes instead of %d or more"
                  .formatted(record, bytes, recorded));
    } catch (IOException e) {
      throw ReadFailure.explain(record, e);
    }
  }

  /**
   * Goes on without what the record has lost, and says so in it.
   *
   * @return what was lost; empty if nothing was
   */
  public Optional<String> mendRecord() {
    Optional<String> lost = events.leftOut().or(() -> lostBytes(path, recordedBytes(path)));
    lost.ifPresent(
        what -> {
          String sentence = what + ". Curves and times lack it.";
          events.append(
              new RunEvent(
                  SteadyClock.ofThisProcess().instant(), "", "", 0, new Event.Notice(sentence)));
          cells(path).forEach(name -> readCell(path, name).forgetRecordedBytes());
        });
    return lost;
  }

  /**
   * Reads what computed a run or a comparison; empty if it was not begun.
   *
   * @throws FlexoraException if the file is malformed
   */
  public static Optional<Provenance> provenance(Path path) {
    return RecordJson.find(
        path.resolve(PROVENANCE),
        Provenance.class,
        "the provenance of a run",
        "'flexora resume' with the run's folder writes it again");
  }

  /**
   * Reads what came out of a run; empty if it has not ended.
   *
   * @throws FlexoraException if the file is malformed
   */
  public static Optional<RunResult> result(Path path) {
    return RecordJson.find(
        path.resolve(RESULT),
        RunResult.class,
        "the result of a run",
        "'flexora resume' with the run's folder writes it again");
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** The resolved configuration, as YAML. */
  public String configuration() {
    return configuration;
  }

  /** The record. */
  public EventLog events() {
    return events;
  }

  /** Where the adapter of the main cell belongs; not made. */
  public Path adapter() {
    return adapter(path);
  }

  /** Where the adapter of the main cell of a run belongs. */
  public static Path adapter(Path path) {
    return path.resolve("adapter");
  }

  /**
   * Makes the folder of a cell, or finds it.
   *
   * @throws FlexoraException if the name cannot be a file's, or the folder cannot be made
   */
  public CellFolder cell(String name) {
    if (!name.equals(NewFolder.fileName(name))) {
      throw new FlexoraException(
          "cell '" + name + "' cannot name a folder; use letters, digits, '.', '_', '+' and '-'");
    }
    Path cell = path.resolve(CELLS).resolve(name);
    try {
      Files.createDirectories(cell);
    } catch (IOException e) {
      throw WriteFailure.explain(cell, e);
    }
    return cellFolder(cell, configuration);
  }

  /**
   * Lets a cell begin again from nothing; the run has then not ended.
   *
   * @param cause why, for the record
   */
  public void restart(String name, String cause) {
    try {
      Files.deleteIfExists(path.resolve(RESULT));
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
    events.append(
        new RunEvent(
            SteadyClock.ofThisProcess().instant(), name, "", 0, new Event.CellRestarted(cause)));
    cell(name).clear();
  }

  /**
   * Lets a run go on with a configuration that asks for more; the run has then not ended. What its
   * cells have done counts on, so the caller answers for its being the same under both.
   *
   * @param path the run's folder, which no process may have
   * @param configuration the resolved configuration
   * @param why a sentence for the record
   * @throws FlexoraException if another process has the folder, or it cannot be written
   */
  public static void extend(Path path, String configuration, String why) {
    try (RunFolder folder = open(path)) {
      Files.deleteIfExists(path.resolve(RESULT));
      folder.events.append(
          new RunEvent(SteadyClock.ofThisProcess().instant(), "", "", 0, new Event.Notice(why)));
      // The cells are the run's own at any moment: the old one counts before the new one is there.
      RecordJson.write(
          path.resolve(EarlierConfigurations.NAME),
          EarlierConfigurations.in(path).with(folder.configuration));
      String decided = DecidedOptions.written(configuration, decisions(path));
      DurableFile.write(path.resolve(CONFIGURATION), ConfigurationFile.content(decided));
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  /** The record of what counts, with what was done again after an interruption. */
  public List<RunEvent> eventsSoFar() {
    return eventsSoFar(path);
  }

  /**
   * The same of a run that was begun, without taking its folder.
   *
   * @throws FlexoraException if the record is damaged
   */
  public static List<RunEvent> eventsSoFar(Path path) {
    return RunHistory.sinceRestarts(EventLog.read(EventLog.in(path)));
  }

  private static CellFolder cellFolder(Path cell, String configuration) {
    byte[] yaml = configuration.getBytes(StandardCharsets.UTF_8);
    return new CellFolder(cell, FileHash.of(yaml).sha256());
  }

  /**
   * Finds the folder of a cell to read from it, without taking the run's folder.
   *
   * @throws FlexoraException if it is not a run's folder, or has no such cell
   */
  public static CellFolder readCell(Path path, String name) {
    String configuration = readConfiguration(path);
    List<String> known = cells(path);
    if (!known.contains(name)) {
      throw new FlexoraException(
          "run %s has no cell '%s'; it has %s"
              .formatted(path, name, known.isEmpty() ? "none yet" : String.join(", ", known)));
    }
    return cellFolder(path.resolve(CELLS).resolve(name), configuration);
  }

  /** The names of the cells of a run that were begun, sorted. */
  public static List<String> cells(Path path) {
    Path cells = path.resolve(CELLS);
    if (!Files.isDirectory(cells)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(cells)) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw ReadFailure.explain(cells, e);
    }
  }

  /** Writes the provenance whole or not at all. */
  public void writeProvenance(Provenance provenance) {
    RecordJson.write(path.resolve(PROVENANCE), provenance);
  }

  /**
   * Reads what was decided when a run began; empty where nothing was.
   *
   * @throws FlexoraException if the file is malformed
   */
  public static Map<String, Decision> decisions(Path path) {
    return RecordJson.find(
            path.resolve(DECISIONS),
            MadeDecisions.class,
            "the decisions of a run",
            "put it back as it was: what the run has computed so far depends on it")
        .map(MadeDecisions::decisions)
        .orElse(Map.of());
  }

  /**
   * Reads the resolved configuration of a run as it was asked for: with {@code auto} where the
   * machine has decided since.
   *
   * @return the text of its file, line by line
   * @throws FlexoraException if it is not a run's folder, or the configuration or what was decided
   *     was changed
   */
  public static String askedConfiguration(Path path) {
    return ConfigurationFile.content(
        DecidedOptions.asked(readConfiguration(path), decisions(path)));
  }

  /**
   * Keeps what was decided: in a file of its own and, as long as no cell was begun, in the
   * configuration. A cell whose process ended before it had begun holds its failure alone, which is
   * removed.
   *
   * @return whether that is news
   */
  public boolean decide(Map<String, Decision> decisions) {
    boolean news = !decisions.equals(decisions(path));
    if (news) {
      writeDecisions(path, decisions);
    }
    String decided = DecidedOptions.written(configuration, decisions);
    // What a cell has done counts under the configuration that it began with.
    List<String> cells = cells(path);
    if (!decided.equals(configuration)
        && cells.stream().allMatch(name -> cell(name).holdsFailureAlone())) {
      cells.forEach(name -> cell(name).remove());
      DurableFile.write(path.resolve(CONFIGURATION), ConfigurationFile.content(decided));
      configuration = decided;
    }
    return news;
  }

  /** Writes what is decided for a run, whole or not at all. */
  public static void writeDecisions(Path path, Map<String, Decision> decisions) {
    RecordJson.write(path.resolve(DECISIONS), new MadeDecisions(decisions));
  }

  record MadeDecisions(Map<String, Decision> decisions) {}

  /** Writes the result whole or not at all: the sign that the run has ended. */
  public void writeResult(RunResult result) {
    events.sync();
    RecordJson.write(path.resolve(RESULT), result);
  }

  /** Whether the run has ended. */
  public boolean finished() {
    return isFinished(path);
  }

  /** Whether a run was begun, without taking its folder. */
  public static boolean isBegun(Path path) {
    return Files.exists(EventLog.in(path));
  }

  /** Whether a run has ended, without taking its folder. */
  public static boolean isFinished(Path path) {
    return Files.exists(path.resolve(RESULT));
  }

  /** Reads everything that is known of the run so far. */
  public RunRecord record() {
    return read(path);
  }

  /** Gives the folder back. */
  @Override
  public void close() {
    try {
      events.close();
    } finally {
      lock.close();
    }
  }
}
