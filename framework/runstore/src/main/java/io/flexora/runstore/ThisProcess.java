package io.flexora.runstore;

import com.sun.management.OperatingSystemMXBean;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.RegularFile;
import io.flexora.results.run.Provenance;
import io.flexora.results.run.Provenance.FetchedFile;
import io.flexora.results.run.Provenance.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Finds out what computes here.
 *
 * @since 0.1
 */
public final class ThisProcess {

  private static final Path CPU = Path.of("/proc/cpuinfo");

  private ThisProcess() {}

  /**
   * Looks at this process and this machine.
   *
   * @param engines the versions of DJL, PyTorch and whatever else computes, by name
   * @param plugins the version of each plugin, by its symbolic name
   * @param code the SHA-256 of each jar whose code takes part, by its name
   * @param files what was fetched, by its source
   */
  public static Provenance provenance(
      Instant started,
      long seed,
      Map<String, String> engines,
      Map<String, String> plugins,
      Map<String, String> code,
      Map<String, FileHash> files) {
    Map<String, String> versions = new TreeMap<>(engines);
    versions.put(Provenance.FLEXORA, flexoraVersion());
    versions.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    Map<String, FetchedFile> fetched = new TreeMap<>();
    files.forEach((name, f) -> fetched.put(name, new FetchedFile(f.bytes(), f.sha256())));
    return new Provenance(started, seed, versions, plugins, code, machine(), fetched);
  }

  private static String flexoraVersion() {
    String properties = "/META-INF/maven/io.flexora/flexora-host/pom.properties";
    try (InputStream in = ThisProcess.class.getResourceAsStream(properties)) {
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

  private static Machine machine() {
    return new Machine(
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("os.arch"),
        cpu(),
        Runtime.getRuntime().availableProcessors(),
        memoryBytes());
  }

  private static String cpu() {
    try (Stream<String> lines = RegularFile.lines(CPU).stream()) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException | UncheckedIOException e) {
      return System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", "unknown");
    }
  }

  private static long memoryBytes() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }
}
