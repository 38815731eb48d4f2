package io.flexora.model.gpt2;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.testkit.ModelBackendSuite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** On a tiny random GPT-2 in float64, with LoRA on all its modules. */
class Gpt2SuiteTest extends ModelBackendSuite {

  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    TinyGpt.write(folder.resolve("gpt2"), TinyGpt.gpt2());
    TinyGpt.write(folder.resolve("gpt_neox"), TinyGpt.neox());
  }

  /** The folder's name. */
  protected String family() {
    return "gpt2";
  }

  @Override
  protected List<String> modules(ModelShape shape) {
    return shape.modules().stream().map(ModuleShape::name).toList();
  }

  @Override
  protected int classes() {
    return 0;
  }

  @Override
  protected String configuration() {
    return "{use: gpt2, source: 'file:%s', max_tokens: 24, compute_dtype: float64}"
        .formatted(folder.resolve(family()));
  }
}
