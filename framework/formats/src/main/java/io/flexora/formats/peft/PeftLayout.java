package io.flexora.formats.peft;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.FlexoraException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place of an adapter in a model, from the names of its tensors.
 *
 * @param layers the layers, ascending
 * @param modules the names of the modules that some layer has, in the model's order
 * @param chosen the modules of each layer, where not all layers have all of them; empty where they
 *     have
 * @since 0.1
 */
public record PeftLayout(List<Integer> layers, List<String> modules, List<ChosenModule> chosen) {

  private static final Pattern FACTOR =
      Pattern.compile("(?<module>.+)\\.lora_(embedding_)?[AB](\\.weight)?");

  /** Copies the lists. */
  public PeftLayout {
    layers = List.copyOf(layers);
    modules = List.copyOf(modules);
    chosen = List.copyOf(chosen);
  }

  /**
   * Finds the place of an adapter in a model, and that its configuration and its tensors agree.
   *
   * @throws FlexoraException if the configuration means other modules than the tensors, or these
   *     are LoRA on what is in no layer, such as the embedding
   */
  public static PeftLayout of(ModelShape shape, PeftAdapter adapter) {
    requireInLayers(adapter);
    Map<Integer, Set<String>> found = new TreeMap<>();
    Set<String> paths = new TreeSet<>();
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (ModuleShape module : shape.modules()) {
        if (has(adapter, module.path(layer))) {
          found.computeIfAbsent(layer, l -> new LinkedHashSet<>()).add(module.name());
          paths.add(module.path(layer));
        }
      }
    }
    requireMeant(shape, adapter, paths);
    List<String> modules =
        shape.modules().stream()
            .map(ModuleShape::name)
            .filter(name -> found.values().stream().anyMatch(own -> own.contains(name)))
            .toList();
    boolean whole = found.values().stream().allMatch(own -> own.size() == modules.size());
    return new PeftLayout(List.copyOf(found.keySet()), modules, whole ? List.of() : chosen(found));
  }

  private static void requireInLayers(PeftAdapter adapter) {
    Set<String> outside = new TreeSet<>();
    for (String name : adapter.tensors().keySet()) {
      Matcher factor = FACTOR.matcher(name);
      if (factor.matches() && !PeftAdapter.isInLayer(name)) {
        String module = factor.group("module");
        outside.add(module.substring(module.lastIndexOf('.') + 1));
      }
    }
    if (!outside.isEmpty()) {
      throw new FlexoraException(
          "LoRA on %s is not read; what is read is LoRA on the linear modules of layers"
              .formatted(String.join(", ", outside)));
    }
  }

  private static List<ChosenModule> chosen(Map<Integer, Set<String>> found) {
    return found.entrySet().stream()
        .flatMap(layer -> layer.getValue().stream().map(m -> ChosenModule.of(layer.getKey(), m)))
        .toList();
  }

  /** Whether an adapter has a tensor of the module at a path. */
  static boolean has(PeftAdapter adapter, String path) {
    String start = PeftAdapter.PREFIX + path + ".";
    String next = adapter.tensors().ceilingKey(start);
    return next != null && next.startsWith(start);
  }

  /** An adapter for a head alone names modules without having any: PEFT knows no other way. */
  private static void requireMeant(ModelShape shape, PeftAdapter adapter, Set<String> paths) {
    TargetRules rules = TargetRules.of(adapter.configuration());
    if (paths.isEmpty()) {
      return;
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (ModuleShape module : shape.modules()) {
        String path = module.path(layer);
        if (rules.adapts(path) != paths.contains(path)
            && !(rules.adapts(path) && mayLackModules(adapter))) {
          throw new FlexoraException(
              "the adapter's configuration and its tensors do not agree: %s %s, but there %s tensors for it%s"
                  .formatted(
                      path,
                      rules.adapts(path) ? "is one of its targets" : "is none of its targets",
                      rules.adapts(path) ? "are no" : "are",
                      madeFor(adapter)));
        }
      }
    }
  }

  /** PEFT takes the adapter off a module that EVA gives no rank, and may name it all the same. */
  private static boolean mayLackModules(PeftAdapter adapter) {
    return adapter.configuration().get("eva_config") != null;
  }

  private static String madeFor(PeftAdapter adapter) {
    return adapter.configuration().get("base_model_name_or_path") instanceof String model
        ? "; or this is not the model that it was made for, " + model
        : "; or this is not the model that it was made for";
  }
}
