package io.flexora.adapter.eva;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.Seeds;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.numerics.transformer.AdapterStarts;
import io.flexora.testkit.PeftReferenceSuite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaReferenceTest extends PeftReferenceSuite {

  @Override
  protected String configuration() {
    return "{use: eva, lora_rank: 4, lora_alpha: 8}";
  }

  @Override
  protected String method() {
    return "eva";
  }

  @Test
  void startsLlamaWherePeftDoes() throws IOException {
    assertStart("llama3");
  }

  @Test
  void startsQwenWherePeftDoes() throws IOException {
    assertStart("qwen3");
  }

  /** The sign of a singular vector is free; PEFT's decomposition is a randomised one in float32. */
  private void assertStart(String base) throws IOException {
    Path root = reference();
    List<Tokens> calibration =
        rows(
            new ObjectMapper()
                .readTree(root.resolve("adapters/batches.json").toFile())
                .get("calibration"));
    PeftAdapter expected = begin(root.resolve("adapters/eva").resolve(base));
    try (BaseModel model = model(root.resolve("tiny").resolve(base), "float64", 0)) {
      AdapterMethod eva = extension(SEED);
      AdapterPlan plan = new AdapterPlan(eva, List.of(0, 2), modules(), 0);
      AdapterStart start =
          AdapterStarts.started(model, plan, new Seeds(1), () -> calibration).start().orElseThrow();
      assertThat(start.parameters()).hasSize(4);
      start
          .parameters()
          .forEach(
              (site, arrays) -> {
                String name = PeftAdapter.PREFIX + site.path() + ".lora_A.weight";
                assertRows(name, arrays.get(0), expected.tensors().get(name));
                assertThat(arrays.get(1).values()).containsOnly(0);
              });
    }
  }

  private static void assertRows(String name, AdapterArray found, PeftAdapter.Values expected) {
    int rank = Math.toIntExact(found.parameter().shape().get(0));
    int width = Math.toIntExact(found.parameter().shape().get(1));
    assertThat(List.of((long) rank, (long) width)).as(name).isEqualTo(expected.shape());
    for (int row = 0; row < rank; row++) {
      double product = 0;
      for (int i = row * width; i < (row + 1) * width; i++) {
        product += (double) found.values()[i] * expected.values()[i];
      }
      for (int i = row * width; i < (row + 1) * width; i++) {
        assertThat(Math.signum(product) * found.values()[i])
            .as("element %d of %s", i, name)
            .isCloseTo(expected.values()[i], within(1e-3));
      }
    }
  }
}
