package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.posterior.Posterior.Snapshots;
import io.flexora.runstore.CellFolder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** The parameters of steps of a training that posteriors need, in the cell's folder. */
public final class SnapshotStore {

  private final CellFolder folder;
  private final List<Snapshots> wanted;

  /**
   * A store.
   *
   * @param wanted what each posterior asks for
   */
  public SnapshotStore(CellFolder folder, Collection<Snapshots> wanted) {
    this.folder = folder;
    this.wanted = wanted.stream().filter(snapshots -> snapshots.count() > 0).toList();
  }

  /** Keeps the parameters of a step if one asks for them, and lets those go that none does. */
  void offer(NDArray theta, long step) {
    if (wanted.stream().noneMatch(snapshots -> step % snapshots.every() == 0)) {
      return;
    }
    // What lies ahead was kept before an interruption.
    NavigableMap<Long, float[]> kept = new TreeMap<>(folder.snapshots().headMap(step, false));
    try (NDArray values = theta.toType(DataType.FLOAT32, true)) {
      kept.put(step, values.toFloatArray());
    }
    Set<Long> steps = new TreeSet<>();
    wanted.forEach(snapshots -> steps.addAll(steps(kept.keySet(), snapshots)));
    kept.keySet().retainAll(steps);
    folder.writeSnapshots(kept);
  }

  /** The parameters that one asks for, the oldest first. */
  List<float[]> read(Snapshots snapshots) {
    NavigableMap<Long, float[]> kept = folder.snapshots();
    return steps(kept.keySet(), snapshots).stream().map(kept::get).toList();
  }

  /** Whether all parameters are kept that one asks for of a training of so many steps. */
  public boolean hasAll(Snapshots snapshots, long trainingSteps) {
    Set<Long> kept = folder.snapshots().keySet();
    long newest = trainingSteps / snapshots.every();
    return LongStream.rangeClosed(Math.max(1, newest - snapshots.count() + 1), newest)
        .allMatch(number -> kept.contains(number * snapshots.every()));
  }

  /** Which of some steps one asks for, ascending. */
  private static List<Long> steps(Set<Long> ascending, Snapshots snapshots) {
    List<Long> newest = new ArrayList<>(ascending);
    newest.removeIf(step -> step % snapshots.every() != 0);
    int first = Math.max(0, newest.size() - snapshots.count());
    return Collections.unmodifiableList(newest.subList(first, newest.size()));
  }
}
