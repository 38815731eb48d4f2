package io.flexora.experiment;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.Seeds;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Sets a part of the validation examples aside, which neither a search nor a training sees. An
 * experiment that is evaluated on them has them in the place of its test examples, which it then
 * never sees.
 *
 * @param share the share of the validation examples
 * @param evaluated whether they take the place of the test examples
 * @param seed the seed of the data
 */
record TuningExamples(double share, boolean evaluated, long seed) {

  /** How many examples judge at least: of fewer, two trials rarely differ by more than chance. */
  static final int LEAST = 10;

  /** How many of so many validation examples are set aside. */
  static int count(double share, int validation) {
    return (int) Math.round(share * validation);
  }

  /** The rows as the cells of the experiment see them. */
  Map<Split, List<Row>> apart(Map<Split, List<Row>> rows) {
    if (!rows.containsKey(Split.VALIDATION)) {
      return rows;
    }
    List<Row> validation = rows.get(Split.VALIDATION);
    boolean[] aside = drawn(validation.size());
    Map<Split, List<Row>> seen = new EnumMap<>(rows);
    seen.put(Split.VALIDATION, those(validation, aside, false));
    if (evaluated) {
      seen.put(Split.TEST, those(validation, aside, true));
    }
    return seen;
  }

  private static List<Row> those(List<Row> rows, boolean[] marked, boolean mark) {
    return IntStream.range(0, rows.size())
        .filter(i -> marked[i] == mark)
        .mapToObj(rows::get)
        .toList();
  }

  /** Marks as many as are set aside, each subset of that size being as likely as any other. */
  private boolean[] drawn(int rows) {
    SplittableRandom random = new Seeds(seed).stream("tuning examples");
    List<Integer> left = new ArrayList<>(IntStream.range(0, rows).boxed().toList());
    boolean[] aside = new boolean[rows];
    for (int i = count(share, rows); i > 0; i--) {
      int last = left.size() - 1;
      int drawn = random.nextInt(left.size());
      aside[left.get(drawn)] = true;
      left.set(drawn, left.get(last));
      left.remove(last);
    }
    return aside;
  }
}
