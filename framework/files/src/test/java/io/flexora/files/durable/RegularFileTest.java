package io.flexora.files.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RegularFileTest {

  @TempDir Path folder;

  /** A way to open a file. */
  private interface Opener {
    Object open(Path path) throws IOException;
  }

  private static final List<Opener> OPENERS =
      List.of(
          RegularFile::require,
          RegularFile::requireOrFolder,
          RegularFile::stream,
          RegularFile::bytes,
          RegularFile::text,
          RegularFile::lines,
          RegularFile::channel,
          RegularFile::randomAccess,
          FileHash::of);

  private static void requireRefused(Path path, String kind, List<Opener> openers) {
    for (Opener opener : openers) {
      assertThatThrownBy(() -> opener.open(path))
          .isInstanceOf(IOException.class)
          .hasMessage("%s is %s; a regular file is needed", path, kind);
    }
  }

  @Test
  void readsFilesAndLinksToThem() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "a\nb\n");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);

    for (Path path : List.of(file, link)) {
      assertThat(RegularFile.require(path)).isEqualTo(path);
      assertThat(RegularFile.text(path)).isEqualTo("a\nb\n");
      assertThat(RegularFile.bytes(path)).hasSize(4);
      assertThat(RegularFile.lines(path)).containsExactly("a", "b");
      try (var stream = RegularFile.stream(path);
          var channel = RegularFile.channel(path);
          var random = RegularFile.randomAccess(path)) {
        assertThat(stream.read()).isEqualTo('a');
        assertThat(channel.size()).isEqualTo(4);
        assertThat(random.length()).isEqualTo(4);
      }
    }
    assertThat(RegularFile.requireOrFolder(folder)).isEqualTo(folder);
  }

  @Test
  void textIsUtf8WithOrWithoutAByteOrderMark() throws IOException {
    Path marked = Files.writeString(folder.resolve("marked"), "\ufeffa\n");
    Path latin = Files.write(folder.resolve("latin"), new byte[] {'a', '\n', (byte) 0xe9});

    assertThat(RegularFile.lines(marked)).containsExactly("a");
    assertThatThrownBy(() -> RegularFile.lines(latin))
        .isInstanceOf(CharacterCodingException.class)
        .hasMessage("line 2 is not UTF-8; save the text in UTF-8");
  }

  @Test
  void whatIsNotThereIsToldAsThat() {
    assertThatThrownBy(() -> RegularFile.text(folder.resolve("nothing")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void refusesAFolder() {
    List<Opener> ofFiles = OPENERS.stream().filter(opener -> OPENERS.indexOf(opener) != 1).toList();
    requireRefused(folder, "a folder", ofFiles);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refusesANamedPipeAndALinkToOne() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    requireRefused(pipe, "a named pipe", OPENERS);
    Path link = Files.createSymbolicLink(folder.resolve("link"), pipe);
    requireRefused(link, "a named pipe", OPENERS);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refusesALinkThatLeadsNowhere() throws IOException {
    Path loop = Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nothing"));
    for (Path link : List.of(loop, dangling)) {
      for (Opener opener : OPENERS) {
        assertThatThrownBy(() -> opener.open(link))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(link.toString());
      }
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refusesADevice() {
    requireRefused(Path.of("/dev/zero"), "a device", OPENERS);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refusesASocket() throws IOException {
    Path path = Path.of("/tmp", "flexora-" + ProcessHandle.current().pid() + ".socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      requireRefused(path, "a socket", OPENERS);
    } finally {
      Files.deleteIfExists(path);
    }
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() throws IOException {
    Path file = folder.resolve("large");
    Files.write(file, new byte[5]);
    assertThat(RegularFile.bytes(file, 5)).hasSize(5);
    assertThatThrownBy(() -> RegularFile.bytes(file, 4))
        .isInstanceOf(RegularFile.TooLargeException.class);

    try (var sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertThatThrownBy(() -> RegularFile.bytes(file, 3L << 20))
        .isInstanceOf(RegularFile.TooLargeException.class)
        .hasMessage(file + " has 1048576 MiB; at most 3 MiB are read");
  }
}
