/** How the result of a run is shown. */
package io.flexora.cli.result;
