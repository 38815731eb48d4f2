package io.flexora.comparison.analysis;

import io.flexora.statistics.BcaBootstrap;
import io.flexora.statistics.CrossedMean;
import io.flexora.statistics.Interval;
import io.flexora.statistics.McNemarTest;
import io.flexora.statistics.Sample;
import io.flexora.statistics.SignFlipTest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The difference over the examples that all paired cells were measured on.
 *
 * @param differences the mean and the spread of the differences of the examples, each averaged over
 *     the seeds
 * @param interval that of the mean difference over examples, the seeds being given; empty where
 *     each has the same difference
 * @param permutation the test of the differences of the examples, each averaged over the seeds
 * @param both the mean difference over other seeds and other examples at once; empty with one seed,
 *     and where each has the same difference with each
 * @param mcNemar the test of the discordant answers; empty unless each is right or wrong
 */
record PairedExamples(
    Sample differences,
    Optional<Interval> interval,
    SignFlipTest permutation,
    Optional<CrossedMean> both,
    Optional<McNemarTest> mcNemar) {

  /**
   * Compares the examples.
   *
   * @param seed that of the draws
   * @param comparisons how many comparisons its p-value is corrected for
   * @return empty if {@link #missing} says why
   */
  static Optional<PairedExamples> of(
      List<PairedCell> pairs, GroupMetric metric, long seed, int comparisons) {
    if (missing(pairs, metric).isPresent()) {
      return Optional.empty();
    }
    double[][] table = table(pairs);
    double[] means = means(table);
    double confidence = SeedInference.CONFIDENCE;
    return Optional.of(
        new PairedExamples(
            Sample.of(means).orElseThrow(),
            BcaBootstrap.ofMean(means, confidence, seed),
            SignFlipTest.of(means, seed, comparisons).orElseThrow(),
            CrossedMean.of(table),
            rightOrWrong(pairs) ? Optional.of(mcNemar(table, metric)) : Optional.empty()));
  }

  int examples() {
    return differences.size();
  }

  /** Of a metric of which less is better, an answer is right where it is 0. */
  private static McNemarTest mcNemar(double[][] table, GroupMetric metric) {
    int right = metric.description().lowerIsBetter() ? -1 : 1;
    return McNemarTest.of(counts(table, right), counts(table, -right), table.length);
  }

  /**
   * The difference of each example, averaged over the seeds.
   *
   * @param table the differences as {@code [seed][example]}
   */
  static double[] means(double[][] table) {
    return IntStream.range(0, table[0].length)
        .mapToDouble(
            example -> Arrays.stream(table).mapToDouble(row -> row[example]).sum() / table.length)
        .toArray();
  }

  /** The widest range that the values of a cell's examples have. */
  static double widestRange(List<PairedCell> pairs) {
    return pairs.stream()
        .flatMap(pair -> Stream.of(pair.own(), pair.baseline()))
        .map(column -> column.values().summaryStatistics())
        .mapToDouble(values -> values.getMax() - values.getMin())
        .max()
        .orElse(0);
  }

  /** Why the examples cannot be compared; empty if they can. */
  static Optional<String> missing(List<PairedCell> pairs, GroupMetric metric) {
    if (!pairs.stream().allMatch(PairedCell::tellsExamples)) {
      return Optional.of(metric.name() + " has no values per example");
    }
    ExampleColumn first = pairs.get(0).own();
    if (!pairs.stream()
        .flatMap(pair -> Stream.of(pair.own(), pair.baseline()))
        .allMatch(first::hasExamplesOf)) {
      return Optional.of("the cells were not evaluated on the same examples");
    }
    return first.size() < 2 ? Optional.of("there is a single example") : Optional.empty();
  }

  /** The differences as {@code [seed][example]}. */
  static double[][] table(List<PairedCell> pairs) {
    ExampleColumn order = pairs.get(0).own();
    return pairs.stream().map(pair -> pair.differences(order)).toArray(double[][]::new);
  }

  private static boolean rightOrWrong(List<PairedCell> pairs) {
    return pairs.stream()
        .flatMap(pair -> Stream.of(pair.own(), pair.baseline()))
        .flatMapToDouble(ExampleColumn::values)
        .allMatch(value -> value == 0 || value == 1);
  }

  /** For each example, with how many seeds its difference is that. */
  private static int[] counts(double[][] table, int difference) {
    return IntStream.range(0, table[0].length)
        .map(
            example ->
                Math.toIntExact(
                    Arrays.stream(table).filter(row -> row[example] == difference).count()))
        .toArray();
  }
}
