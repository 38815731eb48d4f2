/** The base of commands: shared options, the host, exit codes and interruptions. */
package io.flexora.cli.command;
