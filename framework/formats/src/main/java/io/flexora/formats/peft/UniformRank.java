package io.flexora.formats.peft;

import io.flexora.api.run.FlexoraException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Pattern;

/**
 * Writes a LoRA adapter whose modules have ranks or alphas of their own ({@code rank_pattern},
 * {@code alpha_pattern}) as one of a single rank. A gets rows of zeros, B columns of zeros, and the
 * scale of each module goes into its B: s B A stays what it was, and further training leaves the
 * zeros alone, since the gradient of each is a product with the other.
 *
 * <p>Where A and B fit a matrix that a product of their own rank and scale was taken out of (PiSSA,
 * OLoRA), that product is another for each module, and no single rank says which.
 *
 * @since 0.1
 */
public final class UniformRank {

  private static final String RANKS = "rank_pattern";
  private static final String ALPHAS = "alpha_pattern";
  private static final String RANK = "r";
  private static final String ALPHA = "lora_alpha";
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";

  /** The values of {@code init_lora_weights} that take a product out of each matrix. */
  private static final Pattern TAKING_OUT =
      Pattern.compile("pissa(_niter_.*)?|olora", Pattern.CASE_INSENSITIVE);

  private static final long MIB = 1 << 20;

  /** The bytes of zeros that any adapter may get. */
  private static final double MOST_ZEROS = 1024.0 * MIB;

  /** How many times its own size a larger adapter may get. */
  private static final int MOST_GROWTH = 256;

  private final PeftAdapter adapter;
  private final Numbers ranks;
  private final Numbers alphas;
  private final DoubleUnaryOperator divisor;

  private UniformRank(PeftAdapter adapter) {
    this.adapter = adapter;
    Map<String, Object> keys = adapter.configuration();
    ranks = ranks(keys);
    alphas = alphas(keys);
    divisor = divisor(keys);
  }

  /**
   * The same adapter with one rank and one alpha. Given back as it is: an adapter that has no
   * others, and one that is no LoRA on the model's own matrices, whose patterns its method has to
   * read.
   *
   * @throws FlexoraException if a pattern cannot be read, or the tensors have other ranks than it
   *     says
   */
  public static PeftAdapter of(PeftAdapter adapter) {
    boolean patterns = hasPattern(adapter, RANKS) || hasPattern(adapter, ALPHAS);
    return patterns && MethodKeys.type(adapter).equals("lora") && !takesOut(adapter)
        ? new UniformRank(adapter).uniform()
        : adapter;
  }

  /** The rank of each module by the keys of a configuration. */
  static Numbers ranks(Map<String, Object> keys) {
    return Numbers.of(keys, RANKS, RANK);
  }

  /** The alpha of each module by the keys of a configuration. */
  static Numbers alphas(Map<String, Object> keys) {
    return Numbers.of(keys, ALPHAS, ALPHA);
  }

  /** The function of the rank that alpha is divided by. */
  static DoubleUnaryOperator divisor(Map<String, Object> keys) {
    return Boolean.TRUE.equals(keys.get("use_rslora"))
        ? Math::sqrt
        : DoubleUnaryOperator.identity();
  }

  private static boolean takesOut(PeftAdapter adapter) {
    return adapter.configuration().get("init_lora_weights") instanceof String start
        && TAKING_OUT.matcher(start).matches();
  }

  private static boolean hasPattern(PeftAdapter adapter, String key) {
    return adapter.configuration().get(key) instanceof Map<?, ?> map && !map.isEmpty();
  }

  private PeftAdapter uniform() {
    Map<String, Integer> own = ranks();
    int rank = own.values().stream().mapToInt(r -> r).max().orElse(1);
    requireModest(own, rank);
    NavigableMap<String, PeftAdapter.Values> tensors = new TreeMap<>(adapter.tensors());
    own.forEach(
        (module, r) -> {
          double scale = alphas.of(path(module)) / divisor.applyAsDouble(r);
          tensors.computeIfPresent(module + A, (name, a) -> withRows(a, rank));
          tensors.computeIfPresent(module + B, (name, b) -> withColumns(b, rank, scale));
        });
    Map<String, Object> configuration = new TreeMap<>(adapter.configuration());
    configuration.keySet().removeAll(List.of(RANKS, ALPHAS));
    configuration.put(RANK, rank);
    // The scale that this gives is 1.
    configuration.put(ALPHA, divisor.applyAsDouble(rank));
    return new PeftAdapter(configuration, tensors);
  }

  /** The rank of each adapted module, by its name with PEFT's prefix. */
  private Map<String, Integer> ranks() {
    Map<String, Integer> own = new TreeMap<>();
    for (String name : adapter.tensors().keySet()) {
      if (name.endsWith(A)) {
        String module = name.substring(0, name.length() - A.length());
        int rank = ranks.whole(path(module));
        requireRank(name, 0, rank);
        requireRank(module + B, 1, rank);
        own.put(module, rank);
      }
    }
    return own;
  }

  private void requireRank(String name, int dimension, int rank) {
    PeftAdapter.Values tensor = adapter.tensors().get(name);
    if (tensor != null && (tensor.shape().size() != 2 || tensor.shape().get(dimension) != rank)) {
      throw new FlexoraException(
          "tensor '%s' of the adapter has the shape %s, but its configuration gives it the rank %d"
              .formatted(name, tensor.shape(), rank));
    }
  }

  /** A few kilobytes of file must not ask for gigabytes of zeros. */
  private void requireModest(Map<String, Integer> own, int most) {
    // No whole numbers: what a file asks for may be beyond them.
    double bytes = 0;
    double zeros = 0;
    for (Map.Entry<String, Integer> module : own.entrySet()) {
      int rank = module.getValue();
      for (String factor : List.of(A, B)) {
        PeftAdapter.Values values = adapter.tensors().get(module.getKey() + factor);
        double size = values == null ? 0 : (double) Float.BYTES * values.values().length;
        bytes += size;
        zeros += size / rank * (most - rank);
      }
    }
    double limit = Math.max(MOST_ZEROS, MOST_GROWTH * bytes);
    if (zeros > limit) {
      throw new FlexoraException(
          "the ranks of the adapter run from %d to %d; to give all modules the highest takes %d MiB of zeros, and at most %d MiB are added"
              .formatted(
                  Collections.min(own.values()), most, (long) zeros / MIB, (long) limit / MIB));
    }
  }

  private static String path(String module) {
    return module.startsWith(PeftAdapter.PREFIX)
        ? module.substring(PeftAdapter.PREFIX.length())
        : module;
  }

  private static PeftAdapter.Values withRows(PeftAdapter.Values a, int rank) {
    long inputs = a.shape().get(1);
    float[] values = Arrays.copyOf(a.values(), Math.toIntExact(rank * inputs));
    return new PeftAdapter.Values(List.of((long) rank, inputs), values);
  }

  private static PeftAdapter.Values withColumns(PeftAdapter.Values b, int rank, double scale) {
    int outputs = Math.toIntExact(b.shape().get(0));
    int own = Math.toIntExact(b.shape().get(1));
    float[] values = new float[Math.multiplyExact(outputs, rank)];
    for (int row = 0; row < outputs; row++) {
      for (int column = 0; column < own; column++) {
        values[row * rank + column] = (float) (scale * b.values()[row * own + column]);
      }
    }
    return new PeftAdapter.Values(List.of((long) outputs, (long) rank), values);
  }

  /**
   * A number for each module: that of the first pattern which matches its path or the end of it
   * from a point on (PEFT, utils/other.py, {@code get_pattern_key}), or else the one for all.
   */
  record Numbers(Map<Pattern, Number> byPattern, Number otherwise, String key) {

    static Numbers of(Map<String, Object> keys, String key, String otherwise) {
      if (!(keys.get(otherwise) instanceof Number number)) {
        throw new FlexoraException(
            "the adapter's configuration has no number '%s'".formatted(otherwise));
      }
      return new Numbers(patterns(keys.get(key), key), number, key);
    }

    private static Map<Pattern, Number> patterns(Object value, String key) {
      Map<Pattern, Number> patterns = new LinkedHashMap<>();
      if (value instanceof Map<?, ?> map) {
        map.forEach(
            (regex, number) -> {
              if (!(regex instanceof String text && number instanceof Number n)) {
                throw new FlexoraException(
                    "%s of the adapter's configuration has '%s: %s'; it holds names or regular expressions, and a number for each"
                        .formatted(key, regex, number));
              }
              patterns.put(BoundedText.compile(key, "(?:.*\\.)?(?:" + text + ")"), n);
            });
      }
      return patterns;
    }

    double of(String path) {
      return byPattern.entrySet().stream()
          .filter(e -> e.getKey().matcher(BoundedText.of(path, e.getKey())).matches())
          .map(Map.Entry::getValue)
          .findFirst()
          .orElse(otherwise)
          .doubleValue();
    }

    int whole(String path) {
      double number = of(path);
      if (number != Math.rint(number) || number < 1 || number > Integer.MAX_VALUE) {
        throw new FlexoraException(
            "%s of the adapter's configuration gives '%s' the rank %s; a rank is a whole number from 1 on"
                .formatted(key, path, number));
      }
      return (int) number;
    }
  }
}
