package io.flexora.experiment.use;

import java.util.List;
import java.util.Locale;

/**
 * The cost and the error of writing an adapter as LoRA.
 *
 * @param modules the adapted modules
 * @param error the error of all of them together: the Frobenius norm of what is missing of the
 *     changes of their matrices over that of the changes
 * @param scoreDifference how far scores of a few examples are from those of the trained model, at
 *     most: relative to them, absolute where they are below 1
 * @since 0.1
 */
public record LoraConversion(List<Module> modules, double error, double scoreDifference) {

  /** Below this, what is missing is what float32 rounds. */
  private static final double ROUNDING = 1e-5;

  /** Copies the list. */
  public LoraConversion {
    modules = List.copyOf(modules);
  }

  /**
   * One module.
   *
   * @param path its path in the model
   * @param rank the rank of its LoRA
   * @param svd whether its factors are those of largest singular values; else the adapter method's
   *     own
   * @param error as above, of this module alone
   */
  public record Module(String path, int rank, boolean svd, double error) {}

  /** Whether nothing is missing but what float32 rounds. */
  public boolean whole() {
    return error <= ROUNDING;
  }

  /** All in one sentence. */
  public String sentence() {
    int least = modules.stream().mapToInt(Module::rank).min().orElse(0);
    int most = modules.stream().mapToInt(Module::rank).max().orElse(0);
    return String.format(
        Locale.ROOT,
        "LoRA of rank %s on %d modules, %s: relative error %.1e of the weight changes, %.1e of the scores of a few"
            + " examples",
        least == most ? least : least + " to " + most,
        modules.size(),
        whole() ? "the same up to rounding" : "approximate",
        error,
        scoreDifference);
  }

  /** The description of the conversion, as Markdown. */
  String markdown() {
    StringBuilder text = new StringBuilder("# Adapter converted to LoRA\n\n");
    text.append(sentence()).append(".\n\n");
    text.append(
        "Error: the Frobenius norm of what is missing of the change of the weight over that of the"
            + " change.\n\n| module | rank | by | error |\n|---|---|---|---|\n");
    for (Module module : modules) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %s | %.1e |%n",
              module.path(),
              module.rank(),
              module.svd() ? "singular values" : "the method",
              module.error()));
    }
    return text.toString().replace("\r\n", "\n");
  }
}
