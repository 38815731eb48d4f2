package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokens;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * The states of a batch below the lowest adapted layer, kept from one evaluation to the next: an
 * evaluation computes the same batches again after more steps of training, and in other cells whose
 * lowest layer is the same. What was kept is what had been computed for exactly these examples in
 * this order, so the numbers do not depend on whether it was. Several threads may ask at the same
 * time.
 *
 * @since 0.1
 */
public final class FrozenStates {

  /** The bytes that are kept at most. */
  public static final long MOST_BYTES = 256L << 20;

  private final NDManager owner;
  private final long mostBytes;
  private final Map<Key, Kept> kept = new LinkedHashMap<>();
  private final SplittableRandom random = new SplittableRandom(1);
  private long bytes;

  // Tokens are equal if their arrays are the same objects, as they are for all cells of a run.
  private record Key(Object kind, List<Tokens> examples) {}

  private record Kept(NDManager manager, List<NDArray> arrays, long bytes) {}

  /**
   * Starts with nothing.
   *
   * @param owner the manager of the frozen model, which outlives all batches
   * @param mostBytes the bytes that are kept at most; batches are let go of at random where there
   *     are more
   */
  public FrozenStates(NDManager owner, long mostBytes) {
    this.owner = owner;
    this.mostBytes = mostBytes;
  }

  /**
   * Finds or computes the arrays of a batch.
   *
   * @param scope the owner of the result
   * @param kind what else the arrays depend on, such as the lowest adapted layer; with {@code
   *     equals}
   * @param examples the batch; the same only with the very same arrays of tokens
   * @param compute makes the arrays, owned by the manager that it is given
   */
  public List<NDArray> of(
      NDManager scope,
      Object kind,
      List<Tokens> examples,
      Function<NDManager, List<NDArray>> compute) {
    Key key = new Key(kind, List.copyOf(examples));
    List<NDArray> known = shared(scope, key);
    return known.isEmpty() ? shared(scope, key, made(compute)) : known;
  }

  private Kept made(Function<NDManager, List<NDArray>> compute) {
    NDManager manager = owner.newSubManager();
    try {
      List<NDArray> arrays = List.copyOf(compute.apply(manager));
      long size = arrays.stream().mapToLong(FrozenStates::size).sum();
      return new Kept(manager, arrays, size);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static long size(NDArray array) {
    return array.getShape().size() * array.getDataType().getNumOfBytes();
  }

  private synchronized List<NDArray> shared(NDManager scope, Key key) {
    Kept found = kept.get(key);
    return found == null ? List.of() : views(scope, found);
  }

  /** Keeps what was made, unless another thread has made the same meanwhile. */
  private synchronized List<NDArray> shared(NDManager scope, Key key, Kept made) {
    List<NDArray> views = views(scope, made);
    if (kept.containsKey(key) || made.bytes() > mostBytes) {
      made.manager().close();
    } else {
      makeRoom(made.bytes());
      kept.put(key, made);
      bytes += made.bytes();
    }
    return views;
  }

  /** The arrays as others on the same memory, which lives on for them when it is let go of here. */
  private static List<NDArray> views(NDManager scope, Kept found) {
    List<NDArray> views = found.arrays().stream().map(NDArray::stopGradient).toList();
    views.forEach(view -> view.attach(scope));
    return views;
  }

  // An evaluation asks for its batches in the same order each time, so the one that was asked for
  // longest ago is the next: a cycle that is a little too long would never find any.
  private void makeRoom(long needed) {
    while (bytes + needed > mostBytes) {
      Key any = kept.keySet().stream().skip(random.nextInt(kept.size())).findFirst().orElseThrow();
      Kept gone = kept.remove(any);
      bytes -= gone.bytes();
      gone.manager().close();
    }
  }

  /** The bytes that are kept. */
  public synchronized long bytes() {
    return bytes;
  }
}
