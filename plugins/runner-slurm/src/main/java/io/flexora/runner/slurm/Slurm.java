package io.flexora.runner.slurm;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.machine.ProgramOutput;
import io.flexora.files.queue.JobStatus;
import io.flexora.files.queue.SilentQueueException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The commands of the user's Slurm. */
final class Slurm {

  /** The exit code of a command, and its output. */
  private record Said(int code, String output, String errors) {

    /** Whether the controller could not be asked, as while it restarts. */
    boolean isSilence() {
      return code == NO_ANSWER || (code != 0 && SILENCE.matcher(errors).find());
    }
  }

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 500;
  private static final int NO_ANSWER = -1;
  private static final Pattern SILENCE =
      Pattern.compile(
          "Unable to contact slurm controller|Socket timed out|Connection (refused|reset|timed out)"
              + "|Resource temporarily unavailable|Zero Bytes were transmitted");
  private static final String TRIVIAL = "#!/bin/sh\nexit 0\n";

  private final Optional<Path> folder;
  private final String user = System.getProperty("user.name");
  private boolean accountsAnswer = true;

  /**
   * Finds the commands.
   *
   * @param folder where they are; on the PATH otherwise
   */
  Slurm(Optional<Path> folder) {
    this.folder = folder;
  }

  /**
   * Asks Slurm whether it would take a job.
   *
   * @throws FlexoraException with what it says if it would not
   */
  void requireAccepted(List<String> request) {
    List<String> words = new ArrayList<>(List.of("--test-only", "--job-name=flexora"));
    words.addAll(request);
    Said said = sbatch(words, TRIVIAL);
    if (said.code() != 0) {
      throw new FlexoraException(
          "Slurm takes no job with these options (sbatch %s): %s"
              .formatted(String.join(" ", words), said.errors()));
    }
  }

  /**
   * Submits an array of jobs.
   *
   * @param name the name of the jobs
   * @param array the indices, as Slurm writes them
   * @return the ID of the array
   * @throws SilentQueueException if Slurm does not answer; it may have taken the jobs all the same
   * @throws FlexoraException if it is refused
   */
  String submit(String name, String array, List<String> request, Path workingFolder, String script)
      throws SilentQueueException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--parsable",
                "--job-name=" + name,
                "--array=" + array,
                // Whether a cell is tried again is decided here, with a folder of its own.
                "--no-requeue",
                "--output=/dev/null",
                "--error=/dev/null",
                "--chdir=" + workingFolder));
    words.addAll(request);
    Said said = sbatch(words, script);
    if (said.isSilence()) {
      throw new SilentQueueException("sbatch: " + said.errors());
    }
    String id = said.output().strip().replaceFirst(";.*", "");
    if (said.code() != 0 || !id.matches("\\d+")) {
      throw new FlexoraException(
          "sbatch %s ended with exit code %d: %s%s"
              .formatted(
                  String.join(" ", words),
                  said.code(),
                  said.errors(),
                  said.errors().contains("array")
                      ? "; array_size has to be less than MaxArraySize of the cluster"
                      : ""));
    }
    return id;
  }

  /**
   * Asks for the state of all jobs of a name that Slurm still knows, by {@code ARRAY_INDEX}.
   *
   * @throws SilentQueueException if Slurm does not answer
   */
  Map<String, JobStatus> states(String name) throws SilentQueueException {
    accountsAnswer = true;
    Said said =
        ask(
            "squeue",
            List.of(
                "--noheader",
                "--array",
                "--states=all",
                "--format=%i|%T|%r",
                "--name=" + name,
                "--user=" + user));
    if (said.code() != 0) {
      throw new SilentQueueException("squeue: " + said.errors());
    }
    return listed(said);
  }

  private static Map<String, JobStatus> listed(Said said) {
    Map<String, JobStatus> jobs = new HashMap<>();
    said.output()
        .lines()
        .map(line -> line.strip().split("\\|", 3))
        .filter(words -> words.length > 1)
        .forEach(words -> jobs.put(words[0], status(words)));
    return jobs;
  }

  private static JobStatus status(String[] words) {
    String reason = words.length > 2 && !words[2].equals("None") ? words[2] : "";
    return JobState.status(words[0], words[1].replaceFirst("[ +].*", ""), reason);
  }

  /**
   * Asks for the state of a job that the queue has forgotten; unknown where Slurm keeps no
   * accounts, or does not answer. Then it is not asked again before the next look at the queue:
   * each question may take a minute.
   */
  JobStatus past(String job) {
    JobStatus unknown = JobState.status(job, "unknown", "");
    if (!accountsAnswer) {
      return unknown;
    }
    try {
      Said said =
          ask(
              "sacct",
              List.of(
                  "--noheader",
                  "--parsable2",
                  "--allocations",
                  "--format=JobID,State",
                  "--jobs=" + job));
      accountsAnswer = said.code() == 0;
      return listed(said).getOrDefault(job, unknown);
    } catch (SilentQueueException e) {
      accountsAnswer = false;
      return unknown;
    }
  }

  /** Ends all jobs of a name and waits until they are gone. */
  void cancelAll(String name) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    boolean interrupted = false;
    for (int look = 0; System.nanoTime() < end; look++) {
      try {
        if (states(name).values().stream().noneMatch(status -> status.phase().isAlive())) {
          break;
        }
        if (look % 20 == 0) {
          ask("scancel", List.of("--name=" + name, "--user=" + user));
        }
      } catch (SilentQueueException e) {
        // Asked again below.
      }
      interrupted |= !pause(LOOK_MILLIS);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Ends jobs, each given by {@code ARRAY_INDEX}. */
  void cancel(Collection<String> jobs) {
    try {
      ask("scancel", List.copyOf(jobs));
    } catch (SilentQueueException e) {
      // The look at the end of the run cancels what is left.
    }
  }

  private Said sbatch(List<String> words, String script) {
    try {
      return said("sbatch", words, script);
    } catch (IOException e) {
      throw new FlexoraException(
          "runner 'slurm' needs the commands of Slurm (sbatch, squeue, scancel), and sbatch cannot be started: %s. Run it on a machine that submits jobs, or give their folder by commands"
              .formatted(e.getMessage()),
          e);
    }
  }

  private Said ask(String command, List<String> words) throws SilentQueueException {
    try {
      return said(command, words, "");
    } catch (IOException e) {
      throw new SilentQueueException(command + ": " + e.getMessage());
    }
  }

  private Said said(String command, List<String> words, String input) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(folder.map(in -> in.resolve(command).toString()).orElse(command));
    line.addAll(words);
    return ProgramOutput.of(new ProcessBuilder(line), input, LIMIT)
        .map(said -> new Said(said.code(), said.output(), brief(said.errors())))
        .orElseGet(() -> new Said(NO_ANSWER, "", "no answer"));
  }

  private static String brief(String errors) {
    return String.join(
        "; ", errors.lines().map(String::strip).filter(l -> !l.isEmpty()).limit(5).toList());
  }
}
