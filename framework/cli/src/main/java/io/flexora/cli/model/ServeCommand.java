package io.flexora.cli.model;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.ExperimentArguments;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.command.Interruption;
import io.flexora.cli.command.Logging;
import io.flexora.cli.output.Console;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.LoadedModel;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import io.flexora.host.FlexoraHost;
import io.flexora.web.LivePage;
import io.flexora.web.ModelServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Keeps models loaded, and answers other programs by HTTP. */
@Command(
    name = "serve",
    description = {
      "Serves the trained models of runs by HTTP, in the form of OpenAI's interface: embeddings, chat"
          + " and models under /v1, and classes at /v1/classify. /health, /ready and /metrics are for"
          + " operators.",
      "",
      "Only this machine can ask, unless --address opens the server to others. Requests then need a"
          + " token (Authorization: Bearer). Ctrl-C or SIGTERM ends it when the requests in work are"
          + " answered.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora serve runs/quickstart-20260102-030405",
      "  flexora serve runs/alpaca-20260102-030405 --base --port 8080",
      "  flexora serve config/piqa.yaml --adapter adapters/mine",
      "  flexora serve runs/a-20260102-030405 --address 0.0.0.0 --token-file token.txt"
    })
public final class ServeCommand implements Callable<Integer> {

  private static final int LAST_PORT = 65535;
  private static final int TOKEN_LENGTH = 16;

  @ParentCommand private FlexoraCommand root;

  @Parameters(
      paramLabel = "RUN",
      arity = "1..*",
      description =
          "Run folders; a model has the name of its folder. With --adapter an experiment (YAML"
              + " file).")
  private List<Path> sources = new ArrayList<>();

  @Option(
      names = "--cell",
      paramLabel = "NAME",
      description =
          "Cell to serve of each run; repeatable. Cells but main are called RUN:CELL. Default: main.")
  private List<String> cells = new ArrayList<>();

  @Option(
      names = "--base",
      description = "Serve the pretrained model of each run, too, as RUN:base.")
  private boolean base;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "Serve the model of an experiment with this adapter: a PEFT folder, or a GGUF file of LoRA.")
  private Optional<Path> adapter = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Override a value of the experiments, such as device=cpu; repeatable.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port; 0 for any free port. Default: ${DEFAULT-VALUE}.",
      defaultValue = "8000")
  private int port;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = "Bind address, such as 0.0.0.0 for all interfaces. Default: ${DEFAULT-VALUE}.",
      defaultValue = LivePage.LOOPBACK)
  private String address;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "File with the token that requests need. Default: none on this machine, a new one for"
              + " other addresses.")
  private Optional<Path> tokenFile = Optional.empty();

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Most rows of several requests in one batch. Default: ${DEFAULT-VALUE}.",
      defaultValue = "32")
  private int batch;

  @Option(
      names = "--batch-delay",
      paramLabel = "MS",
      description =
          "Longest wait of a request for others, in milliseconds. Default: ${DEFAULT-VALUE}.",
      defaultValue = "2")
  private int batchDelay;

  @Option(
      names = "--queue",
      paramLabel = "N",
      description =
          "Most requests that wait or are answered; further ones get status 429. Default:"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "64")
  private int queue;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      description =
          "Longest time of a request in seconds, then status 504. Default: ${DEFAULT-VALUE}.",
      defaultValue = "60")
  private int timeout;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Most tokens of a generated text. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1024")
  private int maxTokens;

  @Override
  public Integer call() throws Exception {
    requireRanges();
    Optional<String> token = token();
    Logging.prepare();
    return root.withHost(host -> serve(host, token));
  }

  private int serve(FlexoraHost host, Optional<String> token) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    AtomicReference<Runnable> cancel = new AtomicReference<>(() -> {});
    Map<String, LoadedModel> models = new LinkedHashMap<>();
    try (Interruption interruption =
        Interruption.listen(
            () -> {
              end.countDown();
              cancel.get().run();
            })) {
      try {
        for (Path source : sources) {
          load(host, source, cancel, models);
          if (interruption.exitCode().isPresent()) {
            throw new CancelledException();
          }
        }
        cancel.set(() -> {});
        try (ModelServer server = open(models, token)) {
          tell(server, models, token);
          while (interruption.exitCode().isEmpty()) {
            end.await();
          }
        }
        return ExitCodes.OK;
      } catch (CancelledException e) {
        return interruption.exitCode().orElse(ExitCodes.CANCELLED);
      }
    } finally {
      models.values().forEach(LoadedModel::close);
    }
  }

  private void load(
      FlexoraHost host,
      Path source,
      AtomicReference<Runnable> cancel,
      Map<String, LoadedModel> models) {
    Experiment experiment =
        adapter.isPresent()
            ? host.experiment(source, overrides)
            : host.experimentOf(source, overrides);
    cancel.set(experiment::cancel);
    LoadedModel.Limits limits =
        new LoadedModel.Limits(
            batch, Duration.ofMillis(batchDelay), queue, Duration.ofSeconds(timeout));
    Optional<LoadedModel> first = Optional.empty();
    for (Map.Entry<String, EvaluationTarget> target : targets(source).entrySet()) {
      if (models.containsKey(target.getKey())) {
        throw new FlexoraException(
            "two models would be called '%s'; name each run once".formatted(target.getKey()));
      }
      LoadedModel model =
          first.isPresent()
              ? first.get().beside(target.getValue())
              : ExperimentArguments.watched(
                  root.console(), view -> experiment.load(target.getValue(), limits, view));
      models.put(target.getKey(), model);
      first = Optional.of(model);
    }
  }

  private Map<String, EvaluationTarget> targets(Path source) {
    Map<String, EvaluationTarget> targets = new LinkedHashMap<>();
    if (adapter.isPresent()) {
      targets.put(name(adapter.get()), new EvaluationTarget.Adapter(adapter.get()));
      return targets;
    }
    String name = name(source);
    for (String cell : cells.isEmpty() ? List.of("main") : cells) {
      targets.put(
          cell.equals("main") ? name : name + ":" + cell,
          new EvaluationTarget.Trained(source, cell));
    }
    if (base) {
      targets.put(name + ":base", new EvaluationTarget.Base());
    }
    return targets;
  }

  private static String name(Path path) {
    return path.toAbsolutePath().normalize().getFileName().toString();
  }

  private ModelServer open(Map<String, LoadedModel> models, Optional<String> token) {
    ModelServer.Bounds usual = ModelServer.Bounds.USUAL;
    try {
      return ModelServer.open(
          models,
          token,
          new ModelServer.Bounds(
              queue, usual.bodyBytes(), usual.inputs(), maxTokens, usual.grace()),
          address,
          port);
    } catch (LivePage.NotFreeException e) {
      throw new FlexoraException(
          "%s (%s)".formatted(e.getMessage(), e.isOfAddress() ? "--address" : "--port"),
          e.getCause());
    }
  }

  private void tell(ModelServer server, Map<String, LoadedModel> models, Optional<String> token) {
    Console console = root.console();
    Optional<String> made = token.filter(value -> tokenFile.isEmpty());
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("address", server.address());
    members.put("models", List.copyOf(models.keySet()));
    made.ifPresent(value -> members.put("token", value));
    console.json("server", members);
    if (console.verbosity().quiet()) {
      console.result(server.address());
      made.ifPresent(console::result);
    }
    console.message("Server  " + server.address());
    made.ifPresent(value -> console.message("Token   " + value));
    models.forEach((name, model) -> console.message("Model   " + name + kinds(model)));
    console.message("Ctrl-C ends it.");
  }

  private static String kinds(LoadedModel model) {
    return model.embeds()
        ? " (embeddings)"
        : model.generates() ? " (chat)" : model.predicts() ? " (classify)" : "";
  }

  private Optional<String> token() {
    if (tokenFile.isEmpty()) {
      return LivePage.isLoopback(address) ? Optional.empty() : Optional.of(ModelServer.newToken());
    }
    Path file = tokenFile.get();
    try {
      String token = RegularFile.text(file).strip();
      if (token.length() < TOKEN_LENGTH || !token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
        throw new FlexoraException(
            "--token-file %s: a token has at least %d ASCII letters, figures or signs, without a blank"
                .formatted(file, TOKEN_LENGTH));
      }
      return Optional.of(token);
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }

  private void requireRanges() {
    if (adapter.isPresent() && (sources.size() > 1 || base || !cells.isEmpty())) {
      throw new FlexoraException(
          "--adapter %s: name one experiment (YAML file), without --cell and --base"
              .formatted(adapter.get()));
    }
    sources.stream()
        .filter(source -> Files.isDirectory(source) == adapter.isPresent())
        .findFirst()
        .ifPresent(
            source -> {
              throw new FlexoraException(
                  adapter.isPresent()
                      ? "%s is a folder; name the experiment (YAML file) of the adapter"
                          .formatted(source)
                      : "%s is not the folder of a run; name one (runs/NAME-TIME), or an adapter (--adapter)"
                          .formatted(source));
            });
    require("--port", port, 0, LAST_PORT);
    require("--batch", batch, 1, 1 << 16);
    require("--batch-delay", batchDelay, 0, 10_000);
    require("--queue", queue, 1, 1000);
    require("--timeout", timeout, 1, 86_400);
    require("--max-tokens", maxTokens, 1, Integer.MAX_VALUE);
  }

  private static void require(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new FlexoraException(
          "option '%s' is %d, but has to be from %d to %d".formatted(option, value, least, most));
    }
  }
}
