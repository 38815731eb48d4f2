package io.flexora.dataset.files.select;

import io.flexora.api.run.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Draws rows at random. Each row's lot depends on the seed, the purpose and its origin alone, so
 * that a row that comes or goes, or another number of rows, moves no other.
 */
public final class Draw {
  private final Seeds seeds;

  /** Makes the lots of a run. */
  public Draw(Seeds seeds) {
    this.seeds = seeds;
  }

  /**
   * Draws whole groups.
   *
   * @param purpose names the stream of lots
   * @param count how many rows; where no group fits any more, a few less
   * @return the groups
   */
  public Set<String> groups(String purpose, List<Candidate> rows, int count) {
    Map<String, List<Candidate>> groups = new LinkedHashMap<>();
    rows.forEach(r -> groups.computeIfAbsent(r.group(), g -> new ArrayList<>()).add(r));
    Set<String> drawn = new HashSet<>();
    int left = count;
    for (List<Candidate> group :
        byLot(purpose, groups.values().stream().map(g -> g.get(0)).toList()).stream()
            .map(first -> groups.get(first.group()))
            .toList()) {
      if (group.size() <= left) {
        drawn.add(group.get(0).group());
        left -= group.size();
      }
    }
    return drawn;
  }

  /**
   * Draws rows, and leaves them in their order.
   *
   * @param purpose names the stream of lots
   * @param count how many, at most as many as there are
   */
  public List<Candidate> rows(String purpose, List<Candidate> rows, int count) {
    Set<String> drawn = new HashSet<>();
    byLot(purpose, rows).stream().limit(count).forEach(r -> drawn.add(r.row().origin()));
    return rows.stream().filter(r -> drawn.contains(r.row().origin())).toList();
  }

  private List<Candidate> byLot(String purpose, List<Candidate> rows) {
    record Lot(Candidate row, long number) {}
    return rows.stream()
        .map(r -> new Lot(r, seeds.derive("dataset-files", purpose, r.row().origin())))
        .sorted(Comparator.comparingLong(Lot::number))
        .map(Lot::row)
        .toList();
  }
}
