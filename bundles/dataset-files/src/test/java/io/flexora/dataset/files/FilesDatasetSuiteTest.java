package io.flexora.dataset.files;

import io.flexora.testkit.DatasetSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Takes validation and test rows from a file in which some rows are twice. */
class FilesDatasetSuiteTest extends DatasetSuite {

  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    Files.writeString(
        folder.resolve("rows.jsonl"),
        IntStream.range(0, 400)
            .mapToObj(
                i ->
                    "{\"q\": \"question %d\", \"c\": {\"text\": [\"a\", \"b\"]}, \"label\": %d}"
                        .formatted(i % 380, i % 2))
            .collect(Collectors.joining("\n")));
  }

  @Override
  protected String configuration() {
    return """
    use: files
    train: file:%s/rows.jsonl
    validation: 0.1
    test: 50
    train_rows: 200
    rename: {choices: c.text}
    where: length(q) < 13 AND len(choices) = 2
    """
        .formatted(folder);
  }
}
