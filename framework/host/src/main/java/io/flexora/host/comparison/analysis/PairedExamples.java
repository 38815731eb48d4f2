package io.flexora.host.comparison.analysis;

import io.flexora.statistics.BcaBootstrap;
import io.flexora.statistics.Interval;
import io.flexora.statistics.McNemarTest;
import io.flexora.statistics.SignFlipTest;
import io.flexora.statistics.TwoLevelBootstrap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the examples say that all paired cells have in common.
 *
 * @param examples how many there are
 * @param interval that of the mean difference over examples, the seeds being given
 * @param permutation the test of the differences of the examples, each averaged over the seeds
 * @param both the interval of the mean difference over other seeds and other examples; empty with
 *     one seed
 * @param mcNemar the test of the discordant answers
 */
record PairedExamples(
    int examples,
    Interval interval,
    SignFlipTest permutation,
    Optional<Interval> both,
    McNemarTest mcNemar) {

  /**
   * Compares the examples.
   *
   * @param seed that of the draws
   * @return empty if fewer than two examples are known to have been answered right or wrong in all
   *     cells
   */
  static Optional<PairedExamples> of(List<PairedCell> pairs, long seed) {
    int[][] table = table(pairs);
    if (table.length == 0 || table[0].length < 2) {
      return Optional.empty();
    }
    double[] means =
        IntStream.range(0, table[0].length)
            .mapToDouble(
                example ->
                    IntStream.range(0, table.length).map(pair -> table[pair][example]).sum()
                        / (double) table.length)
            .toArray();
    double confidence = ComparisonAnalysis.CONFIDENCE;
    return Optional.of(
        new PairedExamples(
            means.length,
            BcaBootstrap.ofMean(means, confidence, seed).orElseThrow(),
            SignFlipTest.of(means, seed).orElseThrow(),
            TwoLevelBootstrap.ofMean(doubles(table), confidence, seed),
            McNemarTest.of(counts(table, 1), counts(table, -1), table.length)));
  }

  /** The differences as {@code [seed][example]}, of the examples that all have. */
  private static int[][] table(List<PairedCell> pairs) {
    if (pairs.isEmpty()) {
      return new int[0][];
    }
    Set<String> shared = new LinkedHashSet<>(pairs.get(0).differences().keySet());
    pairs.forEach(pair -> shared.retainAll(pair.differences().keySet()));
    return pairs.stream()
        .map(pair -> shared.stream().mapToInt(pair.differences()::get).toArray())
        .toArray(int[][]::new);
  }

  private static double[][] doubles(int[][] table) {
    double[][] doubles = new double[table.length][];
    for (int row = 0; row < table.length; row++) {
      doubles[row] = IntStream.of(table[row]).asDoubleStream().toArray();
    }
    return doubles;
  }

  /** For each example, with how many seeds its difference is that. */
  private static int[] counts(int[][] table, int difference) {
    return IntStream.range(0, table[0].length)
        .map(
            example ->
                Math.toIntExact(
                    IntStream.range(0, table.length)
                        .filter(pair -> table[pair][example] == difference)
                        .count()))
        .toArray();
  }
}
