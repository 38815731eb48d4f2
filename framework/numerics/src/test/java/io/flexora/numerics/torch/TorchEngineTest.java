package io.flexora.numerics.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

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

  @Test
  @EnabledOnOs(OS.LINUX)
  void librariesFindTheSettingsOfTheLauncher() {
    Function get = NativeLibrary.getInstance("c").getFunction("getenv");
    for (Map.Entry<String, String> setting :
        Map.of("OMP_WAIT_POLICY", "passive", "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128").entrySet()) {
      assertThat(get.invokeString(new Object[] {setting.getKey()}, false))
          .isEqualTo(System.getenv().getOrDefault(setting.getKey(), setting.getValue()));
    }
  }

  private static int threadsOfANewOne() throws InterruptedException, ExecutionException {
    FutureTask<Integer> asking = new FutureTask<>(() -> TorchEngine.start().threads());
    new Thread(asking, "new").start();
    return asking.get();
  }
}
