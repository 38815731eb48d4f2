package io.flexora.cli.doctor;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.output.Console;
import io.flexora.cli.output.Palette;
import io.flexora.cli.output.Paragraph;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Looks whether this machine has what Flexora needs. */
@Command(
    name = "doctor",
    description = {
      "Examines Java, plugins, engines, GPUs, memory, folders and the network, one line each. Exits"
          + " with 1 if something is missing without which nothing runs."
    },
    footer = {"", "Examples:", "  flexora doctor", "  flexora doctor --json --no-network"})
public final class DoctorCommand implements Callable<Integer> {

  /** Where the texts begin. */
  private static final int TEXT = 27;

  @ParentCommand private FlexoraCommand root;

  @Option(names = "--no-network", description = "Do not ask the servers of sources.")
  private boolean noNetwork;

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      description = "Time limit of a server's answer. Default: 5.")
  private int seconds = 5;

  @Override
  public Integer call() throws Exception {
    return root.withUncheckedHost(
        host -> {
          NetworkProbe network =
              noNetwork ? NetworkProbe.none() : NetworkProbe.within(Duration.ofSeconds(seconds));
          List<Finding> findings = new Examination(host, Path.of(""), network).findings();
          findings.forEach(this::show);
          return Examination.isSound(findings) ? ExitCodes.OK : ExitCodes.FAILED;
        });
  }

  private void show(Finding finding) {
    Console console = root.console();
    console.json("finding", finding.members());
    String head = "%s  %-16s  ".formatted(sign(finding.verdict()), finding.about());
    console.result(
        console.terminal().results()
            ? Paragraph.hanging(head, finding.text(), TEXT, console.columns())
            : List.of(head + finding.text()));
  }

  private String sign(Finding.Verdict verdict) {
    Palette palette = root.console().palette();
    return switch (verdict) {
      case FINE -> palette.good("ok     ");
      case NOTE -> palette.faint("note   ");
      case MISSING -> palette.bad("missing");
    };
  }
}
