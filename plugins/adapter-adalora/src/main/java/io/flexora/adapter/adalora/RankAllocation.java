package io.flexora.adapter.adalora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.run.Compatibility;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.vector.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prunes triplets to a budget (AdaLoRA, sections 3.2 and 3.3). With I the absolute product of a
 * parameter and its gradient, the score of a parameter is the running mean of I times the running
 * mean of how far I is from it; that of a triplet is the score of its element of E and the mean
 * scores of its row of A and its column of B. The state is the two running means and, from the last
 * pruning on, which parameters are kept.
 */
final class RankAllocation implements TrainingSchedule {

  private final AdaloraOptions options;

  RankAllocation(AdaloraOptions options) {
    this.options = options;
  }

  @Override
  public void checkCompatibility(long totalSteps, Compatibility found) {
    long total = total(totalSteps);
    if (total - options.tfinal() <= options.tinit()) {
      found.refuse(
          "tinit",
          "tinit (%d) and tfinal (%d) leave nothing of the %d steps to prune in; lower them"
              .formatted(options.tinit(), options.tfinal(), total));
    }
  }

  private long total(long stepsOfTraining) {
    return options.totalStep().map(Integer::longValue).orElse(stepsOfTraining);
  }

  /** The step with the last pruning. */
  private long last(long stepsOfTraining) {
    return total(stepsOfTraining) - options.tfinal();
  }

  @Override
  public boolean mayBeKept(long step, long totalSteps) {
    return step >= last(totalSteps);
  }

  @Override
  public Known start(NDManager scope, List<ParameterPlace> places, NDArray theta) {
    return Known.ofArrays(
        List.of(
            scope.zeros(theta.getShape(), theta.getDataType()),
            scope.zeros(theta.getShape(), theta.getDataType()),
            scope.ones(theta.getShape(), theta.getDataType())));
  }

  @Override
  public Turn after(NDManager scope, Moment at, NDArray gradient) {
    Compatibility.require(this::checkCompatibility, at.totalSteps());
    long last = last(at.totalSteps());
    List<Triplets> all = triplets(at.places());
    try (Workspace work = new Workspace(scope)) {
      List<NDArray> before = at.known().arrays();
      List<NDArray> state = at.step() < last ? scored(work, at, gradient) : before;
      NDArray keep = before.get(2);
      int begun = all.stream().mapToInt(Triplets::rank).sum();
      int budget = budget(at.step(), last, begun, all.size());
      boolean prunes =
          at.step() == last
              || (at.step() > options.tinit()
                  && at.step() < last
                  && at.step() % options.deltaT() == 0);
      if (prunes && budget < begun) {
        NDArray scores = work.share(state.get(0)).mul(state.get(1));
        keep = work.share(kept(work, scores, all, begun - budget, at));
      }
      NDArray theta = work.copy(work.share(at.theta()).mul(keep));
      // Before the last pruning a triplet may come back.
      NDArray next = at.step() < last ? before.get(2) : keep;
      List<NDArray> kept =
          List.of(work.copy(state.get(0)), work.copy(state.get(1)), copy(work, next));
      return Turn.of(Known.ofArrays(kept)).moving(theta);
    }
  }

  private static NDArray copy(Workspace work, NDArray array) {
    return work.keep(work.share(array).duplicate());
  }

  private List<NDArray> scored(Workspace work, Moment at, NDArray gradient) {
    List<NDArray> before = at.known().arrays();
    NDArray sensitivity = work.share(at.theta()).mul(gradient).abs();
    NDArray mean =
        work.share(before.get(0)).mul(options.beta1()).add(sensitivity.mul(1 - options.beta1()));
    NDArray deviation =
        work.share(before.get(1))
            .mul(options.beta2())
            .add(sensitivity.sub(mean).abs().mul(1 - options.beta2()));
    return List.of(mean, deviation);
  }

  /** How many triplets are left after a step; see equation 6 of the paper. */
  private int budget(long step, long last, int begun, int modules) {
    int end = Math.min(begun, options.targetR() * modules);
    if (step <= options.tinit()) {
      return begun;
    }
    if (step > last) {
      return end;
    }
    double left = 1 - (step - options.tinit()) / (double) (last - options.tinit());
    return (int) ((begun - end) * (left * left * left) + end);
  }

  /** 1 for each parameter, but 0 for the elements of E of as many triplets as are pruned. */
  private static NDArray kept(
      Workspace work, NDArray scores, List<Triplets> all, int pruned, Moment at) {
    List<double[]> each = all.stream().map(triplets -> triplets.scores(scores)).toList();
    double[] sorted = each.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    double threshold = sorted[pruned - 1];
    float[] keep = new float[Math.toIntExact(at.theta().size())];
    Arrays.fill(keep, 1);
    for (int i = 0; i < all.size(); i++) {
      int offset = Math.toIntExact(all.get(i).e().offset());
      for (int t = 0; t < each.get(i).length; t++) {
        keep[offset + t] = each.get(i)[t] <= threshold ? 0 : 1;
      }
    }
    try (NDArray single = NativeArrays.of(work.temporary(), keep)) {
      return NativeArrays.convert(work.temporary(), single, at.theta().getDataType());
    }
  }

  private static List<Triplets> triplets(List<ParameterPlace> places) {
    Map<AdapterSite, List<ParameterPlace>> bySite = new LinkedHashMap<>();
    places.forEach(p -> bySite.computeIfAbsent(p.site(), site -> new ArrayList<>()).add(p));
    return bySite.values().stream().map(p -> new Triplets(p.get(0), p.get(1), p.get(2))).toList();
  }

  /** The triplets of a site: rows of A, columns of B and elements of E. */
  private record Triplets(ParameterPlace a, ParameterPlace b, ParameterPlace e) {

    int rank() {
      return Math.toIntExact(e.size());
    }

    double[] scores(NDArray of) {
      if (rank() == 0) {
        return new double[0];
      }
      NDArray sum = part(of, e).reshape(-1);
      NDArray rows = part(of, a).mean(new int[] {1});
      NDArray columns = part(of, b).mean(new int[] {0});
      return sum.add(rows.add(columns)).toType(DataType.FLOAT64, false).toDoubleArray();
    }

    private static NDArray part(NDArray of, ParameterPlace place) {
      NDIndex range = new NDIndex().addSliceDim(place.offset(), place.offset() + place.size());
      return of.get(range).reshape(place.parameter().shape());
    }
  }
}
