package io.flexora.runner.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.files.queue.JobStatus;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparkJobTest {

  private static final String LOSS =
      "Job aborted due to stage failure: Task 0 in stage 3.0 failed 1 times, most recent failure:"
          + " Lost task 0.0 in stage 3.0 (TID 3) (node7 executor 1): ExecutorLostFailure"
          + " (executor 1 exited caused by one of the running tasks) Reason: ";

  private final SparkJob job = new SparkJob();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Container killed by YARN for exceeding physical memory limits. 16.6 GB of 16.5 GB physical"
            + " memory used. Consider boosting spark.executor.memoryOverhead.",
        """

        The executor with id 1 exited with exit code 137(SIGKILL, possible container OOM).

        The API gave the following container statuses:

        \t exit code: 137
        \t termination reason: OOMKilled
        """
      })
  void anExecutorThatWasKilledForItsMemoryFailsTheCell(String reason) {
    job.lost(LOSS + reason);

    assertThat(job.status().phase()).isEqualTo(JobStatus.Phase.KILLED);
    assertThat(job.status().text())
        .contains("took more memory than that had asked for; give more by memory");
  }

  @Test
  void anyOtherLossIsNoFailureOfTheCell() {
    job.lost(LOSS + "Remote RPC client disassociated. Likely due to containers exceeding limits");

    assertThat(job.status().phase()).isEqualTo(JobStatus.Phase.LOST);
  }

  @Test
  void aProcessThatCouldNotBeginFailsTheCellWithItsCause() {
    job.ended(2, Optional.of("the folder /shared is not there on node7"));

    assertThat(job.status())
        .isEqualTo(JobStatus.failed("the folder /shared is not there on node7"));
  }
}
