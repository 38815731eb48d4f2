package io.flexora.adapter.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.PlainLora;
import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * LoRA (Hu et al. 2021): y = W x + s B A x, with A {@code [rank, inputs]} and B {@code [outputs,
 * rank]}; s = lora_alpha / rank, or lora_alpha / sqrt(rank) for rsLoRA (Kalajdzievski 2023). A
 * starts uniform in ±1/sqrt(inputs), as PEFT draws it, and B at zero.
 */
@Doc("Add a trainable product of two low-rank matrices to each frozen one (LoRA, rsLoRA).")
public final class LoraAdapter implements AdapterMethod {
  private static final String A = "A";
  private static final String B = "B";
  private static final Set<Object> STARTS =
      Set.of(true, false, "gaussian", "eva", "orthogonal", "True", "False");

  private final LoraOptions options;

  @Inject
  LoraAdapter(LoraOptions options) {
    this.options = options;
  }

  @Override
  public List<String> targetModules() {
    return options.targetModules();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    int rank = options.loraRank();
    return List.of(
        new AdapterParameter(A, "lora_A.weight", new Shape(rank, module.inputs())),
        new AdapterParameter(
            B, "lora_B.weight", new Shape(module.outputs(), rank), options.loraplusLrRatio()));
  }

  @Override
  public float[] initialValues(
      ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
    float[] values = new float[Math.toIntExact(parameter.shape().size())];
    if (parameter.name().equals(A)) {
      double bound = 1 / Math.sqrt(module.inputs());
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-bound, bound);
      }
    }
    return values;
  }

  @Override
  public String torchScript() {
    return """
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        x = torch.type_as(x, p[0])
    %s    z = torch.linear(torch.linear(x, p[0]) * (gate * %s), p[1])
        return torch.add_(torch.type_as(z, y), y)
    """
        .formatted(dropout(), options.scaling());
  }

  /** A generator of its own for each call, so the mask is a function of the seed alone. */
  private String dropout() {
    if (options.loraDropout() == 0) {
      return "";
    }
    double keep = 1 - options.loraDropout();
    return """
            if dropout_seed >= 0:
              generator = torch.Generator(device=x.device, seed=dropout_seed)
              mask = torch.bernoulli_(torch.empty_like(x), %s, generator=generator)
              x = x * (mask * %s)
        """
        .formatted(keep, 1 / keep);
  }

  @Override
  public NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    NDArray product = values.get(1).matMul(values.get(0));
    return product.muli(options.scaling());
  }

  @Override
  public Optional<PlainLora> plainLora(
      ModuleShape module, List<NDArray> values, List<NDArray> constants) {
    NDArray a = values.get(0);
    return Optional.of(new PlainLora(a.duplicate(), values.get(1).mul(options.scaling())));
  }

  /**
   * How A and B were drawn matters no more, where that has left the model's weights as they are.
   */
  @Override
  public boolean reads(String key, Object value) {
    return key.equals("init_lora_weights") && STARTS.contains(value);
  }

  /** The product is linear in each factor; it is B that starts at zero and is scaled. */
  @Override
  public boolean scalesWith(AdapterParameter parameter) {
    return parameter.name().equals(B);
  }

  @Override
  public Map<String, Object> adapterConfiguration() {
    Map<String, Object> configuration = new TreeMap<>();
    configuration.put("peft_type", "LORA");
    configuration.put("r", options.loraRank());
    configuration.put("lora_alpha", number(options.loraAlpha()));
    configuration.put("lora_dropout", options.loraDropout());
    configuration.put("use_rslora", options.useRslora());
    configuration.put("use_dora", false);
    configuration.put("bias", "none");
    configuration.put("fan_in_fan_out", false);
    configuration.put("init_lora_weights", true);
    configuration.put("rank_pattern", Map.of());
    configuration.put("alpha_pattern", Map.of());
    return configuration;
  }

  /** PEFT declares lora_alpha as a whole number; only a value that is none is written as it is. */
  private static Number number(double value) {
    return value == Math.rint(value) ? (Number) (long) value : value;
  }
}
