package io.flexora.adapter.dora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterNeed;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSetting;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * DoRA (Liu et al. 2024, arXiv 2402.09353): the matrix V = W + s B A, each of its rows scaled to a
 * trained length m: y = m ∘ (V / ‖rows of V‖) x. A starts uniform in ±1/sqrt(inputs), B at zero and
 * m at the lengths of the rows of W. LoRA+'s ratio of learning rates is that of m, too, as in PEFT,
 * which counts vectors with B.
 */
@Doc("Train the lengths of a matrix's rows and, by two low-rank factors, their directions (DoRA).")
public final class DoraAdapter implements AdapterMethod {

  /**
   * What a row counts as long at least, all of which may be zero or pruned; its square is a float.
   */
  private static final double SHORTEST = 1e-15;

  private final DoraOptions options;

  @Inject
  DoraAdapter(DoraOptions options) {
    this.options = options;
  }

  @Override
  public List<String> targetModules() {
    return options.lora().targetModules();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    List<AdapterParameter> factors = options.lora().factors(module);
    Shape rows = new Shape(module.outputs());
    AdapterParameter lengths =
        new AdapterParameter("m", "lora_magnitude_vector", rows, options.lora().loraplusLrRatio());
    return List.of(factors.get(0), factors.get(1), lengths);
  }

  @Override
  public Optional<AdapterInitialisation> initialisation() {
    return Optional.of(AdapterInitialisation.with(AdapterNeed.WEIGHTS, this::start));
  }

  private AdapterStart start(AdapterSetting setting) {
    Map<AdapterSite, List<AdapterArray>> parameters = new LinkedHashMap<>();
    for (AdapterSite site : setting.sites()) {
      List<AdapterParameter> of = parameters(site.module());
      float[] a = LowRank.initialA(site.module(), of.get(0), setting.random(site, of.get(0)));
      parameters.put(
          site,
          List.of(
              new AdapterArray(of.get(0), a),
              new AdapterArray(of.get(1), LowRank.zeros(of.get(1))),
              new AdapterArray(of.get(2), lengths(setting, site))));
    }
    return new AdapterStart(parameters, Map.of(), List.of());
  }

  private static float[] lengths(AdapterSetting setting, AdapterSite site) {
    try (NDManager scope = setting.manager().newSubManager()) {
      return setting.weight(scope, site).square().sum(new int[] {1}).sqrt().toFloatArray();
    }
  }

  @Override
  public double dropout() {
    return options.lora().loraDropout();
  }

  @Override
  public String torchScript() {
    return """
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        x = torch.type_as(x, p[0])
    %1$s    w = torch.type_as(weight, p[0])
        v = w + torch.matmul(p[1], p[0]) * %2$s
        scale = p[2] / self.row_lengths(v)
        z = torch.linear(x, w) * (scale - 1)
        z = (z + torch.linear(torch.linear(x, p[0]), p[1]) * (scale * %2$s)) * gate
        return torch.add_(torch.type_as(z, y), y)
    """
            .formatted(LowRank.dropout(options.lora().loraDropout()), options.lora().scaling())
        + rowLengths();
  }

  /** The method {@code row_lengths}, of a matrix {@code [outputs, inputs]}. */
  private String rowLengths() {
    return """
      def row_lengths(self, v: Tensor) -> Tensor:
        lengths = torch.sqrt(torch.clamp_min(torch.sum(v * v, [1]), %s))
        if %s:
          return torch.detach(lengths)
        return lengths
    """
        .formatted(SHORTEST * SHORTEST, options.detachNorm() ? "True" : "False");
  }

  /** With V = (W + s B A) ∘ mask, whose rows have their trained lengths, too. */
  @Override
  public Optional<String> maskedTorchScript() {
    return Optional.of(
        """
          def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
            x = torch.type_as(x, p[0])
        %1$s    w = torch.type_as(weight, p[0])
            change = torch.matmul(p[1], p[0]) * c[len(c) - 1] * %2$s
            v = w + change
            scale = p[2] / self.row_lengths(v)
            z = torch.linear(x, w) * (scale - 1)
            z = (z + torch.linear(x, change) * scale) * gate
            return torch.add_(torch.type_as(z, y), y)
          def merged(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
            v = weight + torch.matmul(p[1], p[0] * %2$s) * c[len(c) - 1]
            return weight + (v * torch.unsqueeze(p[2] / self.row_lengths(v), 1) - weight) * gate
        """
                .formatted(LowRank.dropout(options.lora().loraDropout()), options.lora().scaling())
            + rowLengths());
  }

  @Override
  public boolean mergesMasked() {
    return true;
  }

  @Override
  public NDArray maskedWeightChange(
      ModuleShape module,
      NDArray weight,
      NDArray kept,
      List<NDArray> values,
      List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      NDArray frozen = work.share(weight);
      NDArray mask = work.share(kept).toType(frozen.getDataType(), false);
      NDArray b = work.share(values.get(1));
      NDArray change = b.matMul(values.get(0)).mul(mask).mul(options.lora().scaling());
      return work.keep(scaled(work, frozen, change, values.get(2)));
    }
  }

  @Override
  public boolean changesWithWeight() {
    return true;
  }

  @Override
  public Optional<String> inexactGradient() {
    return options.detachNorm()
        ? Optional.of(
            "detach_norm: true takes the norm of the rows as constant, detach_norm: false does not")
        : Optional.empty();
  }

  @Override
  public NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      NDArray frozen = work.share(weight);
      NDArray b = work.share(values.get(1));
      NDArray change = b.matMul(values.get(0)).mul(options.lora().scaling());
      return work.keep(scaled(work, frozen, change, values.get(2)));
    }
  }

  private static NDArray scaled(Workspace work, NDArray frozen, NDArray change, NDArray lengths) {
    NDArray moved = frozen.add(change);
    NDArray own = moved.square().sum(new int[] {1}).sqrt().maximum(SHORTEST);
    NDArray scale = work.share(lengths).div(own).reshape(-1, 1);
    return moved.mul(scale).sub(frozen);
  }

  @Override
  public Map<String, Object> adapterConfiguration() {
    Map<String, Object> configuration = options.lora().configuration(true);
    configuration.put("use_dora", true);
    return configuration;
  }

  @Override
  public boolean reads(String key, Object value) {
    return LowRank.isPlainStart(key, value);
  }
}
