package io.flexora.model.decoder.family;

import io.flexora.transformers.config.ConfigFile;
import io.flexora.transformers.config.Keys;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The rotary positions of a {@code config.json}, under the newer key {@code rope_parameters} or the
 * older ones {@code rope_theta} and {@code rope_scaling}. What takes precedence is as in {@code
 * RotaryEmbeddingConfigMixin} of transformers 5.
 */
final class RotaryConfig {
  private static final double DEFAULT_BASE = 10_000;
  private static final int MOST_POSITIONS = 1 << 30;
  private static final String SUPPORTED = "default, linear and llama3";

  private final ConfigFile config;
  private final Keys scaling;
  private final int positions;

  private RotaryConfig(ConfigFile config, Keys scaling, int positions) {
    this.config = config;
    this.scaling = scaling;
    this.positions = positions;
  }

  static Rotary read(ConfigFile config, int headSize, int positions) {
    Optional<ConfigFile> older = config.object("rope_scaling");
    Optional<ConfigFile> newer = config.object("rope_parameters");
    ConfigFile scaling = older.or(() -> newer).orElse(config);
    if (scaling != config) {
      refusePerLayer(scaling);
    }
    return new RotaryConfig(config, scaling, positions).rotary(headSize);
  }

  private static void refusePerLayer(ConfigFile scaling) {
    for (String key : scaling.names()) {
      if (scaling.value(key).filter(Map.class::isInstance).isPresent()) {
        throw scaling.unsupported(
            key, "an object", "rotary positions that differ from layer to layer are not supported");
      }
    }
  }

  private Rotary rotary(int headSize) {
    refusePartial(scaling);
    refusePartial(config);
    float[] plain = Frequencies.plain(base(), headSize);
    String type = scaling == config ? "default" : type();
    return switch (type) {
      case "default" -> new Rotary(base(), plain, 1);
      case "linear" -> new Rotary(base(), Frequencies.linear(plain, factor()), 1);
      case "llama3" -> new Rotary(base(), llama3().scaled(plain), 1);
      default ->
          throw scaling.unsupported(
              "rope_type",
              type,
              "only the types " + SUPPORTED + " of rotary positions are supported");
    };
  }

  private String type() {
    return scaling.text("rope_type").or(() -> scaling.text("type")).orElse("default");
  }

  private double base() {
    OptionalDouble own = scaling.number("rope_theta");
    double base =
        own.isPresent() ? own.getAsDouble() : config.number("rope_theta").orElse(DEFAULT_BASE);
    if (!(base > 1)) {
      throw config.wrong("rope_theta", base, "a number above 1");
    }
    return base;
  }

  private static void refusePartial(Keys keys) {
    double part = keys.number("partial_rotary_factor").orElse(1);
    if (part != 1) {
      throw keys.unsupported(
          "partial_rotary_factor", part, "rotary positions on a part of a head are not supported");
    }
  }

  private double factor() {
    return positive("factor");
  }

  private double positive(String key) {
    double value = scaling.number(key).orElseThrow(() -> scaling.missing(key));
    if (!(value > 0)) {
      throw scaling.wrong(key, value, "a number above 0");
    }
    return value;
  }

  private Frequencies.Llama3 llama3() {
    double low = positive("low_freq_factor");
    double high = positive("high_freq_factor");
    if (high <= low) {
      throw scaling.wrong("high_freq_factor", high, "a number above low_freq_factor, " + low);
    }
    return new Frequencies.Llama3(factor(), low, high, firstPositions());
  }

  /** The key of the whole model comes before that of the scaling. */
  private int firstPositions() {
    String key = "original_max_position_embeddings";
    OptionalInt own = config.integer(key);
    return own.isPresent()
        ? config.size(key, own, MOST_POSITIONS)
        : scaling.size(key, OptionalInt.of(positions), MOST_POSITIONS);
  }
}
