package io.flexora.cli;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.result.ConversionTable;
import io.flexora.experiment.ExportOutcome;
import io.flexora.experiment.LoraConversion;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Saves a trained model for other tools. */
@Command(
    name = "export",
    description = {
      "Exports the trained model of a run: `peft` writes the adapter in PEFT's format; `lora`"
          + " writes it as LoRA there, whatever method trained it; `gguf-lora` does so for llama.cpp"
          + " (`llama-cli --lora FILE`), of decoders that it has; the model's backend adds further"
          + " formats, such as `onnx` with the adapter merged into the weights.",
      "",
      "A method that is linear in a low rank (LoRA's kin, VeRA, LoHa, LoKr, AdaLoRA) is LoRA"
          + " exactly. Of others, such as DoRA, IA3 and OFT, the change of each matrix is cut to its"
          + " largest singular values: by default as many as a relative error of 1e-6 takes, which"
          + " may be all of them; --rank takes fewer. The error is printed, and written to"
          + " README.md.",
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
      "  flexora export runs/quickstart-20260102-030405 --to peft --output adapters/q",
      "  flexora export runs/quickstart-20260102-030405 --to lora --rank 16",
      "  flexora export runs/piqa-20260102-030405 --to gguf-lora --output piqa-gguf"
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
      names = "--rank",
      paramLabel = "N",
      description =
          "The most that the rank of a module is, for formats of LoRA. Default: as its error"
              + " needs.")
  private Optional<Integer> rank = Optional.empty();

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
          ExportOutcome outcome = host.experimentOf(run).export(run, cell, format, target, rank());
          Optional<LoraConversion> conversion = outcome.conversion();
          Map<String, Object> members = new LinkedHashMap<>();
          members.put("cell", cell);
          members.put("format", format);
          members.put("path", target.toString());
          conversion.ifPresent(c -> members.put("conversion", c));
          outcome.notice().ifPresent(notice -> members.put("notice", notice));
          root.console().json("export", members);
          conversion.ifPresent(
              c ->
                  new ConversionTable(c)
                      .lines(root.console().palette(), root.console().columns())
                      .forEach(root.console()::result));
          outcome.notice().ifPresent(root.console()::message);
          root.console().result(target.toString());
          return ExitCodes.OK;
        });
  }

  private OptionalInt rank() {
    if (rank.filter(r -> r < 1).isPresent()) {
      throw new FlexoraException("--rank is %d; write 1 or more".formatted(rank.get()));
    }
    return rank.map(OptionalInt::of).orElse(OptionalInt.empty());
  }
}
