package io.flexora.transformers.rotary;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the keys of a {@code config.json} that scale frequencies as they are scaled. */
final class ScalingSearch {
  private static final double LOW_FACTOR = 1;
  private static final double HIGH_FACTOR = 4;

  private final Rotary rotary;
  private final float[] plain;
  private final double factor;

  ScalingSearch(Rotary rotary) {
    this.rotary = rotary;
    this.plain = Frequencies.plain(rotary.base(), 2 * rotary.frequencies().length);
    // The longest wavelength is stretched by the whole factor, which is a number that people write.
    int last = plain.length - 1;
    this.factor = Math.rint(1000.0 * plain[last] / rotary.frequencies()[last]) / 1000;
  }

  Optional<Map<String, Object>> keys() {
    if (rotary.longTexts().isPresent()) {
      return Optional.of(longRope());
    }
    if (rotary.attentionFactor() != 1) {
      return Optional.empty();
    }
    if (same(plain)) {
      return Optional.of(Map.of());
    }
    if (same(Frequencies.linear(plain, factor))) {
      return Optional.of(keys("linear"));
    }
    for (int positions = 8; positions <= 1 << 22; positions *= 2) {
      if (same(new Frequencies.Llama3(factor, LOW_FACTOR, HIGH_FACTOR, positions).scaled(plain))) {
        Map<String, Object> keys = keys("llama3");
        keys.put("low_freq_factor", LOW_FACTOR);
        keys.put("high_freq_factor", HIGH_FACTOR);
        keys.put("original_max_position_embeddings", positions);
        return Optional.of(keys);
      }
    }
    return Optional.empty();
  }

  private Map<String, Object> longRope() {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("rope_type", "longrope");
    keys.put("short_factor", list(rotary.divisors()));
    keys.put("long_factor", list(rotary.longDivisors().orElseThrow()));
    keys.put("attention_factor", rotary.attentionFactor());
    return keys;
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private Map<String, Object> keys(String type) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("rope_type", type);
    keys.put("factor", factor);
    return keys;
  }

  private boolean same(float[] frequencies) {
    for (int i = 0; i < frequencies.length; i++) {
      float wanted = rotary.frequencies()[i];
      if (!(Math.abs(frequencies[i] - wanted) <= 8 * Math.ulp(wanted))) {
        return false;
      }
    }
    return true;
  }
}
