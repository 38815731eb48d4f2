package io.flexora.cli.run;

import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.output.Console;
import io.flexora.cli.output.Paragraph;
import io.flexora.cli.output.TextTable;
import io.flexora.comparison.Comparison;
import io.flexora.comparison.claim.Claim;
import io.flexora.comparison.claim.ClaimFinding;
import io.flexora.comparison.claim.ClaimFinding.State;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.host.FlexoraHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Decides claims by comparisons. */
@Command(
    name = "claims",
    description = {
      "Decides claims: runs the cells of their comparisons that are missing, and prints whether"
          + " each claim is supported, refuted or not decided, with the interval.",
      "",
      "A claim is a YAML file with its source, its comparison and its test, written before the"
          + " comparison runs. Claims with the same comparison share its cells. The newest folder"
          + " of the comparison is continued.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora claims config/claims --dry-run",
      "  flexora claims config/claims/flexora-random.yaml"
    })
public final class ClaimsCommand implements Callable<Integer> {

  private static final String YAML = ".yaml";

  @ParentCommand private FlexoraCommand root;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE|FOLDER",
      defaultValue = "config/claims",
      description = "A claim, or a folder whose .yaml files are claims. Default: ${DEFAULT-VALUE}.")
  private Path place;

  @Option(names = "--dry-run", description = "Decides by the cells that exist, and runs none.")
  private boolean dryRun;

  @Override
  public Integer call() throws Exception {
    List<Path> files = files();
    return root.withHost(
        host -> {
          int code = ExitCodes.OK;
          for (Path file : files) {
            int ended = decide(host, file, host.claim(file));
            if (ended != ExitCodes.OK && ended != ExitCodes.FAILED) {
              return ended;
            }
            code = Math.max(code, ended);
          }
          return code;
        });
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (Stream<Path> files = Files.list(place)) {
      List<Path> claims =
          files.filter(file -> file.getFileName().toString().endsWith(YAML)).sorted().toList();
      if (claims.isEmpty()) {
        throw new FlexoraException(
            "there is no claim in %s; name a .yaml file, or a folder of them".formatted(place));
      }
      return claims;
    }
  }

  private int decide(FlexoraHost host, Path file, Claim claim) {
    int code = ExitCodes.OK;
    List<ClaimFinding> findings = new ArrayList<>();
    Optional<ComparisonOutcome> last = Optional.empty();
    for (String against : claim.against()) {
      Comparison comparison =
          host.comparison(
              file.resolveSibling(claim.comparison()).normalize(), claim.assignments(against));
      Optional<Path> folder = comparison.newest();
      last = folder.map(comparison::read);
      if (!dryRun && last.filter(ComparisonOutcome::isWhole).isEmpty()) {
        code = run(host, comparison, folder);
        if (code != ExitCodes.OK && code != ExitCodes.FAILED) {
          return code;
        }
        last = comparison.folder().map(comparison::read);
      }
      last.ifPresent(outcome -> findings.addAll(claim.findings(against, outcome)));
    }
    show(file, claim, findings, last);
    return code;
  }

  private int run(FlexoraHost host, Comparison comparison, Optional<Path> folder) {
    return new Comparing(root.console(), comparison, host.plugins())
        .toTheEnd(
            listener ->
                folder.isPresent()
                    ? comparison.resume(folder.get(), root.observed(listener))
                    : comparison.run(root.observed(listener)));
  }

  private void show(
      Path file, Claim claim, List<ClaimFinding> findings, Optional<ComparisonOutcome> last) {
    Console console = root.console();
    State state = State.together(findings.stream().map(ClaimFinding::state).toList());
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("file", file.toString());
    members.put("claim", FlexoraHost.json(claim));
    members.put("state", state.words());
    members.put("findings", findings.stream().map(FlexoraHost::json).toList());
    last.ifPresent(outcome -> members.put("folder", outcome.folder().toString()));
    console.json("claim", members);
    console.result("");
    console.result(
        Paragraph.wrap(claim.claim() + " (" + claim.source() + ")", 0, console.columns()));
    if (!findings.isEmpty()) {
      console.result(table(findings).lines(console.palette(), console.columns()));
    }
    console.result(file.getFileName() + ": " + state.words() + missing(state, last));
  }

  private static String missing(State state, Optional<ComparisonOutcome> last) {
    return state != State.NOT_RUN || last.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT, ", %d of %d cells", last.get().done(), last.get().cells().size());
  }

  private static TextTable table(List<ClaimFinding> findings) {
    TextTable table =
        new TextTable(
            List.of(
                TextTable.words("MODEL").ifThereIsRoom(),
                TextTable.words("TASK"),
                TextTable.words("AGAINST"),
                TextTable.numbers("SEEDS").ifThereIsRoom(),
                TextTable.numbers("DIFFERENCE (95 % INTERVAL)"),
                TextTable.numbers("P"),
                TextTable.words("STATE")));
    findings.forEach(
        finding ->
            table.row(
                List.of(
                    finding.model(),
                    finding.task(),
                    finding.against(),
                    Integer.toString(finding.seeds()),
                    number("%+.4f", finding.difference())
                        + finding.interval().map(ClaimsCommand::interval).orElse(""),
                    number("%.3f", finding.pValue()),
                    finding.state().words())));
    return table;
  }

  private static String number(String format, OptionalDouble number) {
    return number.isPresent() ? String.format(Locale.ROOT, format, number.getAsDouble()) : "-";
  }

  private static String interval(ConfidenceInterval of) {
    return String.format(Locale.ROOT, " [%+.4f, %+.4f]", of.low(), of.high());
  }
}
