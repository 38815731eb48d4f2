package io.flexora.adapter.residual;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.LowRankOptions;
import jakarta.inject.Inject;
import java.util.List;

/**
 * OLoRA (Büyükakyüz 2024, arXiv 2406.01775): LoRA whose factors start at a part of the matrix's QR
 * decomposition: with W = Q R, B0 is the first columns of Q, which are orthonormal, and A0 the
 * first rows of R.
 */
@Doc("Start LoRA at the first orthonormal directions of each matrix's QR decomposition (OLoRA).")
public final class OloraAdapter extends ResidualAdapter {

  private static final String ORTHONORMAL =
      """
        def orthonormal(self, weight: Tensor, count: Tensor) -> List[Tensor]:
          q, r = torch.linalg_qr(weight.to(7))
          a = torch.slice(r, 0, 0, int(count))
          b = torch.slice(q, 1, 0, int(count))
          return [a.to(6).contiguous(), b.to(6).contiguous()]
      """;

  @Inject
  OloraAdapter(LowRankOptions options) {
    super(options, ORTHONORMAL);
  }

  @Override
  List<NDArray> first(
      NDManager scope,
      TorchScript compiled,
      AdapterInitialisation.Setting setting,
      AdapterSite site) {
    Arguments arguments =
        new Arguments(scope)
            .with("weight", setting.weight(scope, site))
            .with("count", options().loraRank());
    return compiled.call("orthonormal", arguments);
  }

  @Override
  String start() {
    return "olora";
  }
}
