package io.flexora.results.run;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * The origin of a run or a comparison: the code, the machine and the files.
 *
 * @param started when it started
 * @param seed its seed
 * @param versions versions by name: {@code flexora}, {@code java}, and those of what computes
 * @param plugins the version of each plugin in use, by its symbolic name
 * @param code the SHA-256 of the content of each jar whose code took part, of plugins by their
 *     symbolic names and of Flexora's own by theirs; two builds of the same classes have the same
 * @param machine the machine
 * @param files the hash of each fetched file, by its source
 * @since 0.1
 */
public record Provenance(
    Instant started,
    long seed,
    Map<String, String> versions,
    Map<String, String> plugins,
    Map<String, String> code,
    Machine machine,
    Map<String, FetchedFile> files) {

  /** The name, among the versions, of the type that the frozen layers computed in. */
  public static final String COMPUTE_TYPE = "compute_dtype";

  /**
   * The name, among the versions, of the sentences that tell which extensions stood in for shipped
   * ones; not there if none did.
   */
  public static final String OVERRIDES = "overrides";

  /** The name, among the versions, of Flexora itself. */
  public static final String FLEXORA = "flexora";

  /** The name, among the versions, of the device that computed. */
  public static final String DEVICE = "device";

  /**
   * A machine.
   *
   * @param os the name and version of the operating system
   * @param architecture the architecture of the processor
   * @param cpu the processor's name; {@code unknown} if the system does not tell
   * @param cores how many cores the process may use
   * @param memoryBytes the machine's memory; 0 if the system does not tell
   */
  public record Machine(String os, String architecture, String cpu, int cores, long memoryBytes) {}

  /**
   * A fetched file.
   *
   * @param bytes its length
   * @param sha256 its hash, in hexadecimal digits
   */
  public record FetchedFile(long bytes, String sha256) {}

  /** Copies the maps. */
  public Provenance {
    Objects.requireNonNull(started);
    versions = Map.copyOf(versions);
    plugins = Map.copyOf(plugins);
    code = Map.copyOf(code);
    Objects.requireNonNull(machine);
    files = Map.copyOf(files);
  }
}
