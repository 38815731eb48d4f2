package io.flexora.comparison.process;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.SharedInputs;
import io.flexora.experiment.setup.RunConfiguration;
import io.flexora.files.durable.DiskFullException;
import io.flexora.files.machine.ProcessEnd;
import io.flexora.files.machine.ProcessExit;
import io.flexora.plugin.PluginHost;
import io.flexora.runstore.RunListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The program that runs cells in a process of its own: one, or those whose folders it reads from
 * its standard input. It goes on with the run of each as {@code flexora resume} does. It ends with
 * the first that does not come to its end, and says why in one line on the standard error when its
 * exit code is not 0:
 *
 * <ul>
 *   <li>0: all have ended and their results are there
 *   <li>1: a cell failed, for the reason that is told; what it has done so far is kept
 *   <li>2: it could not begin
 *   <li>3: Java ran out of memory
 *   <li>4: the disk is full; what the cell has done so far is kept
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

  /** Longer than the work itself may take to end. */
  private static final Duration GRACE = GracefulShutdown.GRACE.plusSeconds(10);

  private final PrintStream output;
  private final PrintStream errors;
  private final GracefulShutdown end;
  private final ProcessExit exit;

  private CellProcess(
      PrintStream output, PrintStream errors, GracefulShutdown end, ProcessExit exit) {
    this.output = output;
    this.errors = errors;
    this.end = end;
    this.exit = exit;
  }

  /** Runs the cells and ends the process with its exit code. */
  public static void main(String[] arguments) {
    ProcessExit exit = ProcessExit.guard(FAILED, System.err, GRACE);
    GracefulShutdown end = GracefulShutdown.ofThisProcess();
    int code = FAILED;
    try {
      code = new CellProcess(System.out, System.err, end, exit).run(List.of(arguments));
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
    PluginHost host = PluginHost.start(arguments.host());
    try (host;
        SharedInputs shared = new SharedInputs()) {
      exit.owners(host::pluginOf);
      host.requireAsLocked();
      arguments.plugins().forEach(host::install);
      Optional<CellInputs> needed = arguments.inputs().map(CellInputs::read);
      return arguments.folder().isPresent()
          ? run(arguments.folder().get(), needed, host, shared)
          : all(host, shared);
    } finally {
      host.complaints().forEach(complaint -> errors.println("notice: " + complaint));
    }
  }

  /** Runs cells until there is none any more, or one that does not come to its end. */
  private int all(PluginHost host, SharedInputs shared) {
    BufferedReader folders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String folder = next(folders); folder != null; folder = next(folders)) {
      int code = run(Path.of(folder), Optional.empty(), host, shared);
      if (code != ENDED) {
        return code;
      }
      output.println(CellExecution.ENDED);
      output.flush();
    }
    return ENDED;
  }

  /** Waits for the next cell; there is nothing to be saved meanwhile. */
  private String next(BufferedReader folders) {
    end.by(end::reached);
    try {
      return folders.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int run(Path folder, Optional<CellInputs> needed, PluginHost host, SharedInputs shared) {
    Experiment experiment = Experiment.of(host.catalog(), RunConfiguration.read(folder));
    needed.ifPresent(of -> of.require(experiment.code()));
    end.by(experiment::cancel);
    try {
      experiment.resume(folder, shared, notices());
      return ENDED;
    } catch (CancelledException e) {
      return failed(CANCELLED, "cancelled");
    } catch (DiskFullException e) {
      return failed(ProcessEnd.DISK_FULL, e.getMessage());
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
