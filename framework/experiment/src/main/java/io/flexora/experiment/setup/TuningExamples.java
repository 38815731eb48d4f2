package io.flexora.experiment.setup;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.Seeds;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Sets a part of the validation examples aside, which neither a search nor a training sees, nor one
 * of their groups. An experiment that is evaluated on them has them in the place of its test
 * examples, which it then never sees.
 *
 * @param share the share of the validation examples
 * @param evaluated whether they take the place of the test examples
 * @param seed the seed of the data
 */
public record TuningExamples(double share, boolean evaluated, long seed) {

  /** How many examples judge at least: of fewer, two trials rarely differ by more than chance. */
  public static final int LEAST = 10;

  /** The rows as the cells of the experiment see them. */
  Map<Split, List<Row>> apart(Map<Split, List<Row>> rows) {
    if (!rows.containsKey(Split.VALIDATION)) {
      return rows;
    }
    List<Row> validation = rows.get(Split.VALIDATION);
    boolean[] aside = drawn(validation);
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

  /**
   * Marks those that are set aside. Each subset of that size is as likely as any other where rows
   * stand alone; of groups, which stay whole, there may be a few less.
   */
  private boolean[] drawn(List<Row> rows) {
    SplittableRandom random = new Seeds(seed).stream("tuning examples");
    List<List<Integer>> left = groups(rows);
    boolean[] aside = new boolean[rows.size()];
    int missing = (int) Math.round(share * rows.size());
    while (missing > 0 && !left.isEmpty()) {
      int last = left.size() - 1;
      int drawn = random.nextInt(left.size());
      List<Integer> group = left.get(drawn);
      left.set(drawn, left.get(last));
      left.remove(last);
      if (group.size() <= missing) {
        group.forEach(row -> aside[row] = true);
        missing -= group.size();
      }
    }
    return aside;
  }

  /** The places of the rows of each group, in the order of their first ones. */
  private static List<List<Integer>> groups(List<Row> rows) {
    Map<Object, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      // A row that stands alone is known by its place, which is no name.
      Object key = rows.get(i).group().<Object>map(name -> name).orElse(i);
      groups.computeIfAbsent(key, known -> new ArrayList<>()).add(i);
    }
    return new ArrayList<>(groups.values());
  }
}
