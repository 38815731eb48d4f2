package io.flexora.formats.peft;

import io.flexora.api.ability.GgufModules;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.message.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A tool that reads PEFT folders, and the modules of an adapter that it applies with their trained
 * scale. Such tools often leave out in silence what they do not know.
 *
 * @since 0.1
 */
public enum ServingTool {
  /** PEFT (tuners/tuners_utils.py): modules by the rules of the configuration. */
  PEFT("PEFT"),

  /**
   * vLLM (lora/peft_helper.py, lora/lora_model.py): LoRA alone, without trained heads, one scale
   * for all modules.
   */
  VLLM("vLLM"),

  /**
   * llama.cpp's convert_lora_to_gguf.py: LoRA alone, and {@code lora_alpha} over the rank of each
   * module as its scale.
   */
  LLAMA_CPP("llama.cpp");

  /** The model types for which vLLM has LoRA (classes with SupportsLoRA). */
  private static final Set<String> VLLM_TYPES =
      Set.of(
          "gemma",
          "gemma2",
          "gemma3_text",
          "granite",
          "granitemoe",
          "llama",
          "mistral",
          "mixtral",
          "olmo2",
          "olmoe",
          "phi",
          "phi3",
          "qwen2",
          "qwen3",
          "qwen3_moe",
          "smollm3");

  /** The default of vLLM's {@code --max-lora-rank}. */
  private static final int VLLM_RANK = 16;

  private static final Pattern FACTOR = Pattern.compile("(?<module>.+)\\.lora_[AB]\\.weight");
  private static final double SAME = 1e-6;

  private final String label;

  ServingTool(String label) {
    this.label = label;
  }

  /** The name to show, such as {@code vLLM}. */
  public String label() {
    return label;
  }

  /**
   * The modules of an adapter that a tool applies.
   *
   * @param tool the tool
   * @param applied the modules that get their trained change
   * @param all the modules that the adapter changes
   * @param notes the reasons for the others, and what else the tool needs
   */
  public record Applied(ServingTool tool, int applied, int all, List<String> notes) {

    /** Copies the notes. */
    public Applied {
      notes = List.copyOf(notes);
    }

    /** The count and the notes as a sentence. */
    public String text() {
      String reasons = notes.isEmpty() ? "" : ": " + String.join("; ", notes);
      return "%s applies %d of %d modules%s".formatted(tool.label, applied, all, reasons);
    }
  }

  /**
   * Finds a tool by its name in any case.
   *
   * @throws FlexoraException if there is none
   */
  public static ServingTool named(String name) {
    return Arrays.stream(values())
        .filter(tool -> tool.label.equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new FlexoraException(
                    "tool '%s' (--check) is not known%s"
                        .formatted(
                            name,
                            NearestName.hint(
                                name,
                                Arrays.stream(values())
                                    .map(tool -> tool.label.toLowerCase(Locale.ROOT))
                                    .toList()))));
  }

  /**
   * Counts the modules of an adapter that the tool applies.
   *
   * @param shape the base model
   * @param adapter the content of a PEFT folder
   * @throws FlexoraException if the configuration cannot be read
   */
  public Applied applied(ModelShape shape, PeftAdapter adapter) {
    Set<String> there = new TreeSet<>();
    for (int layer = 0; layer < shape.layers(); layer++) {
      int number = layer;
      shape.modules().stream()
          .map(module -> module.path(number))
          .filter(path -> PeftLayout.has(adapter, path))
          .forEach(there::add);
    }
    Set<String> elsewhere = factors(adapter);
    elsewhere.removeAll(there);
    List<String> notes = new ArrayList<>();
    if (!elsewhere.isEmpty()) {
      notes.add(
          "the model has no module %s%s"
              .formatted(
                  elsewhere.iterator().next(),
                  elsewhere.size() > 1 ? " and %d more".formatted(elsewhere.size() - 1) : ""));
    }
    List<String> refusals = this == PEFT ? List.of() : refusals(shape, adapter);
    notes.addAll(refusals);
    long applied = 0;
    if (refusals.isEmpty() && (this != VLLM || elsewhere.isEmpty())) {
      applied =
          switch (this) {
            case PEFT -> targeted(adapter, there, notes);
            case VLLM, LLAMA_CPP -> scaled(adapter, there, notes);
          };
    }
    return new Applied(this, (int) applied, there.size() + elsewhere.size(), notes);
  }

  private static Set<String> factors(PeftAdapter adapter) {
    return adapter.tensors().keySet().stream()
        .map(FACTOR::matcher)
        .filter(Matcher::matches)
        .map(factor -> factor.group("module"))
        .map(path -> path.replaceFirst("^" + Pattern.quote(PeftAdapter.PREFIX), ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private long targeted(PeftAdapter adapter, Set<String> there, List<String> notes) {
    TargetRules rules = TargetRules.of(adapter.configuration());
    Set<String> missed =
        there.stream()
            .filter(path -> !rules.adapts(path))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!missed.isEmpty()) {
      notes.add("target_modules leaves out " + missed.iterator().next());
    }
    return (long) there.size() - missed.size();
  }

  /** The reasons for which the tool refuses the whole adapter. */
  private List<String> refusals(ModelShape shape, PeftAdapter adapter) {
    Map<String, Object> keys = adapter.configuration();
    List<String> refusals = new ArrayList<>();
    boolean known =
        this == VLLM
            ? VLLM_TYPES.contains(shape.family())
            : shape.abilities().contains(GgufModules.class);
    if (!known) {
      refusals.add("it has no adapters for models of type " + shape.family());
    }
    String type = MethodKeys.type(adapter);
    if (!type.equals("lora")) {
      refusals.add("it reads LoRA, not %s".formatted(type.toUpperCase(Locale.ROOT)));
    } else if (Boolean.TRUE.equals(keys.get("use_dora"))) {
      refusals.add("it does not read DoRA");
    } else if (keys.get("modules_to_save") instanceof List<?> saved && !saved.isEmpty()) {
      refusals.add("it does not read a trained head (modules_to_save: %s)".formatted(saved));
    } else {
      adapter.tensors().keySet().stream()
          .filter(name -> !FACTOR.matcher(name).matches())
          .findFirst()
          .ifPresent(name -> refusals.add("it does not read tensor " + name));
    }
    return refusals;
  }

  /** Counts the modules that get the scale which PEFT gives them. */
  private long scaled(PeftAdapter adapter, Set<String> there, List<String> notes) {
    Map<String, Object> keys = adapter.configuration();
    DoubleUnaryOperator divisor = UniformRank.divisor(keys);
    UniformRank.Numbers ranks = UniformRank.ranks(keys);
    UniformRank.Numbers alphas = UniformRank.alphas(keys);
    double rank = ranks.otherwise().doubleValue();
    double alpha = alphas.otherwise().doubleValue();
    long applied =
        there.stream()
            .filter(
                path -> {
                  double own = ranks.of(path);
                  double trained = alphas.of(path) / divisor.applyAsDouble(own);
                  double given = alpha / (this == LLAMA_CPP ? own : divisor.applyAsDouble(rank));
                  return Math.abs(trained - given) <= SAME * Math.abs(trained);
                })
            .count();
    if (applied < there.size()) {
      notes.add(
          "%d have another scale there (%s)"
              .formatted(
                  there.size() - applied,
                  this == LLAMA_CPP
                      ? "it divides lora_alpha by the rank of each module; --to gguf-lora is exact"
                      : "it does not read alpha_pattern; --to lora puts the scale into B"));
    }
    if (this == VLLM && rank > VLLM_RANK) {
      notes.add("start it with --max-lora-rank %d or more".formatted((long) rank));
    }
    return applied;
  }
}
