package io.flexora.source.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flexora.testkit.SourceSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class FileSourceSuiteTest extends SourceSuite {

  @TempDir private Path folder;

  @Override
  protected String configuration() {
    return "file";
  }

  @Override
  protected String existing() throws IOException {
    return Files.write(folder.resolve("model.bin"), content()).toString();
  }

  @Override
  protected byte[] content() {
    return "weights".getBytes(UTF_8);
  }

  @Override
  protected String missing() {
    return folder.resolve("missing.bin").toString();
  }

  @Override
  protected Optional<Path> storage() {
    return Optional.of(folder);
  }
}
