package io.flexora.experiment.use;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.head.Answer;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.use.LoadedModel.Limits;
import io.flexora.experiment.use.ModelWorker.Scoring;
import io.flexora.experiment.use.ModelWorker.Single;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelWorkerTest {

  private static final int BATCH = 4;
  private static final int QUEUE = 6;

  private final ModelWorker worker =
      new ModelWorker(
          new Limits(BATCH, Duration.ofMillis(5), QUEUE, Duration.ofSeconds(10)), () -> false);
  private final List<Integer> batches = new CopyOnWriteArrayList<>();
  private final Function<List<Tokens>, List<ScoredExample>> scorer = this::scored;
  private final CountDownLatch busy = new CountDownLatch(1);
  private final Thread thread = new Thread(() -> worker.run(Runnable::run));

  @AfterEach
  void end() throws InterruptedException {
    worker.end();
    thread.join();
  }

  private List<ScoredExample> scored(List<Tokens> examples) {
    batches.add(examples.size());
    if (examples.stream().anyMatch(tokens -> tokens.example().id().equals("bad"))) {
      throw new FlexoraException("a bad row");
    }
    return examples.stream()
        .map(Tokens::example)
        .map(
            example ->
                new ScoredExample(
                    example,
                    new Prediction(example.id(), new Answer.Choice(0, 0, List.of(0.0))),
                    List.of(1)))
        .toList();
  }

  private static List<Tokens> rows(String... names) {
    return List.of(names).stream()
        .map(
            name -> new Tokens(new Example(name, "", List.of("a"), 0), new int[] {1}, List.of(), 0))
        .toList();
  }

  /** Keeps the thread busy until all jobs are there. */
  private void hold() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    worker.submit(
        new Single<>(
            () -> {
              begun.countDown();
              try {
                busy.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return "";
            }));
    thread.start();
    begun.await();
  }

  private static List<String> ids(Scoring job) throws Exception {
    return job.result().get().stream().map(scored -> scored.example().id()).toList();
  }

  @Test
  void rowsThatWaitTogetherAreOneBatchUpToItsSize() throws Exception {
    hold();
    List<Scoring> jobs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      jobs.add(worker.submit(new Scoring(scorer, rows("row " + i))));
    }
    busy.countDown();

    for (int i = 0; i < 5; i++) {
      assertThat(ids(jobs.get(i))).containsExactly("row " + i);
    }
    assertThat(batches).containsExactly(BATCH, 1);
  }

  @Test
  void jobsOfAnotherAdapterAndOtherWorkStayApart() throws Exception {
    Function<List<Tokens>, List<ScoredExample>> other = this::scored;
    hold();
    Scoring first = worker.submit(new Scoring(scorer, rows("a", "b")));
    Scoring second = worker.submit(new Scoring(other, rows("c")));
    Single<String> work = worker.submit(new Single<>(() -> "done"));
    Scoring third = worker.submit(new Scoring(scorer, rows("d")));
    busy.countDown();

    assertThat(ids(first)).containsExactly("a", "b");
    assertThat(ids(second)).containsExactly("c");
    assertThat(work.result().get()).isEqualTo("done");
    assertThat(ids(third)).containsExactly("d");
    assertThat(batches).containsExactly(3, 1);
  }

  @Test
  void oneThatFailsSpoilsNoOther() throws Exception {
    hold();
    Scoring good = worker.submit(new Scoring(scorer, rows("a")));
    Scoring bad = worker.submit(new Scoring(scorer, rows("bad")));
    busy.countDown();

    assertThat(ids(good)).containsExactly("a");
    assertThatThrownBy(() -> bad.result().get())
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("a bad row");
    assertThat(batches).containsExactly(2, 1, 1);
  }

  @Test
  void theQueueHasAnEndAndWhatNobodyWaitsForIsLeftOut() throws Exception {
    hold();
    List<Scoring> jobs = new ArrayList<>();
    IntStream.range(0, QUEUE)
        .forEach(i -> jobs.add(worker.submit(new Scoring(scorer, rows("row " + i)))));
    assertThat(worker.waiting()).isEqualTo(QUEUE);
    assertThatThrownBy(() -> worker.submit(new Scoring(scorer, rows("more"))))
        .isInstanceOf(LoadedModel.QueueFullException.class)
        .hasMessage("6 requests wait already; try again later");
    jobs.subList(1, QUEUE).forEach(Scoring::abandon);
    busy.countDown();

    assertThat(ids(jobs.get(0))).containsExactly("row 0");
    assertThat(batches).containsExactly(1);
  }

  @Test
  void theEndFailsThoseThatWait() throws Exception {
    hold();
    Scoring waits = worker.submit(new Scoring(scorer, rows("a")));
    worker.end();
    busy.countDown();

    assertThatThrownBy(() -> waits.result().get()).hasMessageContaining("the model was closed");
    assertThatThrownBy(() -> worker.submit(new Scoring(scorer, rows("b"))))
        .hasMessage("the model was closed; load it again");
    assertThat(batches).isEmpty();
  }
}
