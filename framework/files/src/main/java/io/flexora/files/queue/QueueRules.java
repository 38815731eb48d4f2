package io.flexora.files.queue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The rules by which cells go through a queue.
 *
 * @param name the name of the queue in messages, such as Slurm
 * @param attempts the most attempts at a cell, if each is lost
 * @param poll the time between two looks at the queue
 * @param javaOptions options of the Java virtual machine of each cell, such as {@code -Xmx2g}
 * @param most the most jobs in the queue at a time
 * @param least the fewest jobs that are worth a submission, unless no more cells are left
 * @param arrival the time that the result of a process may take to arrive after its end
 * @param pause the time between the loss of an attempt and the next one
 * @param startTimeout the time that jobs may wait while none of them runs, if it is limited
 * @param relief the advice where that time is over, such as {@code Ask for less}
 * @since 0.1
 */
public record QueueRules(
    String name,
    int attempts,
    Duration poll,
    List<String> javaOptions,
    int most,
    int least,
    Duration arrival,
    Duration pause,
    Optional<Duration> startTimeout,
    String relief) {

  /** The time that a shared file system may take to show what another machine has written. */
  public static final Duration ARRIVAL = Duration.ofSeconds(75);

  private static final int MOST = 1000;

  /** Copies the list. */
  public QueueRules {
    javaOptions = List.copyOf(javaOptions);
  }

  /** The rules of a queue that takes a thousand jobs, one by one, and may let them wait. */
  public static QueueRules of(String name, int attempts, Duration poll, List<String> javaOptions) {
    return new QueueRules(
        name, attempts, poll, javaOptions, MOST, 1, ARRIVAL, Duration.ZERO, Optional.empty(), "");
  }

  /** The same for so many jobs at a time, submitted by so many at least. */
  public QueueRules holding(int jobs, int atLeast) {
    return new QueueRules(
        name, attempts, poll, javaOptions, jobs, atLeast, arrival, pause, startTimeout, relief);
  }

  /** The same with other times of arrival and between two attempts. */
  public QueueRules waiting(Duration forResult, Duration afterLoss) {
    return new QueueRules(
        name, attempts, poll, javaOptions, most, least, forResult, afterLoss, startTimeout, relief);
  }

  /** The same with a limit of the time in which no job runs. */
  public QueueRules starting(Optional<Duration> within, String advice) {
    return new QueueRules(
        name, attempts, poll, javaOptions, most, least, arrival, pause, within, advice);
  }
}
