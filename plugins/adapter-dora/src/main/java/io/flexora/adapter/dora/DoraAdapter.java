package io.flexora.adapter.dora;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterScript.MatrixUse;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.LowRankForm;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

  /** On a pruned matrix V = (W + s B A) ∘ mask, whose rows have their trained lengths, too. */
  private static final String TEXT =
      """
        def row_lengths(self, v: Tensor) -> Tensor:
          lengths = torch.sqrt(torch.clamp_min(torch.sum(v * v, [1]), %2$s))
          return %3$s
        def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
          v = weight + self.kept(torch.matmul(p[1], p[0] * %1$s), c)
          return (v * torch.unsqueeze(p[2] / self.row_lengths(v), 1) - weight) * gate
        def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
          x = torch.type_as(x, p[0])
          x = self.drop_input(x, dropout_seed)
          w = torch.type_as(weight, p[0])
          v = w + self.kept(torch.matmul(p[1], p[0]), c) * %1$s
          scale = p[2] / self.row_lengths(v)
          z = torch.linear(x, w) * (scale - 1)
          z = (z + self.low_rank(x, p[0], p[1], c) * (scale * %1$s)) * gate
          return torch.add_(torch.type_as(z, y), y)
      """;

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
    return Optional.of(AdapterInitialisation.with(AdapterInitialisation.Need.WEIGHTS, this::start));
  }

  private AdapterStart start(AdapterInitialisation.Setting setting) {
    return AdapterStart.of(
        setting.sites(),
        site -> {
          List<AdapterParameter> of = parameters(site.module());
          float[] a = LowRank.initialA(site.module(), of.get(0), setting.random(site, of.get(0)));
          return List.of(
              new AdapterArray(of.get(0), a),
              new AdapterArray(of.get(1), LowRank.zeros(of.get(1))),
              new AdapterArray(of.get(2), lengths(setting, site)));
        });
  }

  private static float[] lengths(AdapterInitialisation.Setting setting, AdapterSite site) {
    try (NDManager scope = setting.manager().newSubManager()) {
      return setting.weight(scope, site).square().sum(new int[] {1}).sqrt().toFloatArray();
    }
  }

  @Override
  public AdapterScript script() {
    AdapterScript script =
        AdapterScript.of(TEXT.formatted(options.lora().scaling(), SHORTEST * SHORTEST, ending()))
            .with(MatrixUse.SCALED)
            .withDropout(options.lora().loraDropout());
    return options.detachNorm()
        ? script.withInexactGradient(
            "detach_norm: true takes the norm of the rows as constant, detach_norm: false does not")
        : script;
  }

  private String ending() {
    return options.detachNorm() ? "torch.detach(lengths)" : "lengths";
  }

  @Override
  public AdapterForm form() {
    Map<String, Object> own = Map.of("use_dora", true);
    return new LowRankForm(
        options.lora(), false, true, own, Set.of(), AdapterForm.Written.OWN, false);
  }
}
