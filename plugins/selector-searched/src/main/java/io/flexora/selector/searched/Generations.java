package io.flexora.selector.searched;

import java.util.List;

/** The sets that are judged next, given those before. */
interface Generations {

  /** How many generations there are. */
  int count();

  /** How many sets each has. */
  int population();

  /** The sets of a generation: a function of its number and of those before. */
  List<List<Integer>> next(int generation, List<TrialResult> before);
}
