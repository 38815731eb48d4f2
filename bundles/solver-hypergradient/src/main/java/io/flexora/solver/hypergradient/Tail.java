package io.flexora.solver.hypergradient;

import ai.djl.ndarray.NDManager;
import io.flexora.numerics.bilevel.InnerLoop;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerStep;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * The inner steps that are differentiated through, in segments. The steps of the last segment are
 * kept; of the others the beginning alone, from where they are taken again on the way back.
 */
final class Tail {

  /**
   * A segment.
   *
   * @param begin where it begins
   * @param steps its number of steps
   */
  private record Segment(InnerPosition begin, int steps) {}

  private final InnerLoop loop;
  private final Deque<Segment> earlier = new ArrayDeque<>();
  private final NDManager lastScope;
  private InnerPosition end;
  private Deque<InnerStep> last = new ArrayDeque<>();

  private Tail(InnerLoop loop, NDManager lastScope, InnerPosition begin) {
    this.loop = loop;
    this.lastScope = lastScope;
    this.end = begin;
  }

  /**
   * Does the steps.
   *
   * @param scope the owner of what is kept
   * @param begin where to begin
   * @param steps how many steps
   * @param length the length of a segment; the last one may be shorter
   * @param graphs how many steps of the last segment, the last ones, keep their gradient's graph
   */
  static Tail run(
      NDManager scope, InnerLoop loop, InnerPosition begin, int steps, int length, int graphs) {
    Tail tail = new Tail(loop, scope.newSubManager(), begin);
    int left = steps;
    for (; left > length; left -= length) {
      tail.earlier.push(new Segment(tail.end, length));
      tail.end = loop.run(scope, tail.end, length, 0).end();
    }
    tail.runLast(scope, left, Math.min(graphs, left));
    return tail;
  }

  private void runLast(NDManager scope, int steps, int graphs) {
    if (steps > 0) {
      InnerLoop.Trajectory path = loop.run(lastScope, end, steps, steps, graphs);
      path.end().at().arrays().values().forEach(array -> array.attach(scope));
      end = path.end();
      last = path.last();
    }
  }

  /** Where the steps ended. */
  InnerPosition end() {
    return end;
  }

  /**
   * Goes back through the segments, from the last to the first, and frees each after its visit.
   *
   * @param scope the owner of steps that are taken again
   * @param visit takes the steps of a segment, the last one on top
   */
  void backwards(NDManager scope, Consumer<Deque<InnerStep>> visit) {
    visit.accept(last);
    lastScope.close();
    while (!earlier.isEmpty()) {
      Segment segment = earlier.pop();
      try (NDManager again = scope.newSubManager()) {
        visit.accept(loop.run(again, segment.begin(), segment.steps(), segment.steps()).last());
      }
    }
  }
}
