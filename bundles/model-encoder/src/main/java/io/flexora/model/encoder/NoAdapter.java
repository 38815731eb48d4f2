package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Changes nothing: what the model itself is run with. */
final class NoAdapter implements AdapterMethod {
  @Override
  public List<String> targetModules() {
    return List.of();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    return List.of();
  }

  @Override
  public float[] initialValues(
      ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
    return new float[0];
  }

  @Override
  public String torchScript() {
    return """
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        return y
    """;
  }

  @Override
  public NDArray weightChange(ModuleShape module, NDArray weight, List<NDArray> values) {
    return weight.zerosLike();
  }

  @Override
  public Map<String, Object> adapterConfiguration() {
    return Map.of();
  }
}
