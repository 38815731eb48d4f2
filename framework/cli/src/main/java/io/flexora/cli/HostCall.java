package io.flexora.cli;

import io.flexora.host.FlexoraHost;

/** What a command does with a started host; the exit code. */
@FunctionalInterface
interface HostCall {

  int on(FlexoraHost host) throws Exception;
}
