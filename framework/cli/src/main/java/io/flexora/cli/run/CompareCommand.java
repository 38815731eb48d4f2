package io.flexora.cli.run;

import io.flexora.cli.command.FlexoraCommand;
import io.flexora.comparison.Comparison;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Compares strategies. */
@Command(
    name = "compare",
    description = {
      "Compares strategies: runs each one on every model, task and seed at an equal budget, and"
          + " tests which differences are significant.",
      "",
      "A cell is one strategy on one model and task with one seed. The comparison folder under"
          + " runs/ holds the ledger, a complete run folder of each cell under cells/,"
          + " comparison.json and the reports. A failed cell is recorded with its cause and the"
          + " others continue. Ctrl-C saves a checkpoint and stops; `flexora resume` runs what is"
          + " missing, also after a crash.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora compare config/compare-quickstart.yaml",
      "  flexora compare config/compare-quickstart.yaml --dry-run",
      "  flexora compare more-seeds.yaml --into runs/compare-quickstart-20260102-030405",
      "",
      "Next: open comparison.html, or add seeds to the file and run it --into the same folder."
    })
public final class CompareCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Parameters(paramLabel = "FILE", description = "The comparison, a YAML file.")
  private Path file;

  @Mixin private FileOverrides overrides = new FileOverrides();

  @Option(
      names = "--into",
      paramLabel = "DIR",
      description =
          "An existing comparison folder. Only missing, failed and interrupted cells are run,"
              + " such as those of added seeds, strategies, tasks or models. Added posteriors"
              + " are made of finished cells without training.")
  private Optional<Path> into = Optional.empty();

  @Mixin private ChangedCodeOption changed = new ChangedCodeOption();

  @Option(
      names = "--dry-run",
      description =
          "Lists the cells with their estimated time and memory, by a benchmark of each strategy,"
              + " without running them. `flexora check` looks without a benchmark.")
  private boolean dryRun;

  @Option(
      names = "--benchmark",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "About how long the benchmarks of a dry run take together; with 0 nothing is measured,"
              + " and no weights are loaded. Default: ${DEFAULT-VALUE}.")
  private long benchmark;

  @Mixin private WebOptions web = new WebOptions();

  @Override
  public Integer call() throws Exception {
    return web.withHost(
        root,
        host -> {
          Comparison comparison = host.comparison(file, overrides.assignments());
          Comparing comparing = new Comparing(root.console(), comparison, host.plugins());
          if (dryRun) {
            return comparing.plan(
                into, changed.choice(), Duration.ofSeconds(Math.max(0, benchmark)));
          }
          return web.during(
              root,
              comparison::folder,
              comparison::cancel,
              () ->
                  comparing.toTheEnd(
                      listener ->
                          into.isPresent()
                              ? comparison.resume(
                                  into.get(), changed.choice(), root.observed(listener))
                              : comparison.run(root.observed(listener))));
        });
  }
}
