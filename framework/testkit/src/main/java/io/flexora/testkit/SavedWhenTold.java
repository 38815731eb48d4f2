package io.flexora.testkit;

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
    save.run();
    save = () -> {};
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
