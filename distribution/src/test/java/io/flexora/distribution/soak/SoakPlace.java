package io.flexora.distribution.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.distribution.compare.TinyComparison;
import io.flexora.distribution.tiny.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A place of its own for all that commands read and write: an installation with a plugins' folder,
 * a cache, temporary files, and the comparison.
 *
 * @param root the folder of it all, without a blank in its path
 * @param comparison the comparison
 */
record SoakPlace(Path root, TinyComparison comparison) {

  /** Options of the comparison, wherever its cells run. */
  static final List<String> OPTIONS =
      List.of(
          "trainer.max_steps=12",
          "strategies={all: all, searched: {use: flexora, selection: top-k, solver: {use: unrolled,"
              + " inner_steps: 2, inner: {learning_rate: 0.05}}, outer_steps: 8,"
              + " alpha_learning_rate: 0.1}}");

  private static final String IN_PROCESSES =
      "runner={use: process, parallel: 2, threads: 1, max_heap: 256m}";
  private static final ObjectMapper JSON = new ObjectMapper();

  static SoakPlace prepare(Path root) throws IOException {
    SoakPlace place = new SoakPlace(root, TinyComparison.in(root.resolve("data")));
    for (String folder : List.of("bundles", "plugins")) {
      Path copy = Files.createDirectories(place.home().resolve(folder));
      try (Stream<Path> jars = Files.list(Program.HOME.resolve(folder))) {
        for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
          Files.copy(jar, copy.resolve(jar.getFileName()));
        }
      }
    }
    Files.createDirectories(place.temporary());
    return place;
  }

  Path home() {
    return root.resolve("home");
  }

  Path plugins() {
    return home().resolve("plugins");
  }

  Path temporary() {
    return root.resolve("temporary");
  }

  Path cache() {
    return root.resolve("cache");
  }

  /** The variable by which every process of this place is known. */
  String mark() {
    return "TMPDIR=" + temporary();
  }

  /** Starts a command of the installation. */
  Program start(Path working, List<String> arguments) throws IOException {
    String java =
        "%s -Djava.io.tmpdir=%s -Dflexora.cache=%s"
            .formatted(Program.JAVA_OPTIONS, temporary(), cache());
    List<String> words = new ArrayList<>(arguments);
    words.addAll(List.of("--home", home().toString()));
    return Program.start(
        working, Map.of("FLEXORA_JAVA_OPTS", java, "TMPDIR", temporary().toString()), words);
  }

  /** The arguments of a comparison whose cells run in processes of their own. */
  List<String> compare() {
    List<String> words = new ArrayList<>(List.of("compare", comparison.file().toString()));
    OPTIONS.forEach(option -> words.addAll(List.of("--set", option)));
    words.addAll(List.of("--set", IN_PROCESSES));
    return words;
  }

  /** Writes down what was done, for whoever has to find out what went wrong. */
  synchronized void note(String sentence) throws IOException {
    LocalTime now = LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS);
    Files.writeString(
        root.resolve("story.log"),
        "%s %s%n".formatted(now, sentence),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** All that a finished comparison found, but for what depends on where its cells ran. */
  static Map<String, Map<String, String>> contents(Path comparison) throws IOException {
    Map<String, Map<String, String>> contents = new TreeMap<>(TinyComparison.contents(comparison));
    contents.values().forEach(cell -> cell.remove("process.log"));
    JsonNode result = JSON.readTree(comparison.resolve("comparison.json").toFile());
    contents.put("comparison.json", Map.of("", withoutCosts(result).toString()));
    try (Stream<Path> files = Files.list(comparison)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      contents.put("files", Map.of("", names.toString()));
    }
    return contents;
  }

  private static JsonNode withoutCosts(JsonNode node) {
    if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      names.removeIf(name -> !name.matches(".*seconds|.*memory_bytes|sha256"));
      object.remove(names);
    }
    if (node instanceof ContainerNode<?> container) {
      container.forEach(SoakPlace::withoutCosts);
    }
    return node;
  }
}
