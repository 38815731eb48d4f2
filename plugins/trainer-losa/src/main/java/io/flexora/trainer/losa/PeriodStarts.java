package io.flexora.trainer.losa;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The theta with which each period of a training has begun, before the pruning that it begins with;
 * a part of every checkpoint.
 */
final class PeriodStarts implements Checkpoints {

  private static final String NAME = "period.%d.theta";

  private final Checkpoints kept;
  private final List<NDArray> starts = new ArrayList<>();

  PeriodStarts(Checkpoints kept) {
    this.kept = kept;
  }

  /** Begins a period. */
  void add(NDArray theta) {
    starts.add(theta);
  }

  /** One theta for each period that has begun. */
  List<NDArray> all() {
    return List.copyOf(starts);
  }

  /** Reads the newest checkpoint, and the periods that it has. */
  @Override
  public Optional<State> latest(NDManager manager) {
    return kept.latest(manager)
        .map(
            state -> {
              Map<String, NDArray> arrays = new HashMap<>(state.arrays());
              starts.clear();
              while (arrays.containsKey(NAME.formatted(starts.size()))) {
                starts.add(arrays.remove(NAME.formatted(starts.size())));
              }
              return new State(state.step(), arrays, state.values());
            });
  }

  @Override
  public void offer(long step, Supplier<State> state) {
    kept.offer(
        step,
        () -> {
          State own = state.get();
          Map<String, NDArray> arrays = new HashMap<>(own.arrays());
          for (int i = 0; i < starts.size(); i++) {
            arrays.put(NAME.formatted(i), starts.get(i));
          }
          return new State(own.step(), arrays, own.values());
        });
  }
}
