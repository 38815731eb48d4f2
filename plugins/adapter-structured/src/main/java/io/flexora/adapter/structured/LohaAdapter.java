package io.flexora.adapter.structured;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.PlainLora;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.MaskedChange;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * LoHa (FedPara, Hyeon-Woo et al. 2021, arXiv 2108.06098; LyCORIS, Yeh et al. 2023, arXiv
 * 2309.14859): W + s (w1_a w1_b) ∘ (w2_a w2_b), a change of rank r² from four factors of rank r,
 * with s = alpha / r. It is computed as a product of that rank: column (k, l) of its left factor is
 * the product of column k of w1_a and column l of w2_a, row (k, l) of its right one that of the
 * rows of w1_b and w2_b. The factors start as PEFT draws them, w2_b at zero.
 */
@Doc("Train the elementwise product of two low-rank products for each matrix (LoHa).")
public final class LohaAdapter implements AdapterMethod {

  private static final String ZERO = "w2_b";

  private final LycorisOptions options;

  @Inject
  LohaAdapter(LohaOptions options) {
    this.options = options.lycoris();
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
  public double dropout() {
    return Math.max(options.rankDropout(), options.moduleDropout());
  }

  @Override
  public String torchScript() {
    return """
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        x = torch.type_as(x, p[0])
        right = torch.flatten(torch.unsqueeze(p[1], 1) * torch.unsqueeze(p[3], 0), 0, 1)
        left = torch.flatten(torch.unsqueeze(p[0], 2) * torch.unsqueeze(p[2], 1), 1, 2)
        z = torch.linear(torch.linear(x, right) * (gate * %s), left)
    %s    return torch.add_(torch.type_as(z, y), y)
    """
        .formatted(options.scaling(), options.dropout(true));
  }

  @Override
  public Optional<String> maskedTorchScript() {
    String change =
        "    change = torch.matmul(p[0] * (gate * %s), p[1]) * torch.matmul(p[2], p[3])\n"
            .formatted(options.scaling());
    return Optional.of(new MaskedChange("", change, options.dropout(true)).torchScript());
  }

  @Override
  public boolean mergesMasked() {
    return true;
  }

  @Override
  public NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      NDArray first = work.share(values.get(0)).matMul(values.get(1));
      NDArray second = work.share(values.get(2)).matMul(values.get(3));
      return work.keep(first.mul(second).mul(options.scaling()));
    }
  }

  /** Of rank r². */
  @Override
  public Optional<PlainLora> plainLora(
      ModuleShape module, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      List<NDArray> shared = values.stream().map(work::share).toList();
      NDArray a = shared.get(1).expandDims(1).mul(shared.get(3).expandDims(0));
      NDArray b = shared.get(0).expandDims(2).mul(shared.get(2).expandDims(1));
      return Optional.of(
          new PlainLora(
              work.keep(a.reshape(-1, module.inputs())),
              work.keep(b.reshape(module.outputs(), -1).mul(options.scaling()))));
    }
  }

  @Override
  public boolean scalesWith(AdapterParameter parameter) {
    return parameter.name().equals(ZERO);
  }

  @Override
  public Map<String, Object> adapterConfiguration() {
    return options.configuration("LOHA");
  }

  /** How the factors were drawn matters no more. */
  @Override
  public boolean reads(String key, Object value) {
    return key.equals("init_weights");
  }
}
