package io.flexora.adapter.vera;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSetting;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.PlainLora;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.MaskedChange;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.LinkedHashMap;
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

  private AdapterStart start(AdapterSetting setting) {
    Map<AdapterSite, List<AdapterArray>> parameters = new LinkedHashMap<>();
    for (AdapterSite site : setting.sites()) {
      List<AdapterParameter> of = parameters(site.module());
      float[] d = new float[options.r()];
      Arrays.fill(d, (float) options.dInitial());
      parameters.put(
          site,
          List.of(
              new AdapterArray(of.get(0), LowRank.zeros(of.get(0))),
              new AdapterArray(of.get(1), d)));
    }
    List<ModuleShape> modules =
        setting.sites().stream().map(AdapterSite::module).distinct().toList();
    List<AdapterArray> shared =
        sharedConstants(modules).stream()
            .map(constant -> drawn(constant, setting.random(constant.name())))
            .toList();
    return new AdapterStart(parameters, Map.of(), shared);
  }

  /** Kaiming's uniform values for a ReLU, by the columns of the matrix, as PEFT draws them. */
  private static AdapterArray drawn(AdapterParameter constant, SplittableRandom random) {
    double bound = Math.sqrt(6.0 / constant.shape().get(1));
    return new AdapterArray(constant, LowRank.uniform(constant, bound, random));
  }

  @Override
  public double dropout() {
    return options.veraDropout();
  }

  @Override
  public String torchScript() {
    return """
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        x = torch.type_as(x, p[0])
    %s    a = torch.slice(c[0], 1, 0, torch.size(weight, 1))
        b = torch.slice(c[1], 0, 0, torch.size(weight, 0))
        z = torch.linear(torch.linear(x, a) * p[1], b) * (p[0] * gate)
        return torch.add_(torch.type_as(z, y), y)
    """
        .formatted(LowRank.dropout(options.veraDropout()));
  }

  @Override
  public Optional<String> maskedTorchScript() {
    String change =
        """
            a = torch.slice(c[0], 1, 0, torch.size(weight, 1))
            b = torch.slice(c[1], 0, 0, torch.size(weight, 0))
            change = torch.matmul(b * p[1], a) * torch.unsqueeze(p[0] * gate, 1)
        """;
    return Optional.of(
        new MaskedChange(LowRank.dropout(options.veraDropout()), change).torchScript());
  }

  @Override
  public boolean mergesMasked() {
    return true;
  }

  @Override
  PlainLora factors(
      Workspace work, ModuleShape module, List<NDArray> values, List<NDArray> constants) {
    NDArray a = work.share(constants.get(0)).get(new NDIndex(":, :" + module.inputs()));
    NDArray b = work.share(constants.get(1)).get(new NDIndex(":" + module.outputs()));
    return new PlainLora(
        a.mul(work.share(values.get(1)).reshape(-1, 1)),
        b.mul(work.share(values.get(0)).reshape(-1, 1)));
  }

  @Override
  public boolean scalesWith(AdapterParameter parameter) {
    return parameter.name().equals(LAMBDA_B);
  }

  @Override
  public Map<String, Object> adapterConfiguration() {
    Map<String, Object> configuration = configuration("VERA");
    configuration.put("r", options.r());
    configuration.put("d_initial", options.dInitial());
    configuration.put("vera_dropout", options.veraDropout());
    return configuration;
  }
}
