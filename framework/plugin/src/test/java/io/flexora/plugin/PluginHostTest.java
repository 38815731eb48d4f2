package io.flexora.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import com.google.inject.AbstractModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selector;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginHostTest {

  private final HostFolder folder;

  PluginHostTest(@TempDir Path root) {
    folder = new HostFolder(root);
  }

  private static final class Services extends AbstractModule {
    @Override
    protected void configure() {
      bind(Seeds.class).toInstance(new Seeds(7));
      bind(Device.class).toInstance(Device.cpu());
    }
  }

  private static Selector create(PluginHost host, String reference) {
    return host.catalog()
        .find("selector", reference)
        .orElseThrow()
        .create(Selector.class, new NoOptions(), new Services());
  }

  @Test
  void theLimitOfPluginsIsNotThatOfTheFrameworkWhichTakesLongerOnABusyMachine() throws IOException {
    try (PluginHost host = folder.start(Duration.ZERO, Duration.ofMillis(1))) {
      assertThat(host.plugins()).isEmpty();
    }
  }

  @Test
  void takingABundleUpHasNoLimitOfPluginsEither() throws IOException {
    for (int i = 0; i < 9; i++) {
      PluginJar.bundle("bundle" + i, "1.0.0").writeTo(folder.bundles().resolve(i + ".jar"));
      PluginJar.bundle("plugin" + i, "1.0.0").writeTo(folder.plugins().resolve(i + ".jar"));
    }
    try (PluginHost host = folder.start(Duration.ZERO, Duration.ofNanos(1))) {
      assertThat(host.plugins())
          .extracting(PluginStatus::name)
          .allMatch(name -> name.matches("(bundle|plugin)\\d"))
          .hasSize(18);
    }
  }

  @Test
  void aJarInThePluginsFolderBecomesAnExtension() throws IOException {
    PluginJar.selector("some.plugin", "1.2.0", "fancy").writeTo(folder.plugins().resolve("p.jar"));
    try (PluginHost host = folder.start()) {
      assertThat(host.plugins())
          .containsExactly(
              new PluginStatus(
                  "some.plugin",
                  "1.2.0",
                  folder.plugins().resolve("p.jar").toString(),
                  PluginState.ACTIVE,
                  "",
                  List.of("selector/fancy")));
      assertThat(create(host, "fancy").select(null).layers()).containsExactly(1, 3);
    }
  }

  @Test
  void bundlesOfTheHostAreTakenFromJarsAndExplodedFolders() throws IOException {
    PluginJar.selector("a", "1.0.0", "one").writeTo(folder.bundles().resolve("a.jar"));
    PluginJar.selector("b", "1.0.0", "two").explodeTo(folder.bundles().resolve("b 100%+b/"));
    try (PluginHost host = folder.start()) {
      assertThat(host.plugins()).extracting(PluginStatus::state).containsOnly(PluginState.ACTIVE);
      assertThat(host.catalog().ofKind("selector"))
          .extracting(e -> e.extension().name())
          .containsExactly("one", "two");
      assertThat(create(host, "two").select(null).layers()).hasSize(2);
    }
  }

  @Test
  void anExtensionGetsTheHostsServicesItsOptionsAndWhatItsModuleBinds() throws IOException {
    PluginJar.selector(
            "p",
            "1.0.0",
            "needy",
            """
            @jakarta.inject.Inject
            S(NoOptions options, Seeds seeds, ai.djl.Device device, Runnable own,
                jakarta.inject.Provider<Seeds> later) {
              own.run();
              if (later.get().seed() != 7 || !device.equals(ai.djl.Device.cpu())) {
                throw new IllegalStateException();
              }
            }
            """)
        .module(
            """
            bind(Runnable.class).toInstance(new Runnable() { public void run() {} });
            extension(Selector.class, "needy", NoOptions.class, S.class);
            """)
        .writeTo(folder.plugins().resolve("p.jar"));
    try (PluginHost host = folder.start()) {
      assertThat(host.plugins().get(0).cause()).isEmpty();
      assertThat(create(host, "needy")).isNotNull();
    }
  }

  @Test
  void theConstructorRunsWithTheContextOfItsBundleAndTheCallersIsRestored() throws IOException {
    PluginJar.selector(
            "p",
            "1.0.0",
            "aware",
            """
            public S() throws Exception {
              ClassLoader context = Thread.currentThread().getContextClassLoader();
              if (context.loadClass("plugin.S") != S.class) throw new IllegalStateException();
              if (context.getResource("META-INF/services/ai.djl.engine.EngineProvider") == null) {
                throw new IllegalStateException("no engine");
              }
              throw new FlexoraException("seen");
            }
            """)
        .writeTo(folder.plugins().resolve("p.jar"));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (PluginHost host = folder.start()) {
      assertThatThrownBy(() -> create(host, "aware"))
          .isInstanceOf(FlexoraException.class)
          .hasMessage("seen");
    }
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void aFailureInAConstructorNamesTheExtensionAndThePlugin() throws IOException {
    PluginJar.selector(
            "p", "1.0.0", "bad", "public S() { throw new IllegalStateException(\"no luck\"); }")
        .writeTo(folder.plugins().resolve("p.jar"));
    try (PluginHost host = folder.start()) {
      assertThatThrownBy(() -> create(host, "bad"))
          .isInstanceOf(FlexoraException.class)
          .hasMessage(
              "selector/bad of plugin p 1.0.0 cannot be made: IllegalStateException: no luck");
    }
  }

  @Test
  void theHighestVersionWinsAndAPinPicks() throws IOException {
    PluginJar.selector("p", "1.0.0", "s").writeTo(folder.plugins().resolve("old.jar"));
    PluginJar.selector("p", "1.10.0.v7", "s").writeTo(folder.plugins().resolve("new.jar"));
    PluginJar.selector("q", "1.9.0", "s").writeTo(folder.plugins().resolve("other.jar"));
    try (PluginHost host = folder.start()) {
      assertThat(version(host, "s")).isEqualTo("1.10.0.v7");
      assertThat(version(host, "s@1.10.0")).isEqualTo("1.10.0.v7");
      assertThat(version(host, "s@1.9")).isEqualTo("1.9.0");
      assertThat(host.catalog().find("selector", "s@2")).isEmpty();
      assertThat(host.catalog().find("selector", "s@what")).isEmpty();
      PluginStatus shadowed = HostFolder.status(host, "q");
      assertThat(shadowed.state()).isEqualTo(PluginState.SHADOWED);
      assertThat(shadowed.cause())
          .isEqualTo(
              "selector/s of plugin p 1.10.0.v7 is used instead, unless s@1.9.0 is asked for");
      assertThatThrownBy(() -> host.stop("p"))
          .hasMessage("'p' is installed more than once; say which one: p@1.10.0.v7, p@1.0.0");
      host.stop("p@1.10.0.v7");
      assertThat(version(host, "s")).isEqualTo("1.9.0");
      assertThat(HostFolder.status(host, "q").state()).isEqualTo(PluginState.ACTIVE);
    }
  }

  @Test
  void aPinMeansThatVeryVersionRatherThanAQualifiedBuildOfIt() throws IOException {
    PluginJar.selector("p", "1.0.0", "s").writeTo(folder.plugins().resolve("p.jar"));
    PluginJar.selector("q", "1.0.0.v7", "s").writeTo(folder.plugins().resolve("q.jar"));
    try (PluginHost host = folder.start()) {
      assertThat(version(host, "s")).isEqualTo("1.0.0.v7");
      assertThat(HostFolder.status(host, "p").cause())
          .isEqualTo(
              "selector/s of plugin q 1.0.0.v7 is used instead, unless s@1.0.0 is asked for");
      assertThat(version(host, "s@1.0.0")).isEqualTo("1.0.0");
      assertThat(version(host, "s@1.0.0.v7")).isEqualTo("1.0.0.v7");
      host.stop("p");
      assertThat(version(host, "s@1.0.0")).isEqualTo("1.0.0.v7");
    }
  }

  private static String version(PluginHost host, String reference) {
    return host.catalog().find("selector", reference).orElseThrow().version();
  }

  @Test
  void eachExtensionIsAnOsgiServiceWithItsKindNameAndVersion() throws IOException {
    PluginJar.selector("p", "1.0.0", "s").writeTo(folder.plugins().resolve("p.jar"));
    PluginJar.bundle("watcher", "1.0.0")
        .header("Bundle-Activator", "watch.A")
        .header("Import-Package", "org.osgi.framework,io.flexora.api.plugin")
        .source(
            "watch.A",
            """
            package watch;
            import org.osgi.framework.*;
            public class A implements BundleActivator {
              public void start(BundleContext c) throws Exception {
                ServiceReference<?>[] found = c.getServiceReferences(
                    "io.flexora.api.plugin.Extension",
                    "(&(flexora.kind=selector)(flexora.name=s)(flexora.version=1.0.0))");
                if (found == null) throw new IllegalStateException("no service");
              }
              public void stop(BundleContext c) {}
            }
            """)
        .writeTo(folder.plugins().resolve("q.jar"));
    try (PluginHost host = folder.start()) {
      assertThat(HostFolder.status(host, "watcher").cause()).isEmpty();
    }
  }

  @Test
  void twoHostsRunInOneProcessAndLeaveNothingBehind() throws IOException {
    PluginJar.selector("p", "1.0.0", "s").writeTo(folder.plugins().resolve("p.jar"));
    try (PluginHost one = folder.start()) {
      try (PluginHost two = folder.start()) {
        assertThat(create(one, "s").getClass()).isNotEqualTo(create(two, "s").getClass());
      }
      assertThat(create(one, "s")).isNotNull();
    }
    assertThat(folder.cache()).isEmptyDirectory();
  }

  @Test
  void theResolverLeavesNoThreads() throws IOException {
    PluginJar.selector("p", "1.0.0", "s").writeTo(folder.plugins().resolve("p.jar"));
    try (PluginHost host = folder.start()) {
      assertThat(create(host, "s")).isNotNull();
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("FelixResolver"));
  }

  @Test
  void aCacheThatCannotBeUsedIsSaid() throws IOException {
    Path file = Files.createDirectories(folder.root()).resolve("cache");
    Files.createFile(file);
    assertThatThrownBy(folder::start)
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("cannot use the cache folder " + file + ": ");
  }

  @Test
  void whatAKilledHostLeftIsDeletedByTheNext() throws IOException {
    Path left = Files.createDirectories(folder.cache().resolve("host-999999999-1"));
    Files.write(left.resolve("lock"), new byte[0]);
    try (PluginHost host = folder.start()) {
      assertThat(left).doesNotExist();
      assertThat(host.plugins()).isEmpty();
    }
  }

  @Test
  void aMissingFolderOfBundlesIsSaid() {
    Path missing = folder.root().resolve("nowhere");
    assertThatThrownBy(
            () ->
                PluginHost.start(
                    new PluginHostOptions(
                        List.of(missing),
                        java.util.Optional.empty(),
                        folder.cache(),
                        java.time.Duration.ZERO)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(missing.toString());
    assertThat(folder.cache()).isEmptyDirectory();
  }
}
