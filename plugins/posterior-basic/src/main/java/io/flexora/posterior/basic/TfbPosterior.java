package io.flexora.posterior.basic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.Point;
import io.flexora.api.plugin.Doc;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.posterior.PosteriorContext;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.score.ChoiceProbabilities;
import io.flexora.numerics.score.ExampleScores;
import io.flexora.numerics.score.ScoringBatches;
import io.flexora.numerics.transformer.LowRankPair;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * Training-free Bayesianisation (arXiv 2412.05723): a normal distribution around LoRA's A with one
 * sigma for the whole model, the largest whose predictions of anchor examples change no more than a
 * tolerance allows. Forward passes alone are needed. Every sigma is judged by the same samples.
 */
@Doc(
    "Training-free Bayesianisation: average over weights around LoRA's A, as far apart as a"
        + " tolerance on anchor examples allows.")
final class TfbPosterior implements Posterior {

  private static final int BATCH = 16;
  private static final int DOUBLINGS = 8;
  private static final double SMALL_LOSS = 1e-3;

  private final TfbOptions options;

  @Inject
  TfbPosterior(TfbOptions options) {
    this.options = options;
  }

  @Override
  public void checkCompatibility(PosteriorSetting setting, Compatibility found) {
    if (!setting.modules().stream()
        .allMatch(module -> LowRankPair.isAllOf(setting.adapter().get(), module))) {
      found.refuse(
          "it moves the A of LoRA's product B A, which adapter '%s' does not train as LoRA does; use"
                  .formatted(setting.adapter().name())
              + " adapter: lora");
    }
  }

  @Override
  public void checkCompatibility(AdapterDemand demand, Compatibility found) {
    if (demand == AdapterDemand.SHARED_ADAPTERS) {
      found.refuse(
          "it moves the adapter of each layer by itself; let no layers share, or use another"
              + " posterior");
    }
  }

  @Override
  public Workload cost(PosteriorSetting setting) {
    int anchors = Math.min(options.anchors(), setting.training());
    // The model itself, the bisections, and at least one upper bound.
    long fit = anchors * (1L + (options.steps() + 1L) * options.samples());
    return Workload.NONE.forward(Passes.of(fit + (long) options.samples() * setting.test()));
  }

  @Override
  public Predictive fit(PosteriorContext context) {
    if (context.model().plan().sharesAdapters()) {
      throw new FlexoraException(
          "tfb moves the adapter of each layer by itself, but the strategy lets layers share one;"
              + " let none share, or use another posterior");
    }
    List<LowRankPair> pairs = LowRankPair.of(context.model().parameters());
    if (pairs.isEmpty()) {
      context
          .monitor()
          .notice("No layer has an A that tfb could move: it predicts as the model does.");
      Point point = Point.of(context.theta());
      return (scope, examples, batch) -> context.model().scores(scope, batch, point);
    }
    WeightNoise noise = new WeightNoise(pairs, context.theta());
    List<double[]> directions = noise.draw(context.manager(), context.seeds(), options.samples());
    if (directions.stream().flatMapToDouble(Arrays::stream).allMatch(value -> value == 0)) {
      throw new FlexoraException(
          "every B of LoRA's products B A is zero, as before a training, so that moving A changes"
              + " nothing");
    }
    List<Tokens> anchors =
        context.training().subList(0, Math.min(options.anchors(), context.training().size()));
    Anchored anchored = new Anchored(context, noise, directions, anchors);
    double sigma = largestSigma(anchored::excess, options.sigma(), options.steps());
    if (sigma == options.sigma() * (1 << DOUBLINGS)) {
      context
          .monitor()
          .notice("The tolerance of tfb sets sigma no limit: %s still meets it.".formatted(sigma));
    }
    if (sigma == 0) {
      context
          .monitor()
          .notice(
              "No sigma of tfb that was tried meets its tolerance, so it predicts as the model"
                  + " does: raise 'tolerance' or 'steps', or lower 'sigma'.");
    }
    return new EnsemblePredictive(
        context.model(),
        anchored.members(context.manager(), sigma),
        Map.of("sigma", Figure.of(sigma), "samples", Figure.of(options.samples())));
  }

  /**
   * The largest sigma without an excess: an upper bound is doubled until it has one, then the
   * interval is halved, and the lower end is kept, which never has.
   *
   * @param excess by how much a sigma changes more than it may; at most 0 where it may
   * @param first the first upper bound
   * @return the highest bound that was tried, if none had an excess
   */
  static double largestSigma(DoubleUnaryOperator excess, double first, int steps) {
    double low = 0;
    double high = first;
    for (int doubling = 0; excess.applyAsDouble(high) <= 0; doubling++) {
      if (doubling == DOUBLINGS) {
        return high;
      }
      low = high;
      high *= 2;
    }
    for (int step = 0; step < steps; step++) {
      double middle = (low + high) / 2;
      if (excess.applyAsDouble(middle) <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The anchor examples with what the trained model predicts of them. */
  private final class Anchored {

    private final PosteriorContext context;
    private final WeightNoise noise;
    private final List<double[]> directions;
    private final List<Tokens> anchors;
    private final int[] predicted;
    private final double reference;

    Anchored(
        PosteriorContext context,
        WeightNoise noise,
        List<double[]> directions,
        List<Tokens> anchors) {
      this.context = context;
      this.noise = noise;
      this.directions = directions;
      this.anchors = anchors;
      List<double[]> plain =
          ExampleScores.at(
              context.manager(),
              context.model(),
              anchors,
              ScoringBatches.ofExamples(BATCH),
              Point.of(context.theta()));
      this.predicted = plain.stream().mapToInt(TfbPosterior::highest).toArray();
      this.reference = loss(plain);
    }

    private List<double[]> scores(ExampleScores.OfBatch of) {
      return ExampleScores.of(
          context.manager(), context.model(), anchors, ScoringBatches.ofExamples(BATCH), of);
    }

    private double loss(List<double[]> scores) {
      double sum = 0;
      for (int i = 0; i < predicted.length; i++) {
        sum -= ChoiceProbabilities.logarithms(scores.get(i))[predicted[i]];
      }
      return sum / predicted.length;
    }

    /** The relative change of the loss beyond the tolerance; the absolute one of a small loss. */
    double excess(double sigma) {
      try (NDManager own = context.manager().newSubManager()) {
        Predictive members = new EnsemblePredictive(context.model(), members(own, sigma), Map.of());
        double change = Math.abs(loss(scores(members::scores)) - reference);
        return (reference < SMALL_LOSS ? change : change / reference) - options.tolerance();
      }
    }

    List<NDArray> members(NDManager owner, double sigma) {
      List<NDArray> members = new ArrayList<>();
      for (double[] direction : directions) {
        members.add(noise.moved(owner, direction, sigma, context.theta().getDataType()));
      }
      return members;
    }
  }

  private static int highest(double[] scores) {
    int highest = 0;
    for (int i = 1; i < scores.length; i++) {
      highest = scores[i] > scores[highest] ? i : highest;
    }
    return highest;
  }
}
