package io.flexora.adapter.residual;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.LowRankForm;
import io.flexora.numerics.transformer.LowRankOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

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
      NDManager scope,
      TorchScript compiled,
      AdapterInitialisation.Setting setting,
      AdapterSite site);

  /** How many directions of a matrix the first factors are made of; the rank by default. */
  int directions() {
    return options.loraRank();
  }

  /** Takes the matrices alone by default. */
  @Override
  public Optional<AdapterInitialisation> initialisation() {
    return Optional.of(AdapterInitialisation.with(AdapterInitialisation.Need.WEIGHTS, this::start));
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
      throw new IncompatibleOptionException(
          "lora_rank",
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

  final AdapterStart start(AdapterInitialisation.Setting setting) {
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

  /** As plain LoRA of twice the rank: [B, -B0] [A; A0]. What is taken out is not dropped. */
  @Override
  public AdapterScript script() {
    return AdapterScript.of(
            """
              def factors(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> List[Tensor]:
                return [torch.cat([p[0], c[0]], 0), torch.cat([p[1], torch.neg(c[1])], 1), gate * %1$s]
              def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
                ours = torch.matmul(p[1], p[0] * (gate * %1$s))
                return self.kept(ours - torch.matmul(c[1], c[0] * (gate * %1$s)), c)
              def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
                x = torch.type_as(x, p[0])
                out = self.low_rank(x, c[0], c[1], c)
                x = self.drop_input(x, dropout_seed)
                z = (self.low_rank(x, p[0], p[1], c) - out) * (gate * %1$s)
                return torch.add_(torch.type_as(z, y), y)
            """
                .formatted(options.scaling()))
        .withDropout(options.loraDropout());
  }

  /** The name of the start, as PEFT has it in {@code init_lora_weights}. */
  abstract String start();

  /**
   * Plain LoRA: PEFT would have to take the first product out of the checkpoint again, if it can
   * make that at all, and would round what is left where the checkpoint is quantised or has 16
   * bits. The first factors of an adapter of PEFT's are made again from the matrices.
   */
  @Override
  public AdapterForm form() {
    return form(Map.of(), AdapterForm.Written.PLAIN_LORA);
  }

  final AdapterForm form(Map<String, Object> own, AdapterForm.Written written) {
    return new LowRankForm(options, false, start(), own, Set.of(), written, false);
  }

  @Override
  public OptionalDouble loraScaling(long rank) {
    return OptionalDouble.of(options.scaling());
  }
}
