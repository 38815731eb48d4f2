package io.flexora.adapter.lora;

import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.LowRankForm;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * LoRA (Hu et al. 2021): y = W x + s B A x, with A {@code [rank, inputs]} and B {@code [outputs,
 * rank]}; s = lora_alpha / rank, or lora_alpha / sqrt(rank) for rsLoRA (Kalajdzievski 2023). A
 * starts uniform in ±1/sqrt(inputs), as PEFT draws it, and B at zero.
 */
@Doc("Add a trainable product of two low-rank matrices to each frozen one (LoRA, rsLoRA).")
public final class LoraAdapter implements AdapterMethod {
  private final LoraOptions options;

  @Inject
  LoraAdapter(LoraOptions options) {
    this.options = options;
  }

  @Override
  public List<String> targetModules() {
    return options.lora().targetModules();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    return options.lora().factors(module);
  }

  @Override
  public Optional<AdapterMethod.Ranked> ranked() {
    return Optional.of(options.lora());
  }

  @Override
  public float[] initialValues(
      ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
    return parameter.name().equals(LowRank.A)
        ? LowRank.initialA(module, parameter, random)
        : LowRank.zeros(parameter);
  }

  @Override
  public AdapterScript script() {
    return LowRank.script(options.lora().loraDropout(), options.scalingText());
  }

  /** The product is linear in each factor; it is B that starts at zero and is scaled. */
  @Override
  public boolean isLinearIn(AdapterParameter parameter) {
    return parameter.name().equals(LowRank.B);
  }

  @Override
  public OptionalDouble loraScaling(long rank) {
    return OptionalDouble.of(options.scaling(rank));
  }

  @Override
  public AdapterForm form() {
    return new LowRankForm(options.lora(), options.adjustScalingFactors(), true);
  }
}
