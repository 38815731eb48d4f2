package io.flexora.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selector;
import io.flexora.plugin.extension.PluginsInUse;
import io.flexora.plugin.install.InstallOptions;
import io.flexora.plugin.install.PluginInstaller;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of plugins, and of experiments that use them, where both are asked to change. */
@Timeout(60)
class PluginsInUseTest {

  private final HostFolder folder;

  PluginsInUseTest(@TempDir Path root) {
    folder = new HostFolder(root);
  }

  private static final class NoServices extends AbstractModule {}

  private Path jar(String name, String version) throws IOException {
    return PluginJar.selector(name, version, "of-" + name)
        .writeTo(folder.elsewhere(name + "-" + version + ".jar"));
  }

  private static Selector create(PluginHost host) {
    return host.catalog()
        .find("selector", "of-p")
        .orElseThrow()
        .create(Selector.class, new NoOptions(), new NoServices());
  }

  @Test
  void whatIsInUseIsNeitherReplacedNorStoppedNorRemovedWhileAnExperimentRuns() throws IOException {
    Path two = jar("p", "2.0.0");
    Path other = jar("q", "1.0.0");
    try (PluginHost host = folder.start()) {
      host.install(jar("p", "1.0.0"));
      PluginInstaller installer = new PluginInstaller(host, location -> two);
      PluginStatus kept =
          host.catalog()
              .undisturbed(
                  () -> {
                    requireRefused(() -> host.update("p", two));
                    requireRefused(() -> host.stop("p"));
                    requireRefused(() -> host.uninstall("p"));
                    requireRefused(
                        () ->
                            installer.install(
                                other.toString(), Optional.empty(), InstallOptions.NONE));
                    assertThat(host.install(other).state()).isEqualTo(PluginState.ACTIVE);
                    return HostFolder.status(host, "p");
                  });
      assertThat(kept.version()).isEqualTo("1.0.0");
      assertThat(kept.state()).isEqualTo(PluginState.ACTIVE);
      assertThat(host.update("p", two).version()).isEqualTo("2.0.0");
      assertThat(host.uninstall("p").state()).isEqualTo(PluginState.UNINSTALLED);
    }
  }

  private static void requireRefused(ThrowingCallable change) {
    assertThatThrownBy(change)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("while an experiment is running");
  }

  @Test
  void closingAsksAnExperimentOfAnotherThreadToEndAndWaitsForIt() throws Exception {
    PluginHost host = folder.start();
    host.install(jar("p", "1.0.0"));
    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<Selection> experiment =
        inAnotherThread(
            host,
            () -> {
              awaitClosing(host, begun);
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
              return create(host).select(null);
            });
    begun.await();
    host.close();
    assertThat(experiment.get().layers()).containsExactly(1, 3);
    assertThatThrownBy(() -> host.catalog().undisturbed(() -> "another one"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the plugin host was closed");
  }

  @Test
  void whatFailsWhileTheHostIsClosedWasCancelled() throws Exception {
    PluginHost host = folder.start();
    CountDownLatch begun = new CountDownLatch(1);
    LinkageError failure = new NoClassDefFoundError("plugin/S");
    FutureTask<Selection> experiment =
        inAnotherThread(
            host,
            () -> {
              awaitClosing(host, begun);
              throw failure;
            });
    begun.await();
    host.close();
    assertThatThrownBy(experiment::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(CancelledException.class)
        .hasCause(failure);
  }

  private static FutureTask<Selection> inAnotherThread(PluginHost host, Supplier<Selection> work) {
    FutureTask<Selection> experiment = new FutureTask<>(() -> host.catalog().undisturbed(work));
    new Thread(experiment, "experiment").start();
    return experiment;
  }

  private static void awaitClosing(PluginHost host, CountDownLatch begun) {
    begun.countDown();
    while (!host.catalog().isClosing()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void anExperimentMayCloseItsHost() throws IOException {
    PluginHost host = folder.start();
    String ended =
        host.catalog()
            .undisturbed(
                () -> {
                  host.close();
                  return "ended";
                });
    assertThat(ended).isEqualTo("ended");
    assertThat(folder.cache()).isEmptyDirectory();
  }

  @Test
  void closingWaitsNoLongerThanItsLimit() throws Exception {
    PluginsInUse inUse = new PluginsInUse();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    FutureTask<Boolean> stubborn =
        new FutureTask<>(
            () ->
                inUse.during(
                    () -> {
                      begun.countDown();
                      try {
                        return over.await(30, TimeUnit.SECONDS);
                      } catch (InterruptedException e) {
                        return false;
                      }
                    }));
    new Thread(stubborn, "experiment").start();
    begun.await();
    assertThat(inUse.close(Duration.ofMillis(50))).isFalse();
    assertThatThrownBy(() -> inUse.during(() -> "a part of it"))
        .isInstanceOf(CancelledException.class);
    over.countDown();
    assertThat(stubborn.get()).isTrue();
    assertThat(inUse.close(Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void whatFailsOfAnInterruptionWasCancelled() throws IOException {
    FlexoraException unreadable =
        new FlexoraException("cannot read the file", new ClosedByInterruptException());
    Supplier<String> work =
        () -> {
          throw unreadable;
        };
    try (PluginHost host = folder.start()) {
      assertThatThrownBy(() -> host.catalog().attributed(work)).isSameAs(unreadable);
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() -> host.catalog().attributed(work))
            .isInstanceOf(CancelledException.class)
            .hasCause(unreadable);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
    }
  }
}
