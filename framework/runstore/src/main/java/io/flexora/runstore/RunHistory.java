package io.flexora.runstore;

import io.flexora.api.run.Event;
import io.flexora.results.run.RunEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The events of a run as if it had never stopped: where a phase went back to an earlier step,
 * because it was resumed, its events after that step are left out, and so are those of a cell
 * before it was restarted.
 */
final class RunHistory {

  private record Phase(String cell, String name) {}

  private RunHistory() {}

  /** The events that count: of a cell that was restarted, those from then on. */
  static List<RunEvent> sinceRestarts(List<RunEvent> events) {
    Map<String, Integer> restarts = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).what() instanceof Event.CellRestarted) {
        restarts.put(events.get(i).cell(), i);
      }
    }
    return IntStream.range(0, events.size())
        .filter(i -> i >= restarts.getOrDefault(events.get(i).cell(), 0))
        .mapToObj(events::get)
        .toList();
  }

  static List<RunEvent> of(List<RunEvent> all) {
    List<RunEvent> events = sinceRestarts(all);
    BitSet undone = new BitSet();
    Map<Phase, Deque<Integer>> kept = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      RunEvent event = events.get(i);
      if (!event.phase().isEmpty()) {
        Phase phase = new Phase(event.cell(), event.phase());
        Deque<Integer> past = kept.computeIfAbsent(phase, p -> new ArrayDeque<>());
        while (!past.isEmpty() && events.get(past.peek()).step() > stepBefore(event)) {
          undone.set(past.pop());
        }
        past.push(i);
      }
    }
    List<RunEvent> history = new ArrayList<>();
    for (int i = undone.nextClearBit(0); i < events.size(); i = undone.nextClearBit(i + 1)) {
      history.add(events.get(i));
    }
    return history;
  }

  /** How many steps of its phase were done before an event. */
  private static long stepBefore(RunEvent event) {
    return event.what() instanceof Event.StepDone ? event.step() - 1 : event.step();
  }
}
