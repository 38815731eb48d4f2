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
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
      "Exports the trained model of a run, or the model of an experiment with an adapter from"
          + " elsewhere (--adapter): `peft` writes the adapter in PEFT's format; `lora` writes it"
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
      "  flexora export config/piqa.yaml --adapter adapters/p --to gguf-lora --output p"
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

  @ArgGroup private Choice choice = new Choice();

  /** At most one of these. */
  static final class Choice {

    @Option(
        names = "--adapter",
        paramLabel = "DIR",
        description =
            "Export this adapter, with the model of an experiment: a PEFT folder, or a GGUF file of"
                + " LoRA.")
    private Optional<Path> adapter = Optional.empty();

    @Option(
        names = "--cell",
        paramLabel = "NAME",
        description = "The cell of the run to export: main, or a baseline. Default: main.")
    private Optional<String> cell = Optional.empty();
  }

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
      description =
          "Output folder. Default: RUN/export/CELL-FORMAT; with --adapter it has to be named.")
  private Optional<Path> output = Optional.empty();

  @Override
  public Integer call() throws Exception {
    EvaluationTarget.Adapted source = source();
    ExportRequest request = new ExportRequest(format, target(), rank());
    return root.withHost(
        host -> {
          Experiment experiment = arguments.experiment(host);
          show(
              request,
              ExperimentArguments.watched(
                  root.console(), view -> experiment.export(source, request, view)));
          return ExitCodes.OK;
        });
  }

  /** A file is the experiment of an adapter, a folder a run that has trained one itself. */
  private EvaluationTarget.Adapted source() {
    Path named = arguments.source();
    if (choice.adapter.isPresent() && arguments.isRun()) {
      throw new FlexoraException(
          "--adapter %s: an adapter is exported with the model of an experiment's file, but %s is a folder; name the YAML file, or leave --adapter out to export what the run has trained"
              .formatted(choice.adapter.get(), named));
    }
    if (choice.adapter.isEmpty() && !arguments.isRun()) {
      throw new FlexoraException(
          "%s is not the folder of a run, so nothing is trained that could be exported; name the folder of a run (runs/NAME-TIME), or an adapter (--adapter)"
              .formatted(named));
    }
    return choice.adapter.isPresent()
        ? new EvaluationTarget.Adapter(choice.adapter.get())
        : new EvaluationTarget.Trained(named, cell());
  }

  private String cell() {
    return choice.cell.orElse("main");
  }

  private Path target() {
    if (choice.adapter.isPresent() && output.isEmpty()) {
      throw new FlexoraException(
          "--adapter %s: --output is missing; name the folder to write to"
              .formatted(choice.adapter.get()));
    }
    return output.orElseGet(
        () -> arguments.source().resolve("export").resolve(cell() + "-" + format));
  }

  private OptionalInt rank() {
    if (rank.filter(r -> r < 1).isPresent()) {
      throw new FlexoraException("--rank is %d; write 1 or more".formatted(rank.get()));
    }
    return rank.map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  private void show(ExportRequest request, ExportOutcome outcome) {
    Optional<LoraConversion> conversion = outcome.conversion();
    Map<String, Object> members = new LinkedHashMap<>();
    choice.adapter.ifPresentOrElse(
        adapter -> members.put("adapter", adapter.toString()), () -> members.put("cell", cell()));
    members.put("format", request.format());
    members.put("path", request.target().toString());
    conversion.ifPresent(c -> members.put("conversion", c));
    outcome.notice().ifPresent(notice -> members.put("notice", notice));
    root.console().json("export", members);
    conversion.ifPresent(
        c ->
            new ConversionTable(c)
                .lines(root.console().palette(), root.console().columns())
                .forEach(root.console()::result));
    outcome.notice().ifPresent(root.console()::message);
    root.console().result(request.target().toString());
  }
}
