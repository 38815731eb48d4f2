package io.flexora.cli.run;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.output.Console;
import io.flexora.host.FlexoraHost;
import io.flexora.web.LivePage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page as commands serve it. */
final class ServedPage {

  private static final String MAIN = "io.flexora.cli.Main";
  private static final int LAST_PORT = 65535;

  private ServedPage() {}

  /**
   * Checks a port.
   *
   * @param option the option that gave it
   */
  private static int checkedPort(String option, int port) {
    if (port < 0 || port > LAST_PORT) {
      throw new FlexoraException(
          "%s %d is no port; write a number from 0, for any that is free, to %d"
              .formatted(option, port, LAST_PORT));
    }
    return port;
  }

  /**
   * Gives a page the manual of an installation, and lets it start commands of it.
   *
   * @param cancel cancels what this command runs
   */
  static LivePage.Builder of(FlexoraCommand root, LivePage.Builder page, Runnable cancel) {
    Path home = root.home();
    return page.manual(home.resolve("docs"))
        .actions(arguments -> command(root, arguments), cancel, home.resolve("config"));
  }

  /**
   * Opens a page; a failure names the option.
   *
   * @param options the beginning of the options {@code address} and {@code port}, such as {@code
   *     --}
   */
  static LivePage open(LivePage.Builder page, String options, String at, int port) {
    String ofPort = options + "port";
    try {
      return page.open(at, checkedPort(ofPort, port));
    } catch (LivePage.NotFreeException e) {
      String option = e.isOfAddress() ? options + "address" : ofPort;
      throw new FlexoraException("%s (%s)".formatted(e.getMessage(), option), e.getCause());
    }
  }

  static List<String> command(FlexoraCommand root, List<String> arguments) {
    List<String> line =
        new ArrayList<>(FlexoraHost.javaCommand(Path.of(System.getProperty("java.io.tmpdir"))));
    // What it writes is read as UTF-8, whatever this system's own encoding is.
    line.addAll(List.of("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8"));
    line.add(MAIN);
    line.addAll(arguments);
    line.addAll(root.installation());
    return line;
  }

  /** Says where a page is, who can change something there, and who can see it. */
  static void tell(Console console, LivePage page, String at) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("address", page.address());
    page.token().ifPresent(token -> members.put("token", token));
    console.json("page", members);
    console.message("Page    " + page.addressWithToken());
    if (!LivePage.isLoopback(at)) {
      console.message(
          "warning: whoever reaches this machine by %s can see the runs; nothing asks for a password"
              .formatted(at));
    }
  }
}
