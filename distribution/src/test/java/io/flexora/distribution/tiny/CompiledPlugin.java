package io.flexora.distribution.tiny;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;

/**
 * A plugin, version 1.0.0, that a test compiles.
 *
 * @param name its symbolic name and its package, in which {@code M} is its module
 * @param sources an empty folder
 * @param libraries packages of the framework that it imports beside the API, such as {@code
 *     numerics.loop}
 */
public record CompiledPlugin(String name, Path sources, List<String> libraries) {

  private static final List<String> API =
      List.of("plugin", "selection", "run", "data", "evaluate", "head", "metric", "task");

  /** A plugin that needs the API alone. */
  public CompiledPlugin(String name, Path sources) {
    this(name, sources, List.of());
  }

  /** Adds a class. */
  public CompiledPlugin source(String simpleName, String text) throws IOException {
    Path file = sources.resolve(name).resolve(simpleName + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  /** Compiles the classes and packs them. */
  public void packTo(Path jar) throws IOException {
    compile();
    pack(sources.resolve(name), jar);
  }

  private void compile() throws IOException {
    List<String> options =
        new ArrayList<>(
            List.of("-proc:none", "--release", "17", "-cp", System.getProperty("java.class.path")));
    options.addAll(List.of("-d", sources.toString()));
    try (var found = Files.list(sources.resolve(name))) {
      found.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(options::add);
    }
    int code =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
    if (code != 0) {
      throw new AssertionError("the plugin of the test does not compile");
    }
  }

  private void pack(Path classes, Path jar) throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", name);
    headers.putValue("Bundle-Version", "1.0.0");
    headers.putValue("Flexora-Plugin", name + ".M");
    headers.putValue(
        "Import-Package",
        Stream.concat(API.stream().map("api."::concat), libraries.stream())
                .map("io.flexora.%s;version=\"[0.1,1)\","::formatted)
                .collect(Collectors.joining())
            + "ai.djl.ndarray,ai.djl.ndarray.types,com.google.inject;version=\"[1.4,2)\"");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(out);
        var files = Files.list(classes)) {
      packed.putNextEntry(new ZipEntry(JarFile.MANIFEST_NAME));
      manifest.write(packed);
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        packed.putNextEntry(new ZipEntry(name + "/" + file.getFileName()));
        packed.write(Files.readAllBytes(file));
      }
    }
  }
}
