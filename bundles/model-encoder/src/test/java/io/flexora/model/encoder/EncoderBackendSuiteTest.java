package io.flexora.model.encoder;

import io.flexora.testkit.ModelBackendSuite;
import io.flexora.testkit.fixture.model.LetterTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** On a tiny random encoder in float64, where differences of losses are a sharp check. */
class EncoderBackendSuiteTest extends ModelBackendSuite {

  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    TinyBert.write(folder.resolve("tiny.onnx"));
    LetterTokenizer.write(folder.resolve("tokenizer.json"));
  }

  @Override
  protected String configuration() {
    return "{use: encoder, source: 'file:%s', max_tokens: 16, compute_dtype: float64}"
        .formatted(folder.resolve("tiny.onnx"));
  }
}
