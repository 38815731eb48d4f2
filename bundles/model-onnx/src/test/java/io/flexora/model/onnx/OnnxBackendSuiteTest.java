package io.flexora.model.onnx;

import io.flexora.api.model.ModelShape;
import io.flexora.testkit.ModelBackendSuite;
import io.flexora.testkit.fixture.model.LetterTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** On a tiny random model with a head in its file. */
class OnnxBackendSuiteTest extends ModelBackendSuite {

  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    Files.write(
        folder.resolve("tiny.onnx"),
        TinyModel.withHead(table(LetterTokenizer.WORDS, 4, random), table(4, 3, random)));
    LetterTokenizer.write(folder.resolve("tokenizer.json"));
  }

  private static float[][] table(int rows, int columns, SplittableRandom random) {
    float[][] table = new float[rows][columns];
    for (float[] row : table) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextDouble(-1, 1);
      }
    }
    return table;
  }

  @Override
  protected String configuration() {
    return "{use: onnx, source: 'file:%s', max_tokens: 16}".formatted(folder.resolve("tiny.onnx"));
  }

  @Override
  protected List<Integer> layers(ModelShape shape) {
    return List.of();
  }
}
