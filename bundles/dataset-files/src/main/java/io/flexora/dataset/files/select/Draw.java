package io.flexora.dataset.files.select;

import io.flexora.api.run.Seeds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Draws rows at random. Each row's lot depends on the seed, the purpose and its origin alone, so
 * that a row that comes or goes, or another number of rows, moves no other. The strata take turns
 * as by the divisor method of Webster and Sainte-Laguë: each has its share of a sample to the
 * nearest row, and a smaller sample is part of a larger one.
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
    for (List<Candidate> group : inTurn(purpose, groups.values())) {
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
    inTurn(purpose, rows.stream().map(List::of).toList()).stream()
        .limit(count)
        .forEach(one -> drawn.add(one.get(0).row().origin()));
    return rows.stream().filter(r -> drawn.contains(r.row().origin())).toList();
  }

  /** Units of rows by their lots, or by their places in their strata; that of the first row. */
  private List<List<Candidate>> inTurn(String purpose, Collection<List<Candidate>> units) {
    record Lot(List<Candidate> unit, long number) {}
    record Place(List<Candidate> unit, double share) {}
    Map<String, Long> sizes =
        units.stream()
            .collect(Collectors.groupingBy(Draw::stratum, Collectors.summingLong(List::size)));
    Map<String, Long> before = new HashMap<>();
    return units.stream()
        .map(u -> new Lot(u, seeds.derive("dataset-files", purpose, u.get(0).row().origin())))
        .sorted(Comparator.comparingLong(Lot::number))
        .map(
            lot -> {
              String stratum = stratum(lot.unit());
              long end = before.merge(stratum, (long) lot.unit().size(), Long::sum);
              double middle = end - lot.unit().size() / 2.0;
              return new Place(lot.unit(), middle / sizes.get(stratum));
            })
        .sorted(Comparator.comparingDouble(Place::share))
        .map(Place::unit)
        .toList();
  }

  private static String stratum(List<Candidate> unit) {
    return unit.get(0).stratum();
  }
}
