package io.flexora.posterior.basic;

import ai.djl.ndarray.NDManager;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.Point;
import io.flexora.api.plugin.Doc;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.posterior.PosteriorContext;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Figure;
import io.flexora.numerics.score.ChoiceProbabilities;
import io.flexora.numerics.score.ExampleScores;
import io.flexora.numerics.score.ScoringBatches;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Temperature scaling (Guo et al. 2017): divides the scores by the temperature that minimises the
 * negative log-likelihood of the validation examples. It changes no prediction, but for one by
 * normalised scores: what all choices of an example have of the probability of texts stays.
 */
@Doc(
    "Temperature scaling: divide the scores by the temperature that gives the validation examples"
        + " the highest likelihood.")
final class TemperaturePosterior implements Posterior {

  private static final double LOWEST = 0.05;
  private static final double HIGHEST = 20;
  private static final int BATCH = 16;
  private static final int BISECTIONS = 100;

  /** The scores of an example and the place of its right choice. */
  // Bulk data that nobody compares.
  @SuppressWarnings("ArrayRecordComponent")
  record Scored(double[] scores, int label) {}

  @Override
  public void checkCompatibility(PosteriorSetting setting, Compatibility found) {
    if (setting.validation() == 0) {
      found.refuse("it is fitted to validation examples, but the dataset gives none");
    }
  }

  @Override
  public Predictive fit(PosteriorContext context) {
    AdaptedModel model = context.model();
    Point point = Point.of(context.theta());
    List<double[]> scores =
        ExampleScores.at(
            context.manager(),
            model,
            context.validation(),
            ScoringBatches.ofExamples(BATCH),
            point);
    double temperature = temperature(labelled(context.validation(), scores));
    if (temperature == LOWEST || temperature == HIGHEST) {
      context
          .monitor()
          .notice(
              ("The temperature of %s is at the bound of its range, %s to %s: the %d validation"
                      + " examples do not determine it.")
                  .formatted(temperature, LOWEST, HIGHEST, scores.size()));
    }
    return new Scaled(model, point, temperature);
  }

  private static List<Scored> labelled(List<Tokens> examples, List<double[]> scores) {
    return IntStream.range(0, scores.size())
        .mapToObj(
            i -> {
              double[] own = scores.get(i);
              return new Scored(own, Prediction.of(examples.get(i).example(), own).label());
            })
        .toList();
  }

  /**
   * The temperature of the highest likelihood within its range. The negative log-likelihood is
   * convex in the inverse temperature b, with the derivative mean(E_p[score] - score of the label)
   * where p is the softmax of b times the scores, so its zero is found by bisection.
   */
  static double temperature(List<Scored> scored) {
    double low = Math.log(LOWEST);
    double high = Math.log(HIGHEST);
    if (derivative(scored, 1 / LOWEST) <= 0) {
      return LOWEST;
    }
    if (derivative(scored, 1 / HIGHEST) >= 0) {
      return HIGHEST;
    }
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (derivative(scored, Math.exp(-middle)) > 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp((low + high) / 2);
  }

  private static double derivative(List<Scored> scored, double inverse) {
    double sum = 0;
    for (Scored example : scored) {
      double[] scaled = scaled(example.scores(), inverse);
      double[] logarithms = ChoiceProbabilities.logarithms(scaled);
      for (int i = 0; i < logarithms.length; i++) {
        double excess = example.scores()[i] - example.scores()[example.label()];
        double probability = Math.exp(logarithms[i]);
        sum += probability == 0 ? 0 : probability * excess;
      }
    }
    return sum / scored.size();
  }

  private static double[] scaled(double[] scores, double inverse) {
    double[] scaled = scores.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= inverse;
    }
    return scaled;
  }

  private record Scaled(AdaptedModel model, Point point, double temperature) implements Predictive {

    @Override
    public double[][] scores(NDManager scope, List<Tokens> examples, Batch batch) {
      double[][] scores = model.scores(scope, batch, point);
      for (int i = 0; i < scores.length; i++) {
        scores[i] = calibrated(scores[i]);
      }
      return scores;
    }

    /** What all choices have of the probability of texts stays; only their shares of it change. */
    private double[] calibrated(double[] scores) {
      double normaliser = ChoiceProbabilities.logNormaliser(scores);
      double[] shares = ChoiceProbabilities.logarithms(scaled(scores, 1 / temperature));
      return Arrays.stream(shares).map(share -> share + normaliser).toArray();
    }

    @Override
    public Map<String, Figure> figures() {
      return Map.of("temperature", Figure.of(temperature));
    }
  }
}
