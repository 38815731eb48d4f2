package io.flexora.numerics.layer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A number for each module of each layer.
 *
 * @param modules the names of the modules of a layer
 * @param values the numbers, by layer and in a layer in the order of the modules
 * @since 0.1
 */
public record ModuleValues(List<String> modules, List<Double> values) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if layers have not as many numbers as there are modules
   */
  public ModuleValues {
    modules = List.copyOf(modules);
    values = List.copyOf(values);
    if (modules.isEmpty() || values.size() % modules.size() != 0) {
      throw new IllegalArgumentException(
          "%d values are not of layers with %d modules each"
              .formatted(values.size(), modules.size()));
    }
  }

  /** A number for each layer, by module. */
  public Map<String, List<Double>> byModule() {
    Map<String, List<Double>> byModule = new LinkedHashMap<>();
    for (int m = 0; m < modules.size(); m++) {
      int place = m;
      byModule.put(
          modules.get(m),
          IntStream.range(0, layers())
              .mapToObj(l -> values.get(l * modules.size() + place))
              .toList());
    }
    return byModule;
  }

  /** The mean of the modules of each layer. */
  public List<Double> means() {
    return IntStream.range(0, layers())
        .mapToObj(
            l ->
                values.subList(l * modules.size(), (l + 1) * modules.size()).stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(0))
        .toList();
  }

  private int layers() {
    return values.size() / modules.size();
  }
}
