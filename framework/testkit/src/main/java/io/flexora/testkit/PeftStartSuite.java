package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.Seeds;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.numerics.transformer.AdapterStarts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * As {@link PeftReferenceSuite}, for methods whose factors A and B start from the model or from
 * calibration examples: these are compared with PEFT's, row by row of A and column by column of B,
 * of which the sign is free.
 *
 * @since 0.1
 */
public abstract class PeftStartSuite extends PeftReferenceSuite {

  /** For subclasses. */
  protected PeftStartSuite() {}

  /** What PEFT's own decomposition, in float32, may be off by. */
  protected abstract double tolerance();

  /** Checks what else is to be true of the start. */
  protected void requireMore(AdapterStart start) {}

  @Test
  void startsLlamaWherePeftDoes() throws IOException {
    assertStart("llama3");
  }

  @Test
  void startsQwenWherePeftDoes() throws IOException {
    assertStart("qwen3");
  }

  private void assertStart(String base) throws IOException {
    Path root = reference();
    List<Tokens> calibration =
        rows(
            new ObjectMapper()
                .readTree(root.resolve("adapters/batches.json").toFile())
                .get("calibration"));
    PeftAdapter expected = begin(root.resolve("adapters").resolve(method()).resolve(base));
    try (BaseModel model = model(root.resolve("tiny").resolve(base), "float64", 0)) {
      AdapterMethod method = extension(SEED);
      AdapterPlan plan = new AdapterPlan(method, List.of(0, 2), modules(), Head.NONE);
      AdapterStart start =
          AdapterStarts.started(model, plan, new Seeds(1), () -> calibration).start().orElseThrow();
      assertThat(start.parameters()).hasSize(4);
      start
          .parameters()
          .forEach(
              (site, arrays) -> {
                String prefix = PeftAdapter.PREFIX + site.path() + ".";
                for (AdapterArray array : arrays) {
                  String name = prefix + array.parameter().tensorName();
                  assertDirections(name, array, expected.tensors().get(name));
                }
              });
      requireMore(start);
    }
  }

  private void assertDirections(String name, AdapterArray found, PeftAdapter.Values expected) {
    int rows = Math.toIntExact(found.parameter().shape().get(0));
    int columns = Math.toIntExact(found.parameter().shape().get(1));
    assertThat(List.of((long) rows, (long) columns)).as(name).isEqualTo(expected.shape());
    boolean ofA = name.contains("lora_A");
    for (int direction = 0; direction < (ofA ? rows : columns); direction++) {
      int from = ofA ? direction * columns : direction;
      int step = ofA ? 1 : columns;
      int to = ofA ? from + columns : rows * columns;
      double product = 0;
      for (int i = from; i < to; i += step) {
        product += (double) found.values()[i] * expected.values()[i];
      }
      double sign = product < 0 ? -1 : 1;
      for (int i = from; i < to; i += step) {
        assertThat(sign * found.values()[i])
            .as("element %d of %s", i, name)
            .isCloseTo(expected.values()[i], within(tolerance()));
      }
    }
  }
}
