package io.flexora.adapter.dora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSetting;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * DoRA (Liu et al. 2024, arXiv 2402.09353): the matrix V = W + s B A, each of its rows scaled to a
 * trained length m: y = m ∘ (V / ‖rows of V‖) x. A starts uniform in ±1/sqrt(inputs), B at zero and
 * m at the lengths of the rows of W.
 */
@Doc("Train the lengths of a matrix's rows and, by two low-rank factors, their directions (DoRA).")
public final class DoraAdapter implements AdapterMethod {

  private static final Set<Object> STARTS =
      Set.of(true, false, "gaussian", "eva", "orthogonal", "True", "False");

  private final DoraOptions options;

  @Inject
  DoraAdapter(DoraOptions options) {
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
        new AdapterParameter("A", "lora_A.weight", new Shape(rank, module.inputs())),
        new AdapterParameter("B", "lora_B.weight", new Shape(module.outputs(), rank)),
        new AdapterParameter("m", "lora_magnitude_vector", new Shape(module.outputs())));
  }

  @Override
  public Optional<AdapterInitialisation> initialisation() {
    return Optional.of(this::start);
  }

  private AdapterStart start(AdapterSetting setting) {
    Map<AdapterSite, List<AdapterArray>> parameters = new LinkedHashMap<>();
    for (AdapterSite site : setting.sites()) {
      List<AdapterParameter> of = parameters(site.module());
      float[] a = uniform(site.module(), of.get(0), setting.random(site, of.get(0)));
      float[] b = new float[Math.toIntExact(of.get(1).shape().size())];
      parameters.put(
          site,
          List.of(
              new AdapterArray(of.get(0), a),
              new AdapterArray(of.get(1), b),
              new AdapterArray(of.get(2), lengths(setting, site))));
    }
    return new AdapterStart(parameters, Map.of(), List.of());
  }

  private static float[] uniform(
      ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
    double bound = 1 / Math.sqrt(module.inputs());
    float[] values = new float[Math.toIntExact(parameter.shape().size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return values;
  }

  private static float[] lengths(AdapterSetting setting, AdapterSite site) {
    try (NDManager scope = setting.manager().newSubManager()) {
      return setting.weight(scope, site).square().sum(new int[] {1}).sqrt().toFloatArray();
    }
  }

  @Override
  public String torchScript() {
    return """
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        x = torch.type_as(x, p[0])
    %1$s    w = torch.type_as(weight, p[0])
        v = w + torch.matmul(p[1], p[0]) * %2$s
        lengths = torch.sqrt(torch.sum(v * v, [1]))
        if %3$s:
          lengths = torch.detach(lengths)
        scale = p[2] / lengths
        z = torch.linear(x, w) * (scale - 1)
        z = (z + torch.linear(torch.linear(x, p[0]), p[1]) * (scale * %2$s)) * gate
        return torch.add_(torch.type_as(z, y), y)
    """
        .formatted(dropout(), options.scaling(), options.detachNorm() ? "True" : "False");
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
  public boolean detaches() {
    return options.detachNorm();
  }

  @Override
  public NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      NDArray frozen = work.share(weight);
      NDArray b = work.share(values.get(1));
      NDArray moved = frozen.add(b.matMul(values.get(0)).mul(options.scaling()));
      NDArray lengths = moved.square().sum(new int[] {1}).sqrt();
      NDArray scale = work.share(values.get(2)).div(lengths).reshape(-1, 1);
      return work.keep(moved.mul(scale).sub(frozen));
    }
  }

  @Override
  public Map<String, Object> adapterConfiguration() {
    Map<String, Object> configuration = new TreeMap<>();
    configuration.put("peft_type", "LORA");
    configuration.put("r", options.loraRank());
    configuration.put("lora_alpha", number(options.loraAlpha()));
    configuration.put("lora_dropout", options.loraDropout());
    configuration.put("use_rslora", options.useRslora());
    configuration.put("use_dora", true);
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

  @Override
  public boolean reads(String key, Object value) {
    return key.equals("init_lora_weights") && STARTS.contains(value);
  }
}
