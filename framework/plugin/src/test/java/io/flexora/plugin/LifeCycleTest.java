package io.flexora.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selector;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LifeCycleTest {

  private static final int ROUNDS = 100;

  private final HostFolder folder;

  LifeCycleTest(@TempDir Path root) {
    folder = new HostFolder(root);
  }

  private Path jar(String version) throws IOException {
    return PluginJar.selector("p", version, "s").writeTo(folder.elsewhere("p-" + version + ".jar"));
  }

  private static final class NoServices extends AbstractModule {}

  private static Selector create(PluginHost host) {
    return host.catalog()
        .find("selector", "s")
        .orElseThrow()
        .create(Selector.class, new NoOptions(), new NoServices());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aHundredRoundsLeaveNoClassLoaderAndNoOpenFile() throws Exception {
    Path one = jar("1.0.0");
    Path two = jar("2.0.0");
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    try (PluginHost host = folder.start()) {
      for (int round = 0; round < ROUNDS; round++) {
        assertThat(host.install(one).state()).isEqualTo(PluginState.ACTIVE);
        loaders.add(use(host));
        assertThat(host.update("p", two).version()).isEqualTo("2.0.0");
        loaders.add(use(host));
        assertThat(host.stop("p").state()).isEqualTo(PluginState.STOPPED);
        assertThat(host.catalog().extensions()).isEmpty();
        assertThat(host.startPlugin("p").state()).isEqualTo(PluginState.ACTIVE);
        loaders.add(use(host));
        assertThat(host.uninstall("p").state()).isEqualTo(PluginState.UNINSTALLED);
      }
      assertThat(host.plugins()).isEmpty();
      assertThat(openPluginFiles()).isEmpty();
      assertThat(loaders).hasSize(3 * ROUNDS);
      assertCollected(loaders);
    }
  }

  private static WeakReference<ClassLoader> use(PluginHost host) {
    Selector selector = create(host);
    assertThat(selector.select(null).layers()).containsExactly(1, 3);
    return new WeakReference<>(selector.getClass().getClassLoader());
  }

  private static void assertCollected(List<WeakReference<ClassLoader>> loaders)
      throws InterruptedException {
    for (int i = 0; i < 50 && loaders.stream().anyMatch(l -> l.get() != null); i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(loaders).allMatch(loader -> loader.get() == null);
  }

  @Test
  void whatAPluginWritesAsJsonDoesNotKeepItsClasses() throws Exception {
    Path jar =
        PluginJar.selector(
                "p",
                "1.0.0",
                "s",
                """
                public S() throws Exception {
                  new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(new Own());
                }
                public static class Own { public int number = 1; }
                """)
            .import_("com.fasterxml.jackson.databind")
            .writeTo(folder.elsewhere("json.jar"));
    try (PluginHost host = folder.start()) {
      assertThat(host.install(jar).state()).isEqualTo(PluginState.ACTIVE);
      List<WeakReference<ClassLoader>> loaders = List.of(use(host));
      host.uninstall("p");
      assertCollected(loaders);
    }
  }

  private List<String> openPluginFiles() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.map(LifeCycleTest::target)
          .filter(t -> t.startsWith(folder.root().toString()) && t.contains(".jar"))
          .toList();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void anUpdateThatDoesNotStartIsRolledBackAndSaysSo() throws IOException {
    Path bad =
        PluginJar.selector("p", "2.0.0", "s")
            .module("throw new IllegalStateException(\"bad luck\");")
            .writeTo(folder.elsewhere("bad.jar"));
    try (PluginHost host = folder.start()) {
      host.install(jar("1.0.0"));
      PluginStatus status = host.update("p", bad);
      assertThat(status.state()).isEqualTo(PluginState.ACTIVE);
      assertThat(status.version()).isEqualTo("1.0.0");
      assertThat(status.cause())
          .isEqualTo(
              "rolled back to 1.0.0, since its update failed: its module plugin.M failed:"
                  + " IllegalStateException: bad luck");
      assertThat(create(host).select(null).layers()).hasSize(2);
      assertThat(host.update("p", jar("3.0.0")).cause()).isEmpty();
    }
  }

  @Test
  void anUpdateThatIsNoPluginChangesNothing() throws IOException {
    Path text = Files.writeString(jar("9.0.0"), "not a jar at all");
    try (PluginHost host = folder.start()) {
      host.install(jar("1.0.0"));
      InstalledExtension before = host.catalog().extensions().get(0);
      PluginStatus status = host.update("p", text);
      assertThat(status.state()).isEqualTo(PluginState.ACTIVE);
      assertThat(status.cause())
          .isEqualTo(
              "1.0.0 runs on, since its update is not usable: not a jar: the file does not begin as"
                  + " a zip does");
      assertThat(host.catalog().extensions()).containsExactly(before);
    }
  }

  @Test
  void whatIsLeftOfAStoppedPluginMakesNothing() throws IOException {
    try (PluginHost host = folder.start()) {
      host.install(jar("1.0.0"));
      InstalledExtension held = host.catalog().extensions().get(0);
      host.stop("p");
      assertThatThrownBy(() -> held.create(Selector.class, new NoOptions(), new NoServices()))
          .isInstanceOf(FlexoraException.class)
          .hasMessage("selector/s cannot be made: plugin p 1.0.0 was stopped, updated or removed");
    }
  }

  @Test
  void aPluginThatLacksAPackageStartsWhenItComesAndStopsWhenItGoes() throws IOException {
    PluginJar.selector("p", "1.0.0", "s")
        .import_("com.acme;version=\"[1.0,2.0)\"")
        .writeTo(folder.plugins().resolve("p.jar"));
    Path lib =
        PluginJar.bundle("lib", "1.0.0")
            .header("Export-Package", "com.acme;version=\"1.5.0\"")
            .writeTo(folder.elsewhere("lib.jar"));
    try (PluginHost host = folder.start()) {
      assertThat(HostFolder.status(host, "p").state()).isEqualTo(PluginState.UNRESOLVED);
      assertThat(host.install(lib).state()).isEqualTo(PluginState.ACTIVE);
      assertThat(HostFolder.status(host, "p").state()).isEqualTo(PluginState.ACTIVE);
      host.uninstall("lib");
      assertThat(HostFolder.status(host, "p").state()).isEqualTo(PluginState.UNRESOLVED);
      assertThat(HostFolder.status(host, "p").cause()).contains("com.acme");
      assertThat(host.catalog().extensions()).isEmpty();
    }
  }

  @Test
  void whatAnUpdateGivesReachesThoseThatUseIt() throws IOException {
    Path one = lib("1.0.0", "1");
    Path two = lib("1.1.0", "2");
    PluginJar.selector(
            "p", "1.0.0", "s", "public S() { throw new FlexoraException(com.acme.L.which()); }")
        .compiledAgainst(one)
        .import_("com.acme;version=\"[1.0,2.0)\"")
        .writeTo(folder.plugins().resolve("p.jar"));
    try (PluginHost host = folder.start()) {
      host.install(one);
      assertThatThrownBy(() -> create(host)).hasMessage("1");
      host.update("lib", two);
      assertThatThrownBy(() -> create(host)).hasMessage("2");
    }
  }

  private Path lib(String version, String which) throws IOException {
    return PluginJar.bundle("lib", version)
        .header("Export-Package", "com.acme;version=\"" + version + "\"")
        .source(
            "com.acme.L",
            "package com.acme; public class L { public static String which() { return \"%s\"; } }"
                .formatted(which))
        .writeTo(folder.elsewhere("lib-" + version + ".jar"));
  }

  @Test
  void anInterruptedCallerChangesThePluginAllTheSameAndStaysInterrupted() throws IOException {
    Path one = jar("1.0.0");
    Path two = jar("2.0.0");
    PluginJar.bundle("resolver", "1.0.0")
        .header("Bundle-Activator", "busy.A")
        .header("Import-Package", "org.osgi.framework,org.osgi.framework.wiring")
        .source("busy.A", KEEPS_THE_FRAMEWORK_LOCKED)
        .writeTo(folder.plugins().resolve("resolver.jar"));
    Thread.currentThread().interrupt();
    try (PluginHost host = folder.start()) {
      for (int round = 0; round < 10; round++) {
        Thread.currentThread().interrupt();
        assertThat(host.install(one).state()).isEqualTo(PluginState.ACTIVE);
        assertThat(host.update("p", two).version()).isEqualTo("2.0.0");
        assertThat(host.uninstall("p").state()).isEqualTo(PluginState.UNINSTALLED);
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(host.install(one).state()).isEqualTo(PluginState.ACTIVE);
      Thread.currentThread().interrupt();
    }
    assertThat(Thread.interrupted()).isTrue();
  }

  /**
   * Takes the framework's lock most of the time, as whatever resolves or refreshes bundles does.
   */
  private static final String KEEPS_THE_FRAMEWORK_LOCKED =
      """
      package busy;
      import java.util.List;
      import org.osgi.framework.*;
      import org.osgi.framework.wiring.FrameworkWiring;
      public class A implements BundleActivator {
        private volatile boolean stopped;
        public void start(BundleContext c) {
          Bundle framework = c.getBundle(0);
          Thread busy = new Thread(() -> resolve(framework.adapt(FrameworkWiring.class)));
          busy.setDaemon(true);
          busy.start();
        }
        private void resolve(FrameworkWiring wiring) {
          while (!stopped) wiring.resolveBundles(null);
        }
        public void stop(BundleContext c) { stopped = true; }
      }
      """;

  @Test
  void aFragmentIsAttachedToAHostThatIsTakenUpAfterItAndToNoOther() throws IOException {
    PluginJar fragment = PluginJar.bundle("f", "1.0.0").header("Fragment-Host", "p");
    Path first = fragment.writeTo(folder.plugins().resolve("a.jar"));
    PluginJar.selector("p", "1.0.0", "s").writeTo(folder.plugins().resolve("p.jar"));
    try (PluginHost host = folder.start()) {
      assertThat(HostFolder.status(host, "f").state()).isEqualTo(PluginState.ACTIVE);
      assertThat(HostFolder.status(host, "f").cause()).isEmpty();
    }
    Path late = Files.move(first, folder.plugins().resolveSibling("f.jar"));
    try (PluginHost host = folder.start()) {
      PluginStatus status = host.install(late);
      assertThat(status.state()).isEqualTo(PluginState.UNRESOLVED);
      assertThat(status.cause())
          .isEqualTo(
              "its host was taken up without it; it is attached when the program starts again");
      assertThat(HostFolder.status(host, "p").state()).isEqualTo(PluginState.ACTIVE);
    }
  }

  @Test
  void anUnknownNameNamesTheKnownOnes() throws IOException {
    try (PluginHost host = folder.start()) {
      host.install(jar("1.0.0"));
      assertThatThrownBy(() -> host.stop("q"))
          .isInstanceOf(FlexoraException.class)
          .hasMessage("no plugin is called 'q'; there are: p");
    }
  }

  @Test
  void anExplodedBundleIsInstalledInPlaceAndUpdatedFromThere() throws IOException {
    Path classes = folder.elsewhere("classes");
    PluginJar.selector("p", "1.0.0", "s").explodeTo(classes);
    try (PluginHost host = folder.start()) {
      assertThat(host.install(classes).state()).isEqualTo(PluginState.ACTIVE);
      PluginJar.selector("p", "1.1.0", "s").explodeTo(classes);
      assertThat(host.install(classes).version()).isEqualTo("1.1.0");
      assertThat(host.plugins()).hasSize(1);
      assertThat(create(host)).isNotNull();
    }
    assertThat(classes.resolve("plugin/S.class")).exists();
  }

  @Test
  void aFileThatIsNotThereIsSaid() throws IOException {
    try (PluginHost host = folder.start()) {
      PluginStatus status = host.install(folder.elsewhere("gone.jar"));
      assertThat(status.state()).isEqualTo(PluginState.NOT_A_PLUGIN);
      assertThat(status.cause()).startsWith("there is no such file");
    }
  }
}
