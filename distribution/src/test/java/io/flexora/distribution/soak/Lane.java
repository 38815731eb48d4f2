package io.flexora.distribution.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.distribution.soak.Counts.What;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.files.durable.DurableFolder;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** One comparison after another, each with troubles, resumed until it ends, and then judged. */
final class Lane {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_TROUBLES = 4;
  private static final int LONGEST_START_MS = 4000;
  private static final int LONGEST_DELAY_MS = 2500;
  private static final String JAVA_DID_NOT_START = "Error occurred during initialization of VM";

  private final SoakPlace place;
  private final Path working;
  private final Optional<SmallDisk> disk;
  private final Map<String, Map<String, String>> expected;
  private final int lines;
  private final HttpClient client;
  private final Counts counts;
  private final SplittableRandom random;
  // What was left of folders by commands that were killed while they made them; the next that makes
  // one removes it.
  private List<Path> aged = List.of();

  /**
   * Prepares a lane.
   *
   * @param working the working folder of its commands
   * @param disk what the folder lies on, where that is small
   * @param expected what a quiet run found
   * @param lines how many lines a quiet run told
   */
  Lane(
      SoakPlace place,
      Path working,
      Optional<SmallDisk> disk,
      Map<String, Map<String, String>> expected,
      int lines,
      HttpClient client,
      Counts counts,
      SplittableRandom random) {
    this.place = place;
    this.working = working;
    this.disk = disk;
    this.expected = expected;
    this.lines = lines;
    this.client = client;
    this.counts = counts;
    this.random = random;
  }

  /** Goes on until it is over, and ends the comparison that was begun. */
  void run(BooleanSupplier over) throws Exception {
    while (!over.getAsBoolean()) {
      List<Trouble> troubles = troubles();
      place.note(working.getFileName() + ": " + troubles);
      boolean ended = false;
      for (int i = 0; i < troubles.size() && !ended; i++) {
        ended = attempt(troubles.get(i)) == 0;
      }
      if (!ended || random.nextInt(4) == 0) {
        assertThat(attempt(Trouble.NONE)).isZero();
      }
      judge();
    }
  }

  private List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>();
    int count = 1 + random.nextInt(MOST_TROUBLES);
    for (int i = 0; i < count; i++) {
      Trouble[] all = Trouble.values();
      Trouble trouble = all[1 + random.nextInt(all.length - 1)];
      troubles.add(trouble == Trouble.FULL_DISK && disk.isEmpty() ? Trouble.KILL : trouble);
    }
    return troubles;
  }

  /**
   * Starts the comparison, or goes on with it, while something happens to it.
   *
   * @return the exit code of the command
   */
  private int attempt(Trouble trouble) throws Exception {
    Optional<Path> run = run();
    List<String> words = new ArrayList<>(run.map(this::resume).orElseGet(place::compare));
    words.add("--json");
    boolean shown = random.nextBoolean();
    if (shown) {
      words.add("--web");
    }
    boolean early = random.nextInt(4) == 0;
    int target = random.nextInt(Math.max(1, lines / 2));
    int delay = random.nextInt(early ? LONGEST_START_MS : LONGEST_DELAY_MS);
    SplittableRandom own = random.split();
    counts.add(What.COMMANDS);
    run.ifPresent(there -> counts.add(What.RESUMES));
    Blow blow = new Blow(trouble, own);
    try (Program program = place.start(working, words);
        PageReaders readers =
            new PageReaders(client, counts, random.split(), trouble == Trouble.FULL_DISK)) {
      if (early) {
        blow.fall(program, delay);
      }
      AtomicInteger told = new AtomicInteger();
      List<String> out = new ArrayList<>();
      int code =
          program.watch(
              line -> {
                out.add(line);
                page(line).ifPresent(readers::open);
                if (told.getAndIncrement() == target && !early) {
                  blow.fall(program, delay);
                }
              });
      blow.await();
      if (trouble == Trouble.FULL_DISK) {
        disk.orElseThrow().widen();
      }
      String story =
          "%s: %s, %s + %d ms%s: %d %s"
              .formatted(
                  working.getFileName(),
                  trouble,
                  early ? "start" : "line " + target,
                  delay,
                  shown ? ", shown" : "",
                  code,
                  program.errors());
      place.note(story);
      judge(trouble, code, out, program.errors(), story);
      assertThat(readers.wrong()).as(story).isEmpty();
      return code;
    }
  }

  private static void judge(
      Trouble trouble, int code, List<String> out, String errors, String story) {
    // A signal while Java itself starts, before it runs anything, ends it with an error of its own.
    if (trouble.isSignal() && code == 1 && errors.startsWith(JAVA_DID_NOT_START)) {
      assertThat(out).as(story).isEmpty();
      return;
    }
    assertThat(trouble.allows(code)).as(story + String.join("\n", out)).isTrue();
    if (!trouble.silences()) {
      assertThat(errors)
          .as(story)
          .doesNotContain("\tat ", "defect of the program", "Exception", "SLF4J");
    }
    if (trouble == Trouble.FULL_DISK && code != 0) {
      assertThat(errors + String.join("\n", out)).as(story).contains("the disk is full");
    }
  }

  private List<String> resume(Path run) {
    return List.of("resume", run.toString());
  }

  /** The address of the page, if the line tells it. */
  private static Optional<String> page(String line) {
    try {
      return Optional.ofNullable(JSON.readTree(line))
          .filter(node -> node.path("type").asText().equals("page"))
          .map(node -> node.path("address").asText());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The folder of the comparison; one that was killed before it had its name is none. */
  private Optional<Path> run() throws IOException {
    return TinyExperiment.runs(working).stream()
        .filter(run -> !run.getFileName().toString().startsWith("."))
        .findFirst();
  }

  private void judge() throws IOException, InterruptedException {
    Path run = run().orElseThrow();
    Map<String, Map<String, String>> found = SoakPlace.contents(run);
    assertThat(found).as("%s; what was done is in %s", run, place.root()).isEqualTo(expected);
    counts.add(What.COMPARISONS);
    counts.add(What.CELLS, found.size() - 2L);
    if (random.nextInt(4) == 0) {
      look(run);
    }
    DurableFolder.delete(run);
    assertThat(aged).allSatisfy(folder -> assertThat(folder).doesNotExist());
    aged = TinyExperiment.runs(working);
    FileTime before = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
    for (Path left : aged) {
      Files.setLastModifiedTime(left, before);
    }
  }

  /** Looks at what was found as a user does, which changes nothing. */
  private void look(Path run) throws IOException, InterruptedException {
    List<String> words =
        random.nextBoolean()
            ? List.of("report", run.toString())
            : List.of("query", "SELECT count(*) FROM cells", "--runs", run.toString());
    counts.add(What.COMMANDS);
    try (Program program = place.start(working, words)) {
      Program.Outcome outcome = program.outcome();
      assertThat(outcome.code()).as("%s: %s", words, outcome.err()).isZero();
    }
    assertThat(SoakPlace.contents(run)).as("%s after %s", run, words).isEqualTo(expected);
  }

  /** What happens to a command some time after it is told to. */
  private final class Blow {

    private final Trouble trouble;
    private final SplittableRandom random;
    private CompletableFuture<Boolean> fallen = CompletableFuture.completedFuture(false);

    Blow(Trouble trouble, SplittableRandom random) {
      this.trouble = trouble;
      this.random = random;
    }

    void fall(Program program, int delay) {
      fallen =
          CompletableFuture.supplyAsync(
              () -> trouble.inflict(program, disk, random),
              CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS));
    }

    void await() throws ExecutionException, InterruptedException {
      if (trouble != Trouble.NONE) {
        counts.add(fallen.get() ? trouble.count() : What.LATE_BLOWS);
      }
    }
  }
}
