package io.flexora.host.run;

import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.State;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The checkpoints of one phase of one cell: saves one when it is due by steps or by time, and at
 * once when the run was cancelled.
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
    if (monitor.cancelled() || options.due(step - lastStep, seconds)) {
      monitor.sync();
      folder.save(Snapshot.of(requireStep(step, state.get())));
      lastStep = step;
      lastTime = nanoTime.getAsLong();
    }
  }

  private static State requireStep(long step, State state) {
    if (state.step() != step) {
      throw new IllegalArgumentException(
          "a checkpoint of step " + step + " was offered the state of step " + state.step());
    }
    return state;
  }
}
