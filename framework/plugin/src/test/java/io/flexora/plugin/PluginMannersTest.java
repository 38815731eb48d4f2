package io.flexora.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plugins that change what the whole process shares. */
class PluginMannersTest {

  private static final Locale ARABIC = Locale.forLanguageTag("ar-EG-u-nu-arab");

  private final HostFolder folder;
  private final Locale locale = Locale.getDefault();
  private final TimeZone zone = TimeZone.getDefault();
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final InputStream in = System.in;

  PluginMannersTest(@TempDir Path root) {
    folder = new HostFolder(root);
  }

  @BeforeEach
  @AfterEach
  void restore() {
    Locale.setDefault(locale);
    TimeZone.setDefault(zone);
    System.setOut(out);
    System.setErr(err);
    System.setIn(in);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          java.util.Locale.setDefault(java.util.Locale.forLanguageTag("ar-EG-u-nu-arab"))|the default locale
          java.util.TimeZone.setDefault(java.util.TimeZone.getTimeZone("GMT+13:45"))|the default time zone
          System.setOut(null)|System.out
          System.setErr(null)|System.err
          System.setIn(null)|System.in
          """)
  void whatAModuleChangesIsPutBackAndThePluginNamed(String deed, String told) throws Exception {
    rude(deed).writeTo(folder.plugins().resolve("rude.jar"));

    try (PluginHost host = folder.start()) {
      requireAsBefore();
      assertThat(host.complaints())
          .containsExactly(
              "plugin rude 1.0.0 changed %s of the whole process, which was put back"
                  .formatted(told));
    }
  }

  @Test
  void whatAnExtensionChangesLaterIsPutBackWhenItIsAskedFor() throws Exception {
    String deed = "System.setOut(null); java.util.Locale.setDefault(java.util.Locale.GERMANY);";
    PluginJar.selector("rude", "1.0.0", "s", "public S() { " + deed + " }")
        .writeTo(folder.plugins().resolve("rude.jar"));
    try (PluginHost host = folder.start()) {
      System.setOut(null);
      Locale.setDefault(Locale.GERMANY);

      assertThat(host.catalog().restoreProcess())
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).startsWith("plugin rude 1.0.0 changed "));
      requireAsBefore();
    }
  }

  @Test
  void whatTheProgramAroundTheHostChangesStays() throws Exception {
    PluginJar.selector("p", "1.0.0", "s").writeTo(folder.plugins().resolve("p.jar"));
    try (PluginHost host = folder.start()) {
      Locale.setDefault(Locale.GERMANY);

      assertThat(host.catalog().restoreProcess()).isEmpty();
      assertThat(Locale.getDefault()).isEqualTo(Locale.GERMANY);
      Locale.setDefault(ARABIC);
      assertThat(host.catalog().restoreProcess()).singleElement().asString().contains("some code");
      assertThat(Locale.getDefault()).isEqualTo(Locale.GERMANY);
    }
  }

  @Test
  void aThreadThatStaysIsNamedWithItsPlugin() throws Exception {
    rude("""
            Thread thread = new Thread(() -> {
              while (System.getProperty("manners.end") == null) {
                try { Thread.sleep(10); } catch (InterruptedException e) { }
              }
            }, "eternal");
            thread.setDaemon(false);
            thread.start()\
            """)
        .writeTo(folder.plugins().resolve("rude.jar"));
    PluginHost host = folder.start();
    try {
      host.close();
      assertThat(host.complaints())
          .containsExactly(
              "plugin rude 1.0.0 leaves thread 'eternal' running, which alone would keep the"
                  + " process from ending");
    } finally {
      System.setProperty("manners.end", "");
      Thread.sleep(50);
      System.clearProperty("manners.end");
    }
  }

  private static PluginJar rude(String deed) {
    return PluginJar.plugin("rude", "1.0.0")
        .module(deed + "; extension(Selector.class, \"s\", NoOptions.class, S.class);")
        .source("plugin.S", PluginJar.selectorClass("public S() {}"));
  }

  private void requireAsBefore() {
    assertThat(Locale.getDefault()).isEqualTo(locale);
    assertThat(TimeZone.getDefault()).isEqualTo(zone);
    assertThat(System.out == out && System.err == err && System.in == in).isTrue();
  }
}
