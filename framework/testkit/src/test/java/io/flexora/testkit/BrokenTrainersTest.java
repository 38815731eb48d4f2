package io.flexora.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.LossGradient;
import io.flexora.api.model.Point;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.run.State;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BrokenTrainersTest {

  private static final int STEPS = 12;
  private static final double MOMENTUM = 0.5;

  /** Gradient descent with momentum on all training examples. */
  static class Descent implements Trainer {

    private final Seeds seeds;

    Descent(long seed) {
      seeds = new Seeds(seed);
    }

    @Override
    public TrainingResult train(TrainingContext context) {
      double[] theta;
      double[] velocity;
      long done = 0;
      try (NDManager own = context.manager().newSubManager()) {
        Optional<State> latest = context.checkpoints().latest(own);
        theta =
            latest
                .map(s -> s.arrays().get("theta"))
                .orElseGet(() -> context.model().initialTheta(own, seeds))
                .toDoubleArray();
        velocity = latest.map(s -> velocity(s.arrays().get("velocity"))).orElse(new double[3]);
        done = latest.map(State::step).orElse(0L);
      }
      while (done < STEPS) {
        NDManager scope = context.manager().newSubManager();
        LossGradient found = gradient(context, scope, scope.create(theta));
        check(found.loss());
        velocity = Engine.plus(found.theta().toDoubleArray(), MOMENTUM, velocity);
        theta = Engine.plus(theta, -rate(), velocity);
        done++;
        NDArray at = scope.create(theta);
        NDArray moving = scope.create(velocity);
        State state = new State(done, Map.of("theta", at, "velocity", moving), Map.of());
        tell(context, done, state);
        close(scope);
      }
      return new TrainingResult(owner(context).create(theta), done, Map.of());
    }

    LossGradient gradient(TrainingContext context, NDManager scope, NDArray theta) {
      return context
          .model()
          .lossGradient(scope, context.model().batch(scope, examples(context)), Point.of(theta));
    }

    List<Tokens> examples(TrainingContext context) {
      return context.training();
    }

    double[] velocity(NDArray saved) {
      return saved.toDoubleArray();
    }

    void check(double loss) {
      if (!Double.isFinite(loss)) {
        throw new FlexoraException("training diverged; lower the learning rate");
      }
    }

    double rate() {
      return 0.03;
    }

    void tell(TrainingContext context, long done, State state) {
      context.checkpoints().offer(done, () -> state);
      context.monitor().step(done, STEPS, Map.of());
    }

    void close(NDManager scope) {
      scope.close();
    }

    NDManager owner(TrainingContext context) {
      return context.manager();
    }
  }

  static class Sound extends TrainerSuite {
    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed);
    }
  }

  static class ForgettingTheVelocity extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        double[] velocity(NDArray saved) {
          return new double[3];
        }
      };
    }
  }

  static class NotRepeatable extends Sound {
    private long calls;

    @Override
    protected Trainer extension(long seed) {
      return new Descent(calls++);
    }
  }

  static class Ascending extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        double rate() {
          return -0.001;
        }
      };
    }
  }

  static class NotLookingAtTheLoss extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        void check(double loss) {}
      };
    }
  }

  static class TrainingOnEverything extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        List<Tokens> examples(TrainingContext context) {
          return java.util.stream.Stream.concat(
                  context.training().stream(), context.validation().stream())
              .toList();
        }
      };
    }
  }

  static class Leaking extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        void close(NDManager scope) {}
      };
    }
  }

  static class OutsideItsManager extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        NDManager owner(TrainingContext context) {
          return context.manager().getParentManager();
        }
      };
    }
  }

  static class SavingTooLate extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        void tell(TrainingContext context, long done, State state) {
          context.monitor().step(done, STEPS, Map.of());
          context.checkpoints().offer(done, () -> state);
        }
      };
    }
  }

  static class TellingTwice extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        void tell(TrainingContext context, long done, State state) {
          super.tell(context, done, state);
          context.monitor().step(done, STEPS, Map.of());
        }
      };
    }
  }

  @Test
  void aSoundTrainerPasses() {
    Verdict.on(Sound.class).failsOnly();
  }

  @Test
  void eachMistakeIsCaught() {
    Verdict.on(ForgettingTheVelocity.class)
        .failsOnly("endsWithTheSameNumbersWhenResumedFromAnyCheckpoint")
        .saying("resumed from its checkpoint of step 1");
    Verdict.on(Ascending.class).failsOnly("lowersTheTrainingLoss");
    Verdict.on(NotLookingAtTheLoss.class).failsOnly("saysThatTrainingHasDiverged");
    Verdict.on(TrainingOnEverything.class).failsOnly("neverTrainsOnValidationExamples");
    Verdict.on(Leaking.class)
        .failsOnly(
            "keepsNoMoreNativeArraysAliveAsItGoesOn", "leavesItsThetaInTheManagerAndNothingElse")
        .saying("close each step's scope");
    Verdict.on(SavingTooLate.class).failsOnly("offersACheckpointOfEachStepBeforeTellingOfIt");
    Verdict.on(TellingTwice.class).failsOnly("tellsOfEachStepOnce");
    Verdict.on(OutsideItsManager.class)
        .failsOnly("leavesItsThetaInTheManagerAndNothingElse")
        .saying("attached to the context's manager");
    Verdict.on(NotRepeatable.class).saying("draw from Seeds alone");
  }
}
