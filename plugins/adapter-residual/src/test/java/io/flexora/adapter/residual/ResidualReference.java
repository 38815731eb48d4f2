package io.flexora.adapter.residual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose first factors PEFT takes out of the model's own weights. */
abstract class ResidualReference extends PeftReferenceSuite {

  /** What PEFT's own decomposition, in float32, may be off by. */
  abstract double tolerance();

  @Override
  protected Map<AdapterSite, List<AdapterArray>> constants(
      Map<AdapterSite, List<AdapterArray>> parameters) {
    Map<AdapterSite, List<AdapterArray>> constants = new LinkedHashMap<>();
    parameters.forEach(
        (site, arrays) ->
            constants.put(site, List.of(as("A0", arrays.get(0)), as("B0", arrays.get(1)))));
    return constants;
  }

  private static AdapterArray as(String name, AdapterArray array) {
    AdapterParameter constant = new AdapterParameter(name, "", array.parameter().shape());
    return new AdapterArray(constant, array.values());
  }

  @Test
  void startsLlamaWherePeftDoes() throws IOException {
    assertStart("llama3");
  }

  @Test
  void startsQwenWherePeftDoes() throws IOException {
    assertStart("qwen3");
  }

  /** The sign of a singular vector is free. */
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
      AdapterPlan plan = new AdapterPlan(method, List.of(0, 2), modules(), 0);
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
                assertThat(start.constants().get(site))
                    .extracting(AdapterArray::values)
                    .containsExactlyElementsOf(arrays.stream().map(AdapterArray::values).toList());
              });
    }
  }

  /** Rows of A, columns of B. */
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
      for (int i = from; i < to; i += step) {
        assertThat(Math.signum(product) * found.values()[i])
            .as("element %d of %s", i, name)
            .isCloseTo(expected.values()[i], within(tolerance()));
      }
    }
  }
}
