package io.flexora.adapter.residual;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.testkit.PeftStartSuite;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whose first factors PEFT takes out of the model's own weights. */
abstract class ResidualReference extends PeftStartSuite {

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

  @Override
  protected void requireMore(AdapterStart start) {
    start
        .parameters()
        .forEach(
            (site, arrays) ->
                assertThat(start.constants().get(site))
                    .extracting(AdapterArray::values)
                    .containsExactlyElementsOf(arrays.stream().map(AdapterArray::values).toList()));
  }
}
