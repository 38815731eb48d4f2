package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.api.run.State;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.api.selection.TrainingStart;
import io.flexora.numerics.layer.ChosenValues;
import io.flexora.testkit.fixture.problem.PlantedLayers;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BrokenSelectorsTest {

  private static final ProblemOptions PROBLEM = new ProblemOptions(8, 1, 8, 1);

  abstract static class Suite extends SelectorSuite {

    @Override
    protected String configuration() {
      return "broken";
    }

    abstract Selection choose(SelectionContext context);

    @Override
    protected Selector extension(long seed) {
      return selector(this::choose);
    }

    /** A strategy that refuses nothing in advance. */
    static Selector selector(Function<SelectionContext, Selection> choice) {
      return new Selector() {
        @Override
        public void checkCompatibility(SelectionBounds bounds, Compatibility found) {}

        @Override
        public Selection select(SelectionContext context) {
          return choice.apply(context);
        }
      };
    }
  }

  static class Sound extends Suite {
    @Override
    Selection choose(SelectionContext context) {
      return Selection.of(List.of(0));
    }
  }

  /** A strategy whose training begins at values. */
  abstract static class FromValues extends Suite {
    @Override
    protected Selector extension(long seed) {
      return new Selector() {
        @Override
        public void checkCompatibility(SelectionBounds bounds, Compatibility found) {}

        @Override
        public TrainingStart start() {
          return TrainingStart.VALUES;
        }

        @Override
        public Selection select(SelectionContext context) {
          return choose(context);
        }
      };
    }

    static Selection firstWith(SelectionContext context, List<Integer> layers) {
      try (NDManager own = context.manager().newSubManager()) {
        BilevelProblem problem = context.problem(PROBLEM);
        NDArray theta = problem.initialTheta(own);
        ChosenValues values =
            new ChosenValues(context.adapter(), ChosenValues.Choice.ofLayers(layers));
        return Selection.of(List.of(0)).with(Optional.of(values.of(problem.parameters(), theta)));
      }
    }
  }

  static class BringingValues extends FromValues {
    @Override
    Selection choose(SelectionContext context) {
      return firstWith(context, List.of(0));
    }
  }

  static class BringingNoValues extends FromValues {
    @Override
    Selection choose(SelectionContext context) {
      return Selection.of(List.of(0));
    }
  }

  static class BringingOtherValues extends FromValues {
    @Override
    Selection choose(SelectionContext context) {
      return firstWith(context, List.of(0, context.shape().layers() - 1));
    }
  }

  static class BringingValuesInSecret extends Suite {
    @Override
    Selection choose(SelectionContext context) {
      return FromValues.firstWith(context, List.of(0));
    }
  }

  static class ChoosingFromTrainedInSecret extends Suite {
    @Override
    Selection choose(SelectionContext context) {
      return Selection.of(List.of((int) (context.trained().parameters().size() % 1)));
    }
  }

  static class OfOtherModules extends Suite {
    @Override
    Selection choose(SelectionContext context) {
      return Selection.ofModules(
          List.of(ChosenModule.of(0, "no-such-module")), Map.of(), Map.of(), List.of());
    }
  }

  static class OutOfRange extends Suite {
    @Override
    Selection choose(SelectionContext context) {
      return Selection.of(List.of(context.shape().layers()));
    }
  }

  static class Twice extends Suite {
    @Override
    Selection choose(SelectionContext context) {
      return Selection.of(List.of(0, 0));
    }
  }

  static class Unsorted extends Suite {
    @Override
    Selection choose(SelectionContext context) {
      return Selection.of(List.of(3, 1));
    }
  }

  static class NotRepeatable extends Suite {
    private int calls;

    @Override
    Selection choose(SelectionContext context) {
      return Selection.of(List.of(calls++ % context.shape().layers()));
    }
  }

  static class ScoresTooFew extends Suite {
    @Override
    Selection choose(SelectionContext context) {
      return new Selection(List.of(0), Map.of("score", List.of(1.0)));
    }
  }

  static class LeaksOutside extends Suite {
    @Override
    Selection choose(SelectionContext context) {
      NDArray lost = context.problem(PROBLEM).initialTheta(context.manager().getParentManager());
      return Selection.of(lost.getShape().dimension() == 1 ? List.of(0) : List.of());
    }
  }

  static class IgnoresTheData extends Suite {
    @Override
    protected boolean findsWhatMatters() {
      return true;
    }

    @Override
    Selection choose(SelectionContext context) {
      return Selection.of(List.of(0));
    }
  }

  /** Looks at the planted layers, and hits 19 or 18 of 30: just more than chance, and just not. */
  abstract static class Hitting extends Suite {
    private int problems;

    @Override
    protected boolean findsWhatMatters() {
      return true;
    }

    @Override
    protected Selector extension(long seed) {
      return seed == SEED ? selector(context -> Selection.of(List.of(0))) : selector(this::choose);
    }

    abstract int problemsWithOneHit();

    @Override
    Selection choose(SelectionContext context) {
      List<Integer> planted = ((SelectionOnProblem) context).problem().planted().layers();
      int hits = problems++ < problemsWithOneHit() ? 1 : 2;
      List<Integer> chosen = new ArrayList<>(planted.subList(0, hits));
      IntStream.range(0, context.shape().layers())
          .filter(layer -> !planted.contains(layer))
          .limit(3 - hits)
          .forEach(chosen::add);
      return Selection.of(chosen.stream().sorted().toList());
    }
  }

  static class HitsMoreThanChance extends Hitting {
    @Override
    int problemsWithOneHit() {
      return 1;
    }
  }

  static class HitsNoMoreThanChance extends Hitting {
    @Override
    int problemsWithOneHit() {
      return 2;
    }
  }

  static class Draws extends Suite {
    @Override
    protected boolean findsWhatMatters() {
      return true;
    }

    @Override
    protected Selector extension(long seed) {
      return selector(
          context -> Selection.of(PlantedLayers.draw(context.shape().layers(), 3, ~seed).layers()));
    }

    @Override
    Selection choose(SelectionContext context) {
      throw new AssertionError("draws instead");
    }
  }

  static class ChoosesAll extends Suite {
    @Override
    protected boolean findsWhatMatters() {
      return true;
    }

    @Override
    Selection choose(SelectionContext context) {
      return Selection.of(IntStream.range(0, context.shape().layers()).boxed().toList());
    }
  }

  static class IgnoresTheSeed extends Suite {
    @Override
    protected boolean dependsOnSeed() {
      return true;
    }

    @Override
    Selection choose(SelectionContext context) {
      return Selection.of(List.of(0));
    }
  }

  /** Takes four steps; what differs from a sound search is in {@link #begin} and {@link #step}. */
  abstract static class Searching extends Suite {
    private static final int STEPS = 4;

    @Override
    Selection choose(SelectionContext context) {
      Optional<State> latest = latest(context);
      long at = latest.map(State::step).orElse(0L);
      long sum = latest.map(s -> begin(((Number) s.values().get("sum")).longValue())).orElse(0L);
      for (long done = at + 1; done <= STEPS; done++) {
        sum += done;
        step(context, done, STEPS, sum);
      }
      return Selection.of(List.of((int) (sum % context.shape().layers())));
    }

    Optional<State> latest(SelectionContext context) {
      return context.checkpoints().latest(context.manager());
    }

    long begin(long sum) {
      return sum;
    }

    void step(SelectionContext context, long done, long total, long sum) {
      context.checkpoints().offer(done, () -> new State(done, Map.of(), Map.of("sum", sum)));
      context.monitor().step(Progress.of(done, total));
    }
  }

  static class SoundSearch extends Searching {}

  static class ForgetsOnResumption extends Searching {
    @Override
    long begin(long sum) {
      return 0;
    }
  }

  static class StartsOver extends Searching {
    @Override
    Optional<State> latest(SelectionContext context) {
      return Optional.empty();
    }
  }

  static class SwallowsCancellation extends Searching {
    @Override
    void step(SelectionContext context, long done, long total, long sum) {
      try {
        super.step(context, done, total, sum);
      } catch (RuntimeException e) {
        return;
      }
    }
  }

  static class GoesOnWhenItsTimeIsUp extends Searching {
    @Override
    void step(SelectionContext context, long done, long total, long sum) {
      context.timeIsUp();
      super.step(context, done, total, sum);
    }
  }

  static class SavesTooLate extends Searching {
    @Override
    void step(SelectionContext context, long done, long total, long sum) {
      context.monitor().step(Progress.of(done, total));
      context.checkpoints().offer(done, () -> new State(done, Map.of(), Map.of("sum", sum)));
    }
  }

  static class ClosesTooEarly extends Searching {
    @Override
    void step(SelectionContext context, long done, long total, long sum) {
      try (NDManager saving = context.manager().newSubManager()) {
        NDArray array = saving.create(new double[] {1, 2});
        context
            .checkpoints()
            .offer(done, () -> new State(done, Map.of("array", array), Map.of("sum", sum)));
      }
      context.monitor().step(Progress.of(done, total));
    }
  }

  /** Where a step is saved as it is told, but not for that reason. */
  static class FailsOfItself extends Searching {
    @Override
    void step(SelectionContext context, long done, long total, long sum) {
      super.step(context, done, total, sum);
      if (context.monitor() instanceof SavedWhenTold) {
        throw new IllegalStateException("a mistake of its own");
      }
    }
  }

  static class KeepsEveryStep extends Searching {
    @Override
    void step(SelectionContext context, long done, long total, long sum) {
      context.problem(PROBLEM).initialTheta(context.manager());
      super.step(context, done, total, sum);
    }
  }

  /** Takes a gradient of which it says nothing. */
  static class GradientInSecret extends Suite {
    @Override
    Selection choose(SelectionContext context) {
      BilevelProblem problem = context.problem(PROBLEM);
      NDArray theta = problem.initialTheta(context.manager());
      NDArray alpha = context.manager().create(new double[problem.gates()]);
      problem.training(context.manager(), 0, theta, alpha);
      return Selection.of(List.of(0));
    }
  }

  static class Miscounts extends Suite {
    @Override
    protected Selector extension(long seed) {
      return new Selector() {
        @Override
        public void checkCompatibility(SelectionBounds bounds, Compatibility found) {}

        @Override
        public OptionalInt chosenLayers(SelectionBounds bounds) {
          return OptionalInt.of(2);
        }

        @Override
        public Selection select(SelectionContext context) {
          return choose(context);
        }
      };
    }

    @Override
    Selection choose(SelectionContext context) {
      return Selection.of(List.of(0));
    }
  }

  static class FailsOnASingleLayer extends Suite {
    @Override
    Selection choose(SelectionContext context) {
      return Selection.of(List.of(List.of(1, 2, 3, 4, 5, 6, 7).get(context.shape().layers() - 2)));
    }
  }

  static class RefusesInAdvance extends Suite {
    @Override
    protected Selector extension(long seed) {
      return new Selector() {
        @Override
        public void checkCompatibility(SelectionBounds bounds, Compatibility found) {
          throw new FlexoraException("fits nothing");
        }

        @Override
        public Selection select(SelectionContext context) {
          return choose(context);
        }
      };
    }

    @Override
    Selection choose(SelectionContext context) {
      return Selection.of(List.of(0));
    }
  }

  static class RefusesTooLate extends Suite {
    @Override
    Selection choose(SelectionContext context) {
      if (context.shape().layers() < 2) {
        throw new FlexoraException("too few layers");
      }
      return Selection.of(List.of(0));
    }
  }

  @Test
  void aSoundSelectorPasses() {
    Verdict.on(Sound.class).failsOnly();
    Verdict.on(SoundSearch.class).failsOnly();
    Verdict.on(HitsMoreThanChance.class).failsOnly();
  }

  @Test
  void eachMistakeIsCaught() {
    Verdict.on(OfOtherModules.class).failsOnly("choosesTargetModulesOnce").saying("no-such-module");
    Verdict.on(OutOfRange.class)
        .failsOnly(
            "choosesLayersOfTheModel",
            "choosesFromASingleLayerOrSaysWhyItCannot",
            "choosesByWhatItHasFoundWhenItsTimeIsUp")
        .saying("layers 0 to 7")
        .saying("from a model of one layer, layer 0");
    Verdict.on(FailsOnASingleLayer.class)
        .failsOnly("choosesFromASingleLayerOrSaysWhyItCannot")
        .saying("fails on a model of one layer");
    Verdict.on(RefusesInAdvance.class)
        .failsOnly("acceptsInAdvanceWhatItThenChoosesFrom")
        .saying("fits nothing");
    Verdict.on(NotRepeatable.class)
        .failsOnly("choosesTheSameForTheSameSeed")
        .saying("draw from Seeds alone");
    Verdict.on(ScoresTooFew.class)
        .failsOnly("scoresEachLayer", "choosesByWhatItHasFoundWhenItsTimeIsUp")
        .saying("one finite number");
    Verdict.on(BringingValues.class).failsOnly();
    Verdict.on(BringingNoValues.class)
        .failsOnly("bringsTheValuesOfItsChoiceIfItSaysSo")
        .saying("whether selector broken brings values");
    Verdict.on(BringingOtherValues.class)
        .failsOnly("bringsTheValuesOfItsChoiceIfItSaysSo")
        .saying("brings the values");
    Verdict.on(BringingValuesInSecret.class).failsOnly("bringsTheValuesOfItsChoiceIfItSaysSo");
    Verdict.on(ChoosingFromTrainedInSecret.class)
        .failsOnly("saysWhetherItChoosesFromTrainedAdapters", "takesWhatItStates")
        .saying("see choosesFromTrained()");
    Verdict.on(LeaksOutside.class)
        .failsOnly("leavesNothingOutsideItsManager")
        .saying("native arrays left");
    Verdict.on(IgnoresTheData.class).failsOnly("findsTheLayersThatMatter");
    Verdict.on(HitsNoMoreThanChance.class)
        .failsOnly("findsTheLayersThatMatter")
        .saying("18 of 30 layers that matter by choosing 30 (chance: 11.25; p = 0.0026)");
    Verdict.on(ChoosesAll.class)
        .failsOnly("findsTheLayersThatMatter")
        .saying("30 of 30 layers that matter by choosing 80 (chance: 30.00; p = 1.0)");
    Verdict.on(GradientInSecret.class)
        .failsOnly("takesWhatItStates")
        .saying("examples of training");
    Verdict.on(Miscounts.class)
        .failsOnly("choosesAsManyLayersAsItSays")
        .saying("chosenLayers() tells");
    Verdict.on(RefusesTooLate.class)
        .failsOnly("refusesBeforeAnythingIsComputedWhatItWouldRefuseThen")
        .saying("move the check there");
    Verdict.on(IgnoresTheSeed.class).failsOnly("choosesByTheSeed");
    Verdict.on(ForgetsOnResumption.class)
        .failsOnly("choosesTheSameAfterAResumptionFromAnyCheckpoint")
        .saying("resumed from its checkpoint of step");
    Verdict.on(StartsOver.class)
        .failsOnly("tellsOfTheStepsAfterItsCheckpointAloneWhenResumed")
        .saying("begin with checkpoints().latest");
    Verdict.on(SwallowsCancellation.class)
        .failsOnly("endsWhenCancelledWithACheckpointOfTheStep")
        .saying("let the exception pass");
    Verdict.on(GoesOnWhenItsTimeIsUp.class)
        .failsOnly("choosesByWhatItHasFoundWhenItsTimeIsUp")
        .saying("heard that it is");
    Verdict.on(SavesTooLate.class).failsOnly("endsWhenCancelledWithACheckpointOfTheStep");
    Verdict.on(ClosesTooEarly.class)
        .failsOnly("canBeSavedWhileAStepIsTold")
        .saying("lives until monitor().step has returned");
    Verdict.on(FailsOfItself.class)
        .failsOnly("canBeSavedWhileAStepIsTold")
        .saying("though each of its steps could be saved");
    Verdict.on(KeepsEveryStep.class)
        .failsOnly("keepsNoMoreNativeArraysAliveAsItGoesOn")
        .saying("close each step's scope");
  }

  @Test
  void whatIsDrawnDoesNotCountAsFound() {
    assertThat(Verdict.on(Draws.class).failures()).containsOnlyKeys("findsTheLayersThatMatter");
  }

  @Test
  void aLayerTwiceOrOutOfOrderFailsWhereverLayersAreChosen() {
    for (Class<?> suite : List.of(Twice.class, Unsorted.class)) {
      Verdict verdict = Verdict.on(suite).saying("not ascending and distinct");
      assertThat(verdict.failures()).containsKey("choosesLayersOfTheModel");
    }
  }
}
