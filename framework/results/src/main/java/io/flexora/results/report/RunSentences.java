package io.flexora.results.report;

import static java.util.stream.Collectors.joining;

import io.flexora.results.run.CellOutcome;
import java.util.Locale;
import java.util.Optional;

/**
 * The sentences that reports have on the cells of a run.
 *
 * @since 0.1
 */
public final class RunSentences {

  private RunSentences() {}

  /** The shares in one sentence, in per cent. */
  public static String of(GainShare share) {
    CellOutcome main = share.main();
    long percent = percent(share.share());
    String gain =
        percent < 0
            ? "%s worse than the frozen model on these examples, by %d %% of what %s gain over it"
                .formatted(chosen(main, "does", "do"), -percent, most(share))
            : "%s %d %% of what %s gain over the frozen model"
                .formatted(chosen(main, "gains", "gain"), percent, most(share));
    return gain
        + ", with "
        + parameters(share)
        + " of the trainable parameters"
        + counterparts(share)
        + ".";
  }

  /** What the main cell has chosen and does, such as {@code The 3 chosen layers gain}. */
  private static String chosen(CellOutcome main, String doesOne, String doMany) {
    int modules = (int) main.selectedModules().stream().filter(chosen -> !chosen.shared()).count();
    int count = modules > 0 ? modules : main.selectedLayers().size();
    String noun = modules > 0 ? "module" : "layer";
    return count == 1
        ? "The chosen %s %s".formatted(noun, doesOne)
        : "The %d chosen %ss %s".formatted(count, noun, doMany);
  }

  /** All layers or modules in words, such as {@code all 12}. */
  private static String most(GainShare share) {
    String most =
        share.main().selectedModules().isEmpty()
            ? "all " + share.all().selectedLayers().size()
            : "all modules";
    return share.nameOfAll().map(name -> most + " (" + name + ")").orElse(most);
  }

  private static String parameters(GainShare share) {
    double percent = 100.0 * share.main().trainableParameters() / share.all().trainableParameters();
    return String.format(Locale.ROOT, percent < 10 ? "%.1f %%" : "%.0f %%", percent);
  }

  private static String counterparts(GainShare share) {
    return share.asMany().isEmpty()
        ? ""
        : share.asMany().entrySet().stream()
            .map(other -> other.getKey() + " gains " + words(percent(other.getValue())))
            .collect(joining(", ", " (as many layers: ", ")"));
  }

  private static String words(long percent) {
    return percent < 0 ? "less than 0 %" : percent + " %";
  }

  private static long percent(double share) {
    return Math.round(100 * share);
  }

  /** The name of the frozen model, so that nobody takes it for an untrained one. */
  public static String frozen(Learning learning) {
    return learning.frozenHasHead() ? "a head trained on the frozen model" : "the frozen model";
  }

  /**
   * Says that the chosen layers are not clearly better than the frozen model and that others are,
   * so that the choice has failed and not the learning; empty where it is otherwise.
   */
  public static Optional<String> onlyOthers(Learning learning) {
    return learning.mainIsBetter()
        ? Optional.empty()
        : learning
            .share()
            .map(share -> most(share) + " are")
            .or(() -> learning.better().map(name -> name + " is"))
            .map(others -> onlyOthers(learning, others));
  }

  private static String onlyOthers(Learning learning, String others) {
    String chosen = chosen(learning.main(), "is", "are");
    return learning.frozen().isWorse()
        ? "%s clearly worse than the frozen model, although %s clearly better."
            .formatted(chosen, others)
        : "%s not clearly better than the frozen model, although %s.".formatted(chosen, others);
  }
}
