package io.flexora.experiment.use;

import java.util.Locale;

/** The description of a conversion to LoRA, as Markdown. */
final class ConversionText {

  private ConversionText() {}

  static String of(LoraConversion conversion) {
    StringBuilder text = new StringBuilder("# Adapter converted to LoRA\n\n");
    text.append(conversion.sentence()).append(".\n\n");
    text.append(
        "Error: the Frobenius norm of what is missing of the change of the weight over that of the"
            + " change.\n\n| module | rank | by | error |\n|---|---|---|---|\n");
    for (LoraConversion.Module module : conversion.modules()) {
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
