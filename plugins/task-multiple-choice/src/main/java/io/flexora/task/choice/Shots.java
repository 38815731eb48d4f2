package io.flexora.task.choice;

import io.flexora.api.data.Row;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Seeds;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Puts rows with their answers in front of a question. */
final class Shots {
  private final int count;
  private final FewshotSampler sampler;
  private final Seeds seeds;
  private final List<Row> samples;

  /** Training rows are the shots. */
  Shots(int count, FewshotSampler sampler, Seeds seeds) {
    this(count, sampler, seeds, List.of());
  }

  /**
   * The shots are some of these.
   *
   * @param samples rows, or none where training rows are the shots
   */
  Shots(int count, FewshotSampler sampler, Seeds seeds, List<Row> samples) {
    this.count = count;
    this.sampler = sampler;
    this.seeds = seeds;
    this.samples = samples;
  }

  /** Refuses shots for which there are no rows but those of the training. */
  void requireOwn() {
    if (count > 0 && samples.isEmpty()) {
      throw new IncompatibleOptionException(
          "fewshot",
          ("'fewshot: %d' puts training rows in front of each question, and a prediction has none;"
                  + " write --set task.fewshot=0")
              .formatted(count));
    }
  }

  /** The rows that shots are taken from. */
  List<Row> pool(List<Row> training) {
    return samples.isEmpty() ? training : samples;
  }

  /**
   * The text of a row's shots.
   *
   * @param pool the rows that they are taken from
   * @param answered these rows as shots, in the same order
   */
  String of(Row row, List<Row> pool, List<String> answered, String delimiter) {
    if (count == 0) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (int index : indices(row, pool)) {
      text.append(answered.get(index)).append(delimiter);
    }
    return text.toString();
  }

  private List<Integer> indices(Row row, List<Row> pool) {
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < pool.size(); i++) {
      if (!pool.get(i).fields().equals(row.fields())) {
        others.add(i);
      }
      if (sampler == FewshotSampler.FIRST && others.size() == count) {
        return others;
      }
    }
    if (others.size() < count) {
      throw new IncompatibleOptionException(
          "fewshot",
          "'fewshot: %d' needs as many %s, but there are %d beside row %s; lower it or add some"
              .formatted(
                  count,
                  samples.isEmpty() ? "training rows" : "samples in fewshot_config",
                  others.size(),
                  row.origin()));
    }
    return drawn(others, seeds.stream("fewshot", row.origin()));
  }

  private List<Integer> drawn(List<Integer> from, SplittableRandom random) {
    Set<Integer> chosen = new LinkedHashSet<>();
    // Floyd's sampling: each set is equally likely, whatever the number of rows.
    for (int top = from.size() - count; top < from.size(); top++) {
      int at = random.nextInt(top + 1);
      chosen.add(chosen.contains(at) ? top : at);
    }
    List<Integer> order = new ArrayList<>(chosen);
    for (int i = order.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      order.set(i, order.set(other, order.get(i)));
    }
    return order.stream().map(from::get).toList();
  }
}
