package io.flexora.adapter.structured;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.transformer.LowRank;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * LoHa (FedPara, Hyeon-Woo et al. 2021, arXiv 2108.06098; LyCORIS, Yeh et al. 2023, arXiv
 * 2309.14859): W + s (w1_a w1_b) ∘ (w2_a w2_b), a change of rank r² from four factors of rank r,
 * with s = alpha / r. Its output is computed as that of a product of that rank: column (k, l) of
 * its left factor is the product of column k of w1_a and column l of w2_a, row (k, l) of its right
 * one that of the rows of w1_b and w2_b. The factors start as PEFT draws them, w2_b at zero.
 */
@Doc("Train the elementwise product of two low-rank products for each matrix (LoHa).")
public final class LohaAdapter implements AdapterMethod {

  private static final String ZERO = "w2_b";

  private final LycorisOptions options;

  @Inject
  LohaAdapter(LycorisOptions options) {
    this.options = options;
  }

  @Override
  public List<String> targetModules() {
    return options.targetModules();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    Shape left = new Shape(module.outputs(), options.r());
    Shape right = new Shape(options.r(), module.inputs());
    return List.of(
        new AdapterParameter("w1_a", "hada_w1_a", left),
        new AdapterParameter("w1_b", "hada_w1_b", right),
        new AdapterParameter("w2_a", "hada_w2_a", left),
        new AdapterParameter(ZERO, "hada_w2_b", right));
  }

  @Override
  public float[] initialValues(
      ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
    return parameter.name().equals(ZERO)
        ? LowRank.zeros(parameter)
        : LowRank.uniform(parameter, 1 / Math.sqrt((double) parameter.shape().get(1)), random);
  }

  @Override
  public AdapterScript script() {
    return options.script(
        """
          def factors(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> List[Tensor]:
            right = torch.flatten(torch.unsqueeze(p[1], 1) * torch.unsqueeze(p[3], 0), 0, 1)
            left = torch.flatten(torch.unsqueeze(p[0], 2) * torch.unsqueeze(p[2], 1), 1, 2)
            return [right, left, gate * %1$s]
          def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
            return torch.matmul(p[0] * (gate * %1$s), p[1]) * torch.matmul(p[2], p[3])
        """
            .formatted(options.scaling()),
        true);
  }

  @Override
  public boolean isLinearIn(AdapterParameter parameter) {
    return parameter.name().equals(ZERO);
  }

  @Override
  public AdapterForm form() {
    return options.form("LOHA", Map.of());
  }
}
