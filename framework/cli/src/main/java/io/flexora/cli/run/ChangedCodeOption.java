package io.flexora.cli.run;

import io.flexora.experiment.cell.ChangedCode;
import picocli.CommandLine.Option;

/** The treatment of cells that were made by other code or from other files. */
final class ChangedCodeOption {

  @Option(
      names = "--redo-changed",
      description =
          "Reruns, from their beginning, the cells that were made by other code of Flexora or of a"
              + " plugin than the one installed now, or from other files of data or models than"
              + " there are now. Default: such cells are an error.")
  private boolean redo;

  ChangedCode choice() {
    return redo ? ChangedCode.REDO : ChangedCode.REFUSE;
  }
}
