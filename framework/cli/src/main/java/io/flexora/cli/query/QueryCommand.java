package io.flexora.cli.query;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.files.machine.MemorySize;
import io.flexora.host.FlexoraHost;
import io.flexora.query.QueryLimits;
import io.flexora.query.QueryResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Asks about all runs by SQL. */
@Command(
    name = "query",
    description = {
      "Queries all runs of a folder with SQL, including the cells of comparisons. Read-only.",
      "",
      "Without SQL, lists the views and their columns.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora query",
      "  flexora query \"SELECT run, strategy, value, layers FROM cells ORDER BY value DESC\"",
      "  flexora query --csv \"SELECT step, figures->>'training_loss' AS loss FROM events",
      "      WHERE phase = 'train' AND kind = 'step'\" > losses.csv"
    })
public final class QueryCommand implements Callable<Integer> {

  private static final int MOST_SECONDS = 1_000_000;

  @ParentCommand private FlexoraCommand root;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "SQL",
      description = "One query in DuckDB's SQL dialect.")
  private Optional<String> sql = Optional.empty();

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      description = "Folder of runs, or a single run or comparison. Default: runs/.")
  private Path runs = Path.of("runs");

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      description = "Time limit of the query. Default: 60.")
  private Optional<Double> seconds = Optional.empty();

  @Option(
      names = "--memory-limit",
      paramLabel = "SIZE",
      description =
          "Memory limit of the query, such as 800m or 2g. Default: half of the free memory.")
  private Optional<String> memory = Optional.empty();

  @Option(names = "--csv", description = "Write CSV instead of an aligned table.")
  private boolean csv;

  @Option(names = "--schema", description = "Show the views and their columns.")
  private boolean schema;

  @Override
  public Integer call() {
    if (csv && root.console().verbosity().json()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--csv and --json exclude each other; write one of them");
    }
    if (schema || sql.isEmpty()) {
      new SchemaPage(root.console()).show();
      return ExitCodes.OK;
    }
    QueryResult result = FlexoraHost.query(runs, sql.get(), limits(), root.console()::message);
    ResultPage page = new ResultPage(root.console());
    if (csv) {
      page.csv(result);
    } else {
      page.show(result);
    }
    return ExitCodes.OK;
  }

  private QueryLimits limits() {
    QueryLimits usual = QueryLimits.usual();
    try {
      return new QueryLimits(
          seconds.map(QueryCommand::time).orElse(usual.time()),
          memory.map(MemorySize::parse).orElse(usual.memory()));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static Duration time(double seconds) {
    if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
      throw new IllegalArgumentException(
          "--time-limit has to be a number of seconds above 0, and at most " + MOST_SECONDS);
    }
    return Duration.ofMillis(Math.max(1, Math.round(seconds * 1e3)));
  }
}
