package io.flexora.distribution.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;

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
        @Override public void requireFit(SelectionBounds bounds) {}
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
    compile(sources);
    pack(sources.resolve("mischief"), folder.resolve("mischief.jar"));
  }

  private static void selector(Path sources, String name, String deed) throws IOException {
    write(sources, name, SELECTOR.formatted(name, deed));
  }

  private static void write(Path sources, String name, String text) throws IOException {
    Path file = sources.resolve("mischief").resolve(name + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static void compile(Path sources) throws IOException {
    List<String> files;
    try (var found = Files.list(sources.resolve("mischief"))) {
      files = found.map(Path::toString).toList();
    }
    List<String> options =
        new java.util.ArrayList<>(
            List.of("-proc:none", "--release", "17", "-cp", System.getProperty("java.class.path")));
    options.addAll(List.of("-d", sources.toString()));
    options.addAll(files);
    int code =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
    if (code != 0) {
      throw new AssertionError("the plugin of the test does not compile");
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", "mischief");
    headers.putValue("Bundle-Version", "1.0.0");
    headers.putValue("Flexora-Plugin", "mischief.M");
    headers.putValue(
        "Import-Package",
        "io.flexora.api.plugin;version=\"[0.1,1)\",io.flexora.api.selection;version=\"[0.1,1)\","
            + "io.flexora.api.run;version=\"[0.1,1)\",com.google.inject;version=\"[1.4,2)\"");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(out);
        var files = Files.list(classes)) {
      packed.putNextEntry(new ZipEntry(JarFile.MANIFEST_NAME));
      manifest.write(packed);
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        packed.putNextEntry(new ZipEntry("mischief/" + file.getFileName()));
        packed.write(Files.readAllBytes(file));
      }
    }
  }
}
