package io.flexora.trainer.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.State;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Checkpoints of every step, as bytes. */
final class MemoryCheckpoints implements Checkpoints {

  private record Saved(
      long step, List<String> names, ByteBuffer arrays, Map<String, Object> values) {}

  private final List<Saved> saved = new ArrayList<>();

  @Override
  public Optional<State> latest(NDManager manager) {
    return saved.isEmpty()
        ? Optional.empty()
        : Optional.of(read(manager, saved.get(saved.size() - 1)));
  }

  @Override
  public void offer(long step, Supplier<State> state) {
    State now = state.get();
    TreeMap<String, NDArray> arrays = new TreeMap<>(now.arrays());
    ByteBuffer bytes = ByteBuffer.wrap(new NDList(arrays.values()).encode());
    saved.add(new Saved(step, List.copyOf(arrays.keySet()), bytes, now.values()));
  }

  /** What a run finds that was killed after so many steps. */
  MemoryCheckpoints upTo(long step) {
    MemoryCheckpoints early = new MemoryCheckpoints();
    saved.stream().filter(s -> s.step() <= step).forEach(early.saved::add);
    return early;
  }

  int size() {
    return saved.size();
  }

  private static State read(NDManager manager, Saved saved) {
    NDList list = NDList.decode(manager, saved.arrays().array());
    Map<String, NDArray> arrays = new TreeMap<>();
    for (int i = 0; i < list.size(); i++) {
      arrays.put(saved.names().get(i), list.get(i));
    }
    return new State(saved.step(), arrays, saved.values());
  }
}
