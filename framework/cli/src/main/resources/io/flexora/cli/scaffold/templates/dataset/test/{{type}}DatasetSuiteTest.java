package {{package}};

import io.flexora.testkit.DatasetSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class {{type}}DatasetSuiteTest extends DatasetSuite {

  @TempDir static Path folder;

  @BeforeAll
  static void write() throws IOException {
    Files.writeString(
        folder.resolve("rows.tsv"),
        IntStream.range(0, 20)
            .mapToObj(i -> "label-%d\ttext %d\n".formatted(i % 3, i))
            .collect(Collectors.joining()));
  }

  @Override
  protected String configuration() {
    return "{use: {{name}}, source: '%s', train: 10, validation: 5, test: 4}"
        .formatted("file:" + folder.resolve("rows.tsv"));
  }
}
