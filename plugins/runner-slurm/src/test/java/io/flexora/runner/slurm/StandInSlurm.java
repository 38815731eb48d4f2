package io.flexora.runner.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The commands of Slurm as a script whose jobs are processes of this machine. */
final class StandInSlurm {

  private static final long MINUTES = 10;

  private final Path folder;

  StandInSlurm(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("state"));
    Files.createDirectories(commands());
    for (String name : List.of("sbatch", "squeue", "sacct", "scancel", "fail-node", "time-out")) {
      program(commands().resolve(name));
    }
  }

  /** The folder of the commands. */
  Path commands() {
    return folder.resolve("bin");
  }

  private static void program(Path target) throws IOException {
    try (InputStream in = StandInSlurm.class.getResourceAsStream("slurm-stand-in.sh")) {
      Files.copy(in, target);
    }
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  void is(String state) throws IOException {
    Files.createFile(folder.resolve("state").resolve(state));
  }

  /** Keeps jobs that wait from starting, for a reason as Slurm writes it. */
  void holds(String reason) throws IOException {
    Files.writeString(folder.resolve("state").resolve("held"), reason + "\n");
  }

  void isNot(String state) throws IOException {
    Files.delete(folder.resolve("state").resolve(state));
  }

  /** What sbatch was told of an array. */
  String words(String array) throws IOException {
    return Files.readString(folder.resolve("state").resolve(array + ".words")).strip();
  }

  /** What scancel was told. */
  String cancelled() throws IOException {
    Path log = folder.resolve("state").resolve("scancel.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  /** The states of all jobs. */
  Map<String, String> states() {
    Map<String, String> states = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve("state"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".state")).toList()) {
        states.put(
            file.getFileName().toString().replace(".state", ""), Files.readString(file).strip());
      }
    } catch (IOException e) {
      // Replaced meanwhile; the next look finds it.
    }
    return states;
  }

  void command(String name, String... words) throws Exception {
    Process process =
        new ProcessBuilder(
                Stream.concat(Stream.of(commands().resolve(name).toString()), Stream.of(words))
                    .toList())
            .start();
    assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
  }
}
