package io.flexora.dataset.wordnet;

import io.flexora.testkit.DatasetSuite;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Reads the real WordNet 3.1, which is on the test's class path. */
class WordnetDatasetSuiteTest extends DatasetSuite {

  @TempDir private static Path folder;

  @BeforeAll
  static void unpack() throws IOException {
    for (String name : Senses.NOUNS.files()) {
      try (InputStream in =
          WordnetDatasetSuiteTest.class.getResourceAsStream(
              "/net/sf/extjwnl/data/wordnet/wn31/" + name)) {
        Files.copy(in, folder.resolve(name));
      }
    }
  }

  @Override
  protected String configuration() {
    return "{use: wordnet, source: 'file:%s', train: 300, validation: 100, test: 100}"
        .formatted(folder);
  }
}
