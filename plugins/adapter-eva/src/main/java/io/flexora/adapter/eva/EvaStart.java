package io.flexora.adapter.eva;

import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ActivationTokens;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterNeed;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSetting;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.LowRank;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks at the calibration examples, again and again if need be, until the directions that get a
 * rank have settled. The budget is lora_rank times the number of modules. Each module keeps its
 * first direction, where PEFT may leave a module without any.
 */
final class EvaStart implements AdapterInitialisation {

  // PEFT has no bound; directions of the same examples settle in a few passes.
  private static final int MOST_PASSES = 50;

  private final EvaOptions options;

  EvaStart(EvaOptions options) {
    this.options = options;
  }

  /** A direction that wants a rank. */
  private record Candidate(AdapterSite site, double share) {}

  @Override
  public Set<AdapterNeed> needs() {
    return Set.of(AdapterNeed.ACTIVATIONS);
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
  public AdapterStart start(AdapterSetting setting) {
    Map<AdapterSite, PrincipalDirections> found = new LinkedHashMap<>();
    try (NDManager manager = setting.manager().newSubManager();
        TorchScript script = PrincipalDirections.compile(manager)) {
      for (AdapterSite site : setting.sites()) {
        int width = site.module().inputs();
        found.put(site, new PrincipalDirections(manager, script, width, options.mostRank()));
      }
      Map<AdapterSite, Integer> ranks = settle(setting, found);
      Map<AdapterSite, List<AdapterArray>> parameters = new LinkedHashMap<>();
      ranks.forEach((site, rank) -> parameters.put(site, arrays(site, found.get(site), rank)));
      return new AdapterStart(parameters, Map.of(), List.of());
    }
  }

  private Map<AdapterSite, Integer> settle(
      AdapterSetting setting, Map<AdapterSite, PrincipalDirections> found) {
    Map<AdapterSite, Integer> ranks = new LinkedHashMap<>();
    found.forEach((site, directions) -> ranks.put(site, directions.count()));
    ActivationTokens tokens =
        options.useLabelMask() ? ActivationTokens.ANSWERS : ActivationTokens.ALL;
    for (int pass = 0; pass < MOST_PASSES; pass++) {
      setting.activations(
          tokens,
          (scope, site, rows) -> {
            if (!found.get(site).settled(ranks.get(site), options.tau())) {
              found.get(site).add(rows);
            }
          });
      found.forEach(this::requireRows);
      ranks.putAll(ranks(found));
      if (found.entrySet().stream()
          .allMatch(e -> e.getValue().settled(ranks.get(e.getKey()), options.tau()))) {
        break;
      }
    }
    return ranks;
  }

  private void requireRows(AdapterSite site, PrincipalDirections directions) {
    if (directions.rows() == 0) {
      throw new FlexoraException(
          "EVA looks for %d directions in the inputs of %s, but the %d calibration_examples have fewer tokens that count; raise calibration_examples, write use_label_mask: false, or lower lora_rank or rho"
              .formatted(directions.count(), site.path(), options.calibrationExamples()));
    }
  }

  /** The ranks of all modules: those directions of all that explain most of their variance. */
  Map<AdapterSite, Integer> ranks(Map<AdapterSite, PrincipalDirections> found) {
    Map<AdapterSite, Integer> ranks = new LinkedHashMap<>();
    List<Candidate> candidates = new ArrayList<>();
    found.forEach(
        (site, directions) -> {
          ranks.put(site, 1);
          double[] shares = directions.shares();
          for (int i = 1; i < shares.length; i++) {
            candidates.add(new Candidate(site, shares[i]));
          }
        });
    candidates.sort(Comparator.comparingDouble(Candidate::share).reversed());
    candidates.stream()
        .limit((options.lora().loraRank() - 1L) * found.size())
        .forEach(candidate -> ranks.merge(candidate.site(), 1, Integer::sum));
    return ranks;
  }

  private List<AdapterArray> arrays(AdapterSite site, PrincipalDirections of, int rank) {
    List<AdapterParameter> factors = LowRank.factors(site.module(), rank);
    double[] directions = of.directions();
    double[] values = of.values();
    int width = site.module().inputs();
    float[] a = new float[rank * width];
    for (int i = 0; i < a.length; i++) {
      double length = options.whiten() ? Math.sqrt(values[i / width]) : 1;
      a[i] = (float) (directions[i] / length);
    }
    return List.of(
        new AdapterArray(factors.get(0), a),
        new AdapterArray(factors.get(1), LowRank.zeros(factors.get(1))));
  }
}
