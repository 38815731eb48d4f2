package io.flexora.dataset.wordnet;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.Seeds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Draws splits in which every class has its share.
 *
 * <p>The drawn rows of a class are spread evenly over [0, 1), those of all classes are ordered by
 * that number, and the splits are cut from the result one after the other. Thus the sizes of the
 * splits are exact, a split has the class's share to within one row, and as the first row of every
 * class stands at 0, a training split with at least as many rows as there are classes has them all.
 */
final class StratifiedSplit {
  private final Distribution distribution;
  private final Seeds seeds;

  StratifiedSplit(Distribution distribution, Seeds seeds) {
    this.distribution = distribution;
    this.seeds = seeds;
  }

  private record Placed(double place, Row row) {}

  /** Draws the splits from at least as many rows. */
  Map<Split, List<Row>> split(Collection<Row> rows, int train, int validation, int test) {
    List<Row> drawn = draw(rows, train + validation + test);
    return Map.of(
        Split.TRAIN, shuffled(drawn.subList(0, train), Split.TRAIN),
        Split.VALIDATION, shuffled(drawn.subList(train, train + validation), Split.VALIDATION),
        Split.TEST, shuffled(drawn.subList(train + validation, drawn.size()), Split.TEST));
  }

  private List<Row> draw(Collection<Row> rows, int total) {
    Map<String, List<Row>> classes = new TreeMap<>();
    rows.forEach(r -> classes.computeIfAbsent(supersense(r), s -> new ArrayList<>()).add(r));
    int[] available = classes.values().stream().mapToInt(List::size).toArray();
    int[] quotas = distribution.quotas(available, total);
    List<Placed> placed = new ArrayList<>();
    int index = 0;
    for (Map.Entry<String, List<Row>> entry : classes.entrySet()) {
      int quota = quotas[index++];
      List<Row> shuffled = shuffled(entry.getValue(), entry.getKey());
      for (int i = 0; i < quota; i++) {
        placed.add(new Placed((double) i / quota, shuffled.get(i)));
      }
    }
    return placed.stream()
        .sorted(Comparator.comparingDouble(Placed::place))
        .map(Placed::row)
        .toList();
  }

  private List<Row> shuffled(List<Row> rows, Object stream) {
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(seeds.derive("wordnet", stream)));
    return List.copyOf(shuffled);
  }

  private static String supersense(Row row) {
    return row.fields().get("supersense").toString();
  }
}
