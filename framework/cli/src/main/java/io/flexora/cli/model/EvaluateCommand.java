package io.flexora.cli.model;

import io.flexora.api.data.Split;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.result.EvaluationTable;
import io.flexora.experiment.use.ScoredModel;
import io.flexora.host.FlexoraHost;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Scores a model without training it. */
@Command(
    name = "evaluate",
    description = {
      "Evaluates a model on held-out data without training: the pretrained model of an experiment,"
          + " that model with a PEFT adapter, or the trained model of a run.",
      "",
      "Reports the metrics of the experiment's evaluator with standard errors. A run is"
          + " evaluated in the type that it computed in, and anything else on a CPU in float32,"
          + " unless model.compute_dtype is set.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora evaluate config/piqa.yaml",
      "  flexora evaluate config/piqa.yaml --adapter adapters/mine --output scores/mine",
      "  flexora evaluate runs/piqa-20260102-030405 --cell all",
      "  flexora evaluate runs/piqa-20260102-030405 --base --split validation"
    })
public final class EvaluateCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Mixin private ModelArguments model;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "The split to evaluate: test, validation or train. Default: ${DEFAULT-VALUE}.",
      defaultValue = "test")
  private Split split;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Output folder for result.json and predictions.jsonl.")
  private Optional<Path> output = Optional.empty();

  @Override
  public Integer call() throws Exception {
    return model.ask(
        root, experiment -> view -> experiment.evaluate(model.subject(), split, view), this::show);
  }

  private int show(ScoredModel scored) {
    output.ifPresent(scored::write);
    Map<String, Object> members = new LinkedHashMap<>();
    FlexoraHost.json(scored.result())
        .properties()
        .forEach(e -> members.put(e.getKey(), e.getValue()));
    output.ifPresent(folder -> members.put("output", folder.toString()));
    root.console().json("evaluation", members);
    root.console().result("");
    root.console()
        .result(EvaluationTable.lines(scored, root.console().palette(), root.console().columns()));
    output.ifPresent(folder -> root.console().result("Written to " + folder));
    return ExitCodes.OK;
  }
}
