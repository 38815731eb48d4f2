package io.flexora.numerics.transformer;

import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterSite;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The form of LoRA and its variants in PEFT's files.
 *
 * @param options the options that they share
 * @param adjusted whether lora_alpha is scaled with a module's rank
 * @param start what PEFT calls {@code init_lora_weights}
 * @param own further keys, or other values of those of LoRA
 * @param noted further keys that say no more than how values were found, which does not matter when
 *     they are read
 * @param written the form in which an adapter is written and read
 * @param shapesVary whether modules have ranks that the start gives out
 * @since 0.1
 */
public record LowRankForm(
    LowRankOptions options,
    boolean adjusted,
    Object start,
    Map<String, Object> own,
    Set<String> noted,
    Written written,
    boolean shapesVary)
    implements AdapterForm {

  // The values of init_lora_weights that leave the model's weights as they are.
  private static final Set<String> STARTS =
      Set.of("true", "false", "gaussian", "eva", "mica", "orthogonal");

  /** Copies the collections. */
  public LowRankForm {
    own = Map.copyOf(own);
    noted = Set.copyOf(noted);
  }

  /** The form of a method without keys of its own. */
  public LowRankForm(LowRankOptions options, boolean adjusted, Object start) {
    this(options, adjusted, start, Map.of(), Set.of(), Written.OWN, false);
  }

  @Override
  public Map<String, Object> configuration() {
    Map<String, Object> configuration = new TreeMap<>();
    configuration.put("peft_type", "LORA");
    configuration.put("r", options.loraRank());
    configuration.put("lora_alpha", LowRank.number(options.loraAlpha()));
    configuration.put("lora_dropout", options.loraDropout());
    configuration.put("use_rslora", options.useRslora());
    configuration.put("use_dora", false);
    configuration.put("bias", "none");
    configuration.put("fan_in_fan_out", false);
    configuration.put("init_lora_weights", start);
    configuration.put("rank_pattern", Map.of());
    configuration.put("alpha_pattern", Map.of());
    configuration.putAll(own);
    return configuration;
  }

  /** With the ranks of modules that have other ones. */
  @Override
  public Map<String, Object> configuration(Map<AdapterSite, List<AdapterArray>> trained) {
    Map<String, Object> ranks = new TreeMap<>();
    Map<String, Object> alphas = new TreeMap<>();
    trained.forEach(
        (site, arrays) -> {
          int rank = Math.toIntExact(arrays.get(0).parameter().shape().get(0));
          if (rank != options.loraRank()) {
            ranks.put(site.path(), rank);
            if (adjusted) {
              alphas.put(site.path(), options.alpha(rank, true));
            }
          }
        });
    Map<String, Object> configuration = configuration();
    configuration.put("rank_pattern", ranks);
    configuration.put("alpha_pattern", alphas);
    return configuration;
  }

  /**
   * How A and B were drawn matters no more, where that has left the model's weights as they are.
   */
  @Override
  public boolean accepts(String key, Object value) {
    return noted.contains(key)
        || (written == Written.OWN
            && key.equals("init_lora_weights")
            && STARTS.contains(value.toString().toLowerCase(Locale.ROOT)));
  }
}
