package io.flexora.distribution.scaffold;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.cli.scaffold.PluginName;
import io.flexora.cli.scaffold.PluginProject;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;

/**
 * The project of a new plugin and what Maven would make of it: the same classes, manifest and jar,
 * without its start-up time. The contracts and the neighbours come from the installation's kit.
 *
 * @param kind the extension point
 * @param home the installation
 * @param folder the project's folder
 */
record GeneratedPlugin(String kind, Path home, Path folder) {

  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<groupId>io.flexora</groupId>\\s*<artifactId>(.*?)</artifactId>.*?<scope>(.*?)</scope>",
          Pattern.DOTALL);

  private static final Pattern USED = Pattern.compile("^ {3}\\S+ +-> (\\S+)", Pattern.MULTILINE);

  /** The name of the new extension. */
  String name() {
    return "my-" + kind;
  }

  PluginProject project() {
    return new PluginProject(kind, new PluginName(name()), home);
  }

  /** Writes, compiles and packs the project. */
  GeneratedPlugin build() throws Exception {
    project().write(folder);
    compile("src/main/java", classes(), kit("provided"));
    copyResources();
    pack();
    List<Path> tests = new ArrayList<>(kit("provided"));
    tests.addAll(kit("test"));
    tests.add(classes());
    compile("src/test/java", testClasses(), tests);
    return this;
  }

  private Path classes() {
    return folder.resolve("target/classes");
  }

  private Path testClasses() {
    return folder.resolve("target/test-classes");
  }

  /** The jar that goes into the plugins' folder. */
  Path jar() {
    return folder.resolve("target/%s-1.0.0.jar".formatted(project().artifact()));
  }

  /** What the project's build takes from the kit. */
  private List<Path> kit(String scope) throws IOException {
    List<Path> jars = new ArrayList<>();
    String pom = Files.readString(folder.resolve("pom.xml"));
    for (var found : DEPENDENCY.matcher(pom).results().toList()) {
      if (found.group(2).equals(scope)) {
        jars.add(kitJar(found.group(1)));
      }
    }
    assertThat(jars).as(scope).isNotEmpty();
    return jars;
  }

  private Path kitJar(String artifact) throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("sdk/io/flexora").resolve(artifact))) {
      return files
          .filter(file -> file.toString().matches(".*\\d(-SNAPSHOT)?\\.jar"))
          .findFirst()
          .orElseThrow();
    }
  }

  private void compile(String sources, Path target, List<Path> classPath) throws IOException {
    JavaCompiler compiler = javax.tools.ToolProvider.getSystemJavaCompiler();
    Files.createDirectories(target);
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> all = Files.walk(folder.resolve(sources))) {
      List<Path> units = all.filter(file -> file.toString().endsWith(".java")).toList();
      List<String> options =
          List.of(
              "--release",
              "17",
              "-parameters",
              "-proc:none",
              "-Xlint:all,-classfile,-processing",
              "-Werror",
              "-d",
              target.toString(),
              "-cp",
              path(classPath));
      boolean done =
          compiler
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjectsFromPaths(units))
              .call();
      assertThat(done).as("%s", messages).isTrue();
    }
  }

  /** The kit first: nothing else of this build's may stand in for what it lacks. */
  private static String path(List<Path> kit) {
    List<String> all = new ArrayList<>(kit.stream().map(Path::toString).toList());
    others().forEach(all::add);
    return String.join(File.pathSeparator, all);
  }

  /** The class path of this test without what is Flexora's: what comes from Maven Central. */
  private static Stream<String> others() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(all.split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar") && !entry.contains("flexora-"));
  }

  private void copyResources() throws IOException {
    Path resources = folder.resolve("src/main/resources");
    if (Files.isDirectory(resources)) {
      try (Stream<Path> files = Files.walk(resources)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path target = classes().resolve(resources.relativize(file).toString());
          Files.createDirectories(target.getParent());
          Files.copy(file, target);
        }
      }
    }
  }

  private void pack() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(folder.resolve("bnd.bnd"))) {
      properties.load(in);
    }
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue(
        "Bundle-SymbolicName",
        properties
            .getProperty("Bundle-SymbolicName")
            .replace("${project.groupId}", "com.example")
            .replace("${project.artifactId}", project().artifact()));
    headers.putValue("Bundle-Version", "1.0.0");
    headers.putValue(FlexoraModule.HEADER, properties.getProperty(FlexoraModule.HEADER));
    headers.putValue("Import-Package", String.join(",", importedPackages()));
    Path file = Files.createDirectories(classes().resolve("META-INF")).resolve("MANIFEST.MF");
    try (OutputStream out = Files.newOutputStream(file)) {
      manifest.write(out);
    }
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(jar()), manifest);
        Stream<Path> files = Files.walk(classes())) {
      for (Path content :
          files.filter(Files::isRegularFile).filter(f -> !f.equals(file)).toList()) {
        String name = classes().relativize(content).toString().replace(File.separatorChar, '/');
        jar.putNextEntry(new ZipEntry(name));
        Files.copy(content, jar);
      }
    }
  }

  /** The packages that the classes use beside their own and those of the JDK, as bnd finds them. */
  private Set<String> importedPackages() throws IOException {
    StringWriter printed = new StringWriter();
    int code =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(
                new PrintWriter(printed),
                new PrintWriter(printed),
                "--multi-release",
                "17",
                "--ignore-missing-deps",
                "-verbose:package",
                "-cp",
                path(kit("provided")),
                classes().toString());
    assertThat(code).as("%s", printed).isZero();
    return USED.matcher(printed.toString())
        .results()
        .map(found -> found.group(1))
        .filter(used -> !used.startsWith("java.") && !used.startsWith("com.example."))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The classes of the project and its tests, which find it and its neighbours as bundles. */
  URLClassLoader tests() throws IOException {
    List<URL> urls = new ArrayList<>();
    urls.add(classes().toUri().toURL());
    urls.add(testClasses().toUri().toURL());
    for (Path jar : kit("test")) {
      urls.add(jar.toUri().toURL());
    }
    return new TestLoader(urls.toArray(URL[]::new), GeneratedPlugin.class.getClassLoader());
  }

  /** The full names of the test classes. */
  List<String> testNames() throws IOException {
    try (Stream<Path> files = Files.walk(testClasses())) {
      return files
          .map(file -> testClasses().relativize(file).toString())
          .filter(file -> file.endsWith("Test.class"))
          .map(file -> file.substring(0, file.length() - 6).replace(File.separatorChar, '.'))
          .toList();
    }
  }

  /** Finds no bundles but its own: those of the distribution are no part of the project. */
  private static final class TestLoader extends URLClassLoader {

    TestLoader(URL[] urls, ClassLoader parent) {
      super(urls, parent);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals(JarFile.MANIFEST_NAME) ? findResources(name) : super.getResources(name);
    }
  }
}
