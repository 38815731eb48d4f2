package io.flexora.distribution.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellAttempt;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.distribution.tiny.CompiledPlugin;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.RunResult;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunAttempts;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import io.flexora.web.LivePage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a comparison of many cells costs the process that hands them out: the cells are stubs that
 * leave in their folders what one real cell has left. It prints what it measures.
 */
@EnabledIfSystemProperty(
    named = "flexora.cells",
    matches = "[1-9]\\d*",
    disabledReason = "-Dflexora.cells=10000 asks for that many cells")
class ManyCellsTest {

  private static final int SLOTS = 200;
  private static final int STRATEGIES = 10;
  private static final String RUNNER = "flexora.test.runner";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String STUB =
      """
      package stub;
      import io.flexora.api.run.*;
      import java.util.List;
      import java.util.function.BiConsumer;
      public final class Stub implements Runner {
        @SuppressWarnings("unchecked")
        @Override public void run(List<Cell> cells, CellExecution execution) {
          ((BiConsumer<List<Cell>, CellExecution>) System.getProperties().get("flexora.test.runner"))
              .accept(cells, execution);
        }
      }
      """;

  private static final String MODULE =
      """
      package stub;
      import io.flexora.api.plugin.*;
      import io.flexora.api.run.Runner;
      public final class M extends FlexoraModule {
        @Override protected void configure() {
          extension(Runner.class, "stub", NoOptions.class, Stub.class);
        }
      }
      """;

  private static final String TEXT =
      """
      name: many
      seeds: %2$s
      device: cpu
      models:
        bert: {use: encoder, source: "file:%1$s/model.onnx", max_tokens: 24}
      tasks:
        glosses:
          dataset: {use: wordnet, source: "file:%1$s", train: 60, validation: 40, test: 40}
          task: {use: classification, text: gloss, label: supersense}
          evaluator: classification
      trainer: {use: gradient, learning_rate: 0.02, max_steps: 4, evaluation_steps: 2}
      adapter: {use: lora, lora_rank: 2}
      strategies:
      %3$s
      output_dir: %4$s
      runner: %5$s
      reports: []
      """;

  @TempDir Path folder;
  private final long began = System.nanoTime();

  @Test
  void tenThousandCellsOnTwoHundredSlots() throws Exception {
    int cells = Integer.getInteger("flexora.cells");
    Path data = TinyExperiment.in(folder.resolve("data")).folder();
    Path sources = Files.createDirectory(folder.resolve("sources"));
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    for (Path jar : list(Program.HOME.resolve("plugins"))) {
      Files.copy(jar, plugins.resolve(jar.getFileName()));
    }
    new CompiledPlugin("stub", sources)
        .source("Stub", STUB)
        .source("M", MODULE)
        .packTo(plugins.resolve("stub.jar"));
    try (FlexoraHost host =
        FlexoraHost.builder()
            .cache(folder.resolve("cache"))
            .bundles(Program.HOME.resolve("bundles"))
            .pluginsFolder(plugins)
            .start()) {
      Template template = new Template(run(host, data, "one", "[1]", 1, "local").folder());
      tell("one real cell");
      measure(host, data, template, cells / 8 / STRATEGIES * STRATEGIES);
      measure(host, data, template, cells / STRATEGIES * STRATEGIES);
    } finally {
      System.getProperties().remove(RUNNER);
    }
  }

  /** Runs that many cells and prints what it takes, for each cell: nothing may grow with them. */
  private void measure(FlexoraHost host, Path data, Template template, int cells) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Looks looks = new Looks();
    BiConsumer<List<Cell>, CellExecution> slots =
        (all, execution) -> {
          tell("%d cells planned and prepared; %s".formatted(all.size(), memory()));
          run(all, execution, template);
          tell("%d cells ended; %s".formatted(all.size(), memory()));
        };
    System.getProperties().put(RUNNER, slots);
    Path runs = folder.resolve("many-" + cells);
    Thread page = new Thread(() -> look(runs, over, looks), "page");
    page.start();
    String seeds =
        IntStream.rangeClosed(1, cells / STRATEGIES)
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(", ", "[", "]"));
    ComparisonOutcome outcome =
        run(host, data, runs.getFileName().toString(), seeds, STRATEGIES, "stub");
    tell("%d cells analysed; %s".formatted(cells, memory()));
    over.set(true);
    page.join();
    assertThat(outcome.cells()).hasSize(cells);
    assertThat(outcome.cells().values()).allMatch(cell -> cell.failure().isEmpty());
    tell(
        "the page took %.2f s at most, %.2f s in the mean of %d looks, of %d kB at most"
            .formatted(
                looks.seconds.stream().mapToDouble(l -> l).max().orElse(0),
                looks.seconds.stream().mapToDouble(l -> l).average().orElse(0),
                looks.seconds.size(),
                looks.bytes / 1000));
    timed("the ledger read", () -> FlexoraHost.ledger(outcome.folder()).size());
    for (String view : List.of("runs", "cells", "events", "predictions")) {
      String sql = "SELECT count(*) AS n FROM " + view;
      timed(
          "a query of the " + view,
          () -> FlexoraHost.query(runs, sql, note -> {}).rows().get(0).get(0));
    }
    timed("the table of all runs", () -> table(runs));
    timed(
        "a repeated command, with nothing to do",
        () ->
            host.comparison(folder.resolve(runs.getFileName() + ".yaml"), List.of())
                .resume(outcome.folder(), RunListener.NONE)
                .done());
    tell("all of it; " + memory());
  }

  private void timed(String what, Callable<?> work) throws Exception {
    long from = System.nanoTime();
    Object found = work.call();
    tell("%s took %.1f s: %s".formatted(what, (System.nanoTime() - from) / 1e9, found));
  }

  /** What the page over all runs says first, in bytes. */
  private static String table(Path runs) throws IOException, InterruptedException {
    try (LivePage page = LivePage.over(runs).open(LivePage.LOOPBACK, 0)) {
      URI address = URI.create(page.address().replaceFirst("/?$", "/runs.json"));
      return HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofByteArray())
              .body()
              .length
          + " bytes";
    }
  }

  /** What looks at the page took. */
  private static final class Looks {
    private final List<Double> seconds = new ArrayList<>();
    private int bytes;
  }

  private ComparisonOutcome run(
      FlexoraHost host, Path data, String runs, String seeds, int strategies, String runner)
      throws IOException {
    String names =
        IntStream.range(0, strategies)
            .mapToObj(i -> "  s%d: {use: random, layers: 2}".formatted(i))
            .collect(Collectors.joining("\n"));
    Path file = folder.resolve(runs + ".yaml");
    Files.writeString(file, TEXT.formatted(data, seeds, names, folder.resolve(runs), runner));
    return host.comparison(file, List.of()).run(RunListener.NONE);
  }

  private void run(List<Cell> cells, CellExecution execution, Template template) {
    ExecutorService slots = Executors.newFixedThreadPool(SLOTS);
    List<Future<?>> all = new ArrayList<>();
    for (Cell cell : cells) {
      all.add(slots.submit(() -> run(cell, execution.attempts(), template)));
    }
    slots.shutdown();
    try {
      for (Future<?> each : all) {
        each.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void run(Cell cell, CellExecution.Attempts attempts, Template template) {
    CellAttempt attempt = attempts.next(cell, List.of()).orElseThrow();
    attempts.started(attempt);
    template.leaveIn(RunAttempts.run(attempt.folder()));
    assertThat(attempts.collect(attempt)).as(cell.name()).isTrue();
  }

  /** What a cell has left. */
  private static final class Template {

    private final Path run;
    private final CellOutcome outcome;
    private final RunResult result;
    private final CellFolder main;

    Template(Path comparison) throws IOException {
      run = list(comparison.resolve("cells")).get(0);
      main = RunFolder.readCell(run, "main");
      outcome = main.outcome().orElseThrow();
      result = RunFolder.result(run).orElseThrow();
    }

    void leaveIn(Path there) {
      try (RunFolder opened = RunFolder.open(there)) {
        opened.writeProvenance(RunFolder.provenance(run).orElseThrow());
        CellFolder cell = opened.cell("main");
        cell.begin(main.code().orElse(Map.of()));
        for (int step = 1; step <= 4; step++) {
          Event event = new Event.StepDone(Progress.of(step, 4));
          opened.events().append(new RunEvent(Instant.now(), "main", "train", step, event));
          TimeUnit.MILLISECONDS.sleep(50);
        }
        cell.writeTheta(main.theta().orElseThrow(), main.head().orElseThrow());
        cell.writePredictions(main.predictions());
        cell.writeOutcome(outcome);
        Files.createDirectory(opened.adapter());
        for (Path file : list(RunFolder.adapter(run))) {
          Files.copy(file, opened.adapter().resolve(file.getFileName()));
        }
        opened.writeResult(result);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  /** Looks at the page as a browser does, once a second. */
  private static void look(Path runs, AtomicBoolean over, Looks looks) {
    try {
      // The folder of runs is made and removed again to try whether it can be.
      while (comparisons(runs).isEmpty() && !over.get()) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
      try (LivePage page = LivePage.over(runs).open(LivePage.LOOPBACK, 0)) {
        String name = comparisons(runs).get(0);
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request =
            HttpRequest.newBuilder(
                    URI.create(page.address().replaceFirst("/?$", "/status.json?run=" + name)))
                .build();
        while (!over.get()) {
          long from = System.nanoTime();
          HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
          JsonNode status = JSON.readTree(answer.body());
          assertThat(status.has("counts")).as(answer.body()).isTrue();
          looks.seconds.add((System.nanoTime() - from) / 1e9);
          looks.bytes = Math.max(looks.bytes, answer.body().length());
          TimeUnit.SECONDS.sleep(1);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> comparisons(Path runs) throws IOException {
    try (Stream<Path> files = Files.list(runs)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static String memory() {
    System.gc();
    long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return "%d MB of heap".formatted(used >> 20);
  }

  private void tell(String what) {
    System.out.printf(
        Locale.ROOT, "[many cells] %7.1f s  %s%n", (System.nanoTime() - began) / 1e9, what);
  }
}
