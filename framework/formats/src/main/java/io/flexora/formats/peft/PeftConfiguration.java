package io.flexora.formats.peft;

import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The modules and layers that carry an adapter, in PEFT's words.
 *
 * <p>PEFT finds a module by the end of its path and then filters by layer. Where the ends of the
 * paths would also find a module that carries none, every module is named by its whole path. PEFT
 * refuses an adapter that touches no module, so a trained head alone names the modules in all
 * layers: they have no tensors, and PEFT leaves them without effect.
 */
final class PeftConfiguration {

  private static final String LAYER = "%d";
  private static final String FAN_IN_FAN_OUT = "fan_in_fan_out";

  private PeftConfiguration() {}

  /**
   * All keys.
   *
   * @param method those of the adapter method
   */
  static Map<String, Object> of(
      ModelShape shape, AdapterPlan plan, ParameterIndex index, Map<String, Object> method) {
    Map<String, Object> keys = new TreeMap<>();
    keys.put("auto_mapping", null);
    keys.put("base_model_name_or_path", shape.baseModel());
    keys.put("inference_mode", true);
    keys.put("revision", shape.baseRevision().orElse(null));
    keys.put("task_type", shape.taskType());
    keys.put("modules_to_save", modulesToSave(index));
    putTargets(keys, shape, plan);
    keys.putAll(method);
    keys.computeIfPresent(FAN_IN_FAN_OUT, (key, value) -> transposed(shape, plan));
    return keys;
  }

  /**
   * The keys of plain LoRA with a scale of 1.
   *
   * @param ranks the rank of each module by its path
   */
  static Map<String, Object> lora(Map<String, Integer> ranks) {
    int rank = ranks.values().stream().mapToInt(r -> r).max().orElse(1);
    Map<String, Integer> others = new TreeMap<>(ranks);
    others.values().removeIf(r -> r == rank);
    Map<String, Object> keys = new TreeMap<>();
    keys.put("peft_type", "LORA");
    keys.put("r", rank);
    keys.put("lora_alpha", rank);
    keys.put("lora_dropout", 0.0);
    keys.put("use_rslora", false);
    keys.put("use_dora", false);
    keys.put("bias", "none");
    keys.put(FAN_IN_FAN_OUT, false);
    keys.put("init_lora_weights", true);
    keys.put("rank_pattern", others);
    keys.put("alpha_pattern", others);
    return keys;
  }

  private static boolean transposed(ModelShape shape, AdapterPlan plan) {
    return shape.modules().stream()
        .anyMatch(module -> module.transposed() && plan.modules().contains(module.name()));
  }

  private static List<String> modulesToSave(ParameterIndex index) {
    TreeSet<String> modules = new TreeSet<>();
    for (Slice slice : index.ofHead()) {
      modules.add(slice.tensorName().split("\\.", 2)[0]);
    }
    return modules.isEmpty() ? null : List.copyOf(modules);
  }

  private static void putTargets(Map<String, Object> keys, ModelShape shape, AdapterPlan plan) {
    List<ModuleShape> adapted =
        shape.modules().stream().filter(m -> plan.modules().contains(m.name())).toList();
    List<String> ends = adapted.stream().map(PeftConfiguration::shortEnd).sorted().toList();
    boolean headAlone = plan.layers().isEmpty();
    boolean filtered =
        !headAlone
            && plan.method().form().namesLayers()
            && whole(adapted, plan)
            && shape.modules().stream()
                .allMatch(m -> adapted.contains(m) == ends.stream().anyMatch(e -> matches(m, e)));
    keys.put("target_modules", filtered || headAlone ? ends : wholePaths(adapted, plan));
    if (!plan.method().form().namesLayers()) {
      return;
    }
    keys.put("layers_to_transform", filtered ? plan.layers() : null);
    keys.put("layers_pattern", filtered ? layerList(adapted) : null);
  }

  /** Whether each layer of the plan has the same modules. */
  private static boolean whole(List<ModuleShape> modules, AdapterPlan plan) {
    return plan.layers().stream()
        .allMatch(layer -> modules.stream().allMatch(m -> plan.adapts(new AdapterSite(layer, m))));
  }

  private static String shortEnd(ModuleShape module) {
    return module.path().endsWith("." + module.name())
        ? module.name()
        : module.path().substring(module.path().indexOf(LAYER) + LAYER.length() + 1);
  }

  private static boolean matches(ModuleShape module, String end) {
    return module.path().endsWith("." + end);
  }

  private static List<String> wholePaths(List<ModuleShape> modules, AdapterPlan plan) {
    List<String> paths = new ArrayList<>();
    for (int layer : plan.layers()) {
      modules.stream()
          .filter(module -> plan.adapts(new AdapterSite(layer, module)))
          .forEach(module -> paths.add(module.path(layer)));
    }
    return paths;
  }

  /** The name of the list of layers in the model: {@code layers}, {@code layer}, {@code h}. */
  private static String layerList(List<ModuleShape> modules) {
    if (modules.isEmpty()) {
      return null;
    }
    String before = modules.get(0).path().split("\\.%d", 2)[0];
    return before.substring(before.lastIndexOf('.') + 1);
  }
}
