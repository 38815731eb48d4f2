package io.flexora.selector.searched;

import io.flexora.api.run.Seeds;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Makes generations of sets: the first one at random, the others from the best sets so far. A set
 * comes again only where no new one is found.
 */
final class EvolutionSampler implements Generations {

  private static final int ATTEMPTS = 100;

  private final EvolutionOptions options;
  private final SetSizes sizes;
  private final Seeds seeds;

  EvolutionSampler(EvolutionOptions options, SetSizes sizes, Seeds seeds) {
    this.options = options;
    this.sizes = sizes;
    this.seeds = seeds;
  }

  @Override
  public int count() {
    return options.generations();
  }

  @Override
  public int population(int generation) {
    return sizes.sets(options.population());
  }

  @Override
  public List<List<Integer>> next(int generation, List<TrialResult> before) {
    SplittableRandom random = seeds.stream("selector", "evolution", generation);
    int population = population(generation);
    List<List<Integer>> best =
        before.stream()
            .sorted(TrialResult.BEST_FIRST)
            .map(TrialResult::layers)
            .distinct()
            .limit(population)
            .toList();
    Set<List<Integer>> seen = new HashSet<>(before.stream().map(TrialResult::layers).toList());
    Set<List<Integer>> sets = new LinkedHashSet<>();
    while (sets.size() < population) {
      sets.add(fresh(best, seen, sets, random));
    }
    return List.copyOf(sets);
  }

  private List<Integer> fresh(
      List<List<Integer>> best,
      Set<List<Integer>> seen,
      Set<List<Integer>> now,
      SplittableRandom random) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      List<Integer> made = best.isEmpty() ? sizes.draw(random) : child(best, random);
      if (!seen.contains(made) && !now.contains(made)) {
        return made;
      }
    }
    return sizes.draw(random);
  }

  private List<Integer> child(List<List<Integer>> best, SplittableRandom random) {
    List<Integer> parent = parent(best, random);
    if (random.nextDouble() >= options.crossover()) {
      return mutated(parent, random);
    }
    List<Integer> crossed = crossed(parent, parent(best, random), random);
    return random.nextDouble() < options.mutation() ? mutated(crossed, random) : crossed;
  }

  /** The best of some that are drawn; the list has the best first. */
  private List<Integer> parent(List<List<Integer>> best, SplittableRandom random) {
    int winner =
        IntStream.range(0, options.tournament())
            .map(i -> random.nextInt(best.size()))
            .min()
            .orElseThrow();
    return best.get(winner);
  }

  /** What both have, filled up to the size of one of them with what either has. */
  private static List<Integer> crossed(List<Integer> a, List<Integer> b, SplittableRandom random) {
    TreeSet<Integer> common = new TreeSet<>(a);
    common.retainAll(b);
    TreeSet<Integer> either = new TreeSet<>(a);
    either.addAll(b);
    either.removeAll(common);
    int size = random.nextBoolean() ? a.size() : b.size();
    common.addAll(SetSizes.sample(List.copyOf(either), size - common.size(), random));
    return List.copyOf(common);
  }

  private List<Integer> mutated(List<Integer> set, SplittableRandom random) {
    List<Integer> others =
        IntStream.range(0, sizes.layers()).filter(l -> !set.contains(l)).boxed().toList();
    int kind = random.nextInt(3);
    boolean grow = kind == 1 && set.size() < sizes.max();
    boolean shrink = kind == 2 && set.size() > sizes.min();
    if (!grow && !shrink && (set.isEmpty() || others.isEmpty())) {
      return set;
    }
    TreeSet<Integer> changed = new TreeSet<>(set);
    if (!grow) {
      changed.remove(one(set, random));
    }
    if (!shrink) {
      changed.add(one(others, random));
    }
    return List.copyOf(changed);
  }

  private static Integer one(List<Integer> of, SplittableRandom random) {
    return of.get(random.nextInt(of.size()));
  }
}
