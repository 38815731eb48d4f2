package io.flexora.selector.scored.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.input.Tokens;
import io.flexora.api.selection.SelectionContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Groups of neighbouring layers, whose frozen matrices are differentiated together.
 *
 * @param together the layers of a group
 */
public record LayerGroups(int together) {

  /** The number of groups. */
  public int count(int layers) {
    return (int) Math.ceil((double) layers / together);
  }

  /** The layers of a group. */
  public List<Integer> of(int group, int layers) {
    int from = group * together;
    return IntStream.range(from, Math.min(layers, from + together)).boxed().toList();
  }

  /**
   * The sums of the gradients in the frozen target modules of some layers, over batches.
   *
   * @param owner the owner of the sums
   */
  public static Map<AdapterSite, NDArray> gradients(
      NDManager owner, SelectionContext context, List<Integer> layers, List<List<Tokens>> batches) {
    Map<AdapterSite, NDArray> sums = new HashMap<>();
    context.weightGradients(
        owner, layers, batches, (temporary, site, gradient) -> add(owner, sums, site, gradient));
    return sums;
  }

  /** Adds an array to the sum of a site, which the owner gets. */
  public static void add(
      NDManager owner, Map<AdapterSite, NDArray> sums, AdapterSite site, NDArray more) {
    if (sums.containsKey(site)) {
      sums.get(site).addi(more);
    } else {
      NDArray copy = more.duplicate();
      copy.attach(owner);
      sums.put(site, copy);
    }
  }
}
