package io.flexora.adapter.vera;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.transformer.LowRank;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * RandLoRA (Albert et al. 2025, arXiv 2502.00987): W + s P R, a sum of products of random bases
 * that all modules share, as many as a matrix of full rank takes, scaled by trained diagonals. With
 * lo and hi the smaller and larger of a module's widths and n bases, row h of P {@code [hi, n r]}
 * is that of B, row by row; R {@code [n r, lo]} holds lambda A gamma by rows of lambda first. (PEFT
 * flattens the two in different orders, and its files mean that.) It is transposed where inputs are
 * more than outputs. lambda starts at zero.
 */
@Doc("Train the diagonals between random bases that all modules share, to full rank (RandLoRA).")
public final class RandloraAdapter extends SharedBasesAdapter {

  private static final String LAMBDA = "lambda";

  private final RandloraOptions options;

  @Inject
  RandloraAdapter(RandloraOptions options) {
    this.options = options;
  }

  @Override
  public List<String> targetModules() {
    return options.targetModules();
  }

  private static int smaller(ModuleShape module) {
    return Math.min(module.inputs(), module.outputs());
  }

  /** The bases that a matrix of that width takes. */
  private int bases(int smaller) {
    return Math.toIntExact((smaller + options.r() - 1L) / options.r());
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    int bases = bases(smaller(module));
    return List.of(
        new AdapterParameter(LAMBDA, "randlora_lambda", new Shape(options.r(), bases)),
        new AdapterParameter("gamma", "randlora_gamma", new Shape(bases, smaller(module))));
  }

  @Override
  public List<AdapterParameter> sharedConstants(List<ModuleShape> modules) {
    int outputs = modules.stream().mapToInt(ModuleShape::outputs).max().orElseThrow();
    int inputs = modules.stream().mapToInt(ModuleShape::inputs).max().orElseThrow();
    int least = Math.min(outputs, inputs);
    Shape a = new Shape(options.r(), 1, least);
    Shape b = new Shape(Math.max(outputs, inputs), bases(least), options.r());
    return List.of(
        new AdapterParameter("A", "randlora_A", a), new AdapterParameter("B", "randlora_B", b));
  }

  @Override
  public Optional<AdapterInitialisation> initialisation() {
    return Optional.of(this::start);
  }

  private AdapterStart start(AdapterInitialisation.Setting setting) {
    return started(
        setting,
        of -> {
          float[] gamma = LowRank.zeros(of.get(1));
          Shape shape = of.get(1).shape();
          Arrays.fill(gamma, 1f / Math.max(shape.get(0), shape.get(1)));
          return List.of(
              new AdapterArray(of.get(0), LowRank.zeros(of.get(0))),
              new AdapterArray(of.get(1), gamma));
        },
        (constant, all) ->
            drawn(
                constant,
                (double) all.get(0).shape().get(2),
                setting.random(constant.tensorName())));
  }

  /** Numbers of deviation 1, as PEFT scales them. */
  private AdapterArray drawn(AdapterParameter constant, double width, SplittableRandom random) {
    float[] values = LowRank.uniform(constant, 1, random);
    if (options.sparse() || options.verySparse()) {
      double share = 1 / (options.verySparse() ? Math.sqrt(width) : 3);
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.abs(values[i]) > 1 - share ? Math.signum(values[i]) : 0;
      }
    }
    double deviation = deviation(values);
    for (int i = 0; i < values.length; i++) {
      values[i] /= (float) deviation;
    }
    return new AdapterArray(constant, values);
  }

  private static double deviation(float[] values) {
    double mean = 0;
    for (float value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean);
    }
    return squares == 0 ? 1 : Math.sqrt(squares / (values.length - 1));
  }

  /** Of the rank that all bases have together. */
  @Override
  public AdapterScript script() {
    return AdapterScript.of(
            """
              def factors(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> List[Tensor]:
                bases = torch.size(p[1], 0)
                a = torch.slice(c[0], 2, 0, torch.size(p[1], 1))
                right = torch.flatten(torch.unsqueeze(p[0], 2) * a * torch.unsqueeze(p[1], 0), 0, 1)
                b = torch.slice(c[1], 0, 0, max(torch.size(weight, 0), torch.size(weight, 1)))
                left = torch.flatten(torch.slice(b, 1, 0, bases), 1, 2)
                if torch.size(weight, 1) > torch.size(weight, 0):
                  left, right = torch.t(right), torch.t(left)
                return [right, left, gate * %s]
            """
                .formatted(options.randloraAlpha() / options.r()))
        .withDropout(options.randloraDropout());
  }

  @Override
  public boolean isLinearIn(AdapterParameter parameter) {
    return parameter.name().equals(LAMBDA);
  }

  @Override
  Map<String, Object> keys() {
    return Map.of(
        "peft_type",
        "RANDLORA",
        "r",
        options.r(),
        "randlora_alpha",
        LowRank.number(options.randloraAlpha()),
        "randlora_dropout",
        options.randloraDropout(),
        "sparse",
        options.sparse(),
        "very_sparse",
        options.verySparse());
  }

  @Override
  boolean repeatsBases() {
    return true;
  }
}
