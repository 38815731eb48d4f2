package io.flexora.adapter.eva;

import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.numerics.torch.TorchScript;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds the principal directions of the inputs of many modules, and the ranks by which those of all
 * modules that explain most of their variance get one each.
 */
final class DirectionSearch implements AutoCloseable {

  private final Map<AdapterSite, PrincipalDirections> found = new LinkedHashMap<>();
  private final NDManager manager;
  private final TorchScript script;
  private final double tau;
  private final long budget;
  private final int least;

  /** A direction that wants a rank. */
  private record Candidate(AdapterSite site, double share) {}

  /**
   * Starts without any rows.
   *
   * @param most the most directions of a module
   * @param tau the cosine similarity from one batch to the next at which a direction has settled
   * @param budget the sum of the ranks
   * @param least the ranks that each module has in any case, 0 or 1
   */
  DirectionSearch(
      NDManager parent, List<AdapterSite> sites, int most, double tau, long budget, int least) {
    this.manager = parent.newSubManager();
    this.script = PrincipalDirections.compile(manager);
    this.tau = tau;
    this.budget = budget;
    this.least = least;
    sites.forEach(
        site ->
            found.put(
                site, new PrincipalDirections(manager, script, site.module().inputs(), most)));
  }

  /** The directions of each module. */
  Map<AdapterSite, PrincipalDirections> found() {
    return found;
  }

  /**
   * Looks at the inputs, again and again if need be, until the directions that get a rank have
   * settled.
   *
   * @param passes the most passes over the examples
   * @param inputs passes all inputs to a visitor
   * @param afterPass what is asked after each pass, such as whether there were enough rows
   * @return the ranks of all modules
   */
  Map<AdapterSite, Integer> settle(
      int passes, Consumer<ActivationVisitor> inputs, Runnable afterPass) {
    Map<AdapterSite, Integer> ranks = new LinkedHashMap<>();
    found.forEach((site, directions) -> ranks.put(site, directions.count()));
    for (int pass = 0; pass < passes; pass++) {
      inputs.accept(
          (scope, site, rows) -> {
            if (!found.get(site).settled(ranks.get(site), tau)) {
              found.get(site).add(rows);
            }
          });
      afterPass.run();
      ranks.putAll(ranks());
      if (found.entrySet().stream()
          .allMatch(e -> e.getValue().settled(ranks.get(e.getKey()), tau))) {
        break;
      }
    }
    return ranks;
  }

  /** The ranks by the directions so far. */
  private Map<AdapterSite, Integer> ranks() {
    Map<AdapterSite, Integer> ranks = new LinkedHashMap<>();
    List<Candidate> candidates = new ArrayList<>();
    found.forEach(
        (site, directions) -> {
          ranks.put(site, least);
          double[] shares = directions.shares();
          for (int i = least; i < shares.length; i++) {
            candidates.add(new Candidate(site, shares[i]));
          }
        });
    candidates.sort(Comparator.comparingDouble(Candidate::share).reversed());
    candidates.stream()
        .limit(budget - (long) least * found.size())
        .forEach(candidate -> ranks.merge(candidate.site(), 1, Integer::sum));
    return ranks;
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
