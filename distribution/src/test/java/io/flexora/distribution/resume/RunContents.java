package io.flexora.distribution.resume;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.files.durable.FileHash;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.EventJson;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a finished run found, bit for bit: the hash of each file, and of the result and the record
 * all that does not tell of time and memory.
 */
public final class RunContents {

  private static final Set<String> COSTS =
      Set.of(
          "seconds",
          "peak_memory_bytes",
          "phase_peak_memory_bytes",
          "tokens_per_second",
          // How long the record was, and the hash of an outcome with the costs in it.
          "events",
          "outcome.json");
  private static final Set<String> RECORDS = Set.of("result.json", "outcome.json", "manifest.json");
  private static final Set<String> FINDINGS = Set.of("step", "layers_selected", "trained");
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunContents() {}

  /** Compares two finished runs, file by file. */
  public static void requireSame(Path run, Map<String, String> expected, String story)
      throws IOException {
    requireSame(of(run), expected, story);
  }

  /** Compares what two finished runs found, file by file. */
  public static void requireSame(
      Map<String, String> found, Map<String, String> expected, String story) {
    assertThat(found.keySet()).as(story).isEqualTo(expected.keySet());
    found.forEach(
        (file, content) ->
            assertThat(content).as("%s; %s", file, story).isEqualTo(expected.get(file)));
  }

  /** Reads a run's folder. */
  public static Map<String, String> of(Path run) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> !isTransient(run.relativize(file).toString()))
          .forEach(file -> contents.put(run.relativize(file).toString(), content(file)));
    }
    contents.put("events.jsonl", String.join("\n", findings(run)));
    return contents;
  }

  /** What was measured, in its order, as the reports see it. */
  private static List<String> findings(Path run) {
    return RunFolder.read(run).events().stream()
        .filter(event -> FINDINGS.contains(event.kind()))
        .map(RunContents::line)
        .distinct()
        .toList();
  }

  private static String line(RunEvent event) {
    ObjectNode values = EventJson.values(event.what()).remove(COSTS);
    return "%s %s %s %d %s"
        .formatted(event.cell(), event.phase(), event.kind(), event.step(), values);
  }

  /** What a process leaves for the next, who wrote what when, and the picture of it all. */
  private static boolean isTransient(String file) {
    return file.contains("checkpoints/")
        || file.equals(".lock")
        || file.equals("provenance.json")
        || file.endsWith("report.html");
  }

  private static String content(Path file) {
    try {
      String name = file.getFileName().toString();
      return RECORDS.contains(name)
          ? withoutCosts(((ObjectNode) JSON.readTree(file.toFile())).without("sha256")).toString()
          : FileHash.of(file).sha256();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode withoutCosts(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(COSTS);
    }
    if (node instanceof ContainerNode<?> container) {
      container.forEach(RunContents::withoutCosts);
    }
    return node;
  }
}
