package io.flexora.numerics.score;

import ai.djl.ndarray.NDManager;
import io.flexora.api.data.Example;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The loss of each example, in nats: minus the log-probability of the right one among its choices
 * or classes; where it has none, its training loss.
 *
 * @since 0.1
 */
public final class ExampleLosses {

  private ExampleLosses() {}

  /**
   * Computes the losses; where there are several devices, they share the batches.
   *
   * @param owner the owner of temporary arrays
   * @param batches the batches of examples with choices; others go through the model one by one
   * @param point a point outside of a training
   * @return in the order of the examples
   * @throws FlexoraException if the head compares the examples of a batch, so that none of them has
   *     a loss of its own
   */
  public static double[] of(
      NDManager owner,
      AdaptedModel model,
      List<Tokens> examples,
      ScoringBatches batches,
      Point point) {
    Head head = model.plan().head();
    if (head.comparesExamples()) {
      throw new FlexoraException(
          ("the head '%s' compares the examples of a batch, so that no example has a loss of its"
                  + " own, by which the strategy judges; take another strategy")
              .formatted(head.kind()));
    }
    boolean chosen =
        head.answers() == Answer.Choice.class
            && examples.stream().allMatch(tokens -> tokens.example().choices().size() > 1);
    return chosen
        ? ofChoices(examples, ExampleScores.at(owner, model, examples, batches, point))
        : ofTraining(owner, model, examples, point);
  }

  private static double[] ofChoices(List<Tokens> examples, List<double[]> scores) {
    return IntStream.range(0, examples.size())
        .mapToDouble(i -> ofChoices(examples.get(i).example(), scores.get(i)))
        .toArray();
  }

  /** Of several right choices, the probabilities are added. */
  private static double ofChoices(Example example, double[] scores) {
    double[] logarithms = ChoiceProbabilities.logarithms(scores);
    double right =
        IntStream.range(0, scores.length)
            .filter(example::isRight)
            .mapToDouble(choice -> Math.exp(logarithms[choice]))
            .sum();
    return example.alsoRight().isEmpty() ? -logarithms[example.label()] : -Math.log(right);
  }

  private static double[] ofTraining(
      NDManager owner, AdaptedModel model, List<Tokens> examples, Point point) {
    double[] losses = new double[examples.size()];
    model.<Double>eachBatch(
        owner,
        losses.length,
        (on, own, i) -> on.loss(own, on.batch(own, List.of(examples.get(i))), point),
        (i, loss) -> losses[i] = loss);
    return losses;
  }
}
