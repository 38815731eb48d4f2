package io.flexora.distribution.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.files.durable.DurableFolder;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Comparisons, two at a time and a third in this process, with all that can happen to them, for ten
 * minutes: {@code mvn -B verify -Psoak}. -Dflexora.soak=120 goes on for two hours; with
 * -Dflexora.test.seed=N the same is begun again, though not at the same moments.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
class SoakTest {

  private static final int MINUTES = Integer.getInteger("flexora.soak", 0);
  private static final long SEED = Long.getLong("flexora.test.seed", System.nanoTime());
  private static final int LANES = 2;
  private static final long REPORT_SECONDS = 15;

  private final Counts counts = new Counts();
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicBoolean failed = new AtomicBoolean();
  private final long began = System.nanoTime();

  @Test
  void everyNumberIsThatOfAQuietRunAndNothingIsLeft() throws Exception {
    assumeTrue(MINUTES > 0, "it takes minutes: mvn -B verify -Psoak, or -Dflexora.soak=MINUTES");
    Path root = Program.HOME.resolveSibling("soak");
    DurableFolder.delete(root);
    SoakPlace place = SoakPlace.prepare(Files.createDirectories(root));
    AtomicInteger lines = new AtomicInteger();
    Map<String, Map<String, String>> expected = quiet(place, lines);
    place.note("%d minutes, -Dflexora.test.seed=%d".formatted(MINUTES, SEED));

    ResidentHost resident = new ResidentHost(place, expected, client, counts, random.split());
    Optional<SmallDisk> disk = SmallDisk.mount(root.resolve("small-disk"));
    try {
      BooleanSupplier over = this::isOver;
      PluginTraffic traffic =
          new PluginTraffic(place.plugins(), root.resolve("sources"), counts, random.split());
      List<Work> works = new ArrayList<>();
      for (int i = 0; i < LANES; i++) {
        Optional<SmallDisk> own = i == 0 ? disk : Optional.empty();
        Path working =
            Files.createDirectories(own.map(SmallDisk::folder).orElse(root).resolve("lane-" + i));
        Lane lane =
            new Lane(place, working, own, expected, lines.get(), client, counts, random.split());
        works.add(() -> lane.run(over));
      }
      works.add(() -> resident.run(over));
      works.add(() -> traffic.run(over));
      together(works);
    } finally {
      report(resident, disk);
      if (disk.isPresent() && failed.get()) {
        disk.get().keep();
      } else if (disk.isPresent()) {
        disk.get().unmount();
      }
    }
    new Remains(place).requireNone();
    DurableFolder.delete(root);
  }

  /** What a part of the soak does. */
  private interface Work {
    void run() throws Exception;
  }

  private boolean isOver() {
    return failed.get() || System.nanoTime() - began > Duration.ofMinutes(MINUTES).toNanos();
  }

  private Map<String, Map<String, String>> quiet(SoakPlace place, AtomicInteger lines)
      throws Exception {
    Path working = Files.createDirectories(place.root().resolve("quiet"));
    List<String> words = new ArrayList<>(place.compare());
    words.add("--json");
    try (Program program = place.start(working, words)) {
      int code = program.watch(line -> lines.incrementAndGet());
      assertThat(code).as(program.errors()).isZero();
    }
    Map<String, Map<String, String>> contents =
        SoakPlace.contents(TinyExperiment.runs(working).get(0));
    assertThat(contents).hasSize(4 + 2);
    return contents;
  }

  /** Does all at the same time; where one part fails, the others end as soon as they can. */
  private void together(List<Work> works) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(works.size());
    try {
      CompletionService<Void> ends = new ExecutorCompletionService<>(threads);
      for (Work work : works) {
        var unused = ends.submit(() -> watched(work));
      }
      AssertionError failure = null;
      for (int left = works.size(); left > 0; ) {
        Future<Void> end = ends.poll(REPORT_SECONDS, TimeUnit.SECONDS);
        write(counts.toString());
        if (end != null) {
          left--;
          failure = with(failure, end);
        }
      }
      if (failure != null) {
        throw failure;
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private Void watched(Work work) throws Exception {
    try {
      work.run();
      return null;
    } catch (Exception | AssertionError e) {
      failed.set(true);
      throw e;
    }
  }

  private AssertionError with(AssertionError failure, Future<Void> end)
      throws InterruptedException {
    try {
      end.get();
      return failure;
    } catch (java.util.concurrent.ExecutionException e) {
      AssertionError all =
          failure == null
              ? new AssertionError("the soak of -Dflexora.test.seed=" + SEED + " failed")
              : failure;
      all.addSuppressed(e.getCause());
      return all;
    }
  }

  private void report(ResidentHost resident, Optional<SmallDisk> disk) throws IOException {
    String text =
        "%s%s%n%s%n"
            .formatted(
                counts,
                resident.held(),
                disk.isPresent()
                    ? "half of the commands wrote to a disk that became full"
                    : "not tried: a full disk, since this user may not mount one");
    System.out.print(text);
    write(text);
  }

  private void write(String text) throws IOException {
    Files.writeString(
        Program.HOME.resolveSibling("soak.txt"),
        "Soak of %d of %d minutes, -Dflexora.test.seed=%d%n%s"
            .formatted(
                Duration.ofNanos(System.nanoTime() - began).toMinutes(), MINUTES, SEED, text));
  }
}
