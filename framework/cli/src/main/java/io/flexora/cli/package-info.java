/** The {@code flexora} command, written on the host's facade and nothing else. */
package io.flexora.cli;
