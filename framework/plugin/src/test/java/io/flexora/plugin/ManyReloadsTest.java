package io.flexora.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that is replaced again and again, as while somebody writes it. */
@Timeout(240)
class ManyReloadsTest {

  private static final int RELOADS = 200;

  private final HostFolder folder;
  private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

  ManyReloadsTest(@TempDir Path root) {
    folder = new HostFolder(root);
  }

  @Test
  void noClassLoaderOfAnEarlierOneIsKept() throws Exception {
    reload("public S() {}");
    for (int i = 0; i < 50 && held() > 0; i++) {
      System.gc();
      Thread.sleep(100);
    }
    assertThat(held()).isZero();
  }

  /** What a plugin itself holds by a thread of its own costs memory, and nothing else. */
  @Test
  void aPluginThatHoldsItsClassLoadersStopsNothingElse() throws Exception {
    reload(
        """
        static final Thread HOLDER = new Thread(() -> {
          while (System.getProperty("reloads.end") == null) {
            try { Thread.sleep(100); } catch (InterruptedException e) { }
          }
        }, "holder");
        static { HOLDER.setDaemon(true); HOLDER.start(); }
        public S() {}
        """);
    System.setProperty("reloads.end", "");
    Thread.sleep(200);
    System.clearProperty("reloads.end");
  }

  private long held() {
    return loaders.stream().limit(RELOADS - 1).filter(loader -> loader.get() != null).count();
  }

  private void reload(String members) throws IOException {
    Path odd = jar("1.0.0", members);
    Path even = jar("1.1.0", members);
    try (PluginHost host = folder.start()) {
      host.install(odd);
      for (int i = 0; i < RELOADS; i++) {
        Path next = i % 2 == 0 ? even : odd;
        assertThat(host.update("p", next).state()).isEqualTo(PluginState.ACTIVE);
        InstalledExtension found = host.catalog().find("selector", "s").orElseThrow();
        assertThat(found.version()).isEqualTo(i % 2 == 0 ? "1.1.0" : "1.0.0");
        loaders.add(new WeakReference<>(loaded(found)));
      }
    }
  }

  private static ClassLoader loaded(InstalledExtension found) {
    try {
      ClassLoader loader = found.extension().implementation().getClassLoader();
      Class.forName("plugin.S", /* initialize= */ true, loader);
      return loader;
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path jar(String version, String members) throws IOException {
    return PluginJar.selector("p", version, "s", members)
        .writeTo(folder.elsewhere("p-" + version + ".jar"));
  }
}
