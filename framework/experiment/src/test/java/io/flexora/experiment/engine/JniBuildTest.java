package io.flexora.experiment.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import com.sun.net.httpserver.HttpServer;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds of DJL's native library from small sources, by a compiler that records its commands. */
class JniBuildTest {

  private static final String CODE = "engines/pytorch/pytorch-native/src/main/native/";
  private static final String JAVA =
      "engines/pytorch/pytorch-engine/src/main/java/ai/djl/pytorch/jni/PyTorchLibrary.java";
  private static final Path JDK = Path.of(System.getProperty("java.home"));

  @TempDir private Path root;

  private Path repository;
  private TorchLibrary torch;
  private Path target;
  private final List<String> progress = new ArrayList<>();

  @BeforeEach
  void writeSources() throws IOException {
    repository = root.resolve("djl-0.36.0");
    file("djl-0.36.0/" + CODE + "a.cc", "a");
    file("djl-0.36.0/" + CODE + "b.cc", "b");
    file("djl-0.36.0/" + CODE + "b.h", "h");
    file("djl-0.36.0/api/src/main/native/djl/utils.h", "u");
    file(
        "djl-0.36.0/" + JAVA,
        "package ai.djl.pytorch.jni; final class PyTorchLibrary { native void call(); }");
    file("djl-0.36.0/LICENSE", "Apache");
    file("djl-0.36.0/NOTICE", "DJL");
    file("torch/include/torch/script.h", "");
    torch = new TorchLibrary(root.resolve("torch/lib"), "2.13.0", Optional.empty(), true);
    target = root.resolve("cache/2.13.0-cpu/0.36.0-libdjl_torch.so");
  }

  @Test
  void allFilesAreCompiledAndLinked() throws IOException {
    Path compiler =
        compiler(
            "echo \"$@\" >>"
                + root.resolve("commands")
                + "; for i in \"$@\"; do case $i in -I*header) ls ${i#-I} >>"
                + root.resolve("headers")
                + ";; esac; [ \"$before\" = -o ] && echo made >\"$i\"; before=$i; done; true");

    build(compiler).run(Optional.of(repository), progress::add);

    assertThat(target).hasContent("made");
    assertThat(target.resolveSibling("LICENSE")).hasContent("Apache");
    assertThat(target.resolveSibling("NOTICE")).hasContent("DJL");
    assertThat(progress).singleElement().asString().contains("compiles 2 files");
    assertThat(Files.readAllLines(root.resolve("headers")))
        .contains("ai_djl_pytorch_jni_PyTorchLibrary.h");
    List<String> commands = Files.readAllLines(root.resolve("commands"));
    assertThat(commands).hasSize(3);
    assertThat(commands.subList(0, 2))
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "-std=c++17",
                        "-D_GLIBCXX_USE_CXX11_ABI=1",
                        "-I" + root.resolve("torch/include") + " ",
                        "-I" + JDK.resolve("include") + " "));
    assertThat(commands.get(2)).contains("-shared", "a.cc.o", "b.cc.o", "-L" + torch.folder());
    try (Stream<Path> files = Files.list(target.getParent())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "0.36.0-libdjl_torch.so", "0.36.0-libdjl_torch.so.log", "LICENSE", "NOTICE");
    }
  }

  @Test
  void theOlderAbiIsAsked() throws IOException {
    torch = new TorchLibrary(torch.folder(), "2.5.1", Optional.of("12.1"), false);
    Path compiler = compiler("echo \"$@\"; exit 1");
    assertThatThrownBy(() -> build(compiler).run(Optional.of(repository), progress::add))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("2.5.1 (cu121-precxx11)")
        .hasMessageContaining("-D_GLIBCXX_USE_CXX11_ABI=0");
  }

  @Test
  void aFailureShowsTheEndOfItsLogAndKeepsIt() throws IOException {
    Path compiler = compiler("echo 'a.cc:1: error: no such type' >&2; exit 1");
    Path log = target.resolveSibling("0.36.0-libdjl_torch.so.log");
    assertThatThrownBy(() -> build(compiler).run(Optional.of(repository), progress::add))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the log is " + log)
        .hasMessageEndingWith("a.cc:1: error: no such type");
    assertThat(target).doesNotExist();
    assertThat(Files.readString(log)).contains("no such type");
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    assertThatThrownBy(() -> JniBuild.of(torch, target, Map.of("PATH", "/nowhere")::get, JDK))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("for PyTorch 2.13.0 (cpu), and to build one needs a C++ compiler")
        .hasMessageEndingWith("belongs in " + target);
    Map<String, String> environment = Map.of("CXX", "c++");
    assertThatThrownBy(() -> JniBuild.of(torch, target, environment::get, root))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("a JDK with include/jni.h, which " + root + " is not");
    Files.delete(root.resolve("torch/include/torch/script.h"));
    assertThatThrownBy(() -> JniBuild.of(torch, target, environment::get, JDK))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the headers of that PyTorch in " + root.resolve("torch/include"));
  }

  @Test
  void anotherPlaceThanTheRepositoryIsRefused() throws IOException {
    Path empty = Files.createDirectory(root.resolve("empty"));
    for (Path place : List.of(empty, file("a.txt", "a"), root.resolve("nowhere"))) {
      assertThatThrownBy(() -> JniSources.copied(place, root.resolve("copies")))
          .isInstanceOf(FlexoraException.class)
          .hasMessageStartingWith(place + " is neither a folder nor a zip of DJL's repository");
    }
  }

  @Test
  void aDownloadHasTheHashOfItsSources() throws IOException {
    assertThat(JniSources.DJL).isEqualTo(Engine.getDjlVersion());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] zip = Files.readAllBytes(zipped());
    server.createContext(
        "/djl.zip",
        exchange -> {
          exchange.sendResponseHeaders(200, zip.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(zip);
          }
        });
    server.start();
    try {
      URI archive =
          URI.create("http://localhost:%d/djl.zip".formatted(server.getAddress().getPort()));
      String hash = JniSources.copied(repository, root.resolve("copies")).hash();
      JniSources found =
          JniSources.downloaded(archive, hash, Files.createDirectory(root.resolve("a")));
      assertThat(found.code()).extracting(f -> f.getFileName().toString()).contains("a.cc", "b.cc");
      assertThat(found.nativeMethods()).exists();
      Path other = Files.createDirectory(root.resolve("b"));
      assertThatThrownBy(() -> JniSources.downloaded(archive, JniSources.SHA256, other))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("are not those of DJL 0.36.0: their hash is " + hash);
    } finally {
      server.stop(0);
    }
  }

  private JniBuild build(Path compiler) {
    return JniBuild.of(torch, target, Map.of("CXX", compiler.toString())::get, JDK);
  }

  private Path compiler(String script) throws IOException {
    Path compiler = file("compiler", "#!/bin/sh\n" + script + "\n");
    assertThat(compiler.toFile().setExecutable(true)).isTrue();
    return compiler;
  }

  private Path zipped() throws IOException {
    Path zip = root.resolve("djl.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
        Stream<Path> files = Files.walk(repository)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new ZipEntry(root.relativize(file).toString()));
        out.write(Files.readAllBytes(file));
      }
    }
    return zip;
  }

  private Path file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
