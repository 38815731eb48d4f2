package io.flexora.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.PlainLora;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.ModelShape;
import io.flexora.api.model.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.numerics.transformer.AdapterConstants;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what any adapter method has trained as LoRA, where the method says that it is that. */
final class PlainLoraForm {

  private PlainLoraForm() {}

  /**
   * Converts an adapter.
   *
   * @param theta the trained parameters
   * @throws FlexoraException if the method has no such form
   */
  static PeftAdapter of(ModelShape shape, AdaptedModel model, NDArray theta) {
    AdapterPlan plan = model.plan();
    Map<AdapterSite, List<AdapterArray>> factors = new LinkedHashMap<>();
    try (NDManager scope = theta.getManager().newSubManager()) {
      values(scope, model, theta)
          .forEach((site, values) -> factors.put(site, factors(scope, plan, site, values)));
      float[] all = theta.toType(DataType.FLOAT32, false).toFloatArray();
      return PeftAdapter.ofLora(shape, plan, model.parameters(), all, factors);
    }
  }

  private static Map<AdapterSite, List<NDArray>> values(
      NDManager scope, AdaptedModel model, NDArray theta) {
    Map<AdapterSite, List<NDArray>> values = new LinkedHashMap<>();
    for (Slice slice : model.parameters().slices()) {
      if (slice.owner() instanceof Slice.Adapter of) {
        NDIndex range = new NDIndex().addSliceDim(slice.offset(), slice.offset() + slice.size());
        NDArray part = theta.get(range);
        part.attach(scope);
        NDArray value = part.reshape(slice.shape());
        values
            .computeIfAbsent(new AdapterSite(of.layer(), of.module()), site -> new ArrayList<>())
            .add(value);
      }
    }
    return values;
  }

  private static List<AdapterArray> factors(
      NDManager scope, AdapterPlan plan, AdapterSite site, List<NDArray> values) {
    AdapterMethod method = plan.method();
    List<NDArray> constants = AdapterConstants.of(scope, plan, site, values.get(0).getDataType());
    PlainLora lora =
        method.plainLora(site.module(), values, constants).orElseThrow(() -> none(method));
    return List.of(array("A", "lora_A.weight", lora.a()), array("B", "lora_B.weight", lora.b()));
  }

  private static AdapterArray array(String name, String tensorName, NDArray values) {
    return new AdapterArray(
        new AdapterParameter(name, tensorName, values.getShape()),
        values.toType(DataType.FLOAT32, false).toFloatArray());
  }

  private static FlexoraException none(AdapterMethod method) {
    return new FlexoraException(
        "what adapter method %s trains cannot be written as plain LoRA; export it to %s"
            .formatted(method.adapterConfiguration().get("peft_type"), Export.PEFT));
  }
}
