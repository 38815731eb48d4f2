package io.flexora.selector.searched;

import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/** The sets that are judged next, given those before. */
interface Generations {

  /** How many generations there are. */
  int count();

  /** How many sets a generation has, from 0. */
  int population(int generation);

  /** The sets of a generation: a function of its number and of those before. */
  List<List<Integer>> next(int generation, List<TrialResult> before);

  /** The best of the sets that were judged: the first one in {@link TrialResult#BEST_FIRST}. */
  default TrialResult best(List<TrialResult> judged) {
    return judged.stream().min(TrialResult.BEST_FIRST).orElseThrow();
  }

  /** The layers that are chosen where the search ends with these sets: those of the best. */
  default List<Integer> chosen(List<TrialResult> judged) {
    return best(judged).layers();
  }

  /** The sum over all generations of a number that depends on the population. */
  default long sum(IntToLongFunction number) {
    return IntStream.range(0, count()).mapToLong(g -> number.applyAsLong(population(g))).sum();
  }
}
