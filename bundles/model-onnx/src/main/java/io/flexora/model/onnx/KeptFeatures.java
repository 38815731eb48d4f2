package io.flexora.model.onnx;

import io.flexora.api.input.Tokens;
import java.nio.IntBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The features of texts by their token ids, so that a frozen model computes each text once and not
 * in every epoch. Once full it keeps what it has: training passes over all texts in turn, where
 * making room would drop each text just before it is needed again.
 */
final class KeptFeatures {
  private final Map<IntBuffer, float[]> kept = new ConcurrentHashMap<>();
  private final Function<Tokens, float[]> compute;
  private long room;

  /**
   * Keeps nothing yet.
   *
   * @param room the bytes of features and token ids to keep at most
   * @param compute computes the features of one text
   */
  KeptFeatures(long room, Function<Tokens, float[]> compute) {
    this.room = room;
    this.compute = compute;
  }

  /** The features of a text. They are shared: nobody may change them. */
  float[] of(Tokens text) {
    float[] known = kept.get(IntBuffer.wrap(text.ids()));
    return known != null ? known : computed(text);
  }

  private float[] computed(Tokens text) {
    float[] features = compute.apply(text);
    keep(text.ids(), features);
    return features;
  }

  private synchronized void keep(int[] ids, float[] features) {
    long size = (long) ids.length * Integer.BYTES + (long) features.length * Float.BYTES;
    if (size <= room && kept.putIfAbsent(IntBuffer.wrap(ids.clone()), features) == null) {
      room -= size;
    }
  }

  /** Drops all. */
  void clear() {
    kept.clear();
  }
}
