package io.flexora.adapter.eva;

import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.LowRankForm;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * EVA (Paischer et al. 2024, arXiv 2410.07170): LoRA whose A starts at the principal directions of
 * the module's inputs, and whose ranks go to the modules whose directions explain most of their
 * variance. B starts at zero.
 */
@Doc("Start LoRA at the principal directions of each module's inputs, ranks by variance (EVA).")
public final class EvaAdapter implements AdapterMethod {

  private static final Set<String> READ = Set.of("rank_pattern", "alpha_pattern", "eva_config");

  private final EvaOptions options;

  @Inject
  EvaAdapter(EvaOptions options) {
    this.options = options;
  }

  @Override
  public List<String> targetModules() {
    return options.lora().targetModules();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    return options.lora().parameters(module, Math.min(options.mostRank(), module.inputs()));
  }

  @Override
  public Optional<AdapterInitialisation> initialisation() {
    return Optional.of(new EvaStart(options));
  }

  @Override
  public AdapterScript script() {
    return LowRank.script(options.lora().loraDropout(), scalingText());
  }

  private String scalingText() {
    double power = options.scalingPower();
    String factor = Double.toString(options.scalingOfOne());
    return power == 0 ? factor : "torch.pow(torch.size(p[0], 0), %s) * %s".formatted(power, factor);
  }

  @Override
  public boolean isLinearIn(AdapterParameter parameter) {
    return parameter.name().equals(LowRank.B);
  }

  @Override
  public OptionalDouble loraScaling(long rank) {
    return OptionalDouble.of(options.scaling(rank));
  }

  /** The tensors have their ranks, from which alpha follows, and how they were found is over. */
  @Override
  public AdapterForm form() {
    Map<String, Object> found =
        Map.of(
            "rho",
            options.rho(),
            "tau",
            options.directions().tau(),
            "use_label_mask",
            options.directions().useLabelMask(),
            "label_mask_value",
            -100,
            "whiten",
            options.whiten(),
            "adjust_scaling_factors",
            options.adjustScalingFactors());
    return new LowRankForm(
        options.lora(),
        options.adjustScalingFactors(),
        "eva",
        Map.of("eva_config", found),
        READ,
        AdapterForm.Written.OWN,
        true);
  }
}
