package io.flexora.cli.result;

import io.flexora.cli.output.Palette;
import io.flexora.cli.output.Paragraph;
import io.flexora.cli.output.TextTable;
import io.flexora.experiment.use.LoraConversion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The losses of a conversion to LoRA, module by module.
 *
 * @since 0.1
 */
public final class ConversionTable {

  private static final int COLUMNS_OF_TEXT = 100;

  private final LoraConversion conversion;

  /** Makes the table. */
  public ConversionTable(LoraConversion conversion) {
    this.conversion = conversion;
  }

  /** The lines: the modules, then all of them in a sentence. */
  public List<String> lines(Palette palette, int columns) {
    TextTable table =
        new TextTable(
            List.of(
                TextTable.words("MODULE"),
                TextTable.numbers("RANK"),
                TextTable.words("BY"),
                TextTable.numbers("RELATIVE ERROR")));
    for (LoraConversion.Module module : conversion.modules()) {
      table.row(
          List.of(
              module.path(),
              Integer.toString(module.rank()),
              module.svd() ? "singular values" : "the method",
              String.format(Locale.ROOT, "%.1e", module.error())));
    }
    List<String> lines = new ArrayList<>(table.lines(palette, columns));
    lines.addAll(
        Paragraph.wrap(conversion.sentence() + ".", 0, Math.min(columns, COLUMNS_OF_TEXT)));
    return lines;
  }
}
