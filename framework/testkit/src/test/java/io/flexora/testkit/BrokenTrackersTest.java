package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BrokenTrackersTest {

  /** Keeps all in memory. */
  static class Sound extends TrackerSuite implements Tracker {

    private final Map<String, List<Tracking.Metric>> all = new HashMap<>();

    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Tracker extension(long seed) {
      return this;
    }

    @Override
    protected Map<String, List<Long>> steps(Tracker.Run run) {
      Map<String, List<Long>> steps = new TreeMap<>();
      all.getOrDefault(key(run), List.of())
          .forEach(m -> steps.computeIfAbsent(m.name(), n -> new ArrayList<>()).add(m.step()));
      return steps;
    }

    String key(Tracker.Run run) {
      return run.id();
    }

    int length(Optional<String> position) {
      return position.map(Integer::parseInt).orElse(0);
    }

    String said(int length) {
      return String.valueOf(length);
    }

    List<Tracking.Metric> taken(List<Tracking.Metric> metrics) {
      return metrics;
    }

    void ended(Tracking.End end, List<Tracking.Metric> kept) {}

    @Override
    public Tracking begin(Tracker.Run run, Optional<String> position) {
      List<Tracking.Metric> kept = all.computeIfAbsent(key(run), id -> new ArrayList<>());
      kept.subList(Math.min(kept.size(), length(position)), kept.size()).clear();
      return new Tracking() {
        @Override
        public void metrics(List<Tracking.Metric> metrics) {
          kept.addAll(taken(metrics));
        }

        @Override
        public void end(Tracking.End end) {
          ended(end, kept);
        }

        @Override
        public String position() {
          return said(kept.size());
        }

        @Override
        public void close() {
          // Nothing is held.
        }
      };
    }
  }

  static class TakingAgain extends Sound {
    @Override
    int length(Optional<String> position) {
      return Integer.MAX_VALUE;
    }
  }

  static class BeginningAnew extends Sound {
    @Override
    int length(Optional<String> position) {
      return 0;
    }
  }

  static class MixingCells extends Sound {
    @Override
    String key(Tracker.Run run) {
      return run.group();
    }

    @Override
    int length(Optional<String> position) {
      return position.isEmpty() ? Integer.MAX_VALUE : super.length(position);
    }
  }

  static class KeepingTheLast extends Sound {
    @Override
    List<Tracking.Metric> taken(List<Tracking.Metric> metrics) {
      return metrics.subList(metrics.size() - 1, metrics.size());
    }
  }

  static class LeavingOutWhatIsNoNumber extends Sound {
    @Override
    List<Tracking.Metric> taken(List<Tracking.Metric> metrics) {
      return metrics.stream().filter(m -> Double.isFinite(m.value())).toList();
    }
  }

  static class StumblingOverTexts extends Sound {
    @Override
    void ended(Tracking.End end, List<Tracking.Metric> kept) {
      if (end.notes().keySet().stream().anyMatch(name -> name.contains("\n"))) {
        throw new FlexoraException("a line break in a name");
      }
    }
  }

  static class NeedingMetrics extends Sound {
    @Override
    void ended(Tracking.End end, List<Tracking.Metric> kept) {
      if (kept.isEmpty()) {
        throw new FlexoraException("nothing was measured");
      }
    }
  }

  static class ForgettingWhatFailed extends Sound {
    @Override
    void ended(Tracking.End end, List<Tracking.Metric> kept) {
      if (end.status() == Tracking.End.Status.FAILED) {
        kept.clear();
      }
    }
  }

  @Test
  void aSoundTrackerPasses() {
    Verdict.on(Sound.class).failsOnly();
  }

  @Test
  void eachMistakeIsCaught() {
    Verdict.on(TakingAgain.class)
        .failsOnly("takesNothingTwiceThatADeadProcessHadTold")
        .saying("told twice");
    Verdict.on(BeginningAnew.class)
        .failsOnly(
            "goesOnWhereAnotherProcessStopped",
            "takesNothingTwiceThatADeadProcessHadTold",
            "goesOnAfterItWasCancelledOrHadFailed");
    Verdict.on(KeepingTheLast.class)
        .failsOnly(
            "keepsEachStepOfEachMetric",
            "keepsCellsApart",
            "goesOnWhereAnotherProcessStopped",
            "takesNothingTwiceThatADeadProcessHadTold",
            "goesOnAfterItWasCancelledOrHadFailed",
            "takesTextsOfAnyKind");
    Verdict.on(LeavingOutWhatIsNoNumber.class).failsOnly("keepsAStepWithoutANumber");
    Verdict.on(StumblingOverTexts.class).failsOnly("takesTextsOfAnyKind");
    Verdict.on(NeedingMetrics.class).failsOnly("takesTheEndOfACellThatWasToldNothingElse");
    Verdict.on(ForgettingWhatFailed.class)
        .failsOnly("goesOnAfterItWasCancelledOrHadFailed", "takesTextsOfAnyKind");
  }

  @Test
  void cellsThatAreMixedAreNoticed() {
    Verdict mixed = Verdict.on(MixingCells.class);
    assertThat(mixed.failures()).containsKey("keepsCellsApart");
  }
}
