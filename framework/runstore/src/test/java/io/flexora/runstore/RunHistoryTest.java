package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.results.run.RunEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RunHistoryTest {

  private final List<RunEvent> events = new ArrayList<>();

  private void steps(String cell, String phase, String attempt, long from, long to) {
    LongStream.rangeClosed(from, to)
        .forEach(
            s -> events.add(Events.step(cell, phase, s, Map.of("attempt", Figure.of(attempt)))));
  }

  private static String attempt(RunEvent event) {
    return event.what() instanceof Event.StepDone step
            && step.progress().figures().get("attempt") instanceof Figure.Text text
        ? text.value()
        : "";
  }

  private List<String> history() {
    return RunHistory.of(events).stream().map(e -> e.kind() + " " + e.step() + attempt(e)).toList();
  }

  @Test
  void stepsDoneAgainCountOnce() {
    steps("c", "train", "a", 1, 5);
    events.add(Events.event("c", "train", "resumed", 3));
    steps("c", "train", "b", 4, 6);
    assertThat(history())
        .containsExactly(
            "step 1a", "step 2a", "step 3a", "resumed 3", "step 4b", "step 5b", "step 6b");
  }

  @Test
  void stepsBeyondAResumptionThatWasKilledEarlierAreGone() {
    steps("c", "train", "a", 1, 5);
    events.add(Events.event("c", "train", "best", 5));
    events.add(Events.event("c", "train", "resumed", 2));
    steps("c", "train", "b", 3, 3);
    assertThat(history()).containsExactly("step 1a", "step 2a", "resumed 2", "step 3b");
  }

  @Test
  void aPhaseStartedAgainFromNothingReplacesItsSteps() {
    steps("c", "search", "a", 1, 3);
    events.add(Events.event("c", "search", "started", 0));
    steps("c", "search", "b", 1, 2);
    assertThat(history()).containsExactly("started 0", "step 1b", "step 2b");
  }

  @Test
  void aStepDoneAgainWithoutAWordReplacesItself() {
    steps("c", "train", "a", 1, 3);
    steps("c", "train", "b", 3, 4);
    assertThat(history()).containsExactly("step 1a", "step 2a", "step 3b", "step 4b");
  }

  @Test
  void otherCellsPhasesAndEventsOfTheRunAreLeftAlone() {
    steps("c", "search", "a", 1, 2);
    steps("d", "train", "a", 1, 2);
    events.add(Events.event("", "", "started", 0));
    steps("c", "train", "a", 1, 2);
    events.add(Events.event("", "", "started", 0));
    events.add(Events.event("c", "train", "resumed", 0));
    assertThat(history())
        .containsExactly(
            "step 1a", "step 2a", "step 1a", "step 2a", "started 0", "started 0", "resumed 0");
  }
}
