package io.flexora.numerics.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.head.Head;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.NoAdapter;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DataParallelAdapterTest {

  private static final int DEVICES = 3;
  private static final AdapterPlan PLAN =
      new AdapterPlan(new NoAdapter(), List.of(), List.of(), Head.classes(2));

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final DeviceThreads threads =
      DeviceThreads.start(Collections.nCopies(DEVICES, Device.cpu()));
  private final CountDownLatch thirdIsAtWork = new CountDownLatch(1);
  private final AtomicBoolean thirdHadItsMemory = new AtomicBoolean();

  @AfterEach
  void close() {
    threads.close();
    manager.close();
  }

  /** What a device works on may not be freed, and of several failures the first is told. */
  @Test
  void waitsForTheOtherDevicesWhereTwoFailOneOfThemWithAnError() {
    DataParallelAdapter adapted =
        new DataParallelAdapter(Collections.nCopies(DEVICES, new Base(manager)), PLAN, threads);

    assertThatThrownBy(
            () ->
                adapted.<Integer>eachBatch(
                    manager, DEVICES, (on, own, i) -> work(own, i), (i, found) -> {}))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("device 1 of 3 (cpu): a weight is broken");
    assertThat(thirdHadItsMemory).isTrue();
  }

  private int work(NDManager own, int batch) {
    if (batch == 0) {
      await(thirdIsAtWork);
      throw new FlexoraException("a weight is broken");
    }
    if (batch == 1) {
      throw new OutOfMemoryError("of a test");
    }
    thirdIsAtWork.countDown();
    pause();
    thirdHadItsMemory.set(own.isOpen());
    return batch;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Longer than it takes to hand the failures of the other devices over. */
  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A model that is not asked for anything. */
  private record Base(NDManager manager) implements BaseModel {

    @Override
    public ModelShape shape() {
      throw new AssertionError("no shape is asked for");
    }

    @Override
    public AdaptedModel adapt(AdapterPlan plan) {
      return (AdaptedModel)
          Proxy.newProxyInstance(
              AdaptedModel.class.getClassLoader(),
              new Class<?>[] {AdaptedModel.class},
              (proxy, method, arguments) -> method.getName().equals("plan") ? plan : null);
    }

    @Override
    public void close() {
      // There is nothing to free.
    }
  }
}
