package {{package}};

import io.flexora.testkit.SourceSuite;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class {{type}}SourceSuiteTest extends SourceSuite {

  private static final byte[] ROWS = "{\"text\": \"one row\"}\n".getBytes(StandardCharsets.UTF_8);

  @TempDir static Path folder;

  @BeforeAll
  static void pack() throws IOException {
    try (OutputStream file = Files.newOutputStream(folder.resolve("rows.zip"));
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry("some/train.jsonl"));
      zip.write(ROWS);
    }
  }

  @Override
  protected String configuration() {
    return "{{name}}";
  }

  @Override
  protected String existing() {
    return folder.resolve("rows.zip") + "!/some/train.jsonl";
  }

  @Override
  protected byte[] content() {
    return ROWS;
  }

  @Override
  protected String missing() {
    return folder.resolve("rows.zip") + "!/some/test.jsonl";
  }
}
