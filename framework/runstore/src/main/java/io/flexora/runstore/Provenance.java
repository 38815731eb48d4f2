package io.flexora.runstore;

import io.flexora.files.durable.FileHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What computed a run, on what, from what.
 *
 * @param started when the run started
 * @param seed its seed
 * @param versions versions by name: {@code flexora}, {@code java}, and what the caller adds
 * @param plugins the version of each plugin in use, by its symbolic name
 * @param machine the operating system, processor, cores and memory
 * @param files the hash of each fetched file, by its source
 * @since 0.1
 */
public record Provenance(
    Instant started,
    long seed,
    Map<String, String> versions,
    Map<String, String> plugins,
    Map<String, Object> machine,
    Map<String, FileHash> files) {

  /** The name, among the versions, of the type that the frozen layers computed in. */
  public static final String COMPUTE_TYPE = "compute_dtype";

  private static final Path CPU = Path.of("/proc/cpuinfo");

  /** Copies the maps. */
  public Provenance {
    versions = Map.copyOf(versions);
    plugins = Map.copyOf(plugins);
    machine = Map.copyOf(machine);
    files = Map.copyOf(files);
  }

  /**
   * Looks at this process and this machine.
   *
   * @param engines the versions of DJL, PyTorch and whatever else computes, by name
   */
  public static Provenance gather(
      Instant started,
      long seed,
      Map<String, String> engines,
      Map<String, String> plugins,
      Map<String, FileHash> files) {
    Map<String, String> versions = new TreeMap<>(engines);
    versions.put("flexora", flexoraVersion());
    versions.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    return new Provenance(started, seed, versions, plugins, thisMachine(), files);
  }

  private static String flexoraVersion() {
    String properties = "/META-INF/maven/io.flexora/flexora-host/pom.properties";
    try (InputStream in = Provenance.class.getResourceAsStream(properties)) {
      if (in == null) {
        return "development build";
      }
      Properties read = new Properties();
      read.load(in);
      return read.getProperty("version", "unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static Map<String, Object> thisMachine() {
    return Map.of(
        "os",
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        "architecture",
        System.getProperty("os.arch"),
        "cpu",
        cpu(),
        "cores",
        (long) Runtime.getRuntime().availableProcessors(),
        "memory_bytes",
        memoryBytes());
  }

  private static String cpu() {
    try (Stream<String> lines = Files.lines(CPU)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException | java.io.UncheckedIOException e) {
      return System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", "unknown");
    }
  }

  private static long memoryBytes() {
    return java.lang.management.ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }

  /** The content of {@code provenance.json}. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("started", started.toString());
    json.put("seed", seed);
    json.put("versions", versions);
    json.put("plugins", plugins);
    json.put("machine", machine);
    Map<String, Object> hashes = new TreeMap<>();
    files.forEach((name, f) -> hashes.put(name, Map.of("bytes", f.bytes(), "sha256", f.sha256())));
    json.put("files", hashes);
    return PlainValue.map(json);
  }
}
