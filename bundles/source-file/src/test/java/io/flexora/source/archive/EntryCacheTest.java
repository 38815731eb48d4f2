package io.flexora.source.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryCacheTest {
  private static final String CONTENT = "weights ".repeat(1000);
  @TempDir Path folder;
  private Path archive;
  private EntryCache cache;

  @BeforeEach
  void makeArchive() throws IOException {
    archive = archive("model.jar", ZipOutputStream.DEFLATED, "dir/model.onnx", CONTENT);
    cache = new EntryCache(folder.resolve("cache"));
  }

  private Path archive(String name, int method, String entry, String content) throws IOException {
    Path path = folder.resolve(name);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
      zip.setLevel(method == ZipOutputStream.STORED ? 0 : 9);
      zip.putNextEntry(new ZipEntry("dir/"));
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content.getBytes(UTF_8));
    }
    return path;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
      return files.filter(Files::isRegularFile).collect(Collectors.toList());
    }
  }

  @Test
  void unpacksAFileOnceAndUsesItAgain() throws IOException {
    Path first = cache.extract(archive, "dir/model.onnx");
    assertThat(first).hasContent(CONTENT).hasFileName("model.onnx");
    FileTime before = Files.getLastModifiedTime(first);
    assertThat(new EntryCache(folder.resolve("cache")).extract(archive, "dir/model.onnx"))
        .isEqualTo(first);
    assertThat(Files.getLastModifiedTime(first)).isEqualTo(before);
    assertThat(files()).containsExactly(first);
  }

  @Test
  void unpacksAnewWhereTheKeptFileHasAnotherSize() throws IOException {
    Path first = cache.extract(archive, "dir/model.onnx");
    Files.writeString(first, "cut");
    assertThat(cache.extract(archive, "dir/model.onnx")).isEqualTo(first).hasContent(CONTENT);
  }

  @Test
  void anArchiveThatChangesGetsAnotherPlace() throws IOException {
    Path first = cache.extract(archive, "dir/model.onnx");
    archive("model.jar", ZipOutputStream.DEFLATED, "dir/model.onnx", CONTENT + "more");
    Path second = cache.extract(archive, "dir/model.onnx");
    assertThat(second).isNotEqualTo(first).hasContent(CONTENT + "more");
    assertThat(first).hasContent(CONTENT);
  }

  @Test
  void refusesADamagedEntryAndLeavesNothing() throws IOException {
    Path stored = archive("stored.jar", ZipOutputStream.STORED, "dir/model.onnx", CONTENT);
    byte[] bytes = Files.readAllBytes(stored);
    bytes[bytes.length / 2] ^= 1;
    Files.write(stored, bytes);
    assertThatThrownBy(() -> cache.extract(stored, "dir/model.onnx"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("dir/model.onnx in " + stored + " is damaged");
    assertThat(files()).isEmpty();
  }

  @Test
  void refusesAnEntryThatInflatesAsAZipBombDoes() throws IOException {
    Path bomb = archive("bomb.zip", ZipOutputStream.DEFLATED, "zeros.txt", "0".repeat(20 << 20));
    assertThatThrownBy(() -> cache.extract(bomb, "zeros.txt"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("zeros.txt in " + bomb + " has 20,971,520 bytes packed into ");
    assertThat(files()).isEmpty();
  }

  @Test
  void refusesAnArchiveThatIsCut() throws IOException {
    byte[] bytes = Files.readAllBytes(archive);
    Files.write(archive, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> cache.extract(archive, "dir/model.onnx"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(archive + " is not a whole zip or jar file");
  }

  @Test
  void refusesNamesThatLeadOutOfTheCache() throws IOException {
    for (String name :
        List.of("../../evil", "dir/../../evil", "/etc/passwd", "C:/evil", "a\\..\\b", "", "a//b")) {
      Path evil = archive("evil.zip", ZipOutputStream.DEFLATED, name.isEmpty() ? "x" : name, "x");
      assertThatThrownBy(() -> cache.extract(evil, name))
          .as(name)
          .isInstanceOf(FlexoraException.class);
    }
    assertThat(folder.resolve("cache")).doesNotExist();
    assertThat(folder.resolve("evil")).doesNotExist();
  }

  @Test
  void namesANearEntryAndRefusesAFolder() {
    assertThatThrownBy(() -> cache.extract(archive, "dir/modle.onnx"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageEndingWith("holds no file dir/modle.onnx; did you mean 'dir/model.onnx'?");
    assertThatThrownBy(() -> cache.extract(archive, "dir"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void manyThreadsUnpackingTheSameFileAllGetItWhole() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<String> read =
          () ->
              Files.readString(
                  new EntryCache(folder.resolve("cache")).extract(archive, "dir/model.onnx"));
      for (Future<String> content : threads.invokeAll(java.util.Collections.nCopies(64, read))) {
        assertThat(content.get()).isEqualTo(CONTENT);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(files()).hasSize(1);
  }
}
