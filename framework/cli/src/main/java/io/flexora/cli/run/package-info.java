/** Commands that run experiments and comparisons, and the page over them. */
package io.flexora.cli.run;
