package io.flexora.runstore;

import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.State;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The checkpoints of one phase of one cell: saves one when it is due by steps or by time, and at
 * once when the run was cancelled. What is offered is saved when its step is in the record, so that
 * no checkpoint is ever ahead of the record, and a cancellation that comes in between is not
 * missed.
 *
 * @since 0.1
 */
public final class CheckpointStore implements Checkpoints {

  private static final double NANOS = 1e9;

  private final CheckpointFolder folder;
  private final CheckpointOptions options;
  private final RunMonitor monitor;
  private final LongSupplier nanoTime;
  private long lastStep;
  private long lastTime;
  private Optional<Offer> offer = Optional.empty();

  /** A state that can be saved after its step; what is due was copied already. */
  private record Offer(long step, Supplier<Snapshot> snapshot, boolean due) {}

  CheckpointStore(
      CheckpointFolder folder,
      CheckpointOptions options,
      RunMonitor monitor,
      LongSupplier nanoTime) {
    this.folder = folder;
    this.options = options;
    this.monitor = monitor;
    this.nanoTime = nanoTime;
    this.lastTime = nanoTime.getAsLong();
    monitor.afterSteps(this::recorded);
  }

  /**
   * Reads the newest complete checkpoint and writes to the record that the phase goes on from it. A
   * damaged one is told to the user, and the one before it is taken.
   *
   * @throws io.flexora.api.run.FlexoraException if it was made with another configuration
   */
  @Override
  public Optional<State> latest(NDManager manager) {
    Optional<Snapshot> snapshot = folder.newest(monitor::notice);
    snapshot.ifPresent(
        found -> {
          lastStep = found.step();
          monitor.resumed(found.step());
        });
    return snapshot.map(found -> found.toState(manager));
  }

  @Override
  public void offer(long step, Supplier<State> state) {
    double seconds = (nanoTime.getAsLong() - lastTime) / NANOS;
    Supplier<Snapshot> snapshot = () -> Snapshot.of(requireStep(step, state.get()));
    if (monitor.cancelled() || options.due(step - lastStep, seconds)) {
      Snapshot taken = snapshot.get();
      offer = Optional.of(new Offer(step, () -> taken, true));
    } else {
      offer = Optional.of(new Offer(step, snapshot, false));
    }
  }

  /** A step is in the record, and is the last one if the run was cancelled. */
  private void recorded(boolean cancelled) {
    offer.filter(offered -> offered.due() || cancelled).ifPresent(this::save);
    offer = Optional.empty();
  }

  private void save(Offer offered) {
    monitor.sync();
    folder.save(offered.snapshot().get());
    lastStep = offered.step();
    lastTime = nanoTime.getAsLong();
  }

  private static State requireStep(long step, State state) {
    if (state.step() != step) {
      throw new IllegalArgumentException(
          "a checkpoint of step " + step + " was offered the state of step " + state.step());
    }
    return state;
  }
}
