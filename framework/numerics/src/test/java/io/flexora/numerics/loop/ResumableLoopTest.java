package io.flexora.numerics.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Event;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import io.flexora.api.run.State;
import io.flexora.numerics.loop.ResumableLoop.Advance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ResumableLoopTest {

  private static final long STEPS = 5;

  private record Sum(long step, NDArray value) {

    State state(NDManager scope) {
      return new State(step, Map.of("value", scope.create(value.getFloat())), Map.of());
    }

    static Sum of(State state) {
      return new Sum(state.step(), state.arrays().get("value"));
    }
  }

  /** Keeps the last checkpoint as a number, and cancels in a step. */
  private static final class Run implements Checkpoints, Monitor {

    private final List<String> calls = new ArrayList<>();
    private final List<NDArray> seen = new ArrayList<>();
    private final long cancelledIn;
    private long savedStep;
    private float saved;

    Run(long cancelledIn) {
      this.cancelledIn = cancelledIn;
    }

    @Override
    public Optional<State> latest(NDManager manager) {
      return savedStep == 0
          ? Optional.empty()
          : Optional.of(new State(savedStep, Map.of("value", manager.create(saved)), Map.of()));
    }

    @Override
    public void offer(long step, Supplier<State> state) {
      calls.add("offer " + step);
      savedStep = step;
      saved = state.get().arrays().get("value").getFloat();
    }

    @Override
    public void step(Progress progress) {
      calls.add("step " + progress.done());
      if (progress.done() == cancelledIn) {
        throw new CancelledException();
      }
    }

    @Override
    public void event(Event event) {}

    @Override
    public void notice(String sentence) {}

    float end(NDManager manager) {
      ResumableLoop<Sum> loop = new ResumableLoop<>(this, this, Sum::step, Sum::state);
      return loop.run(
              manager,
              loop.newestOr(Sum::of, scope -> new Sum(0, scope.create(0f))),
              at -> at.step() >= STEPS,
              (scope, at) -> {
                seen.add(at.value());
                NDArray next = scope.create(at.value().getFloat() * 2 + at.step());
                return new Advance<>(
                    new Sum(at.step() + 1, next), Progress.of(at.step() + 1, STEPS));
              })
          .value()
          .getFloat();
    }
  }

  @Test
  void offersBeforeItTellsAndFreesEachPoint() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Run run = new Run(0);
      assertThat(run.end(manager)).isEqualTo(26f);
      assertThat(run.calls).startsWith("offer 1", "step 1", "offer 2").hasSize(10);
      assertThat(run.seen).hasSize(5).allMatch(NDArray::isReleased);
    }
  }

  @Test
  void goesOnFromTheStepInWhichItWasCancelled() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Run run = new Run(3);
      assertThatThrownBy(() -> run.end(manager)).isInstanceOf(CancelledException.class);
      Run resumed = new Run(0);
      resumed.savedStep = run.savedStep;
      resumed.saved = run.saved;
      assertThat(resumed.end(manager)).isEqualTo(26f);
      assertThat(resumed.calls).containsExactly("offer 4", "step 4", "offer 5", "step 5");
    }
  }
}
