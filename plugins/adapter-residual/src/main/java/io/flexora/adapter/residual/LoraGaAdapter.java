package io.flexora.adapter.residual;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * LoRA-GA (Wang et al. 2024, arXiv 2407.05000): LoRA whose factors start at singular directions of
 * the loss's gradient in the matrix over a few training examples, G = U S Vᵀ: A0 at rows of Vᵀ, B0
 * at columns of U S, scaled. The first step of the training then comes close to one of full
 * fine-tuning. PEFT approximates the decomposition; it is exact here.
 */
@Doc("Start LoRA at the gradient's singular directions over a few training examples (LoRA-GA).")
public final class LoraGaAdapter extends ResidualAdapter {

  private static final String DIRECTIONS =
      """
        def directions(self, gradient: Tensor, rows: Tensor, columns: Tensor) -> List[Tensor]:
          u, s, v = torch.linalg_svd(gradient.to(7), False)
          s = torch.index_select(s, 0, columns)
          return [torch.index_select(v, 0, rows), torch.index_select(u, 1, columns) * s, s]
        def largest(self, weight: Tensor) -> Tensor:
          u, s, v = torch.linalg_svd(weight.to(7), False)
          return s[0]
        def scaled(self, factor: Tensor, by: Tensor) -> Tensor:
          return (factor * by).to(6).contiguous()
      """;

  private final LoraGaOptions options;

  @Inject
  LoraGaAdapter(LoraGaOptions options) {
    super(options.lora(), DIRECTIONS);
    this.options = options;
  }

  @Override
  int directions() {
    return 2 * options.lora().loraRank();
  }

  @Override
  public Optional<AdapterInitialisation> initialisation() {
    return Optional.of(new ByGradient());
  }

  private final class ByGradient implements AdapterInitialisation {

    @Override
    public Set<AdapterInitialisation.Need> needs() {
      return options.scale() == LoraGaOptions.FactorScale.WEIGHT_SVD
          ? Set.of(AdapterInitialisation.Need.WEIGHTS)
          : Set.of();
    }

    @Override
    public int calibrationExamples() {
      return options.calibrationExamples();
    }

    @Override
    public int calibrationBatch() {
      return options.calibrationBatchSize();
    }

    @Override
    public AdapterStart start(AdapterInitialisation.Setting setting) {
      return LoraGaAdapter.this.start(setting);
    }
  }

  @Override
  List<NDArray> first(
      NDManager scope,
      TorchScript compiled,
      AdapterInitialisation.Setting setting,
      AdapterSite site) {
    long[] drawn = drawn(setting.random(site, options.lora().factors(site.module()).get(0)));
    Arguments arguments =
        new Arguments(scope)
            .with("gradient", setting.weightGradient(scope, site))
            .with("rows", NativeArrays.of(scope, rows(drawn)))
            .with("columns", NativeArrays.of(scope, columns(drawn)));
    List<NDArray> found = compiled.call("directions", arguments);
    double ofA = options.scale() == LoraGaOptions.FactorScale.GD_SCALE ? 1 / scaling() : 1;
    double ofB =
        switch (options.scale()) {
          case STABLE -> Math.pow(site.module().outputs(), 0.25) / Math.sqrt(options.stableGamma());
          case WEIGHT_SVD -> {
            double own = found.get(2).getDouble(0);
            yield own > 0 ? largest(scope, compiled, setting, site) / own : 1;
          }
          case GD_SCALE -> 1 / scaling();
          case UNIT -> 1;
        };
    return List.of(
        scaled(scope, compiled, found.get(0), ofA), scaled(scope, compiled, found.get(1), ofB));
  }

  private double scaling() {
    return options.lora().scaling();
  }

  private static double largest(
      NDManager scope,
      TorchScript compiled,
      AdapterInitialisation.Setting setting,
      AdapterSite site) {
    Arguments arguments = new Arguments(scope).with("weight", setting.weight(scope, site));
    return compiled.call("largest", arguments).singletonOrThrow().getDouble();
  }

  private static NDArray scaled(NDManager scope, TorchScript compiled, NDArray factor, double by) {
    Arguments arguments =
        new Arguments(scope)
            .with("factor", factor)
            .with("by", NativeArrays.of(scope, new double[] {by}));
    return compiled.call("scaled", arguments).singletonOrThrow();
  }

  /** The numbers of the directions that A starts at. */
  private long[] rows(long[] drawn) {
    int rank = options.lora().loraRank();
    return switch (options.direction()) {
      case ARBR -> numbers(1, 2);
      case A2RBR -> numbers(rank, 1);
      case ARB2R -> numbers(0, 1);
      case RANDOM -> drawn;
    };
  }

  /** The numbers of the directions that B starts at. */
  private long[] columns(long[] drawn) {
    int rank = options.lora().loraRank();
    return switch (options.direction()) {
      case ARBR -> numbers(0, 2);
      case A2RBR -> numbers(0, 1);
      case ARB2R -> numbers(rank, 1);
      case RANDOM -> drawn;
    };
  }

  private long[] numbers(int from, int step) {
    return IntStream.range(0, options.lora().loraRank())
        .mapToLong(i -> from + (long) step * i)
        .toArray();
  }

  /** Half of the directions, in random order. */
  private long[] drawn(SplittableRandom random) {
    int rank = options.lora().loraRank();
    long[] all = IntStream.range(0, 2 * rank).mapToLong(i -> i).toArray();
    for (int i = 0; i < rank; i++) {
      int other = random.nextInt(i, all.length);
      long kept = all[i];
      all[i] = all[other];
      all[other] = kept;
    }
    return Arrays.copyOf(all, rank);
  }

  @Override
  String start() {
    return "lora_ga";
  }

  /** The first factors are of a gradient that cannot be taken again, and no file has them. */
  @Override
  public AdapterForm form() {
    Map<String, Object> found =
        Map.of(
            "direction",
            options.direction().inPeft(),
            "scale",
            options.scale().name().toLowerCase(Locale.ROOT),
            "stable_gamma",
            options.stableGamma());
    return form(Map.of("lora_ga_config", found), AdapterForm.Written.PLAIN_LORA_ALONE);
  }
}
