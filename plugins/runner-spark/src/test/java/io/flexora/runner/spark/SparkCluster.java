package io.flexora.runner.spark;

import io.flexora.testkit.fixture.cell.AttemptedCells;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A real Spark cluster on the loopback interface: a master and a worker with two cores. */
final class SparkCluster implements AutoCloseable {

  /** Written by the build of the driver. */
  private static final Path LIBRARIES =
      Path.of("../runner-spark-driver/target/spark-libraries.txt");

  private final Path folder;
  private final int port;
  private final Deque<Process> daemons = new ArrayDeque<>();

  private SparkCluster(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Why there can be no cluster here; empty if there can. */
  static Optional<String> missing() {
    if (File.separatorChar == '\\') {
      return Optional.of("a Spark cluster on Windows needs Hadoop's native tools");
    }
    return Files.exists(LIBRARIES)
        ? Optional.empty()
        : Optional.of(
            "there is no list of Spark's libraries, which plugins/runner-spark-driver makes when it is built");
  }

  /** Makes a folder as Spark's own, whose jars are those that Maven has. */
  static Path home(Path folder) throws IOException {
    Path jars = Files.createDirectories(folder.resolve("jars"));
    for (String library : Files.readString(LIBRARIES).strip().split(File.pathSeparator, -1)) {
      Path jar = Path.of(library);
      Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
    }
    return folder;
  }

  /** Starts the cluster. */
  static SparkCluster start(Path folder) throws Exception {
    SparkCluster cluster = new SparkCluster(home(folder), freePort());
    cluster.daemon("master.Master", "--port", String.valueOf(cluster.port), "--webui-port", "0");
    AttemptedCells.await(cluster::answers);
    cluster.daemon(
        "worker.Worker",
        "--webui-port",
        "0",
        "--cores",
        "2",
        "--memory",
        "2g",
        "--work-dir",
        folder.resolve("work").toString(),
        cluster.master());
    return cluster;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void daemon(String type, String... words) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dspark.master.rest.enabled=false",
                "-cp",
                folder.resolve("jars") + File.separator + "*",
                "org.apache.spark.deploy." + type,
                "--host",
                "127.0.0.1"));
    line.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(type + ".log").toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_HOME", folder.toString());
    daemons.push(builder.start());
  }

  String master() {
    return "spark://127.0.0.1:" + port;
  }

  /** The processes of the executors. */
  List<ProcessHandle> executors() {
    return daemons.stream()
        .flatMap(daemon -> daemon.toHandle().descendants())
        .filter(
            process ->
                process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  @Override
  public void close() {
    List<ProcessHandle> all =
        daemons.stream()
            .flatMap(
                daemon ->
                    Stream.concat(daemon.toHandle().descendants(), Stream.of(daemon.toHandle())))
            .toList();
    for (Process daemon : daemons) {
      daemon.destroy();
      try {
        daemon.onExit().get(10, TimeUnit.SECONDS);
      } catch (InterruptedException | ExecutionException | TimeoutException e) {
        daemon.destroyForcibly().onExit().join();
      }
    }
    all.forEach(ProcessHandle::destroyForcibly);
    removeLinks();
  }

  /** JUnit warns of each link that it removes. */
  private void removeLinks() {
    try (Stream<Path> links = Files.list(folder.resolve("jars"))) {
      for (Path link : links.toList()) {
        Files.delete(link);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
