package io.flexora.adapter.multiplicative;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterScript.MatrixUse;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * IA3 (Liu et al. 2022, arXiv 2205.05638): y = l ∘ (W x + b), or y = W (l ∘ x) + b in feed-forward
 * modules, with a trained vector l that starts at ones. A gate g makes it 1 + g (l - 1).
 */
@Doc("Scale the outputs of keys and values and the inputs of the feed-forward network (IA3).")
public final class Ia3Adapter implements AdapterMethod {

  private static final String FEED_FORWARD = "feedforward_modules";
  private static final String START = "init_ia3_weights";

  // Keys and values by the names that model families give them, alone or in one matrix with q.
  private static final Set<String> KEYS_AND_VALUES =
      Set.of("k_proj", "v_proj", "key", "value", "qkv_proj", "query_key_value", "c_attn");

  private final Ia3Options options;

  @Inject
  Ia3Adapter(Ia3Options options) {
    this.options = options;
  }

  @Override
  public List<String> targetModules() {
    return options.targetModules();
  }

  @Override
  public List<String> defaultTargets(List<ModuleShape> modules) {
    return modules.stream()
        .filter(m -> KEYS_AND_VALUES.contains(m.name()) || isFeedForward(m))
        .map(ModuleShape::name)
        .toList();
  }

  private boolean isFeedForward(ModuleShape module) {
    return options.feedforwardModules().stream()
        .anyMatch(name -> module.name().equals(name) || module.path().endsWith("." + name));
  }

  /** A row scales inputs, a column scales outputs, in a file as well. */
  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    Shape shape =
        isFeedForward(module) ? new Shape(1, module.inputs()) : new Shape(module.outputs(), 1);
    return List.of(new AdapterParameter("l", "ia3_l", shape));
  }

  private static boolean scalesInputs(ModuleShape module, Shape shape) {
    return shape.get(0) == 1 && shape.get(1) == module.inputs();
  }

  @Override
  public float[] initialValues(
      ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
    float[] ones = new float[Math.toIntExact(parameter.shape().size())];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Override
  public AdapterScript script() {
    return AdapterScript.of(
            """
              def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
                return (p[0] - 1) * weight * gate
              def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
                change = (torch.reshape(p[0], [-1]) - 1) * gate
                if torch.size(p[0], 0) == 1 and torch.size(p[0], 1) == torch.size(weight, 1):
                  z = torch.linear(torch.type_as(torch.type_as(x, change) * change, weight), weight)
                else:
                  z = torch.type_as(y, change) * change
                return torch.add_(torch.type_as(z, y), y)
            """)
        .with(MatrixUse.SCALED_WITH_BIAS);
  }

  @Override
  public AdapterForm form() {
    return new Form();
  }

  /** PEFT's form, in which the shape of l says what it scales. */
  private static final class Form implements AdapterForm {

    @Override
    public Map<String, Object> configuration() {
      return configuration(Map.of());
    }

    @Override
    public Map<String, Object> configuration(Map<AdapterSite, List<AdapterArray>> trained) {
      List<String> feedForward =
          trained.entrySet().stream()
              .filter(
                  e -> scalesInputs(e.getKey().module(), e.getValue().get(0).parameter().shape()))
              .map(e -> e.getKey().path())
              .toList();
      Map<String, Object> configuration = new TreeMap<>();
      configuration.put("peft_type", "IA3");
      configuration.put(FEED_FORWARD, feedForward);
      configuration.put("fan_in_fan_out", false);
      configuration.put(START, true);
      return configuration;
    }

    /** The shapes say which modules those are, and how l started is over. */
    @Override
    public boolean accepts(String key, Object value) {
      return key.equals(FEED_FORWARD) || key.equals(START);
    }

    @Override
    public boolean shapesVary() {
      return true;
    }

    @Override
    public boolean namesLayers() {
      return false;
    }
  }
}
