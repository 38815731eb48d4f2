package io.flexora.api.selection;

import io.flexora.api.plugin.Extension;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a comparison has shown of a selector in one setting.
 *
 * @param options the options that it had, as far as they matter, by their keys; an extension is
 *     there by its name, values that mean the same have {@code |} between them
 * @param setting where it was measured
 * @param gains how its layers differed from others
 * @since 0.1
 */
public record Measurement(
    Map<String, String> options, MeasuredSetting setting, List<MeasuredGain> gains) {

  /** Copies the collections. */
  public Measurement {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    Objects.requireNonNull(setting);
    gains = List.copyOf(gains);
  }

  /**
   * What the class of an extension says with {@link Measured}; nothing if it does not.
   *
   * @throws io.flexora.api.run.FlexoraException if it names a file that is not there or malformed
   */
  public static List<Measurement> of(Extension<?> extension) {
    return of(extension.implementation(), extension.name());
  }

  /**
   * What the class of a selector says with {@link Measured}; nothing if it does not.
   *
   * @param selector the name of the extension
   * @throws io.flexora.api.run.FlexoraException if it names a file that is not there or malformed
   */
  public static List<Measurement> of(Class<?> implementation, String selector) {
    Measured measured = implementation.getAnnotation(Measured.class);
    return measured == null
        ? List.of()
        : MeasurementTable.beside(implementation, measured.value()).of(selector);
  }

  /** The same with some of its gains. */
  public Measurement with(List<MeasuredGain> some) {
    return new Measurement(options, setting, some);
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
    for (MeasuredGain gain : gains) {
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
