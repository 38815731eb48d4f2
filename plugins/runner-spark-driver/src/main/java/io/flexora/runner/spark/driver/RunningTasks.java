package io.flexora.runner.spark.driver;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** The jobs that have a running task. */
final class RunningTasks extends SparkListener {

  private static final String GROUP = "spark.jobGroup.id";
  // Longer than a task takes to end the process of a cell by force.
  private static final long PATIENCE_SECONDS = 40;

  private final BiConsumer<String, String> started;
  private final Map<Integer, String> groups = new HashMap<>();
  private final Set<String> running = new HashSet<>();

  /**
   * Listens.
   *
   * @param started takes the group of a job and the name of the machine where its task begins
   */
  RunningTasks(BiConsumer<String, String> started) {
    this.started = started;
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart job) {
    String group = job.properties().getProperty(GROUP);
    if (group != null) {
      job.stageInfos().foreach(stage -> groups.put(stage.stageId(), group));
    }
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart task) {
    String group = groups.get(task.stageId());
    if (group != null) {
      running.add(group);
      started.accept(group, task.taskInfo().host());
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
    String group = groups.remove(task.stageId());
    if (group != null) {
      running.remove(group);
      notifyAll();
    }
  }

  /** Waits for the end of the task of a job, but not for ever. */
  void awaitEnd(String group) {
    await(() -> !running.contains(group));
  }

  /** Waits for the ends of all tasks, but not for ever. */
  void awaitEnds() {
    await(running::isEmpty);
  }

  private synchronized void await(BooleanSupplier ended) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try {
      while (!ended.getAsBoolean() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.timedWait(this, 200);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
