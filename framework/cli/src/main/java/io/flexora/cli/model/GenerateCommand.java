package io.flexora.cli.model;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.command.StandardInput;
import io.flexora.cli.output.Console;
import io.flexora.cli.progress.RunView;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.use.GeneratedText;
import io.flexora.experiment.use.GenerationRequest;
import io.flexora.experiment.use.GenerationRequest.PromptForm;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Lets a model go on with a text. */
@Command(
    name = "generate",
    description = {
      "Generates text from a prompt and streams it: with the pretrained model of an experiment,"
          + " that model with a PEFT adapter, or the trained model of a run.",
      "",
      "If the model has a chat template, the prompt is a user turn of a conversation.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora generate config/piqa.yaml --prompt \"How do I keep bread fresh?\"",
      "  flexora generate runs/alpaca-20260102-030405 --prompt - < question.txt",
      "  flexora generate runs/alpaca-20260102-030405 --base --plain --prompt \"Once upon a time\"",
      "  flexora generate config/piqa.yaml --prompt Hello --temperature 0.8 --seed 3"
    })
public final class GenerateCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Mixin private ModelArguments model;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      required = true,
      description = "The prompt; - reads it from standard input.")
  private String prompt;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "The system message of the conversation.")
  private Optional<String> system = Optional.empty();

  @ArgGroup private OutputShape shape = new OutputShape();

  /** At most one of these. */
  static final class OutputShape {

    @Option(names = "--chat", description = "Treat the prompt as a user turn of a conversation.")
    private boolean chat;

    @Option(names = "--plain", description = "Treat the prompt as plain text to continue.")
    private boolean plain;
  }

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Maximum number of tokens to generate. Default: ${DEFAULT-VALUE}.",
      defaultValue = "256")
  private int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Sampling temperature; 0 for greedy decoding. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Nucleus sampling: cumulative probability of the tokens to sample from. Default:"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private double topP;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Random seed of the sampling. Default: ${DEFAULT-VALUE}.",
      defaultValue = "42")
  private long seed;

  @Override
  public Integer call() throws Exception {
    requireRanges();
    GenerationRequest request =
        new GenerationRequest(
            GenerationRequest.turn(text(), system), form(), maxTokens, temperature, topP, seed);
    return model.ask(root, experiment -> view -> generated(experiment, request, view), this::show);
  }

  private GeneratedText generated(Experiment experiment, GenerationRequest request, RunView view) {
    boolean[] begun = {false};
    try {
      return experiment.generate(
          model.subject(),
          request,
          view,
          piece -> {
            begun[0] = true;
            root.console().piece(piece);
          });
    } finally {
      if (begun[0]) {
        root.console().result("");
      }
    }
  }

  private int show(GeneratedText generated) {
    Console console = root.console();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("text", generated.text());
    members.put("chat", generated.chat());
    members.put("prompt_tokens", generated.promptTokens());
    members.put("tokens", generated.tokens());
    members.put("finished", generated.finished());
    members.put("seconds", generated.seconds());
    console.json("generation", members);
    console.message(
        String.format(
            Locale.ROOT,
            "%d tokens after %d of the prompt, %.1f a second%s",
            generated.tokens(),
            generated.promptTokens(),
            generated.tokens() / Math.max(generated.seconds(), 1e-3),
            generated.finished() ? "" : "; the text was cut off there, see --max-tokens"));
    return ExitCodes.OK;
  }

  private PromptForm form() {
    return shape.chat ? PromptForm.CHAT : shape.plain ? PromptForm.PLAIN : PromptForm.AUTO;
  }

  private String text() {
    return prompt.equals(StandardInput.NAME) ? StandardInput.text(System.in).strip() : prompt;
  }

  private void requireRanges() {
    require(maxTokens >= 1, "--max-tokens", maxTokens, "1 or more");
    require(temperature >= 0, "--temperature", temperature, "0 or more");
    require(topP > 0 && topP <= 1, "--top-p", topP, "more than 0 and at most 1");
  }

  private static void require(boolean holds, String option, Number value, String accepted) {
    if (!holds) {
      throw new FlexoraException(
          "option '%s' is %s, but has to be %s".formatted(option, value, accepted));
    }
  }
}
