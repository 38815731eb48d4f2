/** The judgement of results made elsewhere, as a command and as a program of its own. */
package io.flexora.cli.judge;
