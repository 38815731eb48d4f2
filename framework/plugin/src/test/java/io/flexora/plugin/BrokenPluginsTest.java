package io.flexora.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Each broken plugin is one readable line, and the good one beside it works. Those that wait for a
 * plugin that hangs do so together.
 */
class BrokenPluginsTest {

  private final HostFolder folder;

  BrokenPluginsTest(@TempDir Path root) {
    folder = new HostFolder(root);
  }

  private PluginStatus tried(PluginJar broken) throws IOException {
    return tried(broken, Duration.ofSeconds(30));
  }

  private PluginStatus hanging(PluginJar broken) throws IOException {
    return tried(broken, Duration.ofSeconds(5));
  }

  private PluginStatus tried(PluginJar broken, Duration limit) throws IOException {
    broken.writeTo(folder.plugins().resolve("a-broken.jar"));
    PluginJar.selector("good", "1.0.0", "good").writeTo(folder.plugins().resolve("good.jar"));
    try (PluginHost host = folder.start(Duration.ZERO, limit)) {
      assertThat(HostFolder.status(host, "good").state()).isEqualTo(PluginState.ACTIVE);
      assertThat(host.catalog().find("selector", "good")).isPresent();
      PluginStatus status = HostFolder.status(host, "broken");
      assertThat(status.cause()).doesNotContain("\n").hasSizeLessThan(400);
      assertThat(host.catalog().extensions()).hasSize(1 + status.extensions().size());
      return status;
    }
  }

  private static void assertIs(PluginStatus status, PluginState state, String cause) {
    assertThat(status.cause()).isEqualTo(cause);
    assertThat(status.state()).isEqualTo(state);
  }

  @Test
  void aPackageThatNobodyGives() throws IOException {
    assertIs(
        tried(PluginJar.selector("broken", "1.0.0", "s").import_("com.acme;version=\"[1.0,2.0)\"")),
        PluginState.UNRESOLVED,
        "needs package com.acme [1.0,2.0), which nothing installed gives: add the bundle that"
            + " exports it, or pack it into the jar");
  }

  @Test
  void aPackageOfTheHostInAnotherVersion() throws IOException {
    assertIs(
        tried(
            PluginJar.selector("broken", "1.0.0", "s")
                .import_("io.flexora.api.model;version=\"[2.0,3.0)\"")),
        PluginState.UNRESOLVED,
        "needs package io.flexora.api.model [2.0,3.0), but the host gives it in version 0.1.0");
  }

  @Test
  void aPackageOfAnotherPluginInAnotherVersion() throws IOException {
    PluginJar.bundle("lib", "3.0.0")
        .header("Export-Package", "com.acme;version=\"3.0.0\"")
        .writeTo(folder.plugins().resolve("lib.jar"));
    assertIs(
        tried(PluginJar.selector("broken", "1.0.0", "s").import_("com.acme;version=\"[1.0,2.0)\"")),
        PluginState.UNRESOLVED,
        "needs package com.acme [1.0,2.0), but lib 3.0.0 gives it in version 3.0.0");
  }

  @Test
  void aPackageOfAPluginThatIsItselfUnresolved() throws IOException {
    PluginJar.bundle("lib", "1.0.0")
        .header("Export-Package", "com.acme;version=\"1.0.0\"")
        .header("Import-Package", "org.gone")
        .writeTo(folder.plugins().resolve("lib.jar"));
    assertIs(
        tried(PluginJar.selector("broken", "1.0.0", "s").import_("com.acme;version=\"1.0\"")),
        PluginState.UNRESOLVED,
        "needs package com.acme 1.0, which lib 1.0.0 gives, but that needs package org.gone, which"
            + " nothing installed gives: add the bundle that exports it, or pack it into the jar");
  }

  @Test
  void aBundleThatIsNotThere() throws IOException {
    assertIs(
        tried(
            PluginJar.selector("broken", "1.0.0", "s")
                .header("Require-Bundle", "com.acme.lib;bundle-version=\"[1.0,2.0)\"")),
        PluginState.UNRESOLVED,
        "needs bundle com.acme.lib [1.0,2.0), which nothing installed gives");
  }

  @Test
  void aFragmentOfABundleThatIsNotThere() throws IOException {
    assertIs(
        tried(PluginJar.bundle("broken", "1.0.0").header("Fragment-Host", "nowhere")),
        PluginState.UNRESOLVED,
        "needs bundle nowhere to attach to, which nothing installed gives");
  }

  @Test
  void aNewerJavaByRequirement() throws IOException {
    assertIs(
        tried(
            PluginJar.selector("broken", "1.0.0", "s")
                .header(
                    "Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=99))\"")),
        PluginState.UNRESOLVED,
        "needs Java 99; this is Java " + Runtime.version().feature());
  }

  @Test
  void aNewerJavaByClassFile() throws IOException {
    byte[] magicAndVersion = {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe, 0, 0, 0, 99};
    PluginStatus status =
        tried(
            PluginJar.plugin("broken", "1.0.0")
                .entry("plugin/M.class", java.util.Arrays.copyOf(magicAndVersion, 64)));
    assertIs(
        status,
        PluginState.FAILED,
        "its module plugin.M failed: plugin.M was compiled for Java 55; this is Java "
            + Runtime.version().feature());
  }

  @Test
  void aModuleClassThatIsNotInTheJar() throws IOException {
    assertIs(
        tried(PluginJar.plugin("broken", "1.0.0")),
        PluginState.FAILED,
        "its module class plugin.M (header Flexora-Plugin) is not in the jar");
  }

  @Test
  void aModuleOfAnotherKind() throws IOException {
    assertIs(
        tried(
            PluginJar.plugin("broken", "1.0.0")
                .source("plugin.M", "package plugin; public class M {}")),
        PluginState.FAILED,
        "plugin.M (header Flexora-Plugin) does not extend the host's"
            + " io.flexora.api.plugin.FlexoraModule");
  }

  @Test
  void aModuleThatThrows() throws IOException {
    assertIs(
        tried(
            PluginJar.selector("broken", "1.0.0", "s")
                .module("throw new IllegalStateException(\"bad\\n  luck\");")),
        PluginState.FAILED,
        "its module plugin.M failed: IllegalStateException: bad luck");
  }

  @Test
  void aClassWhoseStaticInitializerThrows() throws IOException {
    String table =
        """
        package plugin;
        class Table {
          static int size;
          static { if (true) throw new IllegalStateException("no table"); }
        }
        """;
    assertIs(
        tried(
            PluginJar.selector("broken", "1.0.0", "s")
                .source("plugin.Table", table)
                .module("if (Table.size > 0) throw new Error();")),
        PluginState.FAILED,
        "its module plugin.M failed: a static initializer failed: IllegalStateException: no table");
    PluginStatus second =
        tried(
            PluginJar.selector("broken", "1.0.0", "s")
                .source("plugin.Table", table)
                .module("try { Table.size++; } catch (LinkageError e) { Table.size--; }"));
    assertThat(second.cause())
        .startsWith("its module plugin.M failed: Could not initialize class plugin.Table")
        .doesNotContain("is not there");
  }

  @Test
  void aModuleWithoutExtensions() throws IOException {
    assertIs(
        tried(PluginJar.plugin("broken", "1.0.0").module("")),
        PluginState.FAILED,
        "its module plugin.M declares no extension");
  }

  @Test
  void aModuleThatDeclaresTheSameTwice() throws IOException {
    String extension = "extension(Selector.class, \"s\", NoOptions.class, %s.class);";
    PluginStatus status =
        tried(
            PluginJar.selector("broken", "1.0.0", "s")
                .source("plugin.T", PluginJar.selectorClass("").replace("class S", "class T"))
                .module(extension.formatted("S") + extension.formatted("T")));
    assertThat(status.state()).isEqualTo(PluginState.FAILED);
    assertThat(status.cause())
        .startsWith("its module plugin.M failed: ")
        .contains("selector/s")
        .contains("bound multiple times");
  }

  @Test
  void anExtensionNameThatIsMalformed() throws IOException {
    assertIs(
        tried(PluginJar.selector("broken", "1.0.0", "Not Good")),
        PluginState.FAILED,
        "its module plugin.M failed: IllegalArgumentException: extension name 'Not Good' is not"
            + " lower-case words joined by hyphens or underscores");
  }

  @Test
  void anOptionThatIsNoneOfTheKnownTypes() throws IOException {
    assertOptions(
        "@Option(doc = \"d\") int[] what",
        "plugin.O.what is of type int[], which an option cannot have; it may be int, long,");
    assertOptions("int rank", "plugin.O.rank has no @Option");
    assertOptions(
        "@Option(doc = \"d\", byDefault = \"many\") int rank",
        "plugin.O: the default of option 'rank' is 'many', but has to be a whole number");
    assertOptions("@Option(doc = \"d\") java.util.List<O> inner", "plugin.O holds itself");
  }

  private void assertOptions(String components, String cause) throws IOException {
    PluginStatus status =
        tried(
            PluginJar.selector("broken", "1.0.0", "s")
                .source(
                    "plugin.O",
                    """
                    package plugin;
                    import io.flexora.api.plugin.Option;
                    public record O(%s) {}
                    """
                        .formatted(components))
                .module("extension(Selector.class, \"s\", O.class, S.class);"));
    assertThat(status.state()).isEqualTo(PluginState.FAILED);
    assertThat(status.cause())
        .startsWith("selector/s: its options cannot be used: ")
        .contains(cause);
  }

  @Test
  void anOptionWhoseTypeIsNotThere() throws IOException {
    Path library =
        PluginJar.bundle("library", "1.0.0")
            .source("com.acme.Size", "package com.acme; public enum Size { SMALL, LARGE }")
            .writeTo(folder.elsewhere("library.jar"));
    PluginStatus status =
        tried(
            PluginJar.selector("broken", "1.0.0", "s")
                .compiledAgainst(library)
                .source(
                    "plugin.O",
                    """
                    package plugin;
                    import io.flexora.api.plugin.Option;
                    public record O(@Option(doc = "d") com.acme.Size size) {}
                    """)
                .module("extension(Selector.class, \"s\", O.class, S.class);"));
    assertThat(status.state()).isEqualTo(PluginState.FAILED);
    assertThat(status.cause())
        .startsWith("selector/s: its options cannot be used: the class ")
        .contains("com.acme.Size")
        .endsWith(" is not there: its package is neither in the jar nor imported");
  }

  @Test
  void aManifestWithAVersionThatIsNone() throws IOException {
    PluginJar.selector("broken", "1.0.0", "s")
        .import_("com.acme;version=\"${acme.version}\"")
        .writeTo(folder.plugins().resolve("broken.jar"));
    try (PluginHost host = folder.start()) {
      PluginStatus status = HostFolder.status(host, "broken.jar");
      assertThat(status.state()).isEqualTo(PluginState.FAILED);
      assertThat(status.cause())
          .startsWith("its manifest cannot be used: invalid ")
          .contains("${acme.version}");
    }
  }

  @Test
  void aDependencyThatNobodyBinds() throws IOException {
    assertIs(
        tried(
            PluginJar.selector(
                "broken", "1.0.0", "s", "@jakarta.inject.Inject S(Seeds seeds, Runnable what) {}")),
        PluginState.FAILED,
        "selector/s: plugin.S asks for java.lang.Runnable, which neither the host gives nor its"
            + " module plugin.M binds");
  }

  @Test
  void aDependencyOfABindingThatNobodyBinds() throws IOException {
    PluginStatus status =
        tried(
            PluginJar.selector("broken", "1.0.0", "s")
                .source(
                    "plugin.Helper",
                    """
                    package plugin;
                    class Helper { @jakarta.inject.Inject Helper(Runnable r) {} }
                    """)
                .module(
                    "bind(Helper.class); extension(Selector.class, \"s\", NoOptions.class, S.class);"));
    assertThat(status.state()).isEqualTo(PluginState.FAILED);
    assertThat(status.cause())
        .startsWith("its module plugin.M failed: ")
        .contains("java.lang.Runnable")
        .contains("Helper");
  }

  @Test
  void aConstructorThatNobodyCanCall() throws IOException {
    PluginStatus status = tried(PluginJar.selector("broken", "1.0.0", "s", "public S(int k) {}"));
    assertThat(status.state()).isEqualTo(PluginState.FAILED);
    assertThat(status.cause())
        .startsWith("selector/s cannot be made: No injectable constructor for type plugin.S.")
        .endsWith(" Put @Inject (jakarta.inject) on one.");
  }

  @Test
  void anActivatorThatThrows() throws IOException {
    assertIs(
        tried(activator("throw new IllegalStateException(\"bad luck\");")),
        PluginState.FAILED,
        "its activator failed: IllegalStateException: bad luck");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void anActivatorThatHangs() throws IOException {
    assertIs(
        hanging(
            activator("while (true) { Thread.onSpinWait(); if (Thread.interrupted()) return; }")),
        PluginState.FAILED,
        "its activator did not return within 5 s");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void anActivatorThatHangsAndIgnoresItsInterruption() throws IOException {
    assertIs(
        hanging(
            activator(
                "while (true) try { Thread.sleep(60000); } catch (InterruptedException e) {}")),
        PluginState.FAILED,
        "its activator did not return within 5 s");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aModuleThatHangs() throws IOException {
    assertIs(
        hanging(
            PluginJar.selector("broken", "1.0.0", "s")
                .module("try { Thread.sleep(60000); } catch (InterruptedException e) {}")),
        PluginState.FAILED,
        "its module did not return within 5 s");
  }

  @Test
  void anActivatorClassThatIsMissing() throws IOException {
    PluginStatus status =
        tried(PluginJar.selector("broken", "1.0.0", "s").header("Bundle-Activator", "plugin.Gone"));
    assertThat(status.state()).isEqualTo(PluginState.FAILED);
    assertThat(status.cause()).contains("plugin.Gone");
  }

  @Test
  void aClassThatIsMissingAtTheFirstCall() throws IOException {
    PluginStatus status =
        tried(
            PluginJar.selector("broken", "1.0.0", "s")
                .module(
                    "org.slf4j.LoggerFactory.getLogger(M.class).info(\"imports no logging\");"));
    assertIs(
        status,
        PluginState.FAILED,
        "its module plugin.M failed: the class org.slf4j.LoggerFactory is not there: its package is"
            + " neither in the jar nor imported");
  }

  @Test
  void aNameThatIsTakenAtTheSameVersion() throws IOException {
    PluginJar.selector("first", "1.0.0", "s").writeTo(folder.bundles().resolve("first.jar"));
    PluginJar.selector("broken", "1.0.0", "s").writeTo(folder.plugins().resolve("b.jar"));
    try (PluginHost host = folder.start()) {
      assertIs(
          HostFolder.status(host, "broken"),
          PluginState.FAILED,
          "selector/s 1.0.0 is already taken by plugin first 1.0.0: give the extension another"
              + " name, or the plugin another version");
      assertThat(host.catalog().find("selector", "s").orElseThrow().plugin()).isEqualTo("first");
      assertThat(host.catalog().refused("selector", "s")).containsExactly("plugin broken 1.0.0");
      host.uninstall("first");
      assertThat(host.catalog().find("selector", "s").orElseThrow().plugin()).isEqualTo("broken");
      assertThat(host.catalog().refused("selector", "s")).isEmpty();
    }
  }

  @Test
  void aPointThatTakesAKindOfTheHost() throws IOException {
    assertIs(
        tried(ofOwnPoint("broken", "selector")),
        PluginState.FAILED,
        "selector/q: its plugin.Own takes the kind 'selector', which is that of the host's"
            + " io.flexora.api.selection.Selector: import that package, or give it a kind of its"
            + " own");
  }

  @Test
  void aPointThatTakesAKindOfAnotherPlugin() throws IOException {
    ofOwnPoint("first", "greeter").writeTo(folder.bundles().resolve("first.jar"));
    ofOwnPoint("broken", "greeter").writeTo(folder.plugins().resolve("b.jar"));
    try (PluginHost host = folder.start()) {
      assertIs(
          HostFolder.status(host, "broken"),
          PluginState.FAILED,
          "greeter/q: its plugin.Own takes the kind 'greeter', which is that of plugin.Own of"
              + " plugin first 1.0.0: import that package, or give it a kind of its own");
      host.uninstall("first");
      assertThat(HostFolder.status(host, "broken").state()).isEqualTo(PluginState.ACTIVE);
    }
  }

  private static PluginJar ofOwnPoint(String bundle, String kind) {
    return PluginJar.plugin(bundle, "1.0.0")
        .module("extension(Own.class, \"q\", NoOptions.class, Impl.class);")
        .source(
            "plugin.Own",
            ("package plugin; import io.flexora.api.plugin.*; @ExtensionPoint(value = \"%s\","
                    + " affects = Effect.NOTHING) public interface Own {}")
                .formatted(kind))
        .source("plugin.Impl", "package plugin; public class Impl implements Own {}");
  }

  @Test
  void aFailedPluginIsFoundByANameInItsClasses() throws IOException {
    PluginJar.selector("broken", "1.0.0", "fancy")
        .module(
            "if (System.nanoTime() != 0) throw new IllegalStateException(\"no licence\");"
                + " extension(Selector.class, \"fancy\", NoOptions.class, S.class);")
        .writeTo(folder.plugins().resolve("b.jar"));
    try (PluginHost host = folder.start()) {
      assertThat(host.catalog().unusable("fancy"))
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith("plugin broken 1.0.0 has that name, but is not in use: its module")
          .contains("no licence");
      assertThat(host.catalog().unusable("plain")).isEmpty();
    }
  }

  @Test
  void aJarWithoutTheHeaderIsTakenForALibraryAndSaysSo() throws IOException {
    String lack = "has no header Flexora-Plugin, which names its module: it is taken for a library";
    Path jar = folder.plugins().resolve("b.jar");
    PluginJar headless = PluginJar.selector("headless", "1.0.0", "fancy").without("Flexora-Plugin");
    headless.writeTo(jar);
    try (PluginHost host = folder.start()) {
      assertIs(HostFolder.status(host, "headless"), PluginState.ACTIVE, lack);
      assertThat(host.catalog().unusable("fancy"))
          .containsExactly("plugin headless 1.0.0 has that name, but is not in use: " + lack);
      assertThat(host.catalog().unusable("plain")).isEmpty();
    }
    headless.header("Export-Package", "plugin;version=\"1.0.0\"").writeTo(jar);
    try (PluginHost host = folder.start()) {
      assertIs(HostFolder.status(host, "headless"), PluginState.ACTIVE, "");
    }
  }

  @Test
  void aTwinOfAnInstalledBundle() throws IOException {
    PluginJar.selector("p", "1.0.0", "s").writeTo(folder.plugins().resolve("one.jar"));
    PluginJar.selector("p", "1.0.0", "s").writeTo(folder.plugins().resolve("two.jar"));
    try (PluginHost host = folder.start()) {
      assertThat(host.plugins())
          .extracting(PluginStatus::cause)
          .containsExactly("", "p 1.0.0 is already installed from one.jar");
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aHungPluginDoesNotKeepTheHostFromClosingOrOthersFromComing() throws IOException {
    activator("while (true) try { Thread.sleep(60000); } catch (InterruptedException e) {}")
        .writeTo(folder.plugins().resolve("a.jar"));
    Path later = PluginJar.selector("later", "1.0.0", "t").writeTo(folder.elsewhere("later.jar"));
    long start = System.nanoTime();
    try (PluginHost host = folder.start(Duration.ZERO, Duration.ofSeconds(5))) {
      assertThat(host.install(later).state()).isEqualTo(PluginState.ACTIVE);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(50));
  }

  @Test
  void theSourceOfAStatusIsAlwaysNamed() throws IOException {
    PluginStatus status = tried(PluginJar.plugin("broken", "1.0.0"));
    assertThat(List.of(status.location(), status.version()))
        .containsExactly(folder.plugins().resolve("a-broken.jar").toString(), "1.0.0");
  }

  private static PluginJar activator(String start) {
    return PluginJar.selector("broken", "1.0.0", "s")
        .import_("org.osgi.framework")
        .header("Bundle-Activator", "plugin.A")
        .source(
            "plugin.A",
            """
            package plugin;
            import org.osgi.framework.*;
            public class A implements BundleActivator {
              public void start(BundleContext c) { %s }
              public void stop(BundleContext c) {}
            }
            """
                .formatted(start));
  }
}
