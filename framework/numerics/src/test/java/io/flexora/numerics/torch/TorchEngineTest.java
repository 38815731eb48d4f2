package io.flexora.numerics.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TorchEngineTest {

  private final TorchEngine engine = TorchEngine.start();
  private final int before = engine.threads();

  @AfterEach
  void restore() {
    engine.useThreads(before);
  }

  @Test
  void aThreadThatBeginsWhileAnotherOneUsesFewerHasAsManyAsBefore() throws Exception {
    engine.useThreads(2);
    engine.useThreadsHere(1);
    assertThat(engine.threads()).isEqualTo(1);
    assertThat(threadsOfANewOne()).isEqualTo(2);

    engine.useThreadsHere(2);
    assertThat(engine.threads()).isEqualTo(2);
    assertThat(threadsOfANewOne()).isEqualTo(2);
  }

  @Test
  void whatIsUsedFromNowOnHoldsForThreadsThatBeginLater() throws Exception {
    engine.useThreads(2);
    assertThat(threadsOfANewOne()).isEqualTo(2);
    engine.useThreads(1);
    assertThat(threadsOfANewOne()).isEqualTo(1);
  }

  private static int threadsOfANewOne() throws InterruptedException, ExecutionException {
    FutureTask<Integer> asking = new FutureTask<>(() -> TorchEngine.start().threads());
    new Thread(asking, "new").start();
    return asking.get();
  }
}
