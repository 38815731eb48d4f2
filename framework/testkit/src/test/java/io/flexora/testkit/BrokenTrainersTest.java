package io.flexora.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Known;
import io.flexora.api.adapter.TrainingSchedule.Moment;
import io.flexora.api.adapter.TrainingSchedule.Probe;
import io.flexora.api.adapter.TrainingSchedule.Restart;
import io.flexora.api.adapter.TrainingSchedule.Turn;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.api.run.Seeds;
import io.flexora.api.run.State;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import io.flexora.api.train.TrainingSetting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokenTrainersTest {

  private static final int STEPS = 12;
  private static final double MOMENTUM = 0.5;

  /** Where a descent stands. */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Standing(
      long done,
      double[] theta,
      double[] velocity,
      List<Double> known,
      List<double[]> arrays,
      List<Integer> active,
      long nanos) {

    State state(NDManager scope) {
      Map<String, NDArray> all = new HashMap<>();
      all.put("theta", scope.create(theta));
      all.put("velocity", scope.create(velocity));
      for (int i = 0; i < arrays.size(); i++) {
        all.put("known." + i, scope.create(arrays.get(i)));
      }
      return new State(done, all, Map.of("known", known, "active", active, "nanos", nanos));
    }

    Moment moment(TrainingContext context, NDManager scope, long total) {
      List<NDArray> kept = arrays.stream().map(scope::create).toList();
      return new Moment(
          context.model().parameters().places(),
          done,
          total,
          scope.create(theta),
          new Known(known, kept));
    }

    /** The same after a turn of a schedule. */
    Standing turned(Turn turn, double[] speed, List<Integer> trained) {
      return new Standing(
          done,
          turn.theta().map(NDArray::toDoubleArray).orElse(theta),
          turn.restart() == Restart.EVERYTHING ? new double[theta.length] : speed,
          turn.known().numbers(),
          turn.known().arrays().stream().map(NDArray::toDoubleArray).toList(),
          trained,
          nanos);
    }
  }

  /** Losses over some training examples, with B scaled. */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record ScaledLosses(TrainingContext context, NDManager scope, double[] theta) implements Probe {

    @Override
    public double loss(long batch, int examples, Map<Integer, Double> scales) {
      double[] scaled = theta.clone();
      for (Slice slice : context.model().parameters().slices()) {
        if (slice.tensorName().contains("lora_B")) {
          scaled[(int) slice.offset()] *= scales.getOrDefault(slice.layer().orElseThrow(), 1.0);
        }
      }
      List<Tokens> some = context.training().subList(0, examples);
      return context
          .model()
          .loss(scope, context.model().batch(scope, some), Point.of(scope.create(scaled)));
    }
  }

  /** Gradient descent with momentum on all training examples. */
  static class Descent implements Trainer {

    private final Seeds seeds;

    Descent(long seed) {
      seeds = new Seeds(seed);
    }

    @Override
    public TrainingResult train(TrainingContext context) {
      long begin = System.nanoTime();
      Standing at = start(context);
      while (at.done() < steps(context) && !isOver(context, at)) {
        NDManager scope = context.manager().newSubManager();
        Standing before = asked(context, scope, at);
        LossGradient found = gradient(context, scope, scope.create(before.theta()));
        check(found.loss());
        double[] slope = found.theta().toDoubleArray();
        double[] theta = before.theta().clone();
        double[] velocity = before.velocity().clone();
        for (Slice slice : context.model().parameters().slices()) {
          int from = (int) slice.offset();
          for (int i = from; moves(slice, before.active()) && i < from + slice.size(); i++) {
            velocity[i] = slope[i] + MOMENTUM * velocity[i];
            theta[i] -= rate() * velocity[i];
          }
        }
        at =
            new Standing(
                before.done() + 1,
                theta,
                velocity,
                before.known(),
                before.arrays(),
                before.active(),
                at.nanos() + System.nanoTime() - begin);
        at = after(context, scope, at, found.theta());
        begin = System.nanoTime();
        offer(context, scope, at);
        tell(context, at.done(), at.state(scope));
        close(scope);
      }
      return TrainingResult.of(owner(context).create(at.theta()), at.done());
    }

    void offer(TrainingContext context, NDManager scope, Standing at) {
      context.snapshot(at.done(), scope.create(at.theta()));
    }

    long steps(TrainingContext context) {
      return context.steps().orElse(STEPS);
    }

    /** A gradient of all examples in each step, by arrays of Java's; theta alone is native. */
    @Override
    public Workload cost(TrainingSetting.Size size) {
      long steps = size.steps().orElse(STEPS);
      return Workload.NONE.trainingGradients(Passes.of(steps, size.training())).storedThetas(1);
    }

    NDArray initial(TrainingContext context, NDManager scope) {
      return context.initialTheta(scope, seeds);
    }

    private Standing start(TrainingContext context) {
      try (NDManager own = context.manager().newSubManager()) {
        double[] initial = initial(context, own).toDoubleArray();
        return context
            .checkpoints()
            .latest(own)
            .map(state -> resumed(context, state))
            .orElseGet(() -> begun(context, own, initial));
      }
    }

    private Standing resumed(TrainingContext context, State state) {
      return new Standing(
          state.step(),
          state.arrays().get("theta").toDoubleArray(),
          velocity(state.arrays().get("velocity")),
          known(context, state),
          arrays(state),
          numbers(state, "active").stream().map(Double::intValue).toList(),
          ((Number) state.values().get("nanos")).longValue());
    }

    private static Standing begun(TrainingContext context, NDManager own, double[] initial) {
      Known known = start(context, own, own.create(initial));
      return new Standing(
          0,
          initial,
          new double[initial.length],
          known.numbers(),
          known.arrays().stream().map(NDArray::toDoubleArray).toList(),
          List.of(),
          0);
    }

    static Known start(TrainingContext context, NDManager own, NDArray theta) {
      return context
          .schedule()
          .map(s -> s.start(own, context.model().parameters().places(), theta))
          .orElse(Known.NOTHING);
    }

    List<Double> known(TrainingContext context, State state) {
      return numbers(state, "known");
    }

    List<double[]> arrays(State state) {
      List<double[]> arrays = new ArrayList<>();
      while (state.arrays().containsKey("known." + arrays.size())) {
        arrays.add(state.arrays().get("known." + arrays.size()).toDoubleArray());
      }
      return arrays;
    }

    static List<Double> numbers(State state, String name) {
      return ((List<?>) state.values().get(name))
          .stream().map(x -> ((Number) x).doubleValue()).toList();
    }

    /** What a step trains; a layer that rested begins with no velocity if the schedule says so. */
    private Standing asked(TrainingContext context, NDManager scope, Standing at) {
      List<Integer> all = context.model().plan().layers();
      if (context.schedule().isEmpty()) {
        return at.turned(Turn.of(Known.NOTHING), at.velocity(), all);
      }
      TrainingSchedule schedule = context.schedule().orElseThrow();
      Turn turn =
          schedule.before(
              scope, at.moment(context, scope, steps(context)), probe(context, scope, at.theta()));
      List<Integer> active = active(turn.layers().orElse(all), all);
      double[] velocity = at.velocity().clone();
      for (Slice slice : context.model().parameters().slices()) {
        boolean rested = slice.layer().filter(layer -> !at.active().contains(layer)).isPresent();
        if (rested && turn.restart() == Restart.RETURNING_LAYERS) {
          int from = (int) slice.offset();
          Arrays.fill(velocity, from, from + (int) slice.size(), 0);
        }
      }
      return at.turned(turn, velocity, active);
    }

    Standing after(TrainingContext context, NDManager scope, Standing at, NDArray gradient) {
      return context
          .schedule()
          .map(s -> s.after(scope, at.moment(context, scope, steps(context)), gradient))
          .map(turn -> at.turned(turn, at.velocity(), at.active()))
          .orElse(at);
    }

    List<Integer> active(List<Integer> active, List<Integer> all) {
      List<Integer> ascending = active.stream().filter(all::contains).sorted().toList();
      if (active.isEmpty() || !active.equals(ascending)) {
        throw new FlexoraException("the schedule trains " + active);
      }
      return active;
    }

    Probe probe(TrainingContext context, NDManager scope, double[] theta) {
      return new ScaledLosses(context, scope, theta);
    }

    boolean moves(Slice slice, List<Integer> active) {
      return slice.layer().map(active::contains).orElse(true);
    }

    boolean isOver(TrainingContext context, Standing at) {
      return at.done() > 0
          && context.timeLimit().filter(limit -> at.nanos() >= limit.toNanos()).isPresent();
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
      context.monitor().step(Progress.of(done, steps(context)));
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
          return new double[(int) saved.size()];
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

  static class KeepingWhatItCounted extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        private int trainings;

        @Override
        public TrainingResult train(TrainingContext context) {
          trainings++;
          return super.train(context);
        }

        @Override
        double rate() {
          return super.rate() / trainings;
        }
      };
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
          context.monitor().step(Progress.of(done, steps(context)));
          context.checkpoints().offer(done, () -> state);
        }
      };
    }
  }

  static class ClosingTooEarly extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        void tell(TrainingContext context, long done, State state) {
          context.checkpoints().offer(done, () -> state);
          state.arrays().values().forEach(NDArray::close);
          context.monitor().step(Progress.of(done, steps(context)));
        }
      };
    }
  }

  static class OfferingNoParameters extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        void offer(TrainingContext context, NDManager scope, Standing at) {
          // Nothing is offered.
        }
      };
    }
  }

  static class OfferingTheStart extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        void offer(TrainingContext context, NDManager scope, Standing at) {
          context.snapshot(at.done(), scope.create(new double[at.theta().length]));
        }
      };
    }
  }

  static class IgnoringTheSteps extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        long steps(TrainingContext context) {
          return STEPS;
        }
      };
    }
  }

  static class Understating extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        public Workload cost(TrainingSetting.Size size) {
          return Workload.NONE.trainingGradients(Passes.of(1, size.training())).storedThetas(1);
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
          context.monitor().step(Progress.of(done, steps(context)));
        }
      };
    }
  }

  static class TrainingLayersThatRest extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        boolean moves(Slice slice, List<Integer> active) {
          return true;
        }
      };
    }
  }

  static class LettingTheHeadRest extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        boolean moves(Slice slice, List<Integer> active) {
          return slice
              .layer()
              .map(active::contains)
              .orElse(active.size() > 2 || active.contains(0));
        }
      };
    }
  }

  static class ForgettingWhatIsKnown extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        List<Double> known(TrainingContext context, State state) {
          try (NDManager own = context.manager().newSubManager()) {
            return start(context, own, context.initialTheta(own, new Seeds(seed))).numbers();
          }
        }
      };
    }
  }

  static class ForgettingTheArraysOfASchedule extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        List<double[]> arrays(State state) {
          return super.arrays(state).stream().map(array -> new double[array.length]).toList();
        }
      };
    }
  }

  static class BeginningAtItsOwn extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        NDArray initial(TrainingContext context, NDManager scope) {
          return context.model().initialTheta(scope, new Seeds(seed));
        }
      };
    }
  }

  static class NotMovingRanks extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        Standing after(TrainingContext context, NDManager scope, Standing at, NDArray gradient) {
          return at;
        }
      };
    }
  }

  static class ProbingWithoutScales extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        Probe probe(TrainingContext context, NDManager scope, double[] theta) {
          Probe sound = super.probe(context, scope, theta);
          return (batch, examples, scales) -> sound.loss(batch, examples, Map.of());
        }
      };
    }
  }

  static class BelievingEverySchedule extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        List<Integer> active(List<Integer> active, List<Integer> all) {
          return active;
        }
      };
    }
  }

  static class IgnoringTheTime extends Sound {
    @Override
    protected Trainer extension(long seed) {
      return new Descent(seed) {
        @Override
        boolean isOver(TrainingContext context, Standing at) {
          return false;
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
        .failsOnly(
            "endsWithTheSameNumbersWhenResumedFromAnyCheckpoint",
            "endsWithTheSameNumbersWhenResumedWhileLayersChange",
            "endsWithTheSameNumbersWhenResumedWhileRanksMove")
        .saying("resumed from its checkpoint of step 1");
    Verdict.on(Ascending.class).failsOnly("lowersTheTrainingLoss");
    Verdict.on(NotLookingAtTheLoss.class).failsOnly("saysThatTrainingHasDiverged");
    Verdict.on(TrainingOnEverything.class)
        .failsOnly("neverTrainsOnValidationExamples", "takesWhatItStates");
    Verdict.on(Leaking.class)
        .failsOnly(
            "keepsNoMoreNativeArraysAliveAsItGoesOn",
            "leavesItsThetaInTheManagerAndNothingElse",
            "takesWhatItStates")
        .saying("close each step's scope");
    Verdict.on(SavingTooLate.class)
        .failsOnly("offersACheckpointOfEachStepBeforeTellingOfIt", "canBeSavedWhileAStepIsTold");
    Verdict.on(ClosingTooEarly.class)
        .failsOnly("canBeSavedWhileAStepIsTold")
        .saying("lives until monitor().step has returned");
    Verdict.on(OfferingNoParameters.class)
        .failsOnly("offersTheParametersOfEachStepBeforeItsCheckpoint")
        .saying("parameters that trainer broken offered");
    Verdict.on(OfferingTheStart.class)
        .failsOnly("offersTheParametersOfEachStepBeforeItsCheckpoint");
    Verdict.on(TellingTwice.class).failsOnly("tellsOfEachStepOnce");
    Verdict.on(OutsideItsManager.class)
        .failsOnly("leavesItsThetaInTheManagerAndNothingElse")
        .saying("attached to the context's manager");
    Verdict.on(TrainingLayersThatRest.class)
        .failsOnly("trainsTheActiveLayersAndTheHeadAlone")
        .saying("has its initial value");
    Verdict.on(LettingTheHeadRest.class)
        .failsOnly("trainsTheActiveLayersAndTheHeadAlone")
        .saying("bias has its initial value");
    Verdict.on(ForgettingWhatIsKnown.class)
        .failsOnly(
            "endsWithTheSameNumbersWhenResumedWhileLayersChange",
            "endsWithTheSameNumbersWhenResumedWhileRanksMove")
        .saying("with a schedule of layers");
    Verdict.on(ForgettingTheArraysOfASchedule.class)
        .failsOnly("endsWithTheSameNumbersWhenResumedWhileRanksMove")
        .saying("with a schedule that moves ranks");
    Verdict.on(BeginningAtItsOwn.class)
        .failsOnly("beginsWhereItsContextSays")
        .saying("begin there, not at the model's");
    Verdict.on(NotMovingRanks.class)
        .failsOnly("trainsWithTheRanksThatAScheduleGivesOut")
        .saying("ranks");
    Verdict.on(ProbingWithoutScales.class)
        .failsOnly("probesTheModelBeforeTheStep")
        .saying("without what the layers add");
    Verdict.on(BelievingEverySchedule.class).failsOnly("refusesAScheduleThatNamesNoChosenLayers");
    Verdict.on(IgnoringTheSteps.class)
        .failsOnly("takesAsManyStepsAsItIsGiven", "takesWhatItStates");
    Verdict.on(Understating.class).failsOnly("takesWhatItStates").saying("training gradients");
    Verdict.on(IgnoringTheTime.class).failsOnly("endsWithTheStepInWhichTheTimeIsOver");
    Verdict.on(NotRepeatable.class).saying("draw from Seeds alone");
    Verdict.on(KeepingWhatItCounted.class)
        .failsOnly("keepsNothingFromOneCallToTheNext")
        .saying("one object serves all cells of a run");
  }
}
