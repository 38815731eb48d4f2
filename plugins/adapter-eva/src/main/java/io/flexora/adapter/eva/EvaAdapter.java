package io.flexora.adapter.eva;

import ai.djl.ndarray.NDArray;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.PlainLora;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.transformer.LowRank;
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
    return options.lora().factors(module, Math.min(options.mostRank(), module.inputs()));
  }

  @Override
  public boolean shapesVary() {
    return true;
  }

  @Override
  public Optional<AdapterInitialisation> initialisation() {
    return Optional.of(new EvaStart(options));
  }

  @Override
  public double dropout() {
    return options.lora().loraDropout();
  }

  @Override
  public String torchScript() {
    return LowRank.forward(options.lora().loraDropout(), scalingText());
  }

  @Override
  public Optional<String> maskedTorchScript() {
    return Optional.of(LowRank.masked(options.lora().loraDropout(), scalingText()));
  }

  @Override
  public boolean mergesMasked() {
    return true;
  }

  private String scalingText() {
    double power = options.scalingPower();
    String factor = Double.toString(options.scalingOfOne());
    return power == 0 ? factor : "torch.pow(torch.size(p[0], 0), %s) * %s".formatted(power, factor);
  }

  private double scaling(List<NDArray> values) {
    return options.scaling(values.get(0).getShape().get(0));
  }

  @Override
  public NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    return LowRank.weightChange(values, scaling(values));
  }

  @Override
  public Optional<PlainLora> plainLora(
      ModuleShape module, List<NDArray> values, List<NDArray> constants) {
    return Optional.of(LowRank.plainLora(values, scaling(values)));
  }

  @Override
  public boolean scalesWith(AdapterParameter parameter) {
    return parameter.name().equals(LowRank.B);
  }

  @Override
  public OptionalDouble loraScaling(long rank) {
    return OptionalDouble.of(options.scaling(rank));
  }

  @Override
  public Map<String, Object> adapterConfiguration() {
    Map<String, Object> configuration = options.lora().configuration("eva");
    configuration.put(
        "eva_config",
        Map.of(
            "rho",
            options.rho(),
            "tau",
            options.tau(),
            "use_label_mask",
            options.useLabelMask(),
            "label_mask_value",
            -100,
            "whiten",
            options.whiten(),
            "adjust_scaling_factors",
            options.adjustScalingFactors()));
    return configuration;
  }

  @Override
  public Map<String, Object> adapterConfiguration(Map<AdapterSite, List<AdapterArray>> trained) {
    Map<String, Object> configuration = adapterConfiguration();
    configuration.putAll(options.lora().patterns(trained, options.adjustScalingFactors()));
    return configuration;
  }

  /** The tensors have their ranks, from which alpha follows, and how they were found is over. */
  @Override
  public boolean reads(String key, Object value) {
    return READ.contains(key) || LowRank.isPlainStart(key, value);
  }
}
