package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.api.run.State;
import io.flexora.results.run.RunEvent;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {

  @TempDir Path folder;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final List<String> notices = new ArrayList<>();
  private long nanos;
  private EventLog log;
  private RunMonitor monitor;
  private NDManager manager;

  @BeforeEach
  void open() {
    log = EventLog.open(folder.resolve("events.jsonl"));
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    log.close();
    manager.close();
  }

  private CheckpointStore store(long everySteps, double everySeconds) {
    RunListener listener =
        new RunListener() {
          @Override
          public void notice(String cell, String phase, String sentence) {
            notices.add(sentence);
          }
        };
    monitor = new RunMonitor(log, "c", "train", listener, cancelled::get, Clock.systemUTC());
    return new CheckpointStore(
        SavingProcess.checkpoints(folder.resolve("train"), "abc", 2),
        new CheckpointOptions(everySteps, everySeconds, 2),
        monitor,
        () -> nanos);
  }

  private static State state(long step) {
    return new State(step, Map.of(), Map.of("step", step));
  }

  private List<Long> savedOf(CheckpointStore store, long from, long to) {
    List<Long> made = new ArrayList<>();
    for (long step = from; step <= to; step++) {
      long now = step;
      store.offer(
          step,
          () -> {
            made.add(now);
            return state(now);
          });
      tell(step);
    }
    return made;
  }

  /** Tells the monitor of the store that was made last; it ends the phase if it was cancelled. */
  private void tell(long step) {
    if (cancelled.get()) {
      assertThatThrownBy(() -> monitor.step(Progress.of(step, 100)))
          .isInstanceOf(CancelledException.class);
    } else {
      monitor.step(Progress.of(step, 100));
    }
  }

  @Test
  void aCheckpointIsDueBySteps() {
    assertThat(savedOf(store(3, 0), 1, 10)).containsExactly(3L, 6L, 9L);
    CheckpointStore resumed = store(3, 0);
    assertThat(resumed.latest(manager).orElseThrow().step()).isEqualTo(9);
    assertThat(savedOf(resumed, 10, 13)).containsExactly(12L);
  }

  @Test
  void aCheckpointIsDueByTime() {
    CheckpointStore store = store(0, 2);
    nanos = 1_900_000_000L;
    assertThat(savedOf(store, 1, 1)).isEmpty();
    nanos = 2_000_000_000L;
    assertThat(savedOf(store, 2, 3)).containsExactly(2L);
    nanos = 4_000_000_000L;
    assertThat(savedOf(store, 4, 4)).containsExactly(4L);
  }

  @Test
  void aCheckpointIsSavedAtOnceWhenTheRunIsCancelled() {
    CheckpointStore store = store(0, 0);
    assertThat(savedOf(store, 1, 4)).isEmpty();
    cancelled.set(true);
    assertThat(savedOf(store, 5, 5)).containsExactly(5L);
    assertThat(store(0, 0).latest(manager).orElseThrow().values()).containsEntry("step", 5L);
  }

  @Test
  void aCancellationBetweenAnOfferAndItsStepIsNotMissed() {
    store(0, 0).offer(3, () -> state(3));
    cancelled.set(true);
    tell(3);
    assertThat(store(0, 0).latest(manager).orElseThrow().step()).isEqualTo(3);
  }

  @Test
  void anInterruptedThreadSavesItsCheckpointAndStaysInterrupted() {
    CheckpointStore store = store(0, 0);
    cancelled.set(true);
    Thread.currentThread().interrupt();
    try {
      assertThat(savedOf(store, 5, 5)).containsExactly(5L);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(store(0, 0).latest(manager).orElseThrow().step()).isEqualTo(5);
  }

  @Test
  void whatAnInterruptedThreadCannotReadIsNotTakenForDamaged() {
    savedOf(store(1, 0), 1, 2);
    CheckpointStore resumed = store(1, 0);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> resumed.latest(manager))
          .isInstanceOf(FlexoraException.class)
          .hasCauseInstanceOf(ClosedByInterruptException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(notices).isEmpty();
    assertThat(resumed.latest(manager).orElseThrow().step()).isEqualTo(2);
  }

  @Test
  void noCheckpointIsAheadOfTheRecord() {
    store(1, 0).offer(1, () -> state(1));
    assertThat(folder.resolve("train/step-1")).doesNotExist();
    tell(1);
    assertThat(folder.resolve("train/step-1")).exists();
    assertThat(EventLog.read(folder.resolve("events.jsonl"))).hasSize(1);
  }

  @Test
  void arraysComeBackBitForBitAndAResumptionIsRecorded() {
    float[] floats = {0.1f, -0f, Float.MIN_VALUE, Float.NaN, Float.NEGATIVE_INFINITY, 3};
    double[] doubles = {0.1, Double.MIN_VALUE};
    NDArray theta = manager.create(floats, new Shape(2, 3));
    NDArray alpha = manager.create(doubles, new Shape(2));
    NDArray scalar = manager.create(0.5f);
    NDArray empty = manager.create(new Shape(0, 4));
    store(1, 0)
        .offer(
            7,
            () ->
                new State(
                    7,
                    Map.of("theta", theta, "alpha", alpha, "scalar", scalar, "empty", empty),
                    Map.of("best", 0.1)));
    tell(7);
    State read = store(1, 0).latest(manager).orElseThrow();
    assertThat(read.arrays().get("theta").getShape()).isEqualTo(new Shape(2, 3));
    assertThat(read.arrays().get("theta").toFloatArray()).isEqualTo(floats);
    assertThat(read.arrays().get("alpha").getDataType()).isEqualTo(DataType.FLOAT64);
    assertThat(read.arrays().get("alpha").toDoubleArray()).isEqualTo(doubles);
    assertThat(read.arrays().get("scalar").getShape()).isEqualTo(new Shape());
    assertThat(read.arrays().get("scalar").getFloat()).isEqualTo(0.5f);
    assertThat(read.arrays().get("empty").getShape()).isEqualTo(new Shape(0, 4));
    assertThat(read.values()).containsEntry("best", 0.1);
    RunEvent last = EventLog.read(folder.resolve("events.jsonl")).get(1);
    assertThat(last.what()).isEqualTo(new Event.Resumed());
    assertThat(last.step()).isEqualTo(7);
  }

  @Test
  void aDamagedCheckpointIsToldToTheUser() throws Exception {
    savedOf(store(1, 0), 1, 2);
    Files.delete(folder.resolve("train/step-2/arrays.safetensors"));
    assertThat(store(1, 0).latest(manager).orElseThrow().step()).isEqualTo(1);
    assertThat(notices).hasSize(1);
    assertThat(notices.get(0)).contains("step-2 is damaged (arrays.safetensors is missing)");
  }

  @Test
  void anArrayOfAnotherTypeIsRefused() {
    NDArray ids = manager.create(new int[] {1});
    assertThatThrownBy(() -> store(1, 0).offer(1, () -> new State(1, Map.of("ids", ids), Map.of())))
        .hasMessageContaining("array 'ids' of a checkpoint is int32");
  }

  @Test
  void aStateOfAnotherStepIsRefused() {
    assertThatThrownBy(() -> store(1, 0).offer(2, () -> state(1)))
        .hasMessageContaining("step 2 was offered the state of step 1");
  }
}
