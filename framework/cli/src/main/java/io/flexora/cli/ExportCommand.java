package io.flexora.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Saves a trained model for other tools. */
@Command(
    name = "export",
    description = {
      "Exports the trained model of a run: `peft` writes the adapter in PEFT's format; the model's"
          + " backend adds further formats, such as `onnx` with the adapter merged into the"
          + " weights.",
      "",
      "A merged decoder in safetensors keeps the data type of its checkpoint. In BF16, rounding the"
          + " merged weights changes logits by some tenths of a percent; the adapter alone (peft)"
          + " is not rounded.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora export runs/quickstart-20260102-030405 --to onnx",
      "  flexora export runs/quickstart-20260102-030405 --to peft --cell all --output adapters/all"
    })
final class ExportCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Parameters(paramLabel = "RUN", description = "The folder of the run.")
  private Path run;

  @Option(
      names = "--to",
      paramLabel = "FORMAT",
      required = true,
      description = "The export format.")
  private String format;

  @Option(
      names = "--cell",
      paramLabel = "NAME",
      description = "The cell to export: main, or a baseline. Default: ${DEFAULT-VALUE}.",
      defaultValue = "main")
  private String cell;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Output folder. Default: RUN/export/CELL-FORMAT.")
  private Optional<Path> output = Optional.empty();

  @Override
  public Integer call() throws Exception {
    Path target = output.orElseGet(() -> run.resolve("export").resolve(cell + "-" + format));
    return root.withHost(
        host -> {
          host.experimentOf(run).export(run, cell, format, target);
          Map<String, Object> members = new LinkedHashMap<>();
          members.put("cell", cell);
          members.put("format", format);
          members.put("path", target.toString());
          root.console().json("export", members);
          root.console().result(target.toString());
          return ExitCodes.OK;
        });
  }
}
