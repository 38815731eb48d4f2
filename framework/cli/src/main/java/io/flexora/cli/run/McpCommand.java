package io.flexora.cli.run;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.command.Logging;
import io.flexora.cli.command.ProgramVersion;
import io.flexora.web.ControlCall;
import io.flexora.web.LivePage;
import io.flexora.web.ToolServer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Serves runs as tools of the Model Context Protocol. */
@Command(
    name = "mcp",
    description = {
      "Serves the runs of a folder as tools of the Model Context Protocol, on standard input and"
          + " output, for assistants that call tools. The tools list, show and query runs.",
      "",
      "With --allow-changes, tools also check, start, stop and resume runs, each in a process of its"
          + " own, with all your rights.",
      ""
    },
    footer = {"", "Examples:", "  flexora mcp", "  flexora mcp --runs /data/runs --allow-changes"})
public final class McpCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      description = "Folder of runs and comparisons. Default: runs/.")
  private Path runs = Path.of("runs");

  @Option(
      names = "--allow-changes",
      description = "Also serve the tools that check, start, stop and resume runs.")
  private boolean changes;

  @Override
  public Integer call() throws InterruptedException {
    Logging.prepare();
    List<ControlCall> calls =
        LivePage.calls(
                runs,
                arguments -> ServedPage.command(root, arguments),
                root.home().resolve("config"))
            .stream()
            .filter(call -> changes || !call.changes())
            .toList();
    // Not System.out, to which libraries may print.
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    try (ToolServer server = ToolServer.serve(calls, ProgramVersion.ofProgram(), System.in, out)) {
      server.await();
    }
    return ExitCodes.OK;
  }
}
