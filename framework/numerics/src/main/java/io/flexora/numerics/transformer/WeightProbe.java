package io.flexora.numerics.transformer;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterScript.MatrixUse;
import io.flexora.api.adapter.ModuleShape;
import java.util.List;
import java.util.Map;

/** Adds a whole matrix, zero at first: its gradient is that of the frozen matrix. */
final class WeightProbe implements AdapterMethod {

  @Override
  public List<String> targetModules() {
    return List.of();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    return List.of(
        new AdapterParameter("D", "difference", new Shape(module.outputs(), module.inputs())));
  }

  @Override
  public AdapterScript script() {
    return AdapterScript.of(
            """
          def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
            return p[0] * gate
          def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
            z = torch.linear(torch.type_as(x, p[0]), p[0]) * gate
            return torch.add_(torch.type_as(z, y), y)
        """)
        .with(MatrixUse.MIXED);
  }

  @Override
  public AdapterForm form() {
    return Map::of;
  }
}
