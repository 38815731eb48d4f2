package io.flexora.experiment.use;

import java.util.Optional;

/**
 * The outcome of an export.
 *
 * @param conversion what a conversion to LoRA took; empty for other formats
 * @param notice what whoever asked should know, such as what rounding has changed
 * @since 0.1
 */
public record ExportOutcome(Optional<LoraConversion> conversion, Optional<String> notice) {

  static ExportOutcome of(LoraConversion conversion) {
    return new ExportOutcome(Optional.of(conversion), Optional.empty());
  }

  static ExportOutcome of(Optional<String> notice) {
    return new ExportOutcome(Optional.empty(), notice);
  }
}
