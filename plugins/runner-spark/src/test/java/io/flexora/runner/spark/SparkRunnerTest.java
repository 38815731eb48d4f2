package io.flexora.runner.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.CellAttempt;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Runner;
import io.flexora.testkit.fixture.cell.AttemptedCells;
import io.flexora.testkit.host.SuiteHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The runner as experiments get it, on a real master, worker and executors of Spark. */
class SparkRunnerTest {

  private static final String ON_REQUEST =
      "takes a start of Spark more; -Dflexora.speed=1 asks for it";

  @TempDir static Path place;
  private static SparkCluster cluster;
  private static SuiteHost host;

  @TempDir Path folder;
  private AttemptedCells cells;

  @BeforeAll
  static void start() throws Exception {
    Optional<String> missing = SparkCluster.missing();
    assumeTrue(missing.isEmpty(), () -> "no Spark to test on: " + missing.get());
    cluster = SparkCluster.start(place.resolve("spark"));
    host = SuiteHost.start(Files.createDirectory(place.resolve("cache")), List.of());
  }

  @AfterAll
  static void close() {
    if (host != null) {
      host.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    AttemptedCells.program(folder.resolve("cell.sh"));
    cells =
        new AttemptedCells(
            Files.createDirectories(folder.resolve("comparison/cells")),
            SparkRunnerTest::words,
            Map.of("MALLOC_ARENA_MAX", "it's 1"));
  }

  /** The cells {@code unshared} and {@code unlogged} get folders in which no process can begin. */
  private static List<String> words(Path attempt) {
    String cell = attempt.getParent().getParent().getFileName().toString();
    try {
      if (cell.equals("unshared")) {
        Files.delete(attempt);
      } else if (cell.equals("unlogged")) {
        Files.createDirectory(attempt.resolve(CellAttempt.LOG));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of(attempt.toString(), "a word's");
  }

  /** So that a test that fails leaves no cell on the cluster. */
  @AfterEach
  void cancel() {
    cells.cancel();
  }

  private Runner runner(String further) {
    String conf =
        further.contains("conf:")
            ? ""
            : ", conf: ['spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1', spark.driver.host=127.0.0.1, spark.driver.bindAddress=127.0.0.1]";
    return host.extension(
        Runner.class,
        ("{use: spark, master: '%s', spark_home: '%s', java: '%s',"
                + " driver_java_options: [-Xmx512m, -XX:TieredStopAtLevel=1]%s%s}")
            .formatted(
                cluster.master(),
                place.resolve("spark"),
                folder.resolve("cell.sh"),
                conf,
                further.contains("start_timeout") ? further : ", start_timeout: 10m" + further),
        host.services(1));
  }

  private CompletableFuture<Void> begin(String further, String... names) {
    Runner runner = runner(further);
    Compatibility.require(runner::checkCompatibility, options -> options);
    return cells.begin(runner, names);
  }

  private BooleanSupplier runs(String cell, int number) {
    return () -> cells.begun(cell, number);
  }

  private static void await(CompletableFuture<Void> run, BooleanSupplier condition)
      throws InterruptedException {
    AttemptedCells.await(() -> condition.getAsBoolean() || run.isDone());
    if (!condition.getAsBoolean()) {
      run.join();
    }
    assertThat(condition.getAsBoolean()).as("before the end of the run").isTrue();
  }

  private static ProcessHandle driver() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains("SparkDriver"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void cellsEndAndFailAndThoseOfALostExecutorAndALostDriverAreTriedAgainAndCountOnce()
      throws Exception {
    CompletableFuture<Void> run =
        begin(
            "",
            "thrice",
            "end-1",
            "report",
            "crash",
            "end-2",
            "unshared",
            "unlogged",
            "twice",
            "end-3");
    await(run, () -> cells.results().size() == 2 && cells.failures().size() == 4);
    await(run, () -> cells.begun("thrice", 1) && cells.begun("twice", 1));
    await(run, () -> cells.started().containsAll(List.of("thrice/1", "twice/1")));
    ProcessHandle first = cells.process("thrice", 1);
    // Both cores are taken, so that the last cell only waits when the driver is lost.
    driver().destroyForcibly();
    await(run, runs("thrice", 2));
    long executor = parent("thrice", 2);
    ProcessHandle second = cells.process("thrice", 2);
    // The parent is the executor, and none of this machine's processes otherwise.
    assertThat(cluster.executors()).anyMatch(process -> process.pid() == executor);
    ProcessHandle.of(executor).orElseThrow().destroyForcibly();
    run.join();

    assertThat(cells.results())
        .isEqualTo(Map.of("thrice", 3, "end-1", 1, "end-2", 1, "twice", 2, "end-3", 2));
    assertThat(cells.lost()).hasSize(3);
    assertThat(cells.lost().subList(0, 2))
        .containsExactly(
            "thrice/1: the driver of Spark ended", "twice/1: the driver of Spark ended");
    assertThat(cells.lost().get(2)).startsWith("thrice/2: its executor on Spark was lost:");
    assertThat(cells.started()).contains("end-3/2").doesNotContain("end-3/1");
    assertThat(cells.failures()).containsOnlyKeys("report", "crash", "unshared", "unlogged");
    assertThat(cells.failures().get("unshared"))
        .startsWith("the folder " + cells.attempt("unshared", 1) + " is not there on ");
    assertThat(cells.failures().get("unlogged"))
        .startsWith("its process cannot be started on ")
        .contains("Cannot run program \"" + folder.resolve("cell.sh"), "option java");
    assertThat(cells.failures().get("report")).isEqualTo("layer 9 of a model with layers 0 to 3");
    assertThat(cells.failures().get("crash")).contains("SIGABRT (exit code 134)");
    Path attempt = cells.attempt("end-1", 1);
    assertThat(Files.readString(attempt.resolve("environment")))
        .contains("OMP_NUM_THREADS=1\n", "MALLOC_ARENA_MAX=it's 1\n");
    assertThat(Files.readString(attempt.resolve("words")))
        .matches("\\Q" + attempt + " a word's --parent \\E\\d+\n");
    AttemptedCells.await(() -> !first.isAlive() && !second.isAlive());
    AttemptedCells.await(() -> cluster.executors().isEmpty());
  }

  private long parent(String cell, int number) throws IOException {
    String words = Files.readString(cells.attempt(cell, number).resolve("words")).strip();
    return Long.parseLong(words.replaceFirst(".*--parent ", ""));
  }

  @Test
  void cellsBeginInTheirOrderAndACancellationEndsWhatRunsPolitelyAndLeavesNoProcess()
      throws Exception {
    CompletableFuture<Void> run =
        begin(", parallel: 1", "end-1", "end-2", "end-3", "end-4", "end-5", "polite-1", "end-6");
    await(run, runs("polite-1", 1));
    // Spark tells of it at the next poll.
    await(run, () -> cells.started().contains("polite-1/1"));
    ProcessHandle process = cells.process("polite-1", 1);
    ProcessHandle driver = driver();

    cells.cancel();

    assertThatThrownBy(run::join).hasCauseInstanceOf(CancelledException.class);
    assertThat(process.isAlive()).isFalse();
    assertThat(driver.isAlive()).isFalse();
    assertThat(cells.attempt("polite-1", 1).resolve("checkpoint")).exists();
    assertThat(cells.started())
        .containsExactly("end-1/1", "end-2/1", "end-3/1", "end-4/1", "end-5/1", "polite-1/1");
    assertThat(cells.begun("end-6", 1)).isFalse();
    assertThat(cells.failures()).isEmpty();
    AttemptedCells.await(() -> cluster.executors().isEmpty());
  }

  @Test
  @EnabledIfSystemProperty(
      named = "flexora.speed",
      matches = "[1-9].*",
      disabledReason = ON_REQUEST)
  void aCellThatTakesTooLongIsEndedPolitelyAndFails() {
    begin(", time_limit: 3s", "polite").join();

    assertThat(cells.failures().get("polite")).contains("took longer than time_limit allows");
    assertThat(cells.attempt("polite", 1).resolve("checkpoint")).exists();
  }

  /** Whoever reaches the driver can send it anything; its cells must end as they do otherwise. */
  @Test
  @EnabledIfSystemProperty(
      named = "flexora.speed",
      matches = "[1-9].*",
      disabledReason = ON_REQUEST)
  void garbageAndIdleConnectionsAtThePortsOfTheDriverChangeNothing() throws Exception {
    List<Integer> ports = List.of(SparkCluster.freePort(), SparkCluster.freePort());
    CompletableFuture<Void> run =
        begin(
            ", conf: [spark.driver.host=127.0.0.1, spark.driver.bindAddress=127.0.0.1,"
                + " spark.driver.port=%d, spark.driver.blockManager.port=%d]"
                    .formatted(ports.get(0), ports.get(1)),
            "polite-1",
            "end-1",
            "report",
            "crash");
    await(run, runs("polite-1", 1));
    List<Socket> idle = new ArrayList<>();
    try {
      for (int port : ports) {
        for (byte[] garbage : garbage()) {
          idle.add(sent(port, garbage));
        }
      }
      await(run, () -> cells.results().size() == 1 && cells.failures().size() == 2);
      assertThat(cells.process("polite-1", 1).isAlive()).isTrue();
      cells.cancel();
      assertThatThrownBy(run::join).hasCauseInstanceOf(CancelledException.class);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
    assertThat(cells.results()).isEqualTo(Map.of("end-1", 1));
    assertThat(cells.failures().get("report")).isEqualTo("layer 9 of a model with layers 0 to 3");
    assertThat(cells.lost()).isEmpty();
  }

  /** Noise, HTTP, frames that promise too much, calls without a sense, and nothing. */
  private static List<byte[]> garbage() {
    Random random = new Random(44);
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      byte[] noise = new byte[1 << (i % 20)];
      random.nextBytes(noise);
      all.add(noise);
      all.add(new byte[0]);
      byte[] call = new byte[4096];
      random.nextBytes(call);
      // A frame of Spark's own: its length, the type of the message, and a serialised object.
      ByteBuffer.wrap(call)
          .putLong(call.length)
          .put((byte) i)
          .putLong(i)
          .putInt(call.length - 21)
          .putInt(0xaced0005);
      all.add(call);
      all.add(ByteBuffer.allocate(9).putLong(Long.MAX_VALUE >> i).array());
    }
    all.add("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return all;
  }

  private static Socket sent(int port, byte[] bytes) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      // It has hung up, as it may.
    }
    return socket;
  }

  @Test
  @EnabledIfSystemProperty(
      named = "flexora.speed",
      matches = "[1-9].*",
      disabledReason = ON_REQUEST)
  void aClusterThatStartsNoExecutorIsToldInTime() {
    assertThatThrownBy(() -> begin(", cpus: 7, start_timeout: 2s", "end").join())
        .hasMessageContaining("Spark cannot run the cells: " + cluster.master())
        .hasMessageContaining("has started no executor within")
        .hasMessageContaining("has it the cores and the memory for one (7 cores, 512m)");
    assertThat(cells.started()).isEmpty();
  }
}
