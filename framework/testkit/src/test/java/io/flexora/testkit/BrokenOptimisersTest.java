package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.optimiser.ForwardDifferentiable;
import io.flexora.api.optimiser.ForwardDifferentiable.Tangents;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.optimiser.Optimiser.Cotangents;
import io.flexora.api.optimiser.Optimiser.LearningRate;
import io.flexora.numerics.vector.Workspace;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BrokenOptimisersTest {

  private static final double MOMENTUM = 0.8;

  /** Gradient descent with a velocity and weight decay; everything in it can be broken. */
  static class Heavy implements ForwardDifferentiable {

    @Override
    public Set<String> stateNames() {
      return Set.of("velocity");
    }

    @Override
    public Iterate step(NDManager scope, Optimiser.Step step) {
      try (Workspace work = new Workspace(scope)) {
        NDArray theta = work.share(step.at().theta());
        NDArray velocity =
            work.share(step.at().state("velocity"))
                .mul(MOMENTUM)
                .add(step.gradient())
                .add(theta.mul(decay()));
        NDArray next = theta.sub(rate(step).times(velocity).mul(factor(step)));
        return new Iterate(next, Map.of("velocity", velocity)).attachTo(owner(scope));
      }
    }

    @Override
    public Cotangents reverse(NDManager scope, Optimiser.Step step, Iterate after) {
      try (Workspace work = new Workspace(scope)) {
        NDArray theta = work.share(after.theta());
        NDArray velocity =
            work.share(after.state("velocity")).sub(rate(step).times(theta).mul(factor(step)));
        NDArray before = theta.add(velocity.mul(decay() * reversed()));
        return new Cotangents(
                new Iterate(before, Map.of("velocity", velocity.mul(MOMENTUM))),
                gradient(velocity, step))
            .attachTo(scope);
      }
    }

    @Override
    public Iterate forward(NDManager scope, Optimiser.Step step, Tangents along) {
      return step(
          scope, new Optimiser.Step(along.before(), along.gradient(), step.rate(), step.count()));
    }

    @Override
    public double l2Penalty() {
      return decay();
    }

    double decay() {
      return 0.1;
    }

    double reversed() {
      return 1;
    }

    double factor(Optimiser.Step step) {
      return 1;
    }

    LearningRate rate(Optimiser.Step step) {
      return step.rate();
    }

    NDManager owner(NDManager scope) {
      return scope;
    }

    NDArray gradient(NDArray velocity, Optimiser.Step step) {
      return velocity.duplicate();
    }
  }

  static class Sound extends OptimiserSuite {
    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Optimiser extension(long seed) {
      return new Heavy();
    }
  }

  static class WrongReverse extends Sound {
    @Override
    protected Optimiser extension(long seed) {
      return new Heavy() {
        @Override
        double reversed() {
          return 0;
        }
      };
    }
  }

  static class WrongForward extends Sound {
    @Override
    protected Optimiser extension(long seed) {
      return new Heavy() {
        @Override
        public Iterate forward(NDManager scope, Optimiser.Step step, Tangents along) {
          Iterate ahead = super.forward(scope, step, along);
          ahead.theta().muli(1.01);
          return ahead;
        }
      };
    }
  }

  static class OneStateTooMany extends Sound {
    @Override
    protected Optimiser extension(long seed) {
      return new Heavy() {
        @Override
        public Set<String> stateNames() {
          return Set.of("velocity", "spare");
        }

        @Override
        public Map<String, NDArray> initialState(NDManager scope, NDArray theta) {
          return Map.of("velocity", theta.zerosLike());
        }
      };
    }
  }

  static class UnevenOverTheta extends Sound {
    @Override
    protected Optimiser extension(long seed) {
      return new Heavy() {
        @Override
        double factor(Optimiser.Step step) {
          return 6.0 / step.at().theta().size();
        }
      };
    }
  }

  static class DeafToMultipliers extends Sound {
    @Override
    protected Optimiser extension(long seed) {
      return new Heavy() {
        @Override
        LearningRate rate(Optimiser.Step step) {
          return LearningRate.of(step.rate().value());
        }
      };
    }
  }

  static class Remembering extends Sound {
    @Override
    protected Optimiser extension(long seed) {
      return new Heavy() {
        private int calls;

        @Override
        public Iterate step(NDManager scope, Optimiser.Step step) {
          Iterate next = super.step(scope, step);
          next.theta().muli(1 + 1e-15 * calls++);
          return next;
        }
      };
    }
  }

  static class WritingIntoTheGradient extends Sound {
    @Override
    protected Optimiser extension(long seed) {
      return new Heavy() {
        @Override
        public Cotangents reverse(NDManager scope, Optimiser.Step step, Iterate after) {
          Cotangents back = super.reverse(scope, step, after);
          step.gradient().muli(1 + 1e-15);
          return back;
        }
      };
    }
  }

  static class OutsideTheScope extends Sound {
    @Override
    protected Optimiser extension(long seed) {
      return new Heavy() {
        @Override
        NDManager owner(NDManager scope) {
          return scope.getParentManager();
        }
      };
    }
  }

  static class UndefinedAtZero extends Sound {
    @Override
    protected Optimiser extension(long seed) {
      return new Heavy() {
        @Override
        NDArray gradient(NDArray velocity, Optimiser.Step step) {
          NDArray none = velocity.mul(0);
          NDArray size =
              none.add(step.at().state("velocity"))
                  .square()
                  .add(none.add(step.gradient()).square());
          return velocity.mul(size.div(size));
        }
      };
    }
  }

  static class Ascending extends Sound {
    @Override
    protected Optimiser extension(long seed) {
      return new Heavy() {
        @Override
        double factor(Optimiser.Step step) {
          return -1;
        }
      };
    }
  }

  static class WrongPenalty extends Sound {
    @Override
    protected Optimiser extension(long seed) {
      return new Heavy() {
        @Override
        public double l2Penalty() {
          return 0.2;
        }
      };
    }
  }

  @Test
  void aSoundOptimiserPasses() {
    Verdict.on(Sound.class).failsOnly();
  }

  @Test
  void eachMistakeIsCaught() {
    Verdict.on(WrongReverse.class)
        .failsOnly(
            "itsReverseIsTheTransposedDerivativeOfItsStep",
            "itsForwardDerivativeIsTheTransposeOfItsReverse",
            "theGradientThroughAnInnerLoopIsThatOfTheWholeTrajectory")
        .saying("by differences");
    Verdict.on(WrongForward.class).failsOnly("itsForwardDerivativeIsTheTransposeOfItsReverse");
    Verdict.on(UnevenOverTheta.class).failsOnly("aPartOfThetaMovesByItself");
    Verdict.on(DeafToMultipliers.class).failsOnly("aMultiplierIsAFactorOfTheRateOfItsElement");
    Verdict.on(Remembering.class).failsOnly("aStepIsAFunctionOfItsArguments");
    Verdict.on(WritingIntoTheGradient.class).failsOnly("leavesItsArgumentsAsTheyAre");
    Verdict.on(OutsideTheScope.class)
        .failsOnly("leavesItsResultsInItsScopeAndNothingElse")
        .saying("belong to the scope");
    Verdict.on(UndefinedAtZero.class)
        .failsOnly("itsDerivativesAreFiniteWhereTheGradientHasAlwaysBeenZero");
    Verdict.on(Ascending.class).failsOnly("lowersTheLoss");
    Verdict.on(WrongPenalty.class).failsOnly("restsWhereTheGradientOfTheLossIsThatOfItsPenalty");
  }

  @Test
  void aStateThatIsNotKeptIsCaught() {
    Verdict verdict = Verdict.on(OneStateTooMany.class);
    assertThat(verdict.failures().get("itsStateIsWhatItStates"))
        .contains("state of optimiser broken at the start, of which stateNames() tells");
  }
}
