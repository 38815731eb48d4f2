package io.flexora.source.hf;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flexora.testkit.SourceSuite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Works against a Hub on this machine; the bundle finds it by system properties. */
class HfSourceSuiteTest extends SourceSuite {
  private static final String ENDPOINT = "HF_ENDPOINT";
  private static final String CACHE = "HF_HUB_CACHE";

  @TempDir private static Path cache;
  private static FakeHub hub;

  @BeforeAll
  static void start() throws IOException {
    hub = new FakeHub();
    hub.repo("models/org/tiny").large("model.safetensors", "weights".getBytes(UTF_8));
    System.setProperty(ENDPOINT, hub.url());
    System.setProperty(CACHE, cache.toString());
  }

  @AfterAll
  static void stop() {
    System.clearProperty(ENDPOINT);
    System.clearProperty(CACHE);
    hub.close();
  }

  @Override
  protected String configuration() {
    return "hf";
  }

  @Override
  protected String existing() {
    return "org/tiny/model.safetensors";
  }

  @Override
  protected byte[] content() {
    return "weights".getBytes(UTF_8);
  }

  @Override
  protected String missing() {
    return "org/tinny/model.safetensors";
  }

  @Override
  protected Optional<Path> storage() {
    return Optional.of(cache);
  }
}
