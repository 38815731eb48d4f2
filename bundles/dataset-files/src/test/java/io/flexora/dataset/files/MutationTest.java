package io.flexora.dataset.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files with a few wrong bytes give rows or a message that names the file, and nothing else. */
class MutationTest {
  private static final int MUTANTS = 300;
  private static final long SEED = 20;
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          t.jsonl    | {"a": 1, "b": ["x", {"c": "é"}], "d": null}~{"a": 2.5e3, "b": [], "d": true}~
          t.json     | [{"a": 1, "b": ["x", {"c": "é"}]}, {"a": -2, "b": []}]
          t.csv      | a,b~1,"x, ""y"" z"~2,"two~lines"~,é~
          t.jsonl.gz | {"a": 1, "b": "some text of a line"}~{"a": 2, "b": "some text of another"}~
          """)
  void saysWhatIsWrongOrReadsIt(String name, String text) throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    Loading loading = new Loading(folder);
    byte[] whole = bytes(name, text.replace('~', '\n'));
    int read = 0;
    for (int i = 0; i < MUTANTS; i++) {
      Files.write(folder.resolve(name), mutant(whole, random));
      try {
        assertThat(loading.load("train: file:" + name).get(Split.TRAIN)).isNotEmpty();
        read++;
      } catch (FlexoraException | IOException e) {
        assertThat(e).as("mutant %d of seed %d", i, SEED).hasMessageContaining(name);
      }
    }
    assertThat(read).isBetween(1, MUTANTS - 1);
  }

  private static byte[] bytes(String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (!name.endsWith(".gz")) {
      return bytes;
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] mutant(byte[] whole, SplittableRandom random) {
    byte[] mutant =
        random.nextInt(4) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
    for (int i = random.nextInt(3); i > 0 && mutant.length > 0; i--) {
      mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
    }
    return mutant;
  }
}
