package io.flexora.results.benchmark;

import io.flexora.api.plugin.Extension;
import io.flexora.api.selection.Benchmarked;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The result of a selector in one setting of a comparison.
 *
 * @param options the options that it had, as far as they matter, by their keys; an extension is
 *     there by its name, values that mean the same have {@code |} between them
 * @param setting where it was measured
 * @param gains how its layers differed from others
 * @since 0.1
 */
public record BenchmarkedResult(
    Map<String, String> options, BenchmarkedSetting setting, List<BenchmarkedGain> gains) {

  /** Copies the collections. */
  public BenchmarkedResult {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    Objects.requireNonNull(setting);
    gains = List.copyOf(gains);
  }

  /**
   * What the class of an extension says with {@link Benchmarked}; nothing if it does not.
   *
   * @throws io.flexora.api.run.FlexoraException if it names a file that is not there or malformed
   */
  public static List<BenchmarkedResult> of(Extension<?> extension) {
    return of(extension.implementation(), extension.name());
  }

  /**
   * What the class of a selector says with {@link Benchmarked}; nothing if it does not.
   *
   * @param selector the name of the extension
   * @throws io.flexora.api.run.FlexoraException if it names a file that is not there or malformed
   */
  public static List<BenchmarkedResult> of(Class<?> implementation, String selector) {
    Benchmarked named = implementation.getAnnotation(Benchmarked.class);
    return named == null
        ? List.of()
        : BenchmarkTable.beside(implementation, named.value()).of(selector);
  }

  /** The same with some of its gains. */
  public BenchmarkedResult with(List<BenchmarkedGain> some) {
    return new BenchmarkedResult(options, setting, some);
  }

  /**
   * Says it in a sentence, such as {@code On an encoder of 12 layers, 1,280 rows once, in points of
   * accuracy: 0.5 above 3 random layers on average over 4 tasks (-0.1 to +1.1); manual page study.}
   */
  public String sentence() {
    return "On %s, in points of accuracy: %s; %s."
        .formatted(setting.words(), results(), setting.source());
  }

  /** Says what came out, in points of accuracy, without the setting. */
  public String results() {
    List<String> results = new ArrayList<>();
    for (BenchmarkedGain gain : gains) {
      results.add(
          results.isEmpty() ? gain.words(setting.budget()) : gain.fewWords(setting.budget()));
    }
    return String.join(", ", results);
  }

  /**
   * Says what value an option had, such as {@code solver: unrolled} or {@code position: last or
   * default}.
   *
   * @param key one of the options
   */
  public String optionWords(String key) {
    return key + ": " + options.get(key).replace("|", " or ");
  }

  /** Says it with the options that the selector had. */
  public String line() {
    String with =
        options.keySet().stream().map(this::optionWords).collect(Collectors.joining(", "));
    return "Measured" + (with.isEmpty() ? ": " : " with " + with + ": ") + sentence();
  }
}
