/** How a run in progress is shown: a bar on a terminal, lines in a log, JSON to a program. */
package io.flexora.cli.progress;
