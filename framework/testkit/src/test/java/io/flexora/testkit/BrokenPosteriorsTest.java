package io.flexora.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.Point;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.posterior.PosteriorContext;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Figure;
import io.flexora.numerics.score.ChoiceProbabilities;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BrokenPosteriorsTest {

  /** Halves the logarithms of all odds. */
  static class Sound extends PosteriorSuite implements Posterior {

    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Posterior extension(long seed) {
      return this;
    }

    @Override
    public Predictive fit(PosteriorContext context) {
      double factor = factor(context);
      String figure = figure();
      return new Predictive() {

        @Override
        public double[][] scores(NDManager scope, List<Tokens> examples, Batch batch) {
          double[][] scores = scored(context, scope, batch);
          for (int i = 0; i < scores.length; i++) {
            double[] own = scores[i];
            double by = factor * factorOf(examples, i);
            double[] scaled = Arrays.stream(own).limit(choices(own)).map(s -> s * by).toArray();
            scores[i] = normalised(scaled);
          }
          return scores;
        }

        @Override
        public Map<String, Figure> figures() {
          return Map.of(figure, Figure.of(factor));
        }
      };
    }

    double factor(PosteriorContext context) {
      return 0.5;
    }

    double factorOf(List<Tokens> examples, int index) {
      return 1;
    }

    int choices(double[] scores) {
      return scores.length;
    }

    double[] normalised(double[] scores) {
      return ChoiceProbabilities.logarithms(scores);
    }

    String figure() {
      return "factor";
    }

    double[][] scored(PosteriorContext context, NDManager scope, Batch batch) {
      AdaptedModel model = context.model();
      return model.scores(scope, batch, Point.of(context.theta()));
    }
  }

  static class RefusingTheSetting extends Sound {
    @Override
    public void checkCompatibility(PosteriorSetting setting, Compatibility found) {
      found.refuse("it is Monday");
    }
  }

  static class Understating extends Sound {
    @Override
    public Workload cost(PosteriorSetting setting) {
      return Workload.NONE.forward(Passes.of(1));
    }
  }

  static class ForgettingAChoice extends Sound {
    @Override
    int choices(double[] scores) {
      return scores.length - 1;
    }
  }

  static class WithoutNormalisation extends Sound {
    @Override
    double[] normalised(double[] scores) {
      return scores;
    }
  }

  static class WithoutNumbers extends Sound {
    @Override
    double factor(PosteriorContext context) {
      return Double.NaN;
    }
  }

  static class DrawingWithoutSeeds extends Sound {
    private static final SplittableRandom RANDOM = new SplittableRandom(1);

    @Override
    double factor(PosteriorContext context) {
      return RANDOM.nextDouble(0.1, 1);
    }
  }

  static class DependingOnTheBatch extends Sound {
    @Override
    double factorOf(List<Tokens> examples, int index) {
      return 1 + 0.1 * index;
    }
  }

  static class MovingTheParameters extends Sound {
    @Override
    double factor(PosteriorContext context) {
      context.theta().muli(0.9);
      return 0.5;
    }
  }

  static class Leaking extends Sound {
    @Override
    double[][] scored(PosteriorContext context, NDManager scope, Batch batch) {
      NDArray kept = context.manager().create(new float[] {1});
      return kept.isEmpty() ? new double[0][] : super.scored(context, scope, batch);
    }
  }

  static class NamingAFigureInWords extends Sound {
    @Override
    String figure() {
      return "The factor";
    }
  }

  static class KeepingWhatItCounted extends Sound {
    @Override
    protected Posterior extension(long seed) {
      return new Sound() {
        private int fits;

        @Override
        double factor(PosteriorContext context) {
          return super.factor(context) / ++fits;
        }
      };
    }
  }

  @Test
  void aSoundPosteriorPasses() {
    Verdict.on(Sound.class).failsOnly();
  }

  @Test
  void eachMistakeIsCaught() {
    Verdict.on(RefusingTheSetting.class).failsOnly("fitsTheSetting").saying("it is Monday");
    Verdict.on(Understating.class).failsOnly("statesWhatItTakes");
    Verdict.on(ForgettingAChoice.class).failsOnly("scoresEachChoiceOfEachExample");
    Verdict.on(WithoutNumbers.class)
        .failsOnly(
            "scoresEachChoiceOfEachExample",
            "scoresTheClassesOfAHeadByLogProbabilities",
            "predictsTheSameAgain",
            "keepsNothingFromOneCallToTheNext");
    Verdict.on(WithoutNormalisation.class)
        .failsOnly("scoresTheClassesOfAHeadByLogProbabilities")
        .saying("sum to one");
    Verdict.on(DrawingWithoutSeeds.class)
        .failsOnly(
            "predictsTheSameAgain", "keepsNothingFromOneCallToTheNext", "doesNotDependOnTheBatches")
        .saying("draw from Seeds alone");
    Verdict.on(KeepingWhatItCounted.class)
        .failsOnly("keepsNothingFromOneCallToTheNext")
        .saying("one object serves all cells of a run");
    Verdict.on(DependingOnTheBatch.class).failsOnly("doesNotDependOnTheBatches");
    Verdict.on(MovingTheParameters.class).failsOnly("leavesTheTrainedParametersAsTheyAre");
    Verdict.on(Leaking.class).failsOnly("freesWhatScoringNeeds");
    Verdict.on(NamingAFigureInWords.class).failsOnly("namesItsFiguresInSnakeCase");
  }
}
