package io.flexora.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.FileHash;
import io.flexora.plugin.install.InstallOptions;
import io.flexora.plugin.install.PluginInstaller;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shipped plugins keep their names, whatever else is dropped in. */
class ShippedPluginsTest {

  private static final InstallOptions REPLACING =
      new InstallOptions(Optional.empty(), Optional.empty(), false, /* replaceShipped= */ true);

  private final HostFolder folder;
  private final Path shipped;

  ShippedPluginsTest(@TempDir Path root) {
    folder = new HostFolder(root);
    shipped = folder.plugins().resolve("shipped.jar");
  }

  @BeforeEach
  void ship() throws IOException {
    PluginJar.selector("own", "1.0.0", "own").writeTo(folder.bundles().resolve("own.jar"));
    PluginJar.selector("shipped", "1.0.0", "random").writeTo(shipped);
    list();
  }

  private void list() throws IOException {
    Files.writeString(
        folder.root().resolve("plugins.shipped"),
        FileHash.of(shipped).sha256() + "  plugins/shipped.jar\n");
  }

  private Path drop(String file, PluginJar jar) throws IOException {
    return jar.writeTo(folder.plugins().resolve(file));
  }

  private static String plugin(PluginHost host, String reference) {
    return host.catalog()
        .find("selector", reference)
        .map(found -> found.plugin() + " " + found.version())
        .orElse("none");
  }

  private static PluginStatus at(PluginHost host, Path file) {
    return host.plugins().stream()
        .filter(status -> status.location().equals(file.toString()))
        .findFirst()
        .orElseThrow();
  }

  private static PluginInstaller installer(PluginHost host) {
    return new PluginInstaller(host, location -> null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "own"})
  void aNameMeansTheShippedExtensionWhateverVersionAnotherPluginHas(String name)
      throws IOException {
    Path other = drop("aaa.jar", PluginJar.selector("stranger", "9.0.0", name));

    try (PluginHost host = folder.start()) {
      assertThat(plugin(host, name)).endsWith(" 1.0.0").doesNotContain("stranger");
      assertThat(plugin(host, name + "@9.0.0")).isEqualTo("stranger 9.0.0");
      assertThat(at(host, other).state()).isEqualTo(PluginState.SHADOWED);
      assertThat(at(host, other).cause())
          .contains("is used instead, unless " + name + "@9.0.0 is asked for");
    }
  }

  @Test
  void theShippedOneOfTwoWithTheSameVersionIsUsed() throws IOException {
    Path other = drop("aaa.jar", PluginJar.selector("stranger", "1.0.0", "random"));

    try (PluginHost host = folder.start()) {
      assertThat(plugin(host, "random")).isEqualTo("shipped 1.0.0");
      assertThat(at(host, other).cause()).contains("is already taken by plugin shipped 1.0.0");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"shipped", "own"})
  void aJarWithASymbolicNameThatIsShippedIsRefused(String name) throws IOException {
    Path other = drop("aaa.jar", PluginJar.selector(name, "99.0.0", "more"));

    try (PluginHost host = folder.start()) {
      assertThat(at(host, other).state()).isEqualTo(PluginState.REFUSED);
      assertThat(at(host, other).cause())
          .contains("'" + name + "' is that of a shipped plugin", "--replace-shipped");
      assertThat(plugin(host, "more")).isEqualTo("none");
      assertThat(plugin(host, "random")).isEqualTo("shipped 1.0.0");
    }
  }

  @Test
  void aJarInThePlaceOfAShippedOneIsRefused() throws IOException {
    PluginJar.selector("shipped", "1.0.0", "random", "int changed; public S() {}").writeTo(shipped);

    try (PluginHost host = folder.start()) {
      assertThat(at(host, shipped).state()).isEqualTo(PluginState.REFUSED);
    }
  }

  @Test
  void aFragmentOfAShippedPluginIsRefused() throws IOException {
    Path fragment =
        drop("f.jar", PluginJar.bundle("f", "1.0.0").header("Fragment-Host", "shipped"));

    try (PluginHost host = folder.start()) {
      assertThat(at(host, fragment).state()).isEqualTo(PluginState.REFUSED);
      assertThat(at(host, fragment).cause()).contains("fragment of shipped");
    }
  }

  @Test
  void aNewerVersionOfAShippedPluginReplacesItWhereThatIsAskedForUntilItIsRemoved()
      throws IOException {
    Path newer =
        PluginJar.selector("shipped", "2.0.0", "random").writeTo(folder.elsewhere("newer.jar"));

    try (PluginHost host = folder.start()) {
      assertThatThrownBy(
              () ->
                  installer(host).install(newer.toString(), Optional.empty(), InstallOptions.NONE))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("--replace-shipped");
      assertThat(
              installer(host)
                  .install(newer.toString(), Optional.empty(), REPLACING)
                  .plugin()
                  .file())
          .isEqualTo("shipped-2.0.0.jar");
    }
    try (PluginHost host = folder.start()) {
      host.requireAsLocked();
      assertThat(plugin(host, "random")).isEqualTo("shipped 2.0.0");
      assertThat(plugin(host, "random@1.0.0")).isEqualTo("shipped 1.0.0");
      assertThat(at(host, shipped).state()).isEqualTo(PluginState.SHADOWED);
      installer(host).remove("shipped");
    }
    try (PluginHost host = folder.start()) {
      assertThat(host.plugins()).allMatch(status -> status.state() == PluginState.ACTIVE);
      assertThat(plugin(host, "random")).isEqualTo("shipped 1.0.0");
    }
  }

  @Test
  void aListThatIsDamagedIsTold() throws IOException {
    Files.writeString(folder.root().resolve("plugins.shipped"), "shipped.jar\n");

    assertThatThrownBy(() -> folder.start().close())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("plugins.shipped", "line 1", "Restore it");
    assertThat(List.of(folder.cache().toFile().list())).isEmpty();
  }
}
