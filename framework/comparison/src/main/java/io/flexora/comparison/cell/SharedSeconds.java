package io.flexora.comparison.cell;

import java.util.List;

/**
 * The division of the seconds of a budget among cells. Each has an equal part, of which its search
 * takes what it needs, and what the searches leave is divided by the lengths of the trainings. As
 * long as all searches take the same time, all cells together take the seconds.
 *
 * @param cells how many cells there are
 * @param trainings how many whole trainings they have together
 */
public record SharedSeconds(int cells, double trainings) {

  /** A cell that has all of them. */
  public static final SharedSeconds ALONE = new SharedSeconds(1, 1);

  /**
   * The trials of a cell, and the cell itself.
   *
   * @param shares the share of a whole training of each trial
   */
  public static SharedSeconds of(List<Double> shares) {
    double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
    return new SharedSeconds(shares.size() + 1, sum + 1);
  }

  /** The seconds of a cell, of which a search may take all. */
  public double limit(double seconds) {
    return seconds / cells;
  }

  /**
   * How many times as long a training may take as its search leaves of these.
   *
   * @param share the share of a whole training that it is
   */
  double factor(double share) {
    return share * cells / trainings;
  }
}
