package io.flexora.comparison.process;

import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.cell.CellCode;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import io.flexora.runstore.RecordJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The code and the files that a machine needs to run a cell, beside the cell's folder.
 *
 * @param code the SHA-256 of each jar whose code takes part, by its name
 * @param files size and SHA-256 of each local file that the configuration names, by its path; of
 *     large ones the size alone
 * @since 0.1
 */
public record CellInputs(Map<String, String> code, Map<String, FileHash> files) {

  /** The name of the file in the folder of a try. */
  public static final String FILE = "inputs.json";

  /** Copies the maps. */
  public CellInputs {
    code = Map.copyOf(code);
    files = Map.copyOf(files);
  }

  /** Writes it whole or not at all. */
  public void write(Path file) {
    RecordJson.write(file, this);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws FlexoraException if it cannot be read
   */
  static CellInputs read(Path file) {
    return RecordJson.read(
        file, CellInputs.class, "what a cell needs", "'flexora compare --into' writes it again");
  }

  /**
   * Compares it with this machine.
   *
   * @param installed the code that is installed here
   * @throws FlexoraException if something differs; the message names it and the machine
   */
  void require(Map<String, String> installed) {
    CellCode.difference(code, installed)
        .ifPresent(
            found -> {
              throw new FlexoraException(
                  "machine %s has other code than the one that planned the cell: %s. Install the same jars on both, or share one installation"
                      .formatted(machine(), found));
            });
    files.forEach(CellInputs::require);
  }

  private static void require(String name, FileHash expected) {
    difference(Path.of(name), expected)
        .ifPresent(
            found -> {
              throw new FlexoraException(
                  "machine %s has another %s than the one that planned the cell: it %s. Copy the file, or share its folder"
                      .formatted(machine(), name, found));
            });
  }

  private static Optional<String> difference(Path file, FileHash expected) {
    try {
      if (!Files.isRegularFile(file)) {
        return Optional.of("is not there");
      }
      if (!expected.sha256().isEmpty()) {
        return expected.differenceOf(file);
      }
      long bytes = Files.size(file);
      return bytes == expected.bytes()
          ? Optional.empty()
          : Optional.of("has %d bytes instead of %d".formatted(bytes, expected.bytes()));
    } catch (IOException e) {
      return Optional.of("cannot be read: " + ReadFailure.reason(file, e));
    }
  }

  private static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "(without a name)";
    }
  }
}
