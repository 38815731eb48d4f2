package io.flexora.model.decoder;

import io.flexora.api.head.Objective;
import io.flexora.testkit.ModelBackendSuite;
import io.flexora.testkit.fixture.model.LetterTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** On a tiny random decoder with a sliding window, in float64, learning answers. */
class AnswerSuiteTest extends ModelBackendSuite {

  private static final String MODEL = "src/test/resources/tiny/mistral";

  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    LetterTokenizer.write(folder.resolve("tokenizer.json"));
  }

  /** The folder of the model. */
  protected String model() {
    return MODEL;
  }

  @Override
  protected int classes() {
    return 0;
  }

  @Override
  protected Objective objective() {
    return Objective.ANSWER;
  }

  @Override
  protected String configuration() {
    return "{use: decoder, source: 'file:%s', tokenizer: 'file:%s', max_tokens: 24, compute_dtype: float64}"
        .formatted(model(), folder.resolve("tokenizer.json"));
  }
}
