package io.flexora.source.hf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Several processes, and one that is killed, on one cache. */
class ProcessesTest extends HubTest {
  private Process process(String location) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                FetchOnce.class.getName(),
                location)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("output.txt").toFile());
    builder.environment().keySet().removeIf(n -> n.startsWith("HF_") || n.endsWith("_proxy"));
    builder.environment().put("HF_ENDPOINT", hub.url());
    builder.environment().put("HF_HUB_CACHE", cache().toString());
    return builder.start();
  }

  private List<Path> incomplete() throws IOException {
    Path blobs = cached("blobs");
    if (Files.notExists(blobs)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(blobs)) {
      return files.filter(f -> f.toString().endsWith(".incomplete")).toList();
    }
  }

  private void awaitHalf() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() < deadline) {
      for (Path file : incomplete()) {
        if (Files.size(file) == WEIGHTS.length / 2) {
          return;
        }
      }
      Thread.sleep(20);
    }
    throw new AssertionError("nothing came: " + Files.readString(home.resolve("output.txt")));
  }

  @Test
  void aKilledProcessLeavesNothingHalfDoneAndTheNextGoesOn() throws Exception {
    hub.stall(1);
    Process process = process("org/tiny/model.safetensors");
    awaitHalf();
    process.destroyForcibly().waitFor();
    assertThat(files(cached("snapshots"))).isEmpty();
    assertThat(files(cached("blobs"))).hasSize(1).allMatch(n -> n.endsWith(".incomplete"));
    assertThat(cached("refs")).doesNotExist();
    assertThat(fetch("org/tiny/model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(hub.requests()).anyMatch(r -> r.endsWith("bytes=100000-"));
  }

  @Test
  void aSecondProcessWaitsForTheFirst() throws Exception {
    hub.stall(1);
    Process first = process("org/tiny/model.safetensors");
    awaitHalf();
    Thread ending =
        new Thread(
            () -> {
              while (monitor.notices().stream()
                  .noneMatch(n -> n.startsWith("Waiting for another"))) {
                Thread.onSpinWait();
              }
              first.destroyForcibly();
            });
    ending.setDaemon(true);
    ending.start();
    assertThat(fetch("org/tiny/model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(hub.requests())
        .filteredOn(r -> r.contains("Signature"))
        .hasSize(2)
        .last()
        .asString()
        .endsWith("bytes=100000-");
  }
}
