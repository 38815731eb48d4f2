package io.flexora.adapter.vera;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.transformer.LowRank;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;

/**
 * VeRA (Kopiczko et al. 2023, arXiv 2310.11454): y = W x + b ∘ (B (d ∘ (A x))), where only the
 * vectors b and d of each module are trained. A and B are drawn once and shared by all modules,
 * each of which takes as many columns of A and rows of B as it needs; b starts at zero.
 */
@Doc(
    "Train two vectors for each matrix, between and behind two random matrices that all share"
        + " (VeRA).")
public final class VeraAdapter extends SharedBasesAdapter {

  private static final String A = "vera_A";
  private static final String B = "vera_B";
  private static final String LAMBDA_B = "b";

  private final VeraOptions options;

  @Inject
  VeraAdapter(VeraOptions options) {
    this.options = options;
  }

  @Override
  public List<String> targetModules() {
    return options.targetModules();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    return List.of(
        new AdapterParameter(LAMBDA_B, "vera_lambda_b", new Shape(module.outputs())),
        new AdapterParameter("d", "vera_lambda_d", new Shape(options.r())));
  }

  @Override
  public List<AdapterParameter> sharedConstants(List<ModuleShape> modules) {
    return List.of(
        new AdapterParameter(A, A, new Shape(options.r(), widest(modules, ModuleShape::inputs))),
        new AdapterParameter(B, B, new Shape(widest(modules, ModuleShape::outputs), options.r())));
  }

  private static int widest(List<ModuleShape> modules, ToIntFunction<ModuleShape> width) {
    return modules.stream().mapToInt(width).max().orElseThrow();
  }

  @Override
  public Optional<AdapterInitialisation> initialisation() {
    return Optional.of(this::start);
  }

  private AdapterStart start(AdapterInitialisation.Setting setting) {
    return started(
        setting,
        of -> {
          float[] d = new float[options.r()];
          Arrays.fill(d, (float) options.dInitial());
          return List.of(
              new AdapterArray(of.get(0), LowRank.zeros(of.get(0))),
              new AdapterArray(of.get(1), d));
        },
        (constant, all) -> drawn(constant, setting.random(constant.name())));
  }

  /** Kaiming's uniform values for a ReLU, by the columns of the matrix, as PEFT draws them. */
  private static AdapterArray drawn(AdapterParameter constant, SplittableRandom random) {
    double bound = Math.sqrt(6.0 / constant.shape().get(1));
    return new AdapterArray(constant, LowRank.uniform(constant, bound, random));
  }

  @Override
  public AdapterScript script() {
    return AdapterScript.of(
            """
              def bases(self, weight: Tensor, c: List[Tensor]) -> List[Tensor]:
                return [torch.slice(c[0], 1, 0, torch.size(weight, 1)), torch.slice(c[1], 0, 0, torch.size(weight, 0))]
              def factors(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> List[Tensor]:
                f = self.bases(weight, c)
                return [f[0] * torch.unsqueeze(p[1], 1), f[1] * torch.unsqueeze(p[0], 1), gate * 1.0]
              def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
                x = torch.type_as(x, p[0])
                x = self.drop_input(x, dropout_seed)
                f = self.bases(weight, c)
                z = torch.linear(torch.linear(x, f[0]) * p[1], f[1]) * (p[0] * gate)
                return torch.add_(torch.type_as(z, y), y)
            """)
        .withDropout(options.veraDropout());
  }

  @Override
  public boolean isLinearIn(AdapterParameter parameter) {
    return parameter.name().equals(LAMBDA_B);
  }

  @Override
  Map<String, Object> keys() {
    return Map.of(
        "peft_type",
        "VERA",
        "r",
        options.r(),
        "d_initial",
        options.dInitial(),
        "vera_dropout",
        options.veraDropout());
  }

  @Override
  boolean repeatsBases() {
    return false;
  }
}
