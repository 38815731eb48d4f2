package io.flexora.distribution.scaffold;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.flexora.distribution.tiny.Program;
import io.flexora.files.durable.FileHash;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that somebody generated, built and published, in the installation of somebody else. */
class InstalledPluginTest {

  @TempDir Path folder;

  @Test
  void aPublishedPluginIsInstalledFromItsIndexAndUsed() throws Exception {
    GeneratedPlugin plugin =
        new GeneratedPlugin("selector", Program.HOME, folder.resolve("my-selector")).build();
    Path home = installation();
    Path repository = Files.createDirectory(folder.resolve("repository"));
    Files.copy(plugin.jar(), repository.resolve("plugin.jar"));
    Program.Outcome written = flexora(home, "plugins", "index", repository.toString());
    assertThat(written.code()).as(written.err()).isZero();
    HttpServer server = server(repository);
    try {
      String index = "http://127.0.0.1:%d/index.xml".formatted(server.getAddress().getPort());
      Program.Outcome installed =
          flexora(home, "plugins", "install", plugin.name(), "--index", index, "--allow-http");
      assertThat(installed.code()).as(installed.err()).isZero();
      assertThat(installed.out()).contains("selector/" + plugin.name());
    } finally {
      server.stop(0);
    }

    Program.Outcome shown = flexora(home, "plugins", "show", plugin.name());
    assertThat(shown.code()).as(shown.err()).isZero();
    assertThat(shown.out()).contains(plugin.name());

    Path jar = home.resolve("plugins").resolve(plugin.project().symbolicName() + ".jar");
    Files.write(jar, new byte[] {0}, StandardOpenOption.APPEND);
    Program.Outcome refused = flexora(home, "plugins", "show", plugin.name());
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .contains(jar.toString(), FileHash.of(jar).sha256(), FileHash.of(plugin.jar()).sha256());
  }

  /** Another place for the distribution, with a plugins' folder of its own. */
  private Path installation() throws Exception {
    Path home = folder.resolve("home");
    Files.createDirectory(home);
    Files.createSymbolicLink(home.resolve("bundles"), Program.HOME.resolve("bundles"));
    return home;
  }

  private Program.Outcome flexora(Path home, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--home", home.toString()));
    return Program.run(folder, all.toArray(String[]::new));
  }

  private static HttpServer server(Path folder) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Path file = folder.resolve(exchange.getRequestURI().getPath().substring(1));
          byte[] content = Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
          exchange.sendResponseHeaders(
              content.length > 0 ? 200 : 404, content.length > 0 ? content.length : -1);
          exchange.getResponseBody().write(content);
          exchange.close();
        });
    server.start();
    return server;
  }
}
