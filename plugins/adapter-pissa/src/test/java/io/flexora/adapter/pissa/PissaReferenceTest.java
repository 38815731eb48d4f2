package io.flexora.adapter.pissa;

import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.testkit.PeftReferenceSuite;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class PissaReferenceTest extends PeftReferenceSuite {

  @Override
  protected String configuration() {
    return "{use: pissa, lora_rank: 4, lora_alpha: 8}";
  }

  @Override
  protected String method() {
    return "pissa";
  }

  /** PEFT takes the first factors out of the model's own weights. */
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
}
