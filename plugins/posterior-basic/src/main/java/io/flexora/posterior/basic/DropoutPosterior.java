package io.flexora.posterior.basic;

import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.ExampleDropout;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
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
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.ChoiceProbabilities;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Monte Carlo dropout (Gal and Ghahramani 2016): the mean of the probabilities over passes with the
 * adapter's dropout. The masks depend on the example and the pass alone.
 */
@Doc("Monte Carlo dropout: average the probabilities over passes with the adapter's dropout.")
final class DropoutPosterior implements Posterior {

  private final DropoutOptions options;

  @Inject
  DropoutPosterior(DropoutOptions options) {
    this.options = options;
  }

  @Override
  public void checkCompatibility(PosteriorSetting setting, Compatibility found) {
    if (setting.adapter().get().script().dropout() == 0) {
      found.refuse(
          "the adapter is trained without dropout, so that all passes are the same; give the"
              + " adapter a dropout above 0, such as lora_dropout: 0.1");
    }
  }

  @Override
  public Workload cost(PosteriorSetting setting) {
    return Workload.NONE.forward(Passes.of((long) options.samples() * setting.test()));
  }

  @Override
  public Predictive fit(PosteriorContext context) {
    return new Sampled(
        context.model(),
        Point.of(context.theta()),
        context.seeds(),
        options.samples(),
        context.model().plan().method().script().dropout());
  }

  private record Sampled(AdaptedModel model, Point point, Seeds seeds, int samples, double dropout)
      implements Predictive {

    @Override
    public double[][] scores(NDManager scope, List<Tokens> examples, Batch batch) {
      return model
          .ability(ExampleDropout.class)
          .map(able -> together(scope, able, examples, batch))
          .orElseGet(
              () ->
                  examples.stream().map(example -> alone(scope, example)).toArray(double[][]::new));
    }

    private double[][] together(
        NDManager scope, ExampleDropout able, List<Tokens> examples, Batch batch) {
      List<double[][]> passes = new ArrayList<>();
      for (int i = 0; i < samples; i++) {
        int pass = i;
        long[] masks = examples.stream().mapToLong(tokens -> seed(tokens, pass)).toArray();
        passes.add(able.scores(scope, batch, point, masks));
      }
      return ChoiceProbabilities.means(passes);
    }

    /** In a batch the masks of an example would depend on the others. */
    private double[] alone(NDManager scope, Tokens tokens) {
      try (NDManager own = scope.newSubManager()) {
        Batch alone = model.batch(own, List.of(tokens));
        List<double[]> passes = new ArrayList<>();
        for (int pass = 0; pass < samples; pass++) {
          passes.add(model.scores(own, alone, point.withDropout(seed(tokens, pass)))[0]);
        }
        return ChoiceProbabilities.mean(passes);
      }
    }

    private long seed(Tokens tokens, int pass) {
      return seeds.derive("mc-dropout", tokens.example().id(), pass);
    }

    @Override
    public Map<String, Figure> figures() {
      return Map.of("samples", Figure.of(samples), "dropout", Figure.of(dropout));
    }
  }
}
