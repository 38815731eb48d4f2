package io.flexora.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokenSolversTest {

  private static final double RATE = 0.05;

  /** One step of gradient descent, differentiated through by hand. */
  static class Descent implements Solver {

    @Override
    public InnerState start(NDManager scope, BilevelProblem problem) {
      return new InnerState(0, Map.of(InnerState.THETA, problem.initialTheta(scope)));
    }

    @Override
    public Hypergradient step(
        NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long outerStep) {
      try (NDManager own = scope.newSubManager()) {
        double[] at = state.theta().toDoubleArray();
        LossGradient training = problem.training(own, state.steps(), state.theta(), alpha);
        double[] end = Engine.plus(at, -RATE, training.theta().toDoubleArray());
        NDArray theta = scope.create(end);
        LossGradient validation = problem.validation(own, outerStep, theta, alpha);
        Direction back =
            problem.trainingProduct(
                own,
                state.steps(),
                state.theta(),
                alpha,
                new Direction(validation.theta(), own.create(new double[(int) alpha.size()])));
        double[] gradient =
            Engine.plus(
                validation.alpha().orElseThrow().toDoubleArray(),
                -factor() * RATE,
                back.alpha().toDoubleArray());
        return new Hypergradient(
            owner(scope).create(gradient),
            new InnerState(state.steps() + counted(), Map.of(InnerState.THETA, theta)),
            training.loss(),
            validation.loss() + lossError());
      }
    }

    double factor() {
      return 1;
    }

    NDManager owner(NDManager scope) {
      return scope;
    }

    long counted() {
      return 1;
    }

    double lossError() {
      return 0;
    }

    @Override
    public int innerSteps() {
      return 1;
    }

    /** Theta before and after the step, both gradients. */
    @Override
    public Workload cost(int gates) {
      return Workload.CALLS
          .trainingGradients(Passes.of(1))
          .hessianProducts(Passes.of(1))
          .validationGradients(Passes.of(1))
          .storedThetas(4);
    }
  }

  static class Understating extends Sound {
    @Override
    protected Solver extension(long seed) {
      return new Descent() {
        @Override
        public Workload cost(int gates) {
          return Workload.CALLS
              .trainingGradients(Passes.of(1))
              .validationGradients(Passes.of(1))
              .storedThetas(4);
        }
      };
    }
  }

  static class StoringInSecret extends Sound {
    @Override
    protected Solver extension(long seed) {
      return new Descent() {
        @Override
        public Workload cost(int gates) {
          return Workload.CALLS
              .trainingGradients(Passes.of(1))
              .hessianProducts(Passes.of(1))
              .validationGradients(Passes.of(1))
              .storedThetas(2);
        }
      };
    }
  }

  static class Sound extends SolverSuite {
    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Solver extension(long seed) {
      return new Descent();
    }
  }

  static class WrongGradient extends Sound {
    @Override
    protected Solver extension(long seed) {
      return new Descent() {
        @Override
        double factor() {
          return 0.5;
        }
      };
    }
  }

  static class NegatedEstimate extends Sound {
    @Override
    protected boolean exact() {
      return false;
    }

    @Override
    protected Solver extension(long seed) {
      return new Descent() {
        @Override
        public Hypergradient step(
            NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long step) {
          Hypergradient found = super.step(scope, problem, state, alpha, step);
          found.gradient().negi();
          return found;
        }
      };
    }
  }

  static class OutsideTheScope extends Sound {
    @Override
    protected Solver extension(long seed) {
      return new Descent() {
        @Override
        NDManager owner(NDManager scope) {
          return scope.getParentManager();
        }
      };
    }
  }

  static class Leaking extends Sound {
    @Override
    protected Solver extension(long seed) {
      return new Descent() {
        @Override
        public Hypergradient step(
            NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long step) {
          problem.initialTheta(scope);
          return super.step(scope, problem, state, alpha, step);
        }
      };
    }
  }

  static class Miscounting extends Sound {
    @Override
    protected Solver extension(long seed) {
      return new Descent() {
        @Override
        long counted() {
          return 2;
        }
      };
    }
  }

  static class WritingIntoAlpha extends Sound {
    @Override
    protected Solver extension(long seed) {
      return new Descent() {
        @Override
        public Hypergradient step(
            NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long step) {
          Hypergradient found = super.step(scope, problem, state, alpha, step);
          alpha.muli(1.01);
          return found;
        }
      };
    }
  }

  static class Remembering extends Sound {
    @Override
    protected Solver extension(long seed) {
      return new Descent() {
        private double calls;

        @Override
        double factor() {
          return 1 + 1e-9 * calls++;
        }
      };
    }
  }

  static class WrongLoss extends Sound {
    @Override
    protected Solver extension(long seed) {
      return new Descent() {
        @Override
        double lossError() {
          return 0.1;
        }
      };
    }
  }

  static class Ascending extends Sound {
    @Override
    protected boolean exact() {
      return false;
    }

    @Override
    protected Solver extension(long seed) {
      return new Descent() {
        @Override
        public Hypergradient step(
            NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long step) {
          Hypergradient found = super.step(scope, problem, state, alpha, step);
          NDArray theta = found.next().theta();
          try (NDManager own = scope.newSubManager()) {
            double[] from = state.theta().toDoubleArray();
            double[] move = Engine.plus(theta.toDoubleArray(), -1, from);
            theta.set(own.create(Engine.plus(from, -1, move)).toByteBuffer());
            double loss = problem.validation(own, step, theta, alpha).loss();
            return new Hypergradient(found.gradient(), found.next(), found.trainingLoss(), loss);
          }
        }
      };
    }
  }

  @Test
  void aSoundSolverPasses() {
    Verdict.on(Sound.class).failsOnly();
  }

  @Test
  void eachMistakeIsCaught() {
    Verdict.on(WrongGradient.class)
        .failsOnly("itsGradientIsTheDerivativeOfTheValidationLossThroughTheWholeStep")
        .saying("central differences of the validation loss");
    Verdict.on(NegatedEstimate.class)
        .failsOnly("descendingItsGradientLowersTheValidationLoss")
        .saying("down its gradient");
    Verdict.on(OutsideTheScope.class)
        .failsOnly("leavesItsResultsInItsScopeAndNothingElse")
        .saying("belong to the scope");
    Verdict.on(Leaking.class)
        .failsOnly("leavesItsResultsInItsScopeAndNothingElse", "takesWhatItStates")
        .saying("native arrays of the scope");
    Verdict.on(Miscounting.class).failsOnly("takesAsManyInnerStepsAsItSays");
    Verdict.on(WritingIntoAlpha.class).failsOnly("leavesItsArgumentsAsTheyAre");
    Verdict.on(Remembering.class)
        .failsOnly("aStepIsAFunctionOfItsArguments", "theNextStateHoldsAllThatTheNextStepNeeds");
    Verdict.on(WrongLoss.class).failsOnly("theValidationLossIsThatOfTheNextTheta");
    Verdict.on(Understating.class).failsOnly("takesWhatItStates").saying("Hessian products");
    Verdict.on(StoringInSecret.class)
        .failsOnly("takesWhatItStates")
        .saying("theta's length")
        .saying("in storedThetas");
    Verdict.on(Ascending.class)
        .failsOnly(
            "trainsTheta", "takesWhatItStates", "descendingItsGradientLowersTheValidationLoss");
  }
}
