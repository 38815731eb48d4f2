package io.flexora.adapter.adalora;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.numerics.transformer.LowRank;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * AdaLoRA (Zhang et al. 2023, arXiv 2303.10512): y = W x + s B (E ∘ (A x)), like a singular value
 * decomposition. A triplet is a row of A, an element of E and a column of B; the least important of
 * all modules' triplets are pruned to a budget that falls while the training goes on. A penalty
 * keeps A and B nearly orthogonal. Scores and schedule are those of PEFT.
 */
@Doc(
    "Give ranks to matrices while training: prune the least important of all singular triplets"
        + " to a falling budget (AdaLoRA).")
public final class AdaloraAdapter implements AdapterMethod {

  static final String A = "A";
  static final String B = "B";
  static final String E = "E";

  // The standard deviation of the initial factors.
  private static final double DEVIATION = 0.02;

  private final AdaloraOptions options;

  @Inject
  AdaloraAdapter(AdaloraOptions options) {
    this.options = options;
    if (options.targetR() > options.initR()) {
      throw new IncompatibleOptionException(
          "target_r",
          "target_r is %d, but init_r, from which the ranks fall, is %d"
              .formatted(options.targetR(), options.initR()));
    }
  }

  @Override
  public List<String> targetModules() {
    return options.targetModules();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    int rank = options.initR();
    return List.of(
        new AdapterParameter(A, "lora_A", new Shape(rank, module.inputs())),
        new AdapterParameter(B, "lora_B", new Shape(module.outputs(), rank)),
        new AdapterParameter(E, "lora_E", new Shape(rank, 1)));
  }

  @Override
  public float[] initialValues(
      ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
    float[] values = LowRank.zeros(parameter);
    if (!parameter.name().equals(E)) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (DEVIATION * LowRank.normal(random));
      }
    }
    return values;
  }

  @Override
  public AdapterScript script() {
    String factors =
        """
          def factors(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> List[Tensor]:
            return [p[0] * p[2], p[1], gate * %s]
        """
            .formatted(options.scaling());
    return AdapterScript.of(options.orthRegWeight() > 0 ? factors + penaltyText() : factors)
        .withDropout(options.loraDropout());
  }

  private String penaltyText() {
    return """

      def away_from_one(self, products: Tensor) -> Tensor:
        one = torch.eye(torch.size(products, 0), dtype=products.dtype, device=products.device)
        away = products - one
        return torch.sqrt(torch.clamp_min(torch.sum(away * away), 1e-30))

      def penalty(self, p: List[Tensor]) -> Tensor:
        total = torch.zeros([], dtype=p[0].dtype, device=p[0].device)
        matrices = 0
        for i in range(len(p) // 3):
          a, b = p[3 * i], p[3 * i + 1]
          if torch.size(a, 0) > 0:
            total = total + self.away_from_one(torch.matmul(a, torch.t(a)))
            total = total + self.away_from_one(torch.matmul(torch.t(b), b))
            matrices = matrices + 2
        if matrices == 0:
          return total
        return total * (%s / matrices)
    """
        .formatted(options.orthRegWeight());
  }

  @Override
  public Optional<TrainingSchedule> schedule() {
    return Optional.of(new RankAllocation(options));
  }

  @Override
  public boolean isLinearIn(AdapterParameter parameter) {
    return parameter.name().equals(E);
  }

  @Override
  public AdapterForm form() {
    return new AdaloraForm(options);
  }
}
