package io.flexora.web;

import io.flexora.api.plan.ChosenModule;
import io.flexora.files.text.NumberRanges;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The chosen modules of a cell in words. */
final class ChosenModules {

  private ChosenModules() {}

  /**
   * A line for all layers of which the same modules were chosen with the same ranks, such as {@code
   * layers 0-3, 5: query, value (rank 8)}; a module without a rank has that of the adapter's
   * options. No line where whole layers were chosen.
   */
  static List<String> lines(List<ChosenModule> chosen) {
    Map<Integer, Map<String, Set<String>>> byLayer = new TreeMap<>();
    for (ChosenModule one : chosen) {
      byLayer
          .computeIfAbsent(one.layer(), layer -> new LinkedHashMap<>())
          .computeIfAbsent(adapter(one), adapter -> new LinkedHashSet<>())
          .add(one.module());
    }
    Map<Map<String, Set<String>>, List<Integer>> alike = new LinkedHashMap<>();
    byLayer.forEach(
        (layer, modules) -> alike.computeIfAbsent(modules, m -> new ArrayList<>()).add(layer));
    return alike.entrySet().stream()
        .map(entry -> layers(entry.getValue()) + ": " + modules(entry.getKey()))
        .toList();
  }

  /** What is said of the adapter of a module; empty if all of it is as the options say. */
  private static String adapter(ChosenModule chosen) {
    List<String> words = new ArrayList<>();
    chosen.rank().ifPresent(rank -> words.add("rank " + rank));
    if (chosen.shared()) {
      words.add("shared adapter");
    }
    return String.join(", ", words);
  }

  private static String modules(Map<String, Set<String>> byAdapter) {
    return byAdapter.entrySet().stream()
        .map(entry -> modules(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String modules(String adapter, Set<String> modules) {
    String names = String.join(", ", modules);
    return adapter.isEmpty() ? names : names + " (" + adapter + ")";
  }

  private static String layers(List<Integer> ascending) {
    return (ascending.size() == 1 ? "layer " : "layers ")
        + String.join(", ", NumberRanges.of(ascending));
  }
}
