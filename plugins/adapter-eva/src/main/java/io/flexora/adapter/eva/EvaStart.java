package io.flexora.adapter.eva;

import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.numerics.transformer.LowRank;
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

  @Override
  public Set<AdapterInitialisation.Need> needs() {
    return Set.of(AdapterInitialisation.Need.ACTIVATIONS);
  }

  @Override
  public int calibrationExamples() {
    return options.directions().calibrationExamples();
  }

  @Override
  public int calibrationBatch() {
    return options.directions().calibrationBatchSize();
  }

  @Override
  public AdapterStart start(AdapterInitialisation.Setting setting) {
    long budget = (long) options.lora().loraRank() * setting.sites().size();
    try (DirectionSearch search =
        new DirectionSearch(
            setting.manager(),
            setting.sites(),
            options.mostRank(),
            options.directions().tau(),
            budget,
            1)) {
      Map<AdapterSite, Integer> ranks =
          search.settle(
              MOST_PASSES,
              visitor -> setting.activations(options.directions().tokens(), visitor),
              () -> search.found().forEach(this::requireRows));
      Map<AdapterSite, List<AdapterArray>> parameters = new LinkedHashMap<>();
      ranks.forEach(
          (site, rank) -> parameters.put(site, arrays(site, search.found().get(site), rank)));
      return new AdapterStart(parameters, Map.of(), List.of());
    }
  }

  private void requireRows(AdapterSite site, PrincipalDirections directions) {
    if (directions.rows() == 0) {
      throw new IncompatibleOptionException(
          "calibration_examples",
          "EVA looks for %d directions in the inputs of %s, but the %d calibration_examples have fewer tokens that count; raise calibration_examples, write use_label_mask: false, or lower lora_rank or rho"
              .formatted(
                  directions.count(), site.path(), options.directions().calibrationExamples()));
    }
  }

  private List<AdapterArray> arrays(AdapterSite site, PrincipalDirections of, int rank) {
    List<AdapterParameter> factors = options.lora().parameters(site.module(), rank);
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
