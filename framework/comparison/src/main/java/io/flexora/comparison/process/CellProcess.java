package io.flexora.comparison.process;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.config.ConfigurationReader;
import io.flexora.experiment.Experiment;
import io.flexora.files.machine.ProcessExit;
import io.flexora.plugin.PluginHost;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The program that a process of a cell's own runs: it goes on with the cell's run as {@code flexora
 * resume} does. It says why in one line on the standard error when its exit code is not 0:
 *
 * <ul>
 *   <li>0: the run has ended and its result is there
 *   <li>1: the cell failed, for the reason that is told; what it has done so far is kept
 *   <li>2: it could not begin
 *   <li>3: Java ran out of memory
 *   <li>130, 143: it was asked to end, and did so with a checkpoint
 * </ul>
 *
 * @since 0.1
 */
public final class CellProcess {

  private static final int ENDED = 0;
  private static final int FAILED = 1;
  private static final int NOT_BEGUN = 2;
  private static final int CANCELLED = 130;

  private final PrintStream errors;
  private final GracefulShutdown end;
  private final ProcessExit exit;

  private CellProcess(PrintStream errors, GracefulShutdown end, ProcessExit exit) {
    this.errors = errors;
    this.end = end;
    this.exit = exit;
  }

  /** Runs the cell and ends the process with its exit code. */
  public static void main(String[] arguments) {
    ProcessExit exit = ProcessExit.guard(FAILED, System.err);
    GracefulShutdown end = GracefulShutdown.ofThisProcess();
    int code = FAILED;
    try {
      code = new CellProcess(System.err, end, exit).run(List.of(arguments));
    } finally {
      end.reached();
      exit.now(code);
    }
  }

  private int run(List<String> words) {
    try {
      CellArguments arguments = CellArguments.parse(words);
      arguments.parent().ifPresent(end::withParent);
      beKilledFirst();
      return run(arguments);
    } catch (FlexoraException e) {
      return failed(NOT_BEGUN, e.getMessage());
    } catch (RuntimeException e) {
      return failed(NOT_BEGUN, e.toString());
    }
  }

  private int run(CellArguments arguments) {
    try (PluginHost host = PluginHost.start(arguments.host())) {
      exit.owners(host::pluginOf);
      host.requireAsLocked();
      arguments.plugins().forEach(host::install);
      Path file = RunFolder.configuration(arguments.folder());
      Experiment experiment = Experiment.of(host.catalog(), new ConfigurationReader().read(file));
      arguments.inputs().map(CellInputs::read).ifPresent(of -> of.require(experiment.code()));
      return run(experiment, arguments.folder());
    }
  }

  private int run(Experiment experiment, Path folder) {
    end.by(experiment::cancel);
    try {
      experiment.resume(folder, notices());
      return ENDED;
    } catch (CancelledException e) {
      return failed(CANCELLED, "cancelled");
    } catch (FlexoraException e) {
      return failed(FAILED, e.getMessage());
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      e.printStackTrace(errors);
      return failed(FAILED, e.toString());
    }
  }

  private int failed(int code, String cause) {
    errors.println("error: " + String.valueOf(cause).strip().replaceAll("\\R\\s*", "; "));
    return code;
  }

  private RunListener notices() {
    return new RunListener() {
      @Override
      public void notice(String cell, String phase, String sentence) {
        errors.println("notice: " + sentence);
      }
    };
  }

  /** Where memory runs out on Linux, one cell is less of a loss than the process of them all. */
  private static void beKilledFirst() {
    try {
      Files.writeString(
          Path.of("/proc/self/oom_score_adj"),
          "500",
          StandardCharsets.US_ASCII,
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      // Another system, or one that does not allow it: the choice is its own.
    }
  }
}
