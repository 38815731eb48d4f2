package io.flexora.task.regression;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.run.Compatibility;
import io.flexora.task.regression.RegressionOptions.Loss;
import io.flexora.task.regression.RegressionOptions.Scaling;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A linear layer with one output: the distance of the number from the mean of the training rows, in
 * their standard deviations.
 *
 * @param loss the loss of a distance
 * @param delta the distance from which on the Huber loss is linear
 * @param mean the number at the output 0
 * @param deviation how much the number grows with the output
 */
record RegressionHead(Loss loss, double delta, double mean, double deviation) implements Head {

  private static final String KIND = "number";

  /** Of numbers that are equal the mean is rounded; what is left is no deviation. */
  private static final double LEAST_DEVIATION = 1e-12;

  /** Its square is a number of float32. */
  private static final double MOST_TARGET = 1e18;

  /** The head that learns these examples. */
  static RegressionHead of(RegressionOptions options, List<Example> training) {
    double[] targets = training.stream().mapToDouble(RegressionHead::number).toArray();
    double mean = 0;
    double deviation = 1;
    if (options.scaling() == Scaling.STANDARD && targets.length > 0) {
      mean = Arrays.stream(targets).average().orElseThrow();
      double variance = 0;
      for (double target : targets) {
        variance += (target - mean) * (target - mean) / targets.length;
      }
      double rounding = LEAST_DEVIATION * Arrays.stream(targets).map(Math::abs).max().orElse(0);
      deviation = Math.sqrt(variance) > rounding ? Math.sqrt(variance) : 1;
    }
    return new RegressionHead(options.loss(), options.huberDelta(), mean, deviation);
  }

  /**
   * Makes it again.
   *
   * @throws io.flexora.api.run.FlexoraException if it was a head of another kind
   */
  static RegressionHead of(Head.Saved saved) {
    Map<String, String> settings = saved.require(KIND, "regression").settings();
    return new RegressionHead(
        Loss.valueOf(settings.get("loss").toUpperCase(Locale.ROOT)),
        Double.parseDouble(settings.get("huber_delta")),
        Double.parseDouble(settings.get("mean")),
        Double.parseDouble(settings.get("deviation")));
  }

  private static double number(Example example) {
    return example.target().orElse(null) instanceof Target.Numeric number
        ? number.value()
        : Double.NaN;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Head.Input input() {
    return Head.Input.POOLED;
  }

  @Override
  public Map<String, Shape> arrays(int hidden) {
    return Head.linear("classifier", hidden, 1);
  }

  @Override
  public String torchScript() {
    String mean =
        loss == Loss.HUBER
            ? "    return torch.huber_loss(y, torch.type_as(target, y), 1, " + delta + ")"
            : "    return torch.mse_loss(y, torch.type_as(target, y), 1)";
    return Head.methods("    return torch.linear(x, h[0], h[1])", mean, "    return y");
  }

  @Override
  public double[] target(Example example) {
    return new double[] {(number(example) - mean) / deviation};
  }

  @Override
  public void checkCompatibility(Example example, Compatibility found) {
    if (Double.isNaN(number(example))) {
      found.refuse("has no number as its target");
    } else if (Math.abs(target(example)[0]) > MOST_TARGET) {
      found.refuse(
          "has the number %s, too far from the others to be trained on".formatted(number(example)));
    }
  }

  @Override
  public Class<Answer.Numeric> answers() {
    return Answer.Numeric.class;
  }

  @Override
  public Answer answer(Example example, double[] scores) {
    double expected = number(example);
    return new Answer.Numeric(
        mean + deviation * scores[0],
        Double.isNaN(expected) ? OptionalDouble.empty() : OptionalDouble.of(expected));
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "loss",
        loss.name().toLowerCase(Locale.ROOT),
        "huber_delta",
        Double.toString(delta),
        "mean",
        Double.toString(mean),
        "deviation",
        Double.toString(deviation));
  }
}
