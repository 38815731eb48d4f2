package io.flexora.files.queue;

import io.flexora.api.run.CellAttempt;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * An external queue of jobs, each of which runs an attempt at a cell on a machine that shares the
 * folders of this one. {@link QueuedCells} calls it from one thread.
 *
 * @since 0.1
 */
public interface JobQueue {

  /**
   * Submits a job for each attempt.
   *
   * @param attempts at least one
   * @return the IDs of the jobs, in the order of the attempts
   * @throws SilentQueueException if the queue does not answer; the cells then get other attempts,
   *     and jobs that it has taken all the same are cancelled once {@link #poll} lists them
   * @throws io.flexora.api.run.FlexoraException if it refuses the jobs, which ends the run
   */
  List<String> submit(List<CellAttempt> attempts) throws SilentQueueException;

  /**
   * Asks for the jobs of this run.
   *
   * @param jobs the jobs that are not over, in the order in which they were submitted
   * @return the status of each job that the queue knows, by ID
   * @throws SilentQueueException if the queue does not answer
   */
  Map<String, JobStatus> poll(List<String> jobs) throws SilentQueueException;

  /** Ends jobs, as far as they have not ended; nothing happens if the queue does not answer. */
  void cancel(Collection<String> jobs);

  /** The status of a job that {@link #poll} does not list. */
  default JobStatus last(String job) {
    return JobStatus.gone("its job " + job + " is gone and has left no exit code");
  }

  /**
   * Ends the jobs that are left at the end of a run, by {@link #cancel} unless there is none.
   *
   * @param jobs the jobs that are not over
   */
  default void close(Collection<String> jobs) {
    if (!jobs.isEmpty()) {
      cancel(jobs);
    }
  }
}
