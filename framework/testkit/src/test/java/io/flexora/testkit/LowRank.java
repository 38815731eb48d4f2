package io.flexora.testkit;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.ModuleShape;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** LoRA of rank 2 without a scale, to be broken by subclasses. */
class LowRank implements AdapterMethod {

  static final String CHANGE =
      """
        def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
          return torch.matmul(p[1], p[0]) * gate
      """;

  static final String ADAPT =
      """
        def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
          return y + torch.linear(torch.linear(x, p[0]), p[1]) * gate
      """;

  @Override
  public List<String> targetModules() {
    return List.of();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    return List.of(
        new AdapterParameter("A", "lora_A.weight", new Shape(2, module.inputs())),
        new AdapterParameter("B", "lora_B.weight", new Shape(module.outputs(), 2)));
  }

  @Override
  public float[] initialValues(
      ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
    float[] values = new float[(int) parameter.shape().size()];
    if (parameter.name().equals("A")) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-1, 1);
      }
    }
    return values;
  }

  @Override
  public AdapterScript script() {
    return AdapterScript.of(CHANGE + ADAPT);
  }

  @Override
  public boolean isLinearIn(AdapterParameter parameter) {
    return parameter.name().equals("B");
  }

  @Override
  public AdapterForm form() {
    return () -> Map.of("peft_type", "LORA", "r", 2);
  }
}
