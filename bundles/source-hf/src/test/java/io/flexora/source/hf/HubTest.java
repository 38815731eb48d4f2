package io.flexora.source.hf;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.testkit.fixture.RecordingMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A Hub on this machine with one model, and a home folder with an empty cache. */
abstract class HubTest {
  static final String COMMIT = FakeRepo.COMMIT;
  static final byte[] WEIGHTS = random(200_000);
  private static final Duration LONG = Duration.ofSeconds(30);
  @TempDir Path home;
  FakeHub hub;
  FakeRepo model;
  final Map<String, String> variables = new HashMap<>();
  final Properties properties = new Properties();
  final RecordingMonitor monitor = new RecordingMonitor();

  /** How long an answer is waited for; only a Hub that stalls makes anybody wait. */
  Duration timeouts = LONG;

  @BeforeEach
  void start() throws IOException {
    hub = new FakeHub();
    variables.put("HF_ENDPOINT", hub.url() + "/");
    model =
        hub.repo("models/org/tiny")
            .small("config.json", "{\"model_type\": \"llama\"}")
            .small("README.md", "# Tiny")
            .small("tokenizer.json", "{}")
            .small("merges.txt", "a b")
            .large("model.safetensors", WEIGHTS)
            .large("pytorch_model.bin", random(500))
            .large("onnx/model.onnx", random(300))
            .small("original/params.json", "{}");
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** Says that the last step was the last byte of so many. */
  void assertAllCame(long bytes) {
    assertThat(monitor.steps())
        .last()
        .extracting(RecordingMonitor.RecordedStep::done, RecordingMonitor.RecordedStep::total)
        .containsExactly(bytes, bytes);
  }

  HfSource source() {
    return new HfSource(
        new HubEnvironment(home, variables, properties),
        new DownloadLocks(),
        new HubTimeouts(LONG, timeouts, Duration.ZERO));
  }

  Path fetch(String location) throws IOException {
    return source().fetch(location, monitor);
  }

  Path cache() {
    return home.resolve(".cache/huggingface/hub");
  }

  Path cached(String path) {
    return cache().resolve("models--org--tiny").resolve(path);
  }

  Path snapshot(String path) {
    return cached("snapshots/" + COMMIT).resolve(path);
  }

  /** The names of all files below a folder, in order. */
  static List<String> files(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> folder.relativize(f).toString())
          .sorted()
          .toList();
    }
  }

  List<String> gets() {
    return hub.requests().stream().filter(r -> r.startsWith("GET ")).toList();
  }
}
