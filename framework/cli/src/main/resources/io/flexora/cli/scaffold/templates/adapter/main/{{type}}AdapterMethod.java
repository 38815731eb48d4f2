package {{package}};

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSetting;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.PlainLora;
import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * LoRA-FA (Zhang et al., arXiv 2308.03303): LoRA whose A is drawn once and stays as it is, so that
 * half of the parameters are trained and the inputs of the modules need not be kept.
 */
@Doc("LoRA whose first matrix stays as it was drawn, so that half of the parameters are trained.")
public final class {{type}}AdapterMethod implements AdapterMethod {

  private final {{type}}Options options;

  @Inject
  {{type}}AdapterMethod({{type}}Options options) {
    this.options = options;
  }

  @Override
  public List<String> targetModules() {
    return options.targetModules();
  }

  /** What is trained: B, which starts at 0, so that the model starts as it was. */
  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    return List.of(
        new AdapterParameter(
            "B", "lora_B.weight", new Shape(module.outputs(), options.loraRank())));
  }

  /** What is not trained, but belongs to the adapter and is saved with it: A. */
  @Override
  public List<AdapterParameter> constants(ModuleShape module) {
    return List.of(
        new AdapterParameter("A", "lora_A.weight", new Shape(options.loraRank(), module.inputs())));
  }

  @Override
  public Optional<AdapterInitialisation> initialisation() {
    return Optional.of(this::start);
  }

  private AdapterStart start(AdapterSetting setting) {
    Map<AdapterSite, List<AdapterArray>> parameters = new LinkedHashMap<>();
    Map<AdapterSite, List<AdapterArray>> constants = new LinkedHashMap<>();
    for (AdapterSite site : setting.sites()) {
      AdapterParameter b = parameters(site.module()).get(0);
      parameters.put(site, List.of(new AdapterArray(b, new float[size(b)])));
      AdapterParameter a = constants(site.module()).get(0);
      constants.put(site, List.of(new AdapterArray(a, drawn(a, setting.random(site, a)))));
    }
    return new AdapterStart(parameters, constants, List.of());
  }

  /** As PEFT draws A: uniform within 1 over the root of the inputs. */
  private static float[] drawn(AdapterParameter a, SplittableRandom random) {
    double bound = 1 / Math.sqrt(a.shape().get(1));
    float[] values = new float[size(a)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return values;
  }

  private static int size(AdapterParameter parameter) {
    return Math.toIntExact(parameter.shape().size());
  }

  /** The forward pass: {@code y + gate * scaling * B A x}. */
  @Override
  public String torchScript() {
    return """
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        x = torch.type_as(x, p[0])
        z = torch.linear(torch.linear(x, c[0]) * (gate * %s), p[0])
        return y + torch.type_as(z, y)
    """
        .formatted(options.scaling());
  }

  @Override
  public NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    return values.get(0).matMul(constants.get(0)).muli(options.scaling());
  }

  /** It is LoRA for everyone else: PEFT loads it, and it can be merged. */
  @Override
  public Optional<PlainLora> plainLora(
      ModuleShape module, List<NDArray> values, List<NDArray> constants) {
    NDArray a = constants.get(0).duplicate();
    NDArray b = values.get(0).mul(options.scaling());
    a.attach(b.getManager());
    return Optional.of(new PlainLora(a, b));
  }

  /** Strategies scale what a layer adds by its B. */
  @Override
  public boolean scalesWith(AdapterParameter parameter) {
    return parameter.name().equals("B");
  }

  @Override
  public Map<String, Object> adapterConfiguration() {
    return Map.of(
        "peft_type", "LORA",
        "r", options.loraRank(),
        "lora_alpha", options.loraAlpha(),
        "lora_dropout", 0.0,
        "bias", "none",
        "fan_in_fan_out", false,
        "init_lora_weights", true);
  }
}
