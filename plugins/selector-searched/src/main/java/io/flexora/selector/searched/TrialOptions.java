package io.flexora.selector.searched;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.selection.TrainingStart;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.EarlyStopping;
import io.flexora.numerics.layer.StartingPoint;

/**
 * The options of how a set of layers is judged, apart from the number of steps.
 *
 * @param earlyStopping when the search ends by itself; its steps are sets that were judged
 * @param problem the batches of a training step and those that are validated on, the same for all
 *     sets
 * @param inner how the adapters of a set are trained
 * @param start where the training of the chosen set begins
 */
record TrialOptions(
    @Inline EarlyStopping earlyStopping,
    @Inline(defaults = "validation_batches: 16") ProblemOptions problem,
    @Option(doc = "training of the adapters", byDefault = "{}") InnerOptions inner,
    @Option(doc = TrialOptions.START, byDefault = "fresh") StartingPoint.Values start) {

  static final String START =
      "where the training of the choice begins: fresh, at the adapter's initial values; search, at"
          + " what the search has trained of the chosen set and of the head. The optimiser begins"
          + " afresh either way, and no step of the search counts, as most were of other sets";

  /** Whether the training begins at the values of the search. */
  boolean keepsValues() {
    return start == StartingPoint.Values.SEARCH;
  }

  /** The start of the training. */
  TrainingStart trainingStart() {
    return keepsValues() ? TrainingStart.VALUES : TrainingStart.INITIAL;
  }

  /**
   * Refuses a patience by which a search would never end by itself. It is last asked before its
   * last set, or before its last generation where sets compete or are bred from those before; a
   * best set then counts from the end of the generation that found it.
   *
   * @param length the options that decide how long it is
   * @throws IllegalArgumentException if it would not
   */
  void requireReachable(int generations, int population, int rungs, String length) {
    boolean eachSet = generations == 1 && rungs == 1;
    long judged = eachSet ? population - 1L : (generations - 1L) * population;
    long unchanged = eachSet ? judged : judged - population + 1;
    earlyStopping.requireReachable(unchanged, judged, length);
  }

  /**
   * The same on a model that may have fewer sets than the options ask for.
   *
   * @param selector the name of the selector, for the message
   * @throws FlexoraException if it would not
   */
  void requireReachable(
      String selector, int generations, int population, int rungs, String length) {
    try {
      requireReachable(
          generations, population, rungs, "%s (number of sets: %d)".formatted(length, population));
    } catch (OptionException e) {
      throw new IncompatibleOptionException(
          e.path().get(0), "selector %s: %s".formatted(selector, e.getMessage()), e);
    }
  }
}
