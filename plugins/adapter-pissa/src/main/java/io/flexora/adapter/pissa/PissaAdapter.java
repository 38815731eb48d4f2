package io.flexora.adapter.pissa;

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
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.LowRankOptions;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * PiSSA (Meng et al. 2024, arXiv 2404.02948): LoRA whose factors start at the principal part of the
 * matrix, which is taken out of it: with W = U S Vᵀ, A0 = √(S/s) Vᵀ and B0 = U √(S/s) of the
 * largest singular values, y = (W - s B0 A0) x + s B A x. The frozen matrix stays as it is here; A0
 * and B0 are constants.
 */
@Doc("Start LoRA at the principal singular vectors of each matrix (PiSSA).")
public final class PissaAdapter implements AdapterMethod {

  private static final String PRINCIPAL =
      """
        def principal(self, weight: Tensor, count: Tensor, scale: Tensor) -> List[Tensor]:
          u, s, v = torch.linalg_svd(weight.to(7), False)
          r = int(count)
          root = torch.sqrt(torch.slice(s, 0, 0, r) / float(scale))
          a = torch.slice(v, 0, 0, r) * torch.reshape(root, [r, 1])
          b = torch.slice(u, 1, 0, r) * root
          return [a.to(6).contiguous(), b.to(6).contiguous()]
      """;

  private final LowRankOptions options;

  @Inject
  PissaAdapter(PissaOptions options) {
    this.options = options.lora();
  }

  @Override
  public List<String> targetModules() {
    return options.targetModules();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    requireRank(module);
    return LowRank.factors(module, options.loraRank());
  }

  /** PEFT makes them of the matrix again, so no file has them. */
  @Override
  public List<AdapterParameter> constants(ModuleShape module) {
    return List.of(
        new AdapterParameter("A0", "", new Shape(options.loraRank(), module.inputs())),
        new AdapterParameter("B0", "", new Shape(module.outputs(), options.loraRank())));
  }

  @Override
  public Optional<AdapterInitialisation> initialisation() {
    return Optional.of(AdapterInitialisation.with(AdapterNeed.WEIGHTS, this::start));
  }

  private AdapterStart start(AdapterSetting setting) {
    Map<AdapterSite, List<AdapterArray>> parameters = new LinkedHashMap<>();
    Map<AdapterSite, List<AdapterArray>> constants = new LinkedHashMap<>();
    try (TorchScript script = TorchScript.compile(setting.manager(), PRINCIPAL)) {
      for (AdapterSite site : setting.sites()) {
        List<float[]> principal = principal(script, setting, site);
        parameters.put(site, arrays(parameters(site.module()), principal));
        constants.put(site, arrays(constants(site.module()), principal));
      }
    }
    return new AdapterStart(parameters, constants, List.of());
  }

  private static List<AdapterArray> arrays(List<AdapterParameter> of, List<float[]> values) {
    return List.of(
        new AdapterArray(of.get(0), values.get(0)), new AdapterArray(of.get(1), values.get(1)));
  }

  private List<float[]> principal(TorchScript script, AdapterSetting setting, AdapterSite site) {
    try (NDManager scope = setting.manager().newSubManager()) {
      Arguments arguments =
          new Arguments(scope)
              .with("weight", setting.weight(scope, site))
              .with("count", options.loraRank())
              .with("scale", NativeArrays.of(scope, new double[] {options.scaling()}, new Shape()));
      return script.call("principal", arguments).stream().map(NDArray::toFloatArray).toList();
    }
  }

  private void requireRank(ModuleShape module) {
    int most = Math.min(module.inputs(), module.outputs());
    if (options.loraRank() > most) {
      throw new FlexoraException(
          "lora_rank is %d, but module '%s' of %d by %d has %d singular values; lower it"
              .formatted(
                  options.loraRank(), module.name(), module.outputs(), module.inputs(), most));
    }
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

  @Override
  public Map<String, Object> adapterConfiguration() {
    return options.configuration("pissa");
  }
}
