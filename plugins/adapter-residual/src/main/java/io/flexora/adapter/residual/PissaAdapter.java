package io.flexora.adapter.residual;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.LowRankOptions;
import jakarta.inject.Inject;
import java.util.List;

/**
 * PiSSA (Meng et al. 2024, arXiv 2404.02948): LoRA whose factors start at the principal part of the
 * matrix: with W = U S Vᵀ, A0 = √(S/s) Vᵀ and B0 = U √(S/s) of the largest singular values.
 */
@Doc("Start LoRA at the principal singular vectors of each matrix (PiSSA).")
public final class PissaAdapter extends ResidualAdapter {

  /**
   * PEFT decomposes in float32, too. Where singular values nearly tie, as at the cut, only the same
   * arithmetic takes out the same product, which the A and B of its files belong to.
   */
  private static final String PRINCIPAL =
      """
        def principal(self, weight: Tensor, count: Tensor, scale: Tensor) -> List[Tensor]:
          u, s, v = torch.linalg_svd(weight.to(6), False)
          r = int(count)
          root = torch.sqrt(torch.slice(s, 0, 0, r) / float(scale))
          a = torch.slice(v, 0, 0, r) * torch.reshape(root, [r, 1])
          b = torch.slice(u, 1, 0, r) * root
          return [a.to(6).contiguous(), b.to(6).contiguous()]
      """;

  @Inject
  PissaAdapter(LowRankOptions options) {
    super(options, PRINCIPAL);
  }

  @Override
  List<NDArray> first(
      NDManager scope,
      TorchScript compiled,
      AdapterInitialisation.Setting setting,
      AdapterSite site) {
    double[] scaling = {options().scaling()};
    Arguments arguments =
        new Arguments(scope)
            .with("weight", setting.weight(scope, site))
            .with("count", options().loraRank())
            .with("scale", NativeArrays.of(scope, scaling, new Shape()));
    return compiled.call("principal", arguments);
  }

  @Override
  String start() {
    return "pissa";
  }
}
