package io.flexora.selector.scored.measure;

import io.flexora.api.input.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.SelectionContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The training examples that a selector looks at: drawn by the seed, none of them twice. */
public record Calibration(List<Tokens> examples) {

  /**
   * Draws examples.
   *
   * @param selector the name of the selector, for messages
   * @param wanted how many; all where there are fewer
   * @param fewest how many it cannot do without
   * @throws FlexoraException if there are fewer than that
   */
  public static Calibration draw(
      String selector, SelectionContext context, Seeds seeds, int wanted, int fewest) {
    List<Tokens> shuffled = new ArrayList<>(context.trainingExamples());
    if (shuffled.size() < fewest) {
      throw new FlexoraException(
          "selector %s needs at least %d training examples, but there are %d"
              .formatted(selector, fewest, shuffled.size()));
    }
    Collections.shuffle(shuffled, new Random(seeds.derive("selector", selector, "examples")));
    return new Calibration(List.copyOf(shuffled.subList(0, Math.min(wanted, shuffled.size()))));
  }

  /** The examples, each a batch of its own. */
  public List<List<Tokens>> alone() {
    return examples.stream().map(List::of).toList();
  }

  public int size() {
    return examples.size();
  }

  public Tokens get(long index) {
    return examples.get((int) index);
  }
}
