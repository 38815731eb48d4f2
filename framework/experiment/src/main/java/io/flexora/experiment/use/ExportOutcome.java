package io.flexora.experiment.use;

import io.flexora.formats.peft.ServingTool;
import java.util.List;
import java.util.Optional;

/**
 * The outcome of an export.
 *
 * @param conversion what a conversion to LoRA took; empty for other formats
 * @param notice what whoever asked should know, such as what rounding has changed
 * @param applied the modules that each of the requested tools applies
 * @since 0.1
 */
public record ExportOutcome(
    Optional<LoraConversion> conversion,
    Optional<String> notice,
    List<ServingTool.Applied> applied) {

  static ExportOutcome of(LoraConversion conversion) {
    return new ExportOutcome(Optional.of(conversion), Optional.empty(), List.of());
  }

  static ExportOutcome of(Optional<String> notice) {
    return new ExportOutcome(Optional.empty(), notice, List.of());
  }

  ExportOutcome with(List<ServingTool.Applied> counts) {
    return new ExportOutcome(conversion, notice, counts);
  }
}
