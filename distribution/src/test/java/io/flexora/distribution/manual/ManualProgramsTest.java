package io.flexora.distribution.manual;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.scaffold.PluginName;
import io.flexora.cli.scaffold.PluginProject;
import io.flexora.distribution.tiny.Program;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java programs and snippets of README and manual. */
class ManualProgramsTest {

  /** The imports of a snippet, and the names that its page introduces in words. */
  private static final String AROUND =
      """
      import ai.djl.ndarray.types.Shape;
      import io.flexora.api.data.*;
      import io.flexora.api.head.*;
      import io.flexora.api.plugin.*;
      import io.flexora.experiment.*;
      import io.flexora.experiment.use.*;
      import io.flexora.host.*;
      import io.flexora.runstore.*;
      import java.nio.file.*;
      import java.util.*;

      abstract class Snippet {
        FlexoraHost host;
        Path run;

        static double number(Example example) {
          return 0;
        }

        %s
      }
      """;

  @TempDir Path folder;

  @Test
  void theOneThatUsesAClassifierCompiles() {
    compile(Map.of("Classify.java", MarkdownPage.of("tutorial-classifier").blocks("java").get(0)));
  }

  @Test
  void theSelectorCompilesInItsProject() throws IOException {
    PluginProject project =
        new PluginProject("selector", new PluginName("my-strategy"), Program.HOME);
    Map<String, String> sources = new TreeMap<>();
    project
        .files()
        .forEach(
            (file, text) -> {
              if (file.startsWith("src/main/java/") && !file.endsWith("-info.java")) {
                sources.put(file, text);
              }
            });
    String selector = "src/main/java/com/example/mystrategy/MyStrategySelector.java";
    assertThat(sources).containsKey(selector);
    assertThat(MarkdownPage.of("tutorial-selector").text()).contains(selector);
    sources.put(selector, MarkdownPage.of("tutorial-selector").blocks("java").get(0));
    compile(sources);
  }

  static Stream<Arguments> snippets() throws IOException {
    return Stream.concat(Stream.of(MarkdownPage.readme()), MarkdownPage.all().stream())
        .filter(page -> !page.toString().startsWith("tutorial-"))
        .flatMap(page -> page.blocks("java").stream().map(block -> Arguments.of(page, block)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("snippets")
  void aSnippetCompiles(MarkdownPage page, String snippet) {
    boolean type = snippet.matches("(?s)(public )?record .*");
    String member = type ? snippet : "void snippet() throws Exception {\n" + snippet + "}";
    compile(Map.of("Snippet.java", AROUND.formatted(member)));
  }

  private void compile(Map<String, String> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            folder.toString(),
            "-classpath",
            System.getProperty("java.class.path"));
    List<Source> units =
        sources.entrySet().stream().map(e -> new Source(e.getKey(), e.getValue())).toList();
    StringWriter messages = new StringWriter();
    boolean compiles = compiler.getTask(messages, null, null, options, null, units).call();
    assertThat(compiles).as(messages.toString()).isTrue();
  }

  /** A source in memory. */
  private static final class Source extends SimpleJavaFileObject {

    private final String text;

    Source(String file, String text) {
      super(URI.create("memory:///" + file), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
