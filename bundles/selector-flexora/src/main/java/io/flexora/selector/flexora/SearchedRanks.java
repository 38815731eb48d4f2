package io.flexora.selector.flexora;

import java.util.ArrayList;
import java.util.List;

/** AutoLoRA's rule: the parts of a module are kept whose share of its softmax is large enough. */
final class SearchedRanks {

  private SearchedRanks() {}

  /**
   * The gates that are kept: in each softmax those that are large enough, and the largest in any
   * case.
   *
   * @param threshold the least gate, where all are 1 if they are equal
   * @return their places, ascending
   */
  static List<Integer> kept(Gates gates, double threshold) {
    List<Double> values = gates.gates();
    List<Integer> kept = new ArrayList<>();
    for (List<Integer> group : gates.index().groups()) {
      int largest = group.get(0);
      for (int gate : group) {
        largest = values.get(gate) > values.get(largest) ? gate : largest;
      }
      for (int gate : group) {
        if (gate == largest || values.get(gate) >= threshold) {
          kept.add(gate);
        }
      }
    }
    return kept;
  }
}
