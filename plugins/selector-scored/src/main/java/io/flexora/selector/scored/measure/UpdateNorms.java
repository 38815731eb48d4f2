package io.flexora.selector.scored.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.HasAbilities;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.transformer.AdapterChange;
import io.flexora.numerics.vector.ThetaParts;
import io.flexora.numerics.vector.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The Frobenius norm of what the adapters of a layer have changed in its frozen matrices since they
 * started, with the squares of all its modules summed up: that of {@code s B A} for LoRA, and of
 * {@code s (B A - B0 A0)} where it starts at another product than 0. It looks at no batch.
 *
 * @param method the adapter method, without arrays that are not trained unless it is LoRA's product
 * @param model where the frozen matrices are, if the change depends on them
 */
public record UpdateNorms(AdapterMethod method, HasAbilities model) implements Measure {

  @Override
  public int numbers(int layers, int modules) {
    return layers;
  }

  @Override
  public boolean isZeroUntrained() {
    return true;
  }

  @Override
  public Workload cost(int batches, int batchSize, int layers) {
    return Workload.NONE;
  }

  @Override
  public List<Double> of(NDManager scope, BilevelProblem problem, long step, NDArray theta) {
    double[] squares = new double[problem.gates()];
    try (Workspace work = new Workspace(scope)) {
      NDArray initial = problem.initialTheta(work.temporary());
      sites(problem.parameters())
          .forEach(
              (site, slices) ->
                  squares[site.layer()] += squares(scope, site, slices, theta, initial));
    }
    return Arrays.stream(squares).map(Math::sqrt).boxed().toList();
  }

  @Override
  public List<Double> scores(List<Double> sums, long batches, int layers) {
    return Measure.means(sums, batches);
  }

  private static Map<AdapterSite, List<Slice>> sites(ParameterIndex index) {
    Map<AdapterSite, List<Slice>> sites = new LinkedHashMap<>();
    for (Slice slice : index.slices()) {
      if (slice.owner() instanceof Slice.Adapter of) {
        sites
            .computeIfAbsent(new AdapterSite(of.layer(), of.module()), site -> new ArrayList<>())
            .add(slice);
      }
    }
    return sites;
  }

  private double squares(
      NDManager scope, AdapterSite site, List<Slice> slices, NDArray theta, NDArray initial) {
    try (Workspace work = new Workspace(scope)) {
      List<NDArray> values = values(work, slices, theta);
      OptionalDouble scaling = method.loraScaling(slices.get(0).shape().get(0));
      NDArray change =
          scaling.isPresent()
              ? product(values)
                  .sub(product(values(work, slices, initial)))
                  .mul(scaling.getAsDouble())
              : new AdapterChange(work.temporary(), method)
                  .ofMatrix(work.temporary(), frozen(work.temporary(), site), values, List.of());
      return change.square().sum().getDouble();
    }
  }

  /** The arrays of a module, float64. */
  private static List<NDArray> values(Workspace work, List<Slice> slices, NDArray theta) {
    NDArray all = work.share(theta);
    return slices.stream()
        .map(s -> ThetaParts.of(work.temporary(), all, s).toType(DataType.FLOAT64, true))
        .toList();
  }

  private static NDArray product(List<NDArray> factors) {
    return factors.get(1).matMul(factors.get(0));
  }

  /** The frozen matrix, or another of its shape where the change does not depend on it. */
  private NDArray frozen(NDManager scope, AdapterSite site) {
    ModuleShape module = site.module();
    return method.script().matrix().isUsed()
        ? model
            .require(FrozenMatrices.class, "this selector")
            .weight(scope, site.layer(), module.name())
            .toType(DataType.FLOAT64, false)
        : scope.zeros(new Shape(module.outputs(), module.inputs()), DataType.FLOAT64);
  }
}
