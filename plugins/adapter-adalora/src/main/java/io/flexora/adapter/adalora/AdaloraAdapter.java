package io.flexora.adapter.adalora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.PlainLora;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.MaskedChange;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * AdaLoRA (Zhang et al. 2023, arXiv 2303.10512): y = W x + s B (E ∘ (A x)), like a singular value
 * decomposition. A triplet is a row of A, an element of E and a column of B; the least important of
 * all modules' triplets are pruned to a budget that falls while the training goes on. A penalty
 * keeps A and B nearly orthogonal. Scores and schedule are those of PEFT.
 */
@Doc(
    "Give ranks to matrices while training: prune the least important of all singular triplets"
        + " to a falling budget (AdaLoRA).")
public final class AdaloraAdapter implements AdapterMethod {

  static final String A = "A";
  static final String B = "B";
  static final String E = "E";

  private static final Set<String> READ =
      Set.of("rank_pattern", "r", "init_lora_weights", "total_step");

  // The standard deviation of the initial factors.
  private static final double DEVIATION = 0.02;

  private final AdaloraOptions options;

  @Inject
  AdaloraAdapter(AdaloraOptions options) {
    this.options = options;
    if (options.targetR() > options.initR()) {
      throw new FlexoraException(
          "target_r is %d, but init_r, from which the ranks fall, is %d"
              .formatted(options.targetR(), options.initR()));
    }
  }

  @Override
  public List<String> targetModules() {
    return options.targetModules();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    int rank = options.initR();
    return List.of(
        new AdapterParameter(A, "lora_A", new Shape(rank, module.inputs())),
        new AdapterParameter(B, "lora_B", new Shape(module.outputs(), rank)),
        new AdapterParameter(E, "lora_E", new Shape(rank, 1)));
  }

  @Override
  public boolean shapesVary() {
    return true;
  }

  @Override
  public float[] initialValues(
      ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
    float[] values = LowRank.zeros(parameter);
    if (!parameter.name().equals(E)) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (DEVIATION * normal(random));
      }
    }
    return values;
  }

  /** One of a Box-Muller pair, written out so that it is the same on every Java version. */
  private static double normal(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }

  @Override
  public double dropout() {
    return options.loraDropout();
  }

  @Override
  public String torchScript() {
    return """
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        x = torch.type_as(x, p[0])
    %s    z = torch.linear(torch.linear(x, p[0] * p[2]) * (gate * %s), p[1])
        return torch.add_(torch.type_as(z, y), y)
    """
            .formatted(LowRank.dropout(options.loraDropout()), options.scaling())
        + penaltyText();
  }

  @Override
  public Optional<String> maskedTorchScript() {
    String change =
        "    change = torch.matmul(p[1], p[0] * p[2] * torch.reshape(gate * %s, [-1, 1]))\n"
            .formatted(options.scaling());
    return Optional.of(
        new MaskedChange(LowRank.dropout(options.loraDropout()), change).torchScript()
            + penaltyText());
  }

  @Override
  public boolean mergesMasked() {
    return true;
  }

  private String penaltyText() {
    return """

      def away_from_one(self, products: Tensor) -> Tensor:
        one = torch.eye(torch.size(products, 0), dtype=products.dtype, device=products.device)
        away = products - one
        return torch.sqrt(torch.clamp_min(torch.sum(away * away), 1e-30))

      def penalty(self, p: List[Tensor]) -> Tensor:
        total = torch.zeros([], dtype=p[0].dtype, device=p[0].device)
        matrices = 0
        for i in range(len(p) // 3):
          a, b = p[3 * i], p[3 * i + 1]
          if torch.size(a, 0) > 0:
            total = total + self.away_from_one(torch.matmul(a, torch.t(a)))
            total = total + self.away_from_one(torch.matmul(torch.t(b), b))
            matrices = matrices + 2
        if matrices == 0:
          return total
        return total * (%s / matrices)
    """
        .formatted(options.orthRegWeight());
  }

  @Override
  public boolean hasPenalty() {
    return options.orthRegWeight() > 0;
  }

  @Override
  public Optional<TrainingSchedule> schedule() {
    return Optional.of(new RankAllocation(options));
  }

  @Override
  public NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      NDArray a = work.share(values.get(0)).mul(values.get(2));
      return work.keep(work.share(values.get(1)).matMul(a).mul(options.scaling()));
    }
  }

  @Override
  public Optional<PlainLora> plainLora(
      ModuleShape module, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      return Optional.of(
          new PlainLora(
              work.keep(work.share(values.get(0)).mul(values.get(2))),
              work.keep(work.share(values.get(1)).mul(options.scaling()))));
    }
  }

  @Override
  public boolean scalesWith(AdapterParameter parameter) {
    return parameter.name().equals(E);
  }

  /** Without the triplets whose element of E is 0. */
  @Override
  public List<AdapterArray> saved(AdapterSite site, List<AdapterArray> trained) {
    int[] kept = kept(trained.get(2));
    return List.of(
        rows(trained.get(0), kept), columns(trained.get(1), kept), rows(trained.get(2), kept));
  }

  private static int[] kept(AdapterArray e) {
    return IntStream.range(0, e.values().length).filter(i -> e.values()[i] != 0).toArray();
  }

  private static AdapterArray rows(AdapterArray array, int[] kept) {
    int width = Math.toIntExact(array.parameter().shape().get(1));
    float[] values = new float[kept.length * width];
    for (int i = 0; i < kept.length; i++) {
      System.arraycopy(array.values(), kept[i] * width, values, i * width, width);
    }
    return new AdapterArray(array.parameter().withShape(new Shape(kept.length, width)), values);
  }

  private static AdapterArray columns(AdapterArray array, int[] kept) {
    int height = Math.toIntExact(array.parameter().shape().get(0));
    int width = Math.toIntExact(array.parameter().shape().get(1));
    float[] values = new float[height * kept.length];
    for (int row = 0; row < height; row++) {
      for (int i = 0; i < kept.length; i++) {
        values[row * kept.length + i] = array.values()[row * width + kept[i]];
      }
    }
    return new AdapterArray(array.parameter().withShape(new Shape(height, kept.length)), values);
  }

  @Override
  public Map<String, Object> adapterConfiguration() {
    Map<String, Object> configuration = new TreeMap<>();
    configuration.put("peft_type", "ADALORA");
    configuration.put("init_r", options.initR());
    configuration.put("target_r", options.targetR());
    configuration.put("tinit", options.tinit());
    configuration.put("tfinal", options.tfinal());
    configuration.put("deltaT", options.deltaT());
    configuration.put("beta1", options.beta1());
    configuration.put("beta2", options.beta2());
    configuration.put("orth_reg_weight", options.orthRegWeight());
    // PEFT wants a number, and to go on from a file needs another anyway: the least that it takes.
    configuration.put(
        "total_step", options.totalStep().orElse(options.tinit() + options.tfinal() + 1));
    configuration.put("lora_alpha", LowRank.number(options.loraAlpha()));
    configuration.put("lora_dropout", options.loraDropout());
    configuration.put("bias", "none");
    configuration.put("fan_in_fan_out", false);
    configuration.put("init_lora_weights", true);
    return configuration;
  }

  @Override
  public Map<String, Object> adapterConfiguration(Map<AdapterSite, List<AdapterArray>> trained) {
    Map<String, Object> pattern = new TreeMap<>();
    trained.forEach(
        (site, arrays) -> {
          float[] e = arrays.get(2).values();
          List<Boolean> kept = IntStream.range(0, e.length).mapToObj(i -> e[i] != 0).toList();
          pattern.put(site.path() + ".lora_E", kept);
        });
    Map<String, Object> configuration = adapterConfiguration();
    configuration.put("rank_pattern", pattern);
    return configuration;
  }

  /** The tensors have their ranks, PEFT does not read {@code r}, and the schedule is over. */
  @Override
  public boolean reads(String key, Object value) {
    return READ.contains(key);
  }
}
