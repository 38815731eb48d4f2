package io.flexora.files.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeLimitTest {

  private static final TimeLimit LONG = new TimeLimit(Duration.ofMinutes(1));
  private static final TimeLimit SHORT = new TimeLimit(Duration.ofMillis(50));

  private static String fail(Exception failure) throws Exception {
    throw failure;
  }

  @Test
  void givesWhatTheWorkFindsOrThrows() throws Exception {
    assertThat(LONG.<String, IOException>spend(() -> "found", () -> {})).isEqualTo("found");
    IOException failure = new IOException("torn");
    assertThatThrownBy(() -> LONG.spend(() -> fail(failure), () -> {})).isSameAs(failure);
    StackOverflowError error = new StackOverflowError();
    assertThatThrownBy(
            () ->
                LONG.spend(
                    () -> {
                      throw error;
                    },
                    () -> {}))
        .isSameAs(error);
  }

  @Test
  void asksTheWorkToStopWhenItsTimeIsUp() {
    CountDownLatch stopped = new CountDownLatch(1);

    assertThatThrownBy(() -> SHORT.spend(() -> await(stopped, 60), stopped::countDown))
        .isInstanceOf(TimeoutException.class);
    assertThat(stopped.getCount()).isZero();
  }

  @Test
  void anInterruptionOfWhoWaitsIsACancellation() {
    CountDownLatch stopped = new CountDownLatch(1);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> LONG.spend(() -> await(stopped, 60), stopped::countDown))
        .isInstanceOf(CancelledException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(stopped.getCount()).isZero();
  }

  @Test
  void leavesBehindWhatDoesNotStop() {
    List<Runnable> stops = List.of(() -> {}, () -> awaitQuietly(new CountDownLatch(1)));
    for (Runnable stop : stops) {
      long began = System.nanoTime();

      assertThatThrownBy(() -> SHORT.spend(() -> await(new CountDownLatch(1), 60), stop))
          .isInstanceOf(TimeoutException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      await(latch, 60);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean await(CountDownLatch latch, long seconds) throws InterruptedException {
    return latch.await(seconds, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource({"1k, 1024", "800m, 838860800", "2G, 2147483648", "1t, 1099511627776"})
  void readsSizes(String written, long bytes) {
    assertThat(MemorySize.parse(written)).isEqualTo(new MemorySize(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "0m", "-1g", "1.5g", "1gb", "99999999999g"})
  void refusesWhatIsNoSize(String written) {
    assertThatThrownBy(() -> MemorySize.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'%s' is no size of memory, such as 800m or 2g", written);
  }
}
