package io.flexora.transformers.rotary;

import io.flexora.transformers.config.ConfigFile;
import io.flexora.transformers.config.Keys;
import io.flexora.transformers.rotary.Rotary.LongTextFrequencies;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The rotary positions of a {@code config.json}, under the newer key {@code rope_parameters} or the
 * older ones {@code rope_theta} and {@code rope_scaling}. What takes precedence is as in {@code
 * RotaryEmbeddingConfigMixin} of transformers 5.
 *
 * @since 0.1
 */
public final class RotaryConfig {
  private static final int MOST_POSITIONS = 1 << 30;
  private static final String SUPPORTED = "default, linear and llama3";

  private final ConfigFile config;
  private final Keys scaling;
  private final RotaryRule rule;
  private final int headSize;
  private final int positions;

  private RotaryConfig(
      ConfigFile config, Keys scaling, RotaryRule rule, int headSize, int positions) {
    this.config = config;
    this.scaling = scaling;
    this.rule = rule;
    this.headSize = headSize;
    this.positions = positions;
  }

  /**
   * What all layers have.
   *
   * @param headSize the numbers of a head
   * @param positions the positions of the model
   * @throws io.flexora.api.run.FlexoraException if a key is wrong, or says what is not computed
   */
  public static Rotary read(ConfigFile config, RotaryRule rule, int headSize, int positions) {
    Optional<ConfigFile> scaling =
        config.object("rope_scaling").or(() -> config.object("rope_parameters"));
    scaling.ifPresent(RotaryConfig::refusePerLayer);
    return new RotaryConfig(config, orNone(scaling, config), rule, headSize, positions).rotary();
  }

  /**
   * What layers of a type have.
   *
   * @param scaled whether {@code rope_scaling} speaks of this type
   * @throws io.flexora.api.run.FlexoraException as {@link #read}
   */
  public static Rotary ofType(
      ConfigFile config,
      String type,
      boolean scaled,
      RotaryRule rule,
      int headSize,
      int positions) {
    Optional<ConfigFile> newer =
        config.object("rope_parameters").flatMap(parameters -> parameters.object(type));
    Optional<ConfigFile> older = scaled ? config.object("rope_scaling") : Optional.empty();
    Keys keys =
        older.isPresent() && newer.isPresent()
            ? new EitherKeys(older.get(), newer.get())
            : orNone(older.or(() -> newer), config);
    return new RotaryConfig(config, keys, rule, headSize, positions).rotary();
  }

  private static Keys orNone(Optional<ConfigFile> keys, ConfigFile config) {
    return keys.isPresent() ? keys.get() : new NoKeys(config.where());
  }

  private static void refusePerLayer(ConfigFile scaling) {
    for (String key : scaling.names()) {
      if (scaling.value(key).filter(Map.class::isInstance).isPresent()) {
        throw scaling.unsupported(
            key, "an object", "rotary positions that differ from layer to layer are not supported");
      }
    }
  }

  private Rotary rotary() {
    int dimensions = dimensions();
    float[] plain = Frequencies.plain(base(), dimensions);
    String type = type();
    if (type.equals("default")) {
      return new Rotary(base(), plain, 1);
    }
    if (rule.longRope() && List.of("longrope", "su", "yarn").contains(type)) {
      return longRope(dimensions / 2);
    }
    return switch (type) {
      case "linear" -> new Rotary(base(), Frequencies.linear(plain, factor()), 1);
      case "llama3" -> new Rotary(base(), llama3().scaled(plain), 1);
      default ->
          throw scaling.unsupported(
              "rope_type",
              type,
              "only the types "
                  + (rule.longRope() ? "default, linear, llama3 and longrope" : SUPPORTED)
                  + " of rotary positions are supported");
    };
  }

  private String type() {
    return scaling.text("rope_type").or(() -> scaling.text("type")).orElse("default");
  }

  private double base() {
    OptionalDouble own = scaling.number("rope_theta");
    return own.isPresent()
        ? RotaryRule.requireBase(scaling, "rope_theta", own.getAsDouble())
        : RotaryRule.requireBase(
            config, rule.baseKey(), config.number(rule.baseKey()).orElse(rule.base()));
  }

  /** The part of a head that turns. */
  private int dimensions() {
    OptionalDouble own = scaling.number(RotaryRule.PART);
    String key = own.isPresent() ? RotaryRule.PART : rule.partKey();
    Keys keys = own.isPresent() ? scaling : config;
    double factor = keys.number(key).orElse(rule.part().orElse(1));
    if (rule.part().isEmpty() && factor != 1) {
      throw keys.unsupported(key, factor, "rotary positions on a part of a head are not supported");
    }
    int dimensions = (int) (headSize * factor);
    if (!(factor <= 1) || dimensions < 2 || dimensions % 2 != 0) {
      throw keys.wrong(
          key,
          factor,
          "a number up to 1 by which an even part of a head turns, here of " + headSize);
    }
    return dimensions;
  }

  private double factor() {
    return positive("factor");
  }

  private double positive(String key) {
    double value = scaling.number(key).orElseThrow(() -> scaling.missing(key));
    if (!(value > 0)) {
      throw scaling.wrong(key, value, "a number above 0");
    }
    return scaling.factor(key, value);
  }

  private Frequencies.Llama3 llama3() {
    double low = positive("low_freq_factor");
    double high = positive("high_freq_factor");
    if (high <= low) {
      throw scaling.wrong("high_freq_factor", high, "a number above low_freq_factor, " + low);
    }
    return new Frequencies.Llama3(factor(), low, high, firstPositions(OptionalInt.of(positions)));
  }

  /** The key of the whole model comes before that of the scaling. */
  private int firstPositions(OptionalInt absent) {
    String key = "original_max_position_embeddings";
    OptionalInt own = config.integer(key);
    return own.isPresent()
        ? config.size(key, own, MOST_POSITIONS)
        : scaling.size(key, absent, MOST_POSITIONS);
  }

  /** Source: Ding et al. 2024 (arXiv 2402.13753). */
  private Rotary longRope(int pairs) {
    int first =
        config.size("original_max_position_embeddings", rule.firstPositions(), MOST_POSITIONS);
    float[] shorter = Frequencies.multiplied(base(), factors("short_factor", pairs));
    float[] longer = Frequencies.multiplied(base(), factors("long_factor", pairs));
    return new Rotary(
        base(),
        shorter,
        attentionFactor(first),
        Optional.of(new LongTextFrequencies(first, longer)));
  }

  private double attentionFactor(int first) {
    OptionalDouble own = scaling.number("attention_factor");
    if (own.isPresent()) {
      return positive("attention_factor");
    }
    double factor = scaling.number("factor").isPresent() ? factor() : (double) positions / first;
    return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(first));
  }

  private float[] factors(String key, int pairs) {
    Object seen = scaling.value(key).orElseThrow(() -> scaling.missing(key));
    boolean right =
        seen instanceof List<?> list
            && list.size() == pairs
            && list.stream()
                .allMatch(
                    v ->
                        v instanceof Number n && n.doubleValue() >= 1e-6 && n.doubleValue() <= 1e6);
    if (!right) {
      throw scaling.wrong(key, seen, "a list of " + pairs + " numbers above 0, and 1e6 at most");
    }
    float[] factors = new float[pairs];
    for (int i = 0; i < pairs; i++) {
      factors[i] = ((Number) ((List<?>) seen).get(i)).floatValue();
    }
    return factors;
  }

  /** The keys of one object, and of another where it says nothing. */
  private static final class EitherKeys extends Keys {
    private final Keys first;
    private final Keys second;

    private EitherKeys(Keys first, Keys second) {
      super(first.where());
      this.first = first;
      this.second = second;
    }

    @Override
    public Optional<Object> value(String key) {
      return first.value(key).or(() -> second.value(key));
    }
  }

  private static final class NoKeys extends Keys {
    private NoKeys(String where) {
      super(where);
    }

    @Override
    public Optional<Object> value(String key) {
      return Optional.empty();
    }
  }
}
