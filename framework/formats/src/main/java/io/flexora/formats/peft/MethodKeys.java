package io.flexora.formats.peft;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.run.FlexoraException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * The keys of an {@code adapter_config.json} that say how an adapter computes. What a method does
 * not do is refused by name: it would give other numbers without a word.
 *
 * @since 0.1
 */
public final class MethodKeys {

  private static final String TYPE = "peft_type";
  private static final String VERSION = "peft_version";

  /**
   * What an adapter was made from and for, which changes nothing of what it computes. The options
   * of a start are among them: PEFT takes them with the {@code init_lora_weights} of that start
   * alone, which is compared, and leaves them in what it has converted to plain LoRA.
   */
  private static final Set<String> NOTES =
      Set.of(
          "auto_mapping",
          "base_model_name_or_path",
          "corda_config",
          "ensure_weight_tying",
          "eva_config",
          "fan_in_fan_out",
          "inference_mode",
          "loftq_config",
          "lora_ga_config",
          "megatron_core",
          VERSION,
          "qalora_group_size",
          "revision",
          "runtime_config",
          "task_type");

  private MethodKeys() {}

  /**
   * The adapter's type, such as {@code LORA}, in lower case.
   *
   * @throws FlexoraException if the configuration names none
   */
  public static String type(PeftAdapter adapter) {
    if (adapter.configuration().get(TYPE) instanceof String type && !type.isBlank()) {
      return type.toLowerCase(Locale.ROOT);
    }
    throw new FlexoraException(
        "the adapter's configuration has no peft_type; PEFT writes one, such as \"LORA\"");
  }

  /** The keys that are neither notes nor targets, without those that hold nothing. */
  public static Map<String, Object> options(PeftAdapter adapter) {
    Map<String, Object> options = new TreeMap<>();
    adapter
        .configuration()
        .forEach(
            (key, value) -> {
              if (!NOTES.contains(key) && !TargetRules.KEYS.contains(key) && value != null) {
                options.put(key, value);
              }
            });
    return options;
  }

  /** As the other, of a method that is called like the adapter's type. */
  public static void requireSame(PeftAdapter adapter, AdapterMethod method) {
    requireSame(adapter, method, type(adapter));
  }

  /**
   * Compares the configuration with what a method computes.
   *
   * @param name what messages call the method
   * @throws FlexoraException with every key whose value the method does not have
   */
  public static void requireSame(PeftAdapter adapter, AdapterMethod method, String name) {
    List<String> wrong = notDone(adapter, method);
    if (!wrong.isEmpty()) {
      throw new FlexoraException(
          "the adapter needs what adapter method '%s' does not do: %s"
              .formatted(name, String.join(", ", wrong)));
    }
    Map<String, Object> written = options(adapter);
    method.form().configuration().forEach((key, value) -> requireNumber(written, key, value));
  }

  /**
   * What the configuration says and a method does not do: each as {@code key: value}. The version
   * of PEFT that wrote it says something to those methods alone that write one themselves. Of a
   * head alone a method has the keys that it writes where it has trained no site.
   */
  public static List<String> notDone(PeftAdapter adapter, AdapterMethod method) {
    boolean sites = adapter.tensors().keySet().stream().anyMatch(PeftAdapter::isInLayer);
    Map<String, Object> computed =
        sites ? method.form().configuration() : method.form().configuration(Map.of());
    Map<String, Object> written = options(adapter);
    List<String> wrong = new ArrayList<>();
    written.forEach(
        (key, value) -> {
          boolean same =
              computed.containsKey(key) ? same(value, computed.get(key)) : isNothing(value);
          if (!same && !method.form().accepts(key, value)) {
            wrong.add("%s: %s".formatted(key, value));
          }
        });
    if (computed.containsKey(VERSION)) {
      Object version = adapter.configuration().getOrDefault(VERSION, "none");
      if (!method.form().accepts(VERSION, version)) {
        wrong.add("%s: %s".formatted(VERSION, version));
      }
    }
    return wrong;
  }

  /** PEFT fills in numbers of its own for those that are missing, and ours are others. */
  private static void requireNumber(Map<String, Object> written, String key, Object computed) {
    if (computed instanceof Number && !written.containsKey(key)) {
      throw new FlexoraException(
          "the adapter's configuration has no '%s'; write it, as PEFT does".formatted(key));
    }
  }

  private static boolean isNothing(Object value) {
    return value.equals(false)
        || (value instanceof Map<?, ?> map && map.isEmpty())
        || (value instanceof List<?> list && list.isEmpty());
  }

  private static boolean same(Object one, Object other) {
    if (one instanceof Number a && other instanceof Number b) {
      return a.doubleValue() == b.doubleValue();
    }
    return (one instanceof String a && other instanceof String b)
        ? a.equalsIgnoreCase(b)
        : Objects.equals(one, other);
  }
}
