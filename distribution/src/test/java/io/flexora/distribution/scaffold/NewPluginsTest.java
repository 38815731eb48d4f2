package io.flexora.distribution.scaffold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.flexora.cli.scaffold.ExtensionPoints;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import io.flexora.results.run.CellOutcome;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Follows each extension point from a new project to an experiment that uses its plugin: built from
 * the installation's kit, past its conformance suite, dropped into the folder of a running host,
 * and used by the project's own example on a tiny model. What Maven itself makes of a project,
 * {@code NewSelectorTest} tells.
 */
@ExtendWith(OneThread.class)
@Timeout(300)
class NewPluginsTest {

  /** What a model is asked for by a strategy, an adapter and posteriors that read of its layers. */
  private static final List<String> READERS_OF_LAYERS =
      List.of(
          "selector={use: cka, layers: 2}",
          "adapter={use: eva, lora_rank: 2, lora_dropout: 0.1, calibration_examples: 8}",
          "posteriors={curved: laplace, passes: {use: mc-dropout, samples: 2}}");

  private static final Path LLAMA =
      Path.of("../bundles/model-decoder/src/test/resources/tiny/llama3").toAbsolutePath();

  @TempDir private static Path folder;
  private static TinyExperiment tiny;
  private static FlexoraHost host;

  static Set<String> kinds() {
    return ExtensionPoints.all().keySet();
  }

  @BeforeAll
  static void start() throws IOException {
    tiny = TinyExperiment.in(folder.resolve("tiny"));
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    try (Stream<Path> jars = Files.list(Program.HOME.resolve("plugins"))) {
      for (Path jar :
          jars.filter(f -> f.getFileName().toString().startsWith("flexora-")).toList()) {
        Files.createSymbolicLink(plugins.resolve(jar.getFileName()), jar);
      }
    }
    host =
        FlexoraHost.builder()
            .bundles(Program.HOME.resolve("bundles"))
            .pluginsFolder(plugins)
            .cache(folder.resolve("cache"))
            .pollInterval(Duration.ofMillis(100))
            .start();
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aNewProjectBuildsPassesItsSuiteIsDroppedInAndUsed(String kind) throws Exception {
    GeneratedPlugin plugin =
        new GeneratedPlugin(kind, Program.HOME, folder.resolve("my-" + kind)).build();

    passesItsSuite(plugin);
    isFoundByARunningHost(plugin);
    isUsedByItsExample(plugin);
  }

  private static void passesItsSuite(GeneratedPlugin plugin) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = plugin.tests()) {
      thread.setContextClassLoader(loader);
      LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
      for (String name : plugin.testNames()) {
        request.selectors(selectClass(loader.loadClass(name)));
      }
      TestExecutionSummary summary = run(request.build());
      StringWriter failures = new StringWriter();
      summary.printFailuresTo(new PrintWriter(failures), 30);
      assertThat(summary.getTotalFailureCount()).as("%s", failures).isZero();
      assertThat(summary.getTestsSucceededCount()).isGreaterThan(3);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static TestExecutionSummary run(LauncherDiscoveryRequest request) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    return listener.getSummary();
  }

  private static void isFoundByARunningHost(GeneratedPlugin plugin) throws Exception {
    Path dropped = folder.resolve("plugins").resolve(plugin.jar().getFileName());
    Files.copy(plugin.jar(), dropped);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!isFound(plugin) && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(status(dropped))
        .singleElement()
        .satisfies(
            status -> assertThat(status.state()).as(status.cause()).isEqualTo(PluginState.ACTIVE));
    assertThat(host.catalog().find(plugin.kind(), plugin.name())).isPresent();
    assertThat(host.catalog().find(plugin.kind(), plugin.name()).orElseThrow().extension().doc())
        .as("what users are told it does")
        .endsWith(".");
  }

  private static boolean isFound(GeneratedPlugin plugin) {
    return host.catalog().find(plugin.kind(), plugin.name()).isPresent();
  }

  private static List<PluginStatus> status(Path jar) {
    return host.plugins().plugins().stream()
        .filter(plugin -> plugin.location().equals(jar.toString()))
        .toList();
  }

  private static void isUsedByItsExample(GeneratedPlugin plugin) throws IOException {
    List<String> use = plugin.project().use();
    Path example = plugin.folder().resolve(use.get(1));
    List<String> small = overrides(plugin, Files.readString(example));
    if (use.get(0).equals("compare")) {
      ComparisonOutcome outcome = host.comparison(example, small).run(RunListener.NONE);
      assertThat(outcome.failures()).isEmpty();
      assertThat(outcome.reports()).allSatisfy(file -> assertThat(file).isNotEmptyFile());
    } else {
      assertThat(run(plugin, example, small)).containsKey("main");
      if (plugin.kind().equals("model")) {
        small.addAll(READERS_OF_LAYERS);
        assertThat(run(plugin, example, small)).containsKeys("main+curved", "main+passes");
      }
    }
  }

  private static Map<String, CellOutcome> run(
      GeneratedPlugin plugin, Path example, List<String> small) {
    Experiment experiment = host.experiment(example, small);
    assertThat(experiment.resolved()).contains(plugin.name());
    RunOutcome outcome = experiment.run(RunListener.NONE);
    assertThat(outcome.cells().values()).allMatch(cell -> cell.failure().isEmpty());
    assertThat(outcome.reports()).allSatisfy(file -> assertThat(file).isNotEmptyFile());
    return outcome.cells();
  }

  /** The same on the tiny model and its data, and with the project's files where they are. */
  private static List<String> overrides(GeneratedPlugin plugin, String example) throws IOException {
    boolean compares = example.contains("\nstrategies:");
    String model = compares ? "models.bge" : "model";
    String dataset = compares ? "tasks.supersense.dataset" : "dataset";
    List<String> all = new ArrayList<>();
    all.add("device=cpu");
    all.add("output_dir=" + folder.resolve("runs"));
    all.add("trainer.max_steps=2");
    if (compares) {
      all.addAll(List.of("seeds=[1]", "budget.layers=2"));
    }
    if (example.contains("use: encoder")) {
      all.add(model + ".source=file:" + tiny.folder().resolve("model.onnx"));
      all.add(model + ".max_tokens=24");
    }
    if (example.contains("use: decoder")) {
      all.add(model + ".source=file:" + LLAMA);
      all.add(model + ".max_tokens=64");
      all.add(dataset + ".source=file:" + questions(plugin.folder().resolve("questions")));
      all.addAll(
          List.of(dataset + ".train_rows=6", dataset + ".validation=2", dataset + ".test_rows=4"));
    }
    if (example.contains("layers: 4}\n") && !compares) {
      all.add("selector.layers=2");
    }
    if (example.contains("use: wordnet")) {
      all.add(dataset + ".source=file:" + tiny.folder());
      all.addAll(List.of(dataset + ".train=60", dataset + ".validation=40", dataset + ".test=40"));
    }
    Path data = plugin.folder().resolve("data");
    if (example.contains("file:data/")) {
      all.add(dataset + ".source=file:" + data.resolve("fruit.tsv"));
    }
    if (example.contains(":data.zip!/")) {
      all.add(
          dataset
              + ".train="
              + plugin.name()
              + ":"
              + zipped(data.resolve("fruit.jsonl"))
              + "!/fruit.jsonl");
    }
    return all;
  }

  private static Path questions(Path target) throws IOException {
    Files.createDirectories(target);
    for (String split : List.of("train", "validation")) {
      List<String> rows =
          IntStream.range(0, 10)
              .mapToObj(
                  i ->
                      "{\"goal\": \"a %s %d\", \"sol1\": \"b\", \"sol2\": \"c d\", \"label\": 0}"
                          .formatted(split, i))
              .toList();
      Files.write(target.resolve(split + ".jsonl"), rows);
    }
    return target;
  }

  private static Path zipped(Path file) throws IOException {
    Path archive = file.resolveSibling("data.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      zip.putNextEntry(new ZipEntry(file.getFileName().toString()));
      Files.copy(file, zip);
    }
    return archive;
  }

  @Test
  void everyExtensionPointIsFoundByItsAnnotation() throws IOException {
    Path framework = Path.of(System.getProperty("flexora.sources"), "framework");
    try (Stream<Path> contracts = Files.walk(framework.resolve("api/src/main/java"));
        Stream<Path> results = Files.walk(framework.resolve("results/src/main/java"))) {
      assertThat(kinds())
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(contracts, results)
                  .filter(Files::isRegularFile)
                  .flatMap(NewPluginsTest::kindsIn)
                  .toList());
    }
  }

  private static Stream<String> kindsIn(Path source) {
    try {
      return java.util.regex.Pattern.compile(
              "^@ExtensionPoint\\(\\s*(?:value = )?\"([^\"]*)\"", java.util.regex.Pattern.MULTILINE)
          .matcher(Files.readString(source))
          .results()
          .map(found -> found.group(1));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
