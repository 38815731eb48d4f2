package io.flexora.runner.slurm;

import io.flexora.testkit.fixture.cell.AttemptedCells;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A real Slurm cluster of one node on the loopback interface, with daemons of its own. */
final class SlurmDaemons implements AutoCloseable {

  private static final List<Path> PLACES =
      List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/usr/local/sbin"));

  private static final String CONFIGURATION =
      """
      ClusterName=loop
      SlurmctldHost=localhost(127.0.0.1)
      SlurmUser=%1$s
      SlurmdUser=%1$s
      AuthType=auth/munge
      AuthInfo=socket=%2$s/munge.sock
      StateSaveLocation=%2$s/state
      SlurmdSpoolDir=%2$s/spool
      SlurmctldPidFile=%2$s/slurmctld.pid
      SlurmdPidFile=%2$s/slurmd.pid
      SlurmctldLogFile=%2$s/slurmctld.log
      SlurmdLogFile=%2$s/slurmd.log
      SlurmctldPort=%3$d
      SlurmdPort=%4$d
      ProctrackType=proctrack/linuxproc
      TaskPlugin=task/none
      SelectType=select/cons_tres
      ReturnToService=2
      MailProg=/bin/true
      KillWait=5
      NodeName=localhost NodeAddr=127.0.0.1 CPUs=%5$d RealMemory=500 State=UNKNOWN
      PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
      """;

  private final Path folder;
  private final Deque<Process> daemons = new ArrayDeque<>();

  private SlurmDaemons(Path folder) {
    this.folder = folder;
  }

  /** Why there can be no cluster here; empty if there can. */
  static Optional<String> missing() {
    return List.of("munged", "slurmctld", "slurmd", "sbatch").stream()
        .filter(name -> find(name).isEmpty())
        .findFirst()
        .map(name -> name + " is not installed (Debian: apt-get install slurm-wlm)");
  }

  private static Optional<Path> find(String name) {
    return PLACES.stream().map(in -> in.resolve(name)).filter(Files::isExecutable).findFirst();
  }

  /** Starts the daemons and waits until the node can take jobs. */
  static SlurmDaemons start(Path folder) throws Exception {
    SlurmDaemons slurm = new SlurmDaemons(folder.toRealPath());
    try {
      slurm.start();
      return slurm;
    } catch (Exception e) {
      slurm.close();
      throw e;
    }
  }

  private void start() throws Exception {
    Files.createDirectory(folder.resolve("state"));
    Files.createDirectory(folder.resolve("spool"));
    byte[] key = new byte[128];
    new SecureRandom().nextBytes(key);
    Files.write(folder.resolve("key"), key);
    Files.setPosixFilePermissions(
        folder.resolve("key"), PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        configuration(),
        CONFIGURATION.formatted(
            System.getProperty("user.name"),
            folder,
            port(),
            port(),
            Runtime.getRuntime().availableProcessors()));
    wrap("sbatch", "squeue", "sacct", "scancel", "scontrol", "sinfo");
    daemon(
        "munged",
        "--foreground",
        "--force",
        "--socket=" + folder.resolve("munge.sock"),
        "--key-file=" + folder.resolve("key"),
        "--pid-file=" + folder.resolve("munge.pid"),
        "--log-file=" + folder.resolve("munge.log"),
        "--seed-file=" + folder.resolve("munge.seed"));
    AttemptedCells.await(() -> Files.exists(folder.resolve("munge.sock")));
    daemon("slurmctld", "-D", "-f", configuration().toString());
    daemon("slurmd", "-D", "-f", configuration().toString(), "-N", "localhost");
    AttemptedCells.await(() -> command("sinfo", "--noheader", "--format=%T").contains("idle"));
  }

  private static int port() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Path configuration() {
    return folder.resolve("slurm.conf");
  }

  /** The commands, which find this cluster. */
  Path commands() {
    return folder.resolve("commands");
  }

  private void wrap(String... names) throws IOException {
    Files.createDirectory(commands());
    for (String name : names) {
      Path program = find(name).orElseThrow();
      Path wrapper = commands().resolve(name);
      Files.writeString(
          wrapper,
          "#!/bin/sh\nSLURM_CONF='%s' exec %s \"$@\"\n".formatted(configuration(), program));
      Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private void daemon(String name, String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of(find(name).orElseThrow().toString()));
    line.addAll(List.of(words));
    daemons.push(
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".out").toFile())
            .start());
  }

  /** What a command prints. */
  String command(String name, String... words) {
    List<String> line = new ArrayList<>(List.of(commands().resolve(name).toString()));
    line.addAll(List.of(words));
    try {
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    for (Process daemon : daemons) {
      daemon.destroy();
      try {
        daemon.onExit().get(10, TimeUnit.SECONDS);
      } catch (InterruptedException | ExecutionException | TimeoutException e) {
        daemon.destroyForcibly().onExit().join();
      }
    }
  }
}
