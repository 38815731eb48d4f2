package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Event;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import io.flexora.api.run.State;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Saves what it is offered when the step is told, as late as a run does that is cancelled between
 * the two.
 */
final class SavedWhenTold implements Checkpoints, Monitor {

  private final MemoryCheckpoints saved = new MemoryCheckpoints();
  private Runnable save = () -> {};
  private Optional<RuntimeException> failure = Optional.empty();

  @Override
  public Optional<State> latest(NDManager manager) {
    return saved.latest(manager);
  }

  @Override
  public void offer(long step, Supplier<State> state) {
    save = () -> saved.offer(step, state);
  }

  @Override
  public void step(Progress progress) {
    try {
      save.run();
    } catch (RuntimeException e) {
      failure = Optional.of(e);
      throw e;
    }
    save = () -> {};
  }

  /** Requires that all could be saved. */
  void requireSaved(String name) {
    assertThat(failure)
        .as(
            "%s when a step is saved as it is told, as where the run is cancelled just then: what"
                + " checkpoints().offer is to read lives until monitor().step has returned",
            name)
        .isEmpty();
  }

  @Override
  public void event(Event event) {
    // Nobody listens.
  }

  @Override
  public void notice(String sentence) {
    // Nobody listens.
  }
}
