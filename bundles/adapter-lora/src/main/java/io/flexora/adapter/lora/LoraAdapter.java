package io.flexora.adapter.lora;

import ai.djl.ndarray.NDArray;
import io.flexora.api.adapter.AdapterArray;
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
import java.util.OptionalInt;
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
  public OptionalInt rank(ModuleShape module) {
    return OptionalInt.of(options.lora().loraRank());
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module, int rank) {
    return options.lora().factors(module, rank);
  }

  @Override
  public float[] initialValues(
      ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
    return parameter.name().equals(LowRank.A)
        ? LowRank.initialA(module, parameter, random)
        : LowRank.zeros(parameter);
  }

  @Override
  public double dropout() {
    return options.lora().loraDropout();
  }

  @Override
  public String torchScript() {
    return LowRank.forward(options.lora().loraDropout(), options.scalingText());
  }

  @Override
  public Optional<String> maskedTorchScript() {
    return Optional.of(LowRank.masked(options.lora().loraDropout(), options.scalingText()));
  }

  @Override
  public boolean mergesMasked() {
    return true;
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

  private double scaling(List<NDArray> values) {
    return options.scaling(values.get(0).getShape().get(0));
  }

  /**
   * How A and B were drawn matters no more, where that has left the model's weights as they are.
   */
  @Override
  public boolean reads(String key, Object value) {
    return LowRank.isPlainStart(key, value);
  }

  /** The product is linear in each factor; it is B that starts at zero and is scaled. */
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
    return options.lora().configuration(true);
  }

  @Override
  public Map<String, Object> adapterConfiguration(Map<AdapterSite, List<AdapterArray>> trained) {
    Map<String, Object> configuration = adapterConfiguration();
    configuration.putAll(options.lora().patterns(trained, options.adjustScalingFactors()));
    return configuration;
  }
}
