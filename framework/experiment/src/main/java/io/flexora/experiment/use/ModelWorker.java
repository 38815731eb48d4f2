package io.flexora.experiment.use;

import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.use.LoadedModel.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The jobs of the one thread that computes with a loaded model, in their order. Examples of several
 * jobs that wait for the same adapter are scored as one batch.
 */
final class ModelWorker {

  private static final long LOOK_MILLIS = 200;

  private final Limits limits;
  private final BooleanSupplier cancelled;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Job<?>> waiting = new ArrayDeque<>();
  private int lastBatch;
  private boolean ended;

  /**
   * Without jobs.
   *
   * @param cancelled whether the thread is to end
   */
  ModelWorker(Limits limits, BooleanSupplier cancelled) {
    this.limits = limits;
    this.cancelled = cancelled;
  }

  /**
   * A piece of work.
   *
   * @param <T> its result
   */
  abstract static class Job<T> {

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private volatile boolean abandoned;

    /** Nobody waits for it any more. */
    final void abandon() {
      abandoned = true;
    }

    final boolean isAbandoned() {
      return abandoned;
    }

    final CompletableFuture<T> result() {
      return result;
    }

    final void fail(Throwable cause) {
      result.completeExceptionally(cause);
    }

    abstract void work();
  }

  /**
   * A piece of work that is done by itself.
   *
   * @param <T> its result
   */
  static final class Single<T> extends Job<T> {

    private final Supplier<T> work;

    Single(Supplier<T> work) {
      this.work = work;
    }

    @Override
    void work() {
      result().complete(work.get());
    }
  }

  /** Examples to score. */
  static final class Scoring extends Job<List<ScoredExample>> {

    private final Function<List<Tokens>, List<ScoredExample>> scorer;
    private final List<Tokens> examples;

    /**
     * Makes the job.
     *
     * @param scorer scores a batch; jobs of the same are joined
     */
    Scoring(Function<List<Tokens>, List<ScoredExample>> scorer, List<Tokens> examples) {
      this.scorer = scorer;
      this.examples = examples;
    }

    @Override
    void work() {
      result().complete(scorer.apply(examples));
    }

    /** Scores the examples of several jobs at once. */
    static void work(List<Scoring> jobs) {
      List<Tokens> all = jobs.stream().flatMap(job -> job.examples.stream()).toList();
      List<ScoredExample> scored = jobs.get(0).scorer.apply(all);
      int from = 0;
      for (Scoring job : jobs) {
        int to = from + job.examples.size();
        job.result().complete(List.copyOf(scored.subList(from, to)));
        from = to;
      }
    }
  }

  /**
   * Puts a job behind the others.
   *
   * @throws LoadedModel.QueueFullException if too many wait
   * @throws FlexoraException if the model was closed
   */
  <J extends Job<?>> J submit(J job) {
    lock.lock();
    try {
      if (ended) {
        throw LoadedModel.closed();
      }
      if (waiting.size() >= limits.queue()) {
        throw new LoadedModel.QueueFullException(waiting.size());
      }
      waiting.add(job);
      changed.signalAll();
      return job;
    } finally {
      lock.unlock();
    }
  }

  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** Lets no further job wait, and the thread end after the present one. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Does jobs until the end, in the thread that calls.
   *
   * @param attributed runs work, and blames who lets it fail
   */
  void run(Consumer<Runnable> attributed) {
    for (List<Job<?>> next = next(); !next.isEmpty(); next = next()) {
      work(next, attributed);
    }
    fail(cancelled.getAsBoolean() ? new CancelledException() : LoadedModel.closed());
  }

  /** Lets all that wait fail, and no further job wait. */
  void fail(Throwable cause) {
    end();
    List<Job<?>> left;
    lock.lock();
    try {
      left = List.copyOf(waiting);
      waiting.clear();
    } finally {
      lock.unlock();
    }
    left.forEach(job -> job.fail(cause));
  }

  private static void work(List<Job<?>> jobs, Consumer<Runnable> attributed) {
    try {
      attributed.accept(
          () -> {
            if (jobs.size() == 1) {
              jobs.get(0).work();
            } else {
              Scoring.work(jobs.stream().map(Scoring.class::cast).toList());
            }
          });
    } catch (RuntimeException | Error e) {
      if (jobs.size() == 1) {
        jobs.get(0).fail(e);
      } else {
        // Only the one whose fault it is fails.
        jobs.forEach(job -> work(List.of(job), attributed));
      }
    }
  }

  /** The next job, or several that are scored together; none at the end. */
  private List<Job<?>> next() {
    lock.lock();
    try {
      while (!ended && !cancelled.getAsBoolean()) {
        waiting.removeIf(Job::isAbandoned);
        if (waiting.isEmpty()) {
          changed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } else {
          Job<?> first = waiting.remove();
          return first instanceof Scoring scoring ? joined(scoring) : List.of(first);
        }
      }
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for others only if the last batch had some, and no longer than until as many came. */
  private List<Job<?>> joined(Scoring first) throws InterruptedException {
    List<Job<?>> batch = new ArrayList<>(List.of(first));
    int rows = first.examples.size();
    long left = limits.batchDelay().toNanos();
    rows = join(first, batch, rows);
    while (rows < Math.min(lastBatch, limits.batchRows()) && left > 0 && !ended) {
      left = changed.awaitNanos(left);
      rows = join(first, batch, rows);
    }
    lastBatch = batch.size() > 1 ? rows : 0;
    return batch;
  }

  private int join(Scoring first, List<Job<?>> batch, int already) {
    int rows = already;
    for (Iterator<Job<?>> others = waiting.iterator(); others.hasNext(); ) {
      if (others.next() instanceof Scoring other
          && other.scorer == first.scorer
          && !other.isAbandoned()
          && rows + other.examples.size() <= limits.batchRows()) {
        batch.add(other);
        rows += other.examples.size();
        others.remove();
      }
    }
    return rows;
  }
}
