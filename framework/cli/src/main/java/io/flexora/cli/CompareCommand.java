package io.flexora.cli;

import io.flexora.comparison.Comparison;
import java.nio.file.Path;
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
      "Compares strategies: runs each of them on each model and task with each seed, at the same"
          + " budget, and says which differences are real.",
      "",
      "Everything lies in a folder of its own under runs/: the ledger, a complete run of each cell"
          + " under cells/, comparison.json, and the reports. A cell that fails is recorded with its"
          + " cause and the rest goes on. Ctrl-C ends it with a checkpoint; `flexora resume` goes on"
          + " with what is missing, also after a crash.",
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
final class CompareCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Parameters(paramLabel = "FILE", description = "The comparison, a YAML file.")
  private Path file;

  @Mixin private FileOverrides overrides = new FileOverrides();

  @Option(
      names = "--into",
      paramLabel = "DIR",
      description =
          "The folder of a comparison to run what is missing in: of further seeds, strategies, tasks"
              + " or models, of cells that failed, and of an interruption.")
  private Optional<Path> into = Optional.empty();

  @Option(
      names = "--dry-run",
      description =
          "Shows the cells and what they take, as a rehearsal of about a minute measures it, and"
              + " runs nothing else.")
  private boolean dryRun;

  @Mixin private WebOptions web = new WebOptions();

  @Override
  public Integer call() throws Exception {
    return web.withHost(
        root,
        host -> {
          Comparison comparison = host.comparison(file, overrides.assignments());
          Comparing comparing = new Comparing(root.console(), comparison, host.plugins());
          if (dryRun) {
            return comparing.plan(into);
          }
          return web.during(
              root.console(),
              comparison::folder,
              () ->
                  comparing.toTheEnd(
                      listener ->
                          into.isPresent()
                              ? comparison.resume(into.get(), listener)
                              : comparison.run(listener)));
        });
  }
}
