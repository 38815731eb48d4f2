package io.flexora.selector.dynamic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.run.Seeds;
import io.flexora.testkit.fixture.Schedules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IstScheduleTest {

  private static final int LAYERS = 8;

  /** A question that was asked of the model. */
  private record Question(long batch, int examples, Map<Integer, Double> scales) {}

  @Test
  void asksEveryTenthStepButNotAtTheFirst() {
    IstSchedule schedule = schedule(10);
    List<Question> questions = new ArrayList<>();
    List<Double> known = start(schedule);
    for (long step = 0; step <= 20; step++) {
      known =
          schedule.learn(
              step,
              known,
              (batch, examples, scales) -> {
                questions.add(new Question(batch, examples, scales));
                return 1;
              });
    }

    assertThat(questions).hasSize(6).allMatch(q -> q.examples() == 16);
    assertThat(questions).extracting(Question::batch).containsExactly(0L, 0L, 0L, 1L, 1L, 1L);
    assertThat(questions)
        .allMatch(q -> q.scales().size() == LAYERS / 2)
        .allMatch(q -> q.scales().values().stream().allMatch(scale -> scale == 0.25));
    assertThat(new HashSet<>(questions.subList(0, 3))).hasSize(3);
    assertThat(known).as("importance after equal losses").isEqualTo(start(schedule));
  }

  @Test
  void rewardsSumToZero() {
    List<Double> rewards = IstSchedule.rewards(List.of(0.3, 1.7, 0.9));

    assertThat(rewards.stream().mapToDouble(r -> r).sum()).isCloseTo(0, within(1e-15));
    double mean = (Math.exp(-0.3) + Math.exp(-1.7) + Math.exp(-0.9)) / 3;
    assertThat(rewards.get(1)).isCloseTo(Math.exp(-1.7) - mean, within(1e-15));
  }

  /** The rule written out for two sets: 10 reward p (1 - p), with p as it was before. */
  @Test
  void updatesByTheRule() {
    List<Double> before = List.of(0.0, 1.0, -2.0, 0.5, 0.0, 0.0, 0.0, 0.0);
    List<Double> after =
        schedule(10).updated(before, List.of(List.of(0, 1), List.of(1, 2)), List.of(0.04, -0.01));

    double p = 1 / (1 + Math.exp(-1));
    double q = 1 / (1 + Math.exp(2));
    assertThat(after.get(0)).isCloseTo(10 * 0.04 * 0.25, within(1e-15));
    assertThat(after.get(1)).isCloseTo(1 + 10 * (0.04 - 0.01) * p * (1 - p), within(1e-15));
    assertThat(after.get(2)).isCloseTo(-2 - 10 * 0.01 * q * (1 - q), within(1e-15));
    assertThat(after.subList(3, LAYERS)).isEqualTo(before.subList(3, LAYERS));
  }

  @Test
  void aHighValueMeansSeldomTrainedAndOftenSuppressed() {
    ImportanceDraw draw = new ImportanceDraw(layers(), 0.125, new Seeds(2));
    List<Double> importance = List.of(2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -2.0);
    IstSchedule schedule = new IstSchedule(options(10, 0.125), draw);
    double[] trained = new double[LAYERS];
    double[] suppressed = new double[LAYERS];
    int draws = 4000;
    for (int step = 0; step < draws; step++) {
      trained[draw.trained(step, importance).get(0)]++;
      suppressed[schedule.sets(step, importance).get(0).get(0)]++;
    }

    double[] weights = importance.stream().mapToDouble(i -> 1 / (1 + Math.exp(i))).toArray();
    double sum = DoubleStream.of(weights).sum();
    double opposite = LAYERS - sum;
    for (int layer = 0; layer < LAYERS; layer++) {
      // Four standard deviations of a share are less than 0.03.
      assertThat(trained[layer] / draws).isCloseTo(weights[layer] / sum, within(0.03));
      assertThat(suppressed[layer] / draws)
          .isCloseTo((1 - weights[layer]) / opposite, within(0.03));
    }
  }

  @Test
  void withoutLearningItIsRst() {
    IstSchedule schedule = schedule(0);
    ImportanceDraw draw = new ImportanceDraw(layers(), 0.25, new Seeds(2));
    List<Double> known = start(schedule);
    for (long step = 0; step < 50; step++) {
      known =
          schedule.learn(
              step,
              known,
              (batch, examples, scales) -> {
                throw new AssertionError("a rate of 0 needs no probe");
              });
      assertThat(Schedules.turn(schedule, step, known).layers())
          .contains(draw.trained(step, draw.start()));
    }
  }

  @Test
  void aPartOfTheLayersIsOneAtLeast() {
    assertThat(ImportanceDraw.count(0.25, 12)).isEqualTo(3);
    assertThat(ImportanceDraw.count(0.25, 11)).isEqualTo(2);
    assertThat(ImportanceDraw.count(0.25, 1)).isEqualTo(1);
    IstSchedule single =
        new IstSchedule(options(10, 0.25), new ImportanceDraw(List.of(5), 0.25, new Seeds(2)));
    assertThat(single.sets(10, List.of(0.0))).containsExactly(List.of(5));
    assertThat(single.learn(10, List.of(0.0), (batch, examples, scales) -> 3)).containsExactly(0.0);
  }

  private static List<Double> start(IstSchedule schedule) {
    return schedule.start(null, List.of(), null).numbers();
  }

  private static IstSchedule schedule(double rate) {
    return new IstSchedule(options(rate, 0.5), new ImportanceDraw(layers(), 0.25, new Seeds(2)));
  }

  private static IstOptions options(double rate, double suppressed) {
    return new IstOptions(0.25, 10, 3, suppressed, 0.25, 16, rate, List.of());
  }

  private static List<Integer> layers() {
    return IntStream.range(0, LAYERS).boxed().toList();
  }
}
