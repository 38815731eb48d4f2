package io.flexora.cli;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.output.Console;
import io.flexora.web.LivePage;

/** Where a page may be served. */
final class Ports {

  private static final int LAST = 65535;

  private Ports() {}

  /**
   * Checks a port.
   *
   * @param option the option that gave it
   */
  static int checked(String option, int port) {
    if (port < 0 || port > LAST) {
      throw new FlexoraException(
          "%s %d is no port; write a number from 0, for any that is free, to %d"
              .formatted(option, port, LAST));
    }
    return port;
  }

  /** Says who can see a page at an address that others can reach. */
  static void warn(Console console, String address) {
    if (!LivePage.isLoopback(address)) {
      console.message(
          "warning: whoever reaches this machine by %s can see the runs; nothing asks for a password"
              .formatted(address));
    }
  }
}
