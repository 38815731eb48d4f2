package io.flexora.cli.model;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.ExperimentArguments;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.result.ConversionTable;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.ExportOutcome;
import io.flexora.experiment.use.ExportRequest;
import io.flexora.experiment.use.LoraConversion;
import io.flexora.formats.peft.ServingTool;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Saves a trained model for other tools. */
@Command(
    name = "export",
    description = {
      "Exports the trained model of a run, the model of an experiment with an adapter from"
          + " elsewhere (--adapter), or its pretrained model alone: `peft` writes the adapter in PEFT's format; `lora` writes it"
          + " as LoRA there, whatever method trained it; `gguf-lora` does so for llama.cpp"
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
      "",
      "An adapter is read, and refused, as by `flexora evaluate`: the experiment's data tells the"
          + " classes of its head, and on a CPU the model computes in float32, unless"
          + " model.compute_dtype is set.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora export runs/quickstart-20260102-030405 --to onnx",
      "  flexora export runs/quickstart-20260102-030405 --to peft --output adapters/q",
      "  flexora export runs/quickstart-20260102-030405 --to lora --rank 16",
      "  flexora export runs/piqa-20260102-030405 --to gguf-lora --output piqa-gguf",
      "  flexora export config/piqa.yaml --adapter adapters/p --to gguf-lora --output p",
      "  flexora export runs/piqa-20260102-030405 --to lora --check vllm",
      "  flexora export config/piqa.yaml --to gguf-f16 --output models/base"
    })
public final class ExportCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Mixin private ExperimentArguments arguments;

  @Option(
      names = "--to",
      paramLabel = "FORMAT",
      required = true,
      description = "The export format.")
  private String format;

  @ArgGroup private AdapterSource adapter = new AdapterSource();

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
      description = "Output folder. Default: RUN/export/CELL-FORMAT; required for an experiment.")
  private Optional<Path> output = Optional.empty();

  @Option(
      names = "--check",
      paramLabel = "TOOL",
      split = ",",
      description =
          "Counts the modules of the written adapter that a tool applies: peft, vllm or llama.cpp."
              + " The command fails if a tool applies none. For peft, lora and gguf-lora.")
  private List<String> checked = List.of();

  @Override
  public Integer call() throws Exception {
    boolean whole = !ExportRequest.ADAPTERS.contains(format);
    EvaluationTarget source =
        whole && !arguments.isRun() && adapter.adapter().isEmpty()
            ? new EvaluationTarget.Base()
            : adapter.of(arguments, "export", "exported", "model");
    ExportRequest request =
        new ExportRequest(
            format,
            adapter.target(output, arguments, format),
            rank(),
            checked.stream().map(ServingTool::named).distinct().toList());
    return root.withHost(
        host -> {
          Experiment experiment = arguments.experiment(host);
          ExportOutcome outcome =
              ExperimentArguments.watched(
                  root.console(), view -> experiment.export(source, request, view));
          show(request, source, outcome);
          requireApplied(outcome);
          return ExitCodes.OK;
        });
  }

  private OptionalInt rank() {
    if (rank.filter(r -> r < 1).isPresent()) {
      throw new FlexoraException("--rank is %d; write 1 or more".formatted(rank.get()));
    }
    return rank.map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  private void show(ExportRequest request, EvaluationTarget source, ExportOutcome outcome) {
    Optional<LoraConversion> conversion = outcome.conversion();
    Map<String, Object> members = new LinkedHashMap<>();
    adapter.adapter().ifPresent(file -> members.put("adapter", file.toString()));
    if (source instanceof EvaluationTarget.Trained trained) {
      members.put("cell", trained.cell());
    }
    members.put("format", request.format());
    members.put("path", request.target().toString());
    conversion.ifPresent(c -> members.put("conversion", c));
    outcome.notice().ifPresent(notice -> members.put("notice", notice));
    if (!outcome.applied().isEmpty()) {
      members.put("applied", outcome.applied());
    }
    root.console().json("export", members);
    conversion.ifPresent(
        c ->
            new ConversionTable(c)
                .lines(root.console().palette(), root.console().columns())
                .forEach(root.console()::result));
    outcome.notice().ifPresent(root.console()::message);
    outcome.applied().forEach(tool -> root.console().result(tool.text() + "."));
    root.console().result(request.target().toString());
  }

  /** The export stays: another tool may read it. */
  private static void requireApplied(ExportOutcome outcome) {
    for (ServingTool.Applied tool : outcome.applied()) {
      if (tool.applied() == 0) {
        throw new FlexoraException(tool.text());
      }
    }
  }
}
