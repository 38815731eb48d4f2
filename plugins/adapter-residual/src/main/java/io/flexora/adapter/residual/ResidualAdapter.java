package io.flexora.adapter.residual;

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
import io.flexora.api.adapter.PlainLora;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.LowRankOptions;
import io.flexora.numerics.transformer.MaskedChange;
import io.flexora.numerics.vector.Workspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * LoRA whose factors start at a product that is taken out of the matrix: y = (W - s B0 A0) x + s B
 * A x. The frozen matrix stays as it is here; A0 and B0 are constants.
 */
abstract class ResidualAdapter implements AdapterMethod {

  private final LowRankOptions options;
  private final String script;

  /**
   * Makes one.
   *
   * @param script TorchScript methods that {@link #first} calls
   */
  ResidualAdapter(LowRankOptions options, String script) {
    this.options = options;
    this.script = script;
  }

  /**
   * Computes the first factors of a site.
   *
   * @param scope the owner of the result and of temporary arrays
   * @return A0 {@code [rank, inputs]} and B0 {@code [outputs, rank]}, float32
   */
  abstract List<NDArray> first(
      NDManager scope, TorchScript compiled, AdapterSetting setting, AdapterSite site);

  /** How many directions of a matrix the first factors are made of; the rank by default. */
  int directions() {
    return options.loraRank();
  }

  /** Takes the matrices alone by default. */
  @Override
  public Optional<AdapterInitialisation> initialisation() {
    return Optional.of(AdapterInitialisation.with(AdapterNeed.WEIGHTS, this::start));
  }

  final LowRankOptions options() {
    return options;
  }

  @Override
  public List<String> targetModules() {
    return options.targetModules();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    requireRank(module);
    return options.factors(module);
  }

  private void requireRank(ModuleShape module) {
    int most = Math.min(module.inputs(), module.outputs());
    if (directions() > most) {
      throw new FlexoraException(
          "lora_rank is %d, which takes %d directions, but module '%s' of %d by %d has %d singular values; lower it"
              .formatted(
                  options.loraRank(),
                  directions(),
                  module.name(),
                  module.outputs(),
                  module.inputs(),
                  most));
    }
  }

  /** No file has them. */
  @Override
  public List<AdapterParameter> constants(ModuleShape module) {
    return List.of(
        new AdapterParameter("A0", "", new Shape(options.loraRank(), module.inputs())),
        new AdapterParameter("B0", "", new Shape(module.outputs(), options.loraRank())));
  }

  final AdapterStart start(AdapterSetting setting) {
    Map<AdapterSite, List<AdapterArray>> parameters = new LinkedHashMap<>();
    Map<AdapterSite, List<AdapterArray>> constants = new LinkedHashMap<>();
    try (TorchScript compiled = TorchScript.compile(setting.manager(), script)) {
      for (AdapterSite site : setting.sites()) {
        try (NDManager scope = setting.manager().newSubManager()) {
          List<NDArray> factors = first(scope, compiled, setting, site);
          parameters.put(site, arrays(parameters(site.module()), factors));
          constants.put(site, arrays(constants(site.module()), factors));
        }
      }
    }
    return new AdapterStart(parameters, constants, List.of());
  }

  private static List<AdapterArray> arrays(List<AdapterParameter> of, List<NDArray> factors) {
    return List.of(
        new AdapterArray(of.get(0), factors.get(0).toFloatArray()),
        new AdapterArray(of.get(1), factors.get(1).toFloatArray()));
  }

  @Override
  public double dropout() {
    return options.loraDropout();
  }

  @Override
  public String torchScript() {
    return """
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        x = torch.type_as(x, p[0])
        out = torch.linear(torch.linear(x, c[0]), c[1])
    %s    z = (torch.linear(torch.linear(x, p[0]), p[1]) - out) * (gate * %s)
        return torch.add_(torch.type_as(z, y), y)
    """
        .formatted(LowRank.dropout(options.loraDropout()), options.scaling());
  }

  @Override
  public Optional<String> maskedTorchScript() {
    String change =
        """
            ours = torch.matmul(p[1], p[0] * (gate * %1$s))
            change = ours - torch.matmul(c[1], c[0] * (gate * %1$s))
        """
            .formatted(options.scaling());
    return Optional.of(
        """
          def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
            x = torch.type_as(x, p[0])
            kept = c[len(c) - 1]
            out = torch.linear(x, torch.matmul(c[1], c[0]) * kept)
        %s    z = (torch.linear(x, torch.matmul(p[1], p[0]) * kept) - out) * (gate * %s)
            return torch.add_(torch.type_as(z, y), y)
        """
                .formatted(LowRank.dropout(options.loraDropout()), options.scaling())
            + new MaskedChange("", change).merged());
  }

  @Override
  public boolean mergesMasked() {
    return true;
  }

  @Override
  public NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      NDArray now = work.share(values.get(1)).matMul(values.get(0));
      NDArray before = work.share(constants.get(1)).matMul(constants.get(0));
      return work.keep(now.sub(before).mul(options.scaling()));
    }
  }

  /** Of twice the rank: [B, -B0] [A; A0]. */
  @Override
  public Optional<PlainLora> plainLora(
      ModuleShape module, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      NDArray a = work.share(values.get(0)).concat(constants.get(0), 0);
      NDArray b = work.share(values.get(1)).concat(work.share(constants.get(1)).neg(), 1);
      return Optional.of(new PlainLora(work.keep(a), work.keep(b.mul(options.scaling()))));
    }
  }

  /**
   * PEFT would have to take the first product out of the checkpoint again, if it can make that at
   * all, and would round what is left where the checkpoint is quantised or has 16 bits.
   */
  @Override
  public boolean savedAsPlainLora() {
    return true;
  }

  /** The first factors of an adapter of PEFT's are made again from the matrices. */
  @Override
  public boolean readsOwnForm() {
    return true;
  }

  @Override
  public OptionalDouble loraScaling(long rank) {
    return OptionalDouble.of(options.scaling());
  }
}
