/** What the command line writes, and how it looks; nothing else in the program prints. */
package io.flexora.cli.output;
