package io.flexora.plugin.felix;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.inject.Guice;
import com.google.protobuf.CodedInputStream;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.plugin.felix.SystemPackages.SystemPackage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

class SystemPackagesTest {

  private static Stream<String> listed() {
    return SystemPackages.list().stream().map(SystemPackage::name);
  }

  @Test
  void eachListedPackageIsOnTheClassPath() throws Exception {
    // The jar of DuckDB has no entries for folders.
    Set<String> ofDuckDb = packages(org.duckdb.DuckDBDriver.class);
    assertThat(listed())
        .hasSizeGreaterThan(100)
        .allMatch(name -> isThere(name) || ofDuckDb.contains(name));
  }

  private static boolean isThere(String name) {
    return SystemPackagesTest.class.getClassLoader().getResource(name.replace('.', '/') + "/")
            != null
        || Stream.of(Package.getPackages()).anyMatch(p -> p.getName().equals(name));
  }

  @Test
  void eachVersionIsFilled() {
    assertThat(SystemPackages.header()).doesNotContain("$");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        NDArray.class,
        HuggingFaceTokenizer.class,
        ai.djl.pytorch.engine.PtEngineProvider.class,
        ai.djl.onnxruntime.engine.OrtEngineProvider.class,
        ai.onnxruntime.OrtSession.class
      })
  void eachPackageOfAnEngineIsListed(Class<?> inJar) throws Exception {
    assertThat(listed()).containsAll(packages(inJar));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        FlexoraModule.class,
        Guice.class,
        jakarta.inject.Inject.class,
        JsonProperty.class,
        JsonParser.class,
        ObjectMapper.class,
        CodedInputStream.class,
        Logger.class
      })
  void whatAManifestExportsIsListedInThatVersion(Class<?> inJar) throws Exception {
    assertThat(SystemPackages.list()).containsAll(exports(inJar));
  }

  private static Set<String> packages(Class<?> inJar) throws Exception {
    URI jar = URI.create("jar:" + location(inJar).toUri());
    try (FileSystem files = FileSystems.newFileSystem(jar, Map.of());
        Stream<Path> all = Files.walk(files.getPath("/"))) {
      return all.map(Path::toString)
          .filter(name -> name.endsWith(".class") && !name.startsWith("/META-INF"))
          .map(name -> name.substring(1, name.lastIndexOf('/')).replace('/', '.'))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Path location(Class<?> inJar) throws Exception {
    return Path.of(inJar.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** The exports of the jar or unpacked class path entry that holds the class. */
  private static List<SystemPackage> exports(Class<?> inJar) throws Exception {
    Path location = location(inJar);
    String header =
        Files.isDirectory(location)
            ? exportHeader(location.resolve("META-INF/MANIFEST.MF"))
            : exportHeaderOfJar(location);
    return Pattern.compile(",")
        .splitAsStream(header.replaceAll(";?uses:=\"[^\"]*\"", ""))
        .map(SystemPackagesTest::exported)
        .toList();
  }

  private static SystemPackage exported(String clause) {
    String version = clause.replaceFirst(".*version=\"?([^\";]*).*", "$1");
    // Jackson states 2.20 for one of its jars, which OSGi reads as 2.20.0.
    return new SystemPackage(
        clause.replaceFirst(";.*", "").strip(), version.equals("2.20") ? "2.20.0" : version);
  }

  private static String exportHeaderOfJar(Path jar) throws IOException {
    try (FileSystem files = FileSystems.newFileSystem(jar)) {
      return exportHeader(files.getPath("META-INF/MANIFEST.MF"));
    }
  }

  private static String exportHeader(Path manifest) throws IOException {
    try (InputStream in = Files.newInputStream(manifest)) {
      Attributes headers = new Manifest(in).getMainAttributes();
      return headers.getValue("Export-Package");
    }
  }
}
