package io.flexora.testkit;

import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.api.tune.Range;
import io.flexora.api.tune.Tuner;
import io.flexora.api.tune.TuningProgress;
import io.flexora.api.tune.TuningProgress.Trial;
import io.flexora.api.tune.TuningSetting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BrokenTunersTest {

  /** Draws two settings at a time. */
  static class Sound extends TunerSuite implements Tuner {

    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Tuner extension(long seed) {
      return this;
    }

    @Override
    public List<Map<String, Double>> next(TuningProgress progress) {
      return List.of(drawn(progress, progress.next()), drawn(progress, progress.next() + 1));
    }

    Map<String, Double> drawn(TuningProgress progress, int number) {
      Map<String, Double> values = new LinkedHashMap<>();
      SplittableRandom random = random(progress.seeds(), number);
      ordered(progress.setting().options())
          .forEach((path, range) -> values.put(path, value(range, random.nextDouble())));
      return values;
    }

    Map<String, Range> ordered(Map<String, Range> options) {
      return new TreeMap<>(options);
    }

    double value(Range range, double place) {
      return range.at(place);
    }

    SplittableRandom random(Seeds seeds, int number) {
      return seeds.stream("trial", number);
    }
  }

  static class RefusingTheSetting extends Sound {
    @Override
    public void checkCompatibility(TuningSetting setting, Compatibility found) {
      found.refuse("it is Monday");
    }
  }

  static class BeginningWithAPart extends Sound {
    @Override
    public List<Double> shares(TuningSetting setting) {
      return Collections.nCopies(setting.trials().orElseThrow(), 0.5);
    }
  }

  static class LeavingTheRange extends Sound {
    @Override
    double value(Range range, double place) {
      return range.at(place) + 0.25;
    }
  }

  static class ForgettingAnOption extends Sound {
    @Override
    Map<String, Double> drawn(TuningProgress progress, int number) {
      Map<String, Double> values = super.drawn(progress, number);
      values.remove("adapter.rank");
      return values;
    }
  }

  static class GivingUp extends Sound {
    @Override
    public List<Map<String, Double>> next(TuningProgress progress) {
      return progress.next() > 9 ? List.of() : super.next(progress);
    }
  }

  static class DrawingWithoutSeeds extends Sound {
    private static final SplittableRandom RANDOM = new SplittableRandom(1);

    @Override
    SplittableRandom random(Seeds seeds, int number) {
      return RANDOM.split();
    }
  }

  static class Remembering extends Sound {
    private final List<Integer> asked = new ArrayList<>();

    @Override
    SplittableRandom random(Seeds seeds, int number) {
      asked.add(number);
      return seeds.stream("call", asked.size());
    }
  }

  static class GoingByTheOrderOfTheOptions extends Sound {
    @Override
    Map<String, Range> ordered(Map<String, Range> options) {
      return options;
    }
  }

  static class DividingTheNumberOfTrials extends Sound {
    @Override
    Map<String, Double> drawn(TuningProgress progress, int number) {
      return super.drawn(progress, number + progress.setting().trials().orElse(0));
    }
  }

  static class ChangingLengthsWithTheNumberOfTrials extends DividingTheNumberOfTrials {
    @Override
    public List<Double> shares(TuningSetting setting) {
      List<Double> shares = new ArrayList<>(super.shares(setting));
      shares.set(1, 1.0 / shares.size());
      return shares;
    }
  }

  /** Draws by what has the greatest result, which need not be the best. */
  static class TakingTheGreatestForTheBest extends Sound {
    @Override
    public List<Map<String, Double>> next(TuningProgress progress) {
      int best =
          progress.trials().stream()
              .filter(trial -> trial.result().isPresent())
              .max(Comparator.comparingDouble(trial -> trial.result().getAsDouble()))
              .map(Trial::number)
              .orElse(0);
      return List.of(drawn(progress, 100 * best + progress.next()));
    }
  }

  static class StumblingOverFailures extends Sound {
    @Override
    public List<Map<String, Double>> next(TuningProgress progress) {
      boolean failed = progress.trials().stream().anyMatch(t -> t.result().isEmpty());
      return failed ? List.of() : super.next(progress);
    }
  }

  static class NeedingTheDefaults extends Sound {
    @Override
    public List<Map<String, Double>> next(TuningProgress progress) {
      return progress.setting().defaults().size() < 3 ? List.of() : super.next(progress);
    }
  }

  static class RunningOutOfTime extends Sound {
    @Override
    public List<Map<String, Double>> next(TuningProgress progress) {
      return progress.setting().trials().isEmpty() ? List.of() : super.next(progress);
    }
  }

  @Test
  void aSoundTunerPasses() {
    Verdict.on(Sound.class).failsOnly();
  }

  @Test
  void moreTrialsMayBeOthersWhereTheyAreOfOtherLengths() {
    Verdict.on(ChangingLengthsWithTheNumberOfTrials.class).failsOnly();
  }

  @Test
  void eachMistakeIsCaught() {
    Verdict.on(RefusingTheSetting.class)
        .failsOnly("fitsTheSetting", "takesDefaultValuesOutsideOfTheirRanges")
        .saying("it is Monday");
    Verdict.on(BeginningWithAPart.class).failsOnly("statesTheLengthOfEachTrial");
    Verdict.on(LeavingTheRange.class)
        .failsOnly(
            "givesEachOptionAValueOfItsRange",
            "goesOnWhereTrialsFail",
            "takesDefaultValuesOutsideOfTheirRanges",
            "refusesALimitOfTimeOrKeepsProposing");
    Verdict.on(ForgettingAnOption.class)
        .failsOnly(
            "givesEachOptionAValueOfItsRange",
            "goesOnWhereTrialsFail",
            "takesDefaultValuesOutsideOfTheirRanges",
            "refusesALimitOfTimeOrKeepsProposing")
        .saying("adapter.rank");
    Verdict.on(GivingUp.class)
        .failsOnly(
            "givesEachOptionAValueOfItsRange",
            "proposesAsManyTrialsAsItStates",
            "proposesTheSameAgain",
            "proposesTheSameWhereLowerResultsAreBetter",
            "proposesTheSameInAnyOrderOfTheOptions",
            "beginsALongerTuningWithTheSameTrials",
            "keepsNothingBetweenCalls",
            "goesOnWhereTrialsFail",
            "takesDefaultValuesOutsideOfTheirRanges",
            "refusesALimitOfTimeOrKeepsProposing");
    Verdict.on(DrawingWithoutSeeds.class)
        .failsOnly(
            "proposesTheSameAgain",
            "proposesTheSameWhereLowerResultsAreBetter",
            "proposesTheSameInAnyOrderOfTheOptions",
            "beginsALongerTuningWithTheSameTrials",
            "keepsNothingBetweenCalls")
        .saying("seeds alone");
    Verdict.on(Remembering.class)
        .failsOnly(
            "proposesTheSameAgain",
            "proposesTheSameWhereLowerResultsAreBetter",
            "proposesTheSameInAnyOrderOfTheOptions",
            "beginsALongerTuningWithTheSameTrials",
            "keepsNothingBetweenCalls")
        .saying("when it was asked another thing between");
    Verdict.on(GoingByTheOrderOfTheOptions.class)
        .failsOnly("proposesTheSameInAnyOrderOfTheOptions")
        .saying("another order");
    Verdict.on(DividingTheNumberOfTrials.class)
        .failsOnly("beginsALongerTuningWithTheSameTrials")
        .saying("where more are asked for");
    Verdict.on(TakingTheGreatestForTheBest.class)
        .failsOnly("proposesTheSameWhereLowerResultsAreBetter")
        .saying("isBetter or signed");
    Verdict.on(StumblingOverFailures.class).failsOnly("goesOnWhereTrialsFail");
    Verdict.on(NeedingTheDefaults.class).failsOnly("takesDefaultValuesOutsideOfTheirRanges");
    Verdict.on(RunningOutOfTime.class).failsOnly("refusesALimitOfTimeOrKeepsProposing");
  }
}
