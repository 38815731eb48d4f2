package io.flexora.objective.preference;

import io.flexora.api.data.Example;
import io.flexora.api.head.Objective;
import io.flexora.api.run.Compatibility;

/** Learns from pairs of a chosen and a rejected answer. */
abstract class PairObjective implements Objective {

  private static final String SPLIT =
      """
          is_right = torch.type_as(torch.eq(right, 0), choices)
          chosen, chosen_length = torch.sum(choices * is_right, [1]), torch.sum(lengths * is_right, [1])
          rejected = torch.sum(choices * (1.0 - is_right), [1])
          rejected_length = torch.sum(lengths * (1.0 - is_right), [1])
          chosen_before = torch.sum(reference * is_right, [1])
          rejected_before = torch.sum(reference * (1.0 - is_right), [1])
      """;

  @Override
  public final boolean comparesChoices() {
    return true;
  }

  @Override
  public final void checkCompatibility(Example example, Compatibility found) {
    int answers = example.choices().size();
    if (answers != 2) {
      found.refuse(
          "has %d answer%s; it learns from pairs of a chosen and a rejected one, as the task"
                  .formatted(answers, answers == 1 ? "" : "s")
              + " preference makes them");
    } else if (!example.alsoRight().isEmpty()) {
      found.refuse("has two right answers, of which none is rejected");
    }
  }

  /**
   * The loss of a batch.
   *
   * @param lines from the sums {@code chosen} and {@code rejected} [e] of log-likelihoods, their
   *     numbers of tokens {@code chosen_length} and {@code rejected_length}, the reference's {@code
   *     chosen_before} and {@code rejected_before}, and the arguments of the contract
   */
  static String ofPairs(String lines) {
    return Objective.method(SPLIT + lines);
  }
}
