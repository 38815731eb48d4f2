package io.flexora.plugin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles a plugin from source text and packs it, all in memory. */
public final class PluginJar {

  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final List<Path> classPath = new ArrayList<>();

  private PluginJar(String name, String version) {
    header("Bundle-ManifestVersion", "2");
    header("Bundle-SymbolicName", name);
    header("Bundle-Version", version);
  }

  public static PluginJar bundle(String name, String version) {
    return new PluginJar(name, version);
  }

  /** A plugin with one selector of the given name that is made without needs. */
  public static PluginJar selector(String bundle, String version, String selector) {
    return selector(bundle, version, selector, "public S() {}");
  }

  /** A plugin with one selector whose members are given; its class is {@code plugin.S}. */
  public static PluginJar selector(String bundle, String version, String selector, String members) {
    return plugin(bundle, version)
        .module("extension(Selector.class, \"" + selector + "\", NoOptions.class, S.class);")
        .source("plugin.S", selectorClass(members));
  }

  public static String selectorClass(String members) {
    return """
        package plugin;
        import io.flexora.api.plugin.*;
        import io.flexora.api.run.*;
        import io.flexora.api.selection.*;
        import java.util.List;
        public class S implements Selector {
          %s
          public void checkCompatibility(SelectionBounds bounds, Compatibility found) {}
          public Selection select(SelectionContext context) { return Selection.of(List.of(1, 3)); }
        }
        """
        .formatted(members);
  }

  public static PluginJar plugin(String bundle, String version) {
    return bundle(bundle, version)
        .header("Flexora-Plugin", "plugin.M")
        .header(
            "Import-Package",
            "io.flexora.api.plugin;version=\"[0.1,1)\",io.flexora.api.selection;version=\"[0.1,1)\","
                + "io.flexora.api.run;version=\"[0.1,1)\",io.flexora.api.source;version=\"[0.1,1)\","
                + "com.google.inject;version=\"[1.4,2)\",com.google.inject.binder;version=\"[1.4,2)\","
                + "jakarta.inject;version=\"[2.0,3)\",ai.djl;version=\"[0.36,1)\"");
  }

  /** The module {@code plugin.M} with the given body of its configure method. */
  public PluginJar module(String configure) {
    return source(
        "plugin.M",
        """
        package plugin;
        import io.flexora.api.plugin.*;
        import io.flexora.api.selection.*;
        public class M extends FlexoraModule {
          @Override protected void configure() { %s }
        }
        """
            .formatted(configure));
  }

  public PluginJar header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  PluginJar without(String header) {
    headers.remove(header);
    return this;
  }

  public PluginJar source(String className, String text) {
    sources.put(className, text);
    return this;
  }

  public PluginJar entry(String name, byte[] bytes) {
    entries.put(name, bytes);
    return this;
  }

  public PluginJar compiledAgainst(Path jar) {
    classPath.add(jar);
    return this;
  }

  public PluginJar import_(String clause) {
    return header("Import-Package", headers.get("Import-Package") + "," + clause);
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes, manifest())) {
      for (Map.Entry<String, byte[]> entry : content().entrySet()) {
        jar.putNextEntry(new ZipEntry(entry.getKey()));
        jar.write(entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  public Path writeTo(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes());
  }

  public Path explodeTo(Path folder) throws IOException {
    Path manifest = folder.resolve(JarFile.MANIFEST_NAME);
    Files.createDirectories(manifest.getParent());
    try (OutputStream out = Files.newOutputStream(manifest)) {
      manifest().write(out);
    }
    for (Map.Entry<String, byte[]> entry : content().entrySet()) {
      Path file = folder.resolve(entry.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, entry.getValue());
    }
    return folder;
  }

  private Map<String, byte[]> content() {
    Map<String, byte[]> content = new LinkedHashMap<>(entries);
    content.putAll(compile());
    return content;
  }

  private Manifest manifest() {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.forEach(manifest.getMainAttributes()::putValue);
    return manifest;
  }

  private Map<String, byte[]> compile() {
    if (sources.isEmpty()) {
      return Map.of();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        ClassCollector collector = new ClassCollector(files)) {
      StringWriter messages = new StringWriter();
      List<String> options = List.of("-classpath", classPath(), "-parameters", "-proc:none");
      List<Source> units =
          sources.entrySet().stream().map(s -> new Source(s.getKey(), s.getValue())).toList();
      if (!compiler.getTask(messages, collector, null, options, null, units).call()) {
        throw new IllegalStateException("a test plugin does not compile:\n" + messages);
      }
      return collector.classes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String classPath() {
    String tests =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    StringBuilder all = new StringBuilder(tests);
    classPath.forEach(jar -> all.append(java.io.File.pathSeparator).append(jar));
    return all.toString();
  }

  private static final class Source extends SimpleJavaFileObject {

    private final String text;

    Source(String className, String text) {
      super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class ClassFile extends SimpleJavaFileObject {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ClassFile(String path) {
      super(URI.create("class:///" + path), Kind.CLASS);
    }

    @Override
    public OutputStream openOutputStream() {
      return bytes;
    }
  }

  private static final class ClassCollector extends ForwardingJavaFileManager<JavaFileManager> {

    private final Map<String, ClassFile> files = new LinkedHashMap<>();

    ClassCollector(JavaFileManager files) {
      super(files);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
      return files.computeIfAbsent(className.replace('.', '/') + ".class", ClassFile::new);
    }

    Map<String, byte[]> classes() {
      Map<String, byte[]> classes = new LinkedHashMap<>();
      files.forEach((name, file) -> classes.put(name, file.bytes.toByteArray()));
      return classes;
    }
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
