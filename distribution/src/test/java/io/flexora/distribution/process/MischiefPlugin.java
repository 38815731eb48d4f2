package io.flexora.distribution.process;

import io.flexora.distribution.tiny.CompiledPlugin;
import java.io.IOException;
import java.nio.file.Path;

/** A plugin whose selectors do what no selector may: the kind of damage that a process limits. */
final class MischiefPlugin {

  private static final String MODULE =
      """
      package mischief;
      import io.flexora.api.plugin.*;
      import io.flexora.api.selection.*;
      public final class M extends FlexoraModule {
        @Override protected void configure() {
          extension(Selector.class, "abort", NoOptions.class, Abort.class);
          extension(Selector.class, "kill", NoOptions.class, Kill.class);
          extension(Selector.class, "exit", NoOptions.class, Exit.class);
          extension(Selector.class, "fail", NoOptions.class, Fail.class);
          extension(Selector.class, "heap", NoOptions.class, Heap.class);
          extension(Selector.class, "hang", NoOptions.class, Hang.class);
          extension(Selector.class, "rude", NoOptions.class, Rude.class);
          extension(Selector.class, "middle", NoOptions.class, Print.class);
          extension(Selector.class, "refuse", NoOptions.class, Refuse.class);
        }
      }
      """;

  private static final String SELECTOR =
      """
      package mischief;
      import io.flexora.api.run.*;
      import io.flexora.api.selection.*;
      import java.util.*;
      public final class %s implements Selector {
        @Override public void checkCompatibility(SelectionBounds bounds, Compatibility found) {}
        @Override public Selection select(SelectionContext context) {
          try { %s } catch (RuntimeException e) { throw e; } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          return Selection.of(List.of(0));
        }
      }
      """;

  private MischiefPlugin() {}

  /**
   * Compiles the plugin and packs it into a jar of a folder.
   *
   * @param sources an empty folder
   */
  static void writeTo(Path folder, Path sources) throws IOException {
    write(sources, "M", MODULE);
    selector(
        sources,
        "Abort",
        """
        new ProcessBuilder("kill", "-ABRT", "" + ProcessHandle.current().pid()).start().waitFor();
        Thread.sleep(60_000);
        """);
    selector(
        sources,
        "Kill",
        """
        new ProcessBuilder("kill", "-9", "" + ProcessHandle.current().pid()).start().waitFor();
        Thread.sleep(60_000);
        """);
    selector(sources, "Exit", "System.exit(0);");
    selector(sources, "Fail", "if (true) throw new ArithmeticException(\"no layers today\");");
    selector(
        sources,
        "Rude",
        """
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        TimeZone.setDefault(TimeZone.getTimeZone("GMT+13:45"));
        System.setOut(null);
        System.setErr(null);
        System.setIn(null);
        new Thread(() -> { while (true) { try { Thread.sleep(1000); } catch (InterruptedException e) { } } }, "eternal").start();
        """);
    selector(sources, "Print", "System.out.println(\"a plugin was here\");");
    selector(
        sources,
        "Heap",
        "List<byte[]> all = new ArrayList<>(); while (all.size() < 1 << 30) all.add(new byte[1 << 20]);");
    selector(
        sources,
        "Hang",
        "for (int i = 1; i < 100_000; i++) { Thread.sleep(50); context.monitor().step(io.flexora.api.run.Progress.of(i, 100_000)); }");
    selector(
        sources,
        "Refuse",
        "if (true) throw new FlexoraException(\"these layers are not to my taste\");");
    new CompiledPlugin("mischief", sources).packTo(folder.resolve("mischief.jar"));
  }

  private static void selector(Path sources, String name, String deed) throws IOException {
    write(sources, name, SELECTOR.formatted(name, deed));
  }

  private static void write(Path sources, String name, String text) throws IOException {
    new CompiledPlugin("mischief", sources).source(name, text);
  }
}
