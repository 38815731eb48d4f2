package io.flexora.runner.slurm;

import io.flexora.api.run.CellAttempt;
import io.flexora.files.queue.JobQueue;
import io.flexora.files.queue.JobScript;
import io.flexora.files.queue.JobStatus;
import io.flexora.files.queue.SilentQueueException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The jobs of a comparison in the queue of Slurm, each of an array and by {@code ARRAY_INDEX}. */
final class SlurmQueue implements JobQueue {

  private static final String ARRAY =
      """
      #!/bin/sh
      set -- %s
      shift "$SLURM_ARRAY_TASK_ID"
      exec sh "$1/job.sh"
      """;

  private final SlurmOptions options;
  private final Slurm slurm;
  private final String name;

  /**
   * Begins.
   *
   * @param name the name of all jobs of the comparison
   */
  SlurmQueue(SlurmOptions options, Slurm slurm, String name) {
    this.options = options;
    this.slurm = slurm;
    this.name = name;
  }

  @Override
  public List<String> submit(List<CellAttempt> attempts) throws SilentQueueException {
    JobScript script = new JobScript(options.home(), options.java(), options.cpus());
    attempts.forEach(script::write);
    String indices =
        "0-" + (attempts.size() - 1) + options.parallel().map(most -> "%" + most).orElse("");
    String folders =
        attempts.stream()
            .map(attempt -> JobScript.quoted(attempt.folder().toString()))
            .collect(Collectors.joining(" "));
    String array =
        slurm.submit(
            name,
            indices,
            options.request(),
            attempts.get(0).workingFolder(),
            ARRAY.formatted(folders));
    return IntStream.range(0, attempts.size()).mapToObj(i -> array + "_" + i).toList();
  }

  @Override
  public Map<String, JobStatus> poll(List<String> jobs) throws SilentQueueException {
    return slurm.states(name);
  }

  @Override
  public JobStatus last(String job) {
    return slurm.past(job);
  }

  @Override
  public void cancel(Collection<String> jobs) {
    slurm.cancel(jobs);
  }

  @Override
  public void close(Collection<String> jobs) {
    slurm.cancelAll(name);
  }
}
