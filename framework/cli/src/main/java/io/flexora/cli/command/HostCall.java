package io.flexora.cli.command;

import io.flexora.host.FlexoraHost;

/** The work of a command with a started host; it returns the exit code. */
@FunctionalInterface
public interface HostCall {

  int on(FlexoraHost host) throws Exception;
}
