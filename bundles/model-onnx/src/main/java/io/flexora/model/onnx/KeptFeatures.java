package io.flexora.model.onnx;

import io.flexora.api.input.Tokens;
import java.nio.IntBuffer;
import java.util.Arrays;
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
    float[] known = kept.get(key(text));
    return known != null ? known : computed(text);
  }

  private float[] computed(Tokens text) {
    float[] features = compute.apply(text);
    keep(key(text), features);
    return features;
  }

  /** The token ids; of a pair, behind them a number that is no id: where its second text begins. */
  private static IntBuffer key(Tokens tokens) {
    Tokens.Text text = tokens.texts().get(0);
    int length = text.ids().length;
    int[] key = Arrays.copyOf(text.ids(), text.isPair() ? length + 1 : length);
    if (text.isPair()) {
      key[length] = -text.second();
    }
    return IntBuffer.wrap(key);
  }

  private synchronized void keep(IntBuffer key, float[] features) {
    long size = (long) key.capacity() * Integer.BYTES + (long) features.length * Float.BYTES;
    if (size <= room && kept.putIfAbsent(key, features) == null) {
      room -= size;
    }
  }

  /** Drops all. */
  void clear() {
    kept.clear();
  }
}
