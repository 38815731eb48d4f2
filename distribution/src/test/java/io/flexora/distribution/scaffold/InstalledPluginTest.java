package io.flexora.distribution.scaffold;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.flexora.distribution.tiny.Program;
import io.flexora.files.durable.FileHash;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    HttpServer server = server(plugin);
    try {
      String index = "http://127.0.0.1:%d/index.xml".formatted(server.getAddress().getPort());
      Program.Outcome installed =
          flexora(
              home,
              "plugins",
              "install",
              plugin.project().symbolicName(),
              "--index",
              index,
              "--allow-http");
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

  private static HttpServer server(GeneratedPlugin plugin) throws Exception {
    byte[] index =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <repository xmlns="http://www.osgi.org/xmlns/repository/v1.0.0" name="Test">
          <resource>
            <capability namespace="osgi.identity">
              <attribute name="osgi.identity" value="%s"/>
              <attribute name="version" type="Version" value="1.0.0"/>
            </capability>
            <capability namespace="osgi.content">
              <attribute name="osgi.content" value="%s"/>
              <attribute name="url" value="jars/plugin.jar"/>
              <attribute name="size" type="Long" value="%d"/>
              <attribute name="mime" value="application/vnd.osgi.bundle"/>
            </capability>
          </resource>
        </repository>
        """
            .formatted(
                plugin.project().symbolicName(),
                FileHash.of(plugin.jar()).sha256(),
                Files.size(plugin.jar()))
            .getBytes(StandardCharsets.UTF_8);
    Map<String, byte[]> files =
        Map.of("/index.xml", index, "/jars/plugin.jar", Files.readAllBytes(plugin.jar()));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = files.get(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
          if (body != null) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
    return server;
  }
}
