package io.flexora.numerics.score;

import java.util.List;

/**
 * The probabilities of an example's choices: the softmax of their scores.
 *
 * @since 0.1
 */
public final class ChoiceProbabilities {

  private ChoiceProbabilities() {}

  /** The logarithm of the sum of the exponentials of some scores. */
  public static double logNormaliser(double[] scores) {
    double highest = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      highest = Math.max(highest, score);
    }
    if (Double.isInfinite(highest)) {
      return highest;
    }
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score - highest);
    }
    return highest + Math.log(sum);
  }

  /** The logarithm of the probability of each choice. */
  public static double[] logarithms(double[] scores) {
    double normaliser = logNormaliser(scores);
    double[] logarithms = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      logarithms[i] = scores[i] - normaliser;
    }
    return logarithms;
  }

  /**
   * The {@link #mean} for each example of a batch.
   *
   * @param members the scores of each member: for each example, those of its choices
   */
  public static double[][] means(List<double[][]> members) {
    double[][] means = new double[members.get(0).length][];
    for (int e = 0; e < means.length; e++) {
      int example = e;
      means[e] = mean(members.stream().map(member -> member[example]).toList());
    }
    return means;
  }

  /**
   * Scores whose softmax is the mean of the probabilities of several members. They are as large as
   * the members' scores: the mean of the logarithms of the normalisers is added, so equal members
   * give the scores of one.
   *
   * @param members the scores of each member; at least one, all of the same choices
   */
  public static double[] mean(List<double[]> members) {
    int choices = members.get(0).length;
    double normaliser = 0;
    double[][] logarithms = new double[choices][members.size()];
    for (int m = 0; m < members.size(); m++) {
      normaliser += logNormaliser(members.get(m)) / members.size();
      double[] own = logarithms(members.get(m));
      for (int i = 0; i < choices; i++) {
        logarithms[i][m] = own[i];
      }
    }
    double[] mean = new double[choices];
    for (int i = 0; i < choices; i++) {
      mean[i] = logNormaliser(logarithms[i]) - Math.log(members.size()) + normaliser;
    }
    return mean;
  }
}
