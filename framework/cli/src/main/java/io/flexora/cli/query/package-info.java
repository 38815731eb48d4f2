/** Shows what a query found, and what can be asked for. */
package io.flexora.cli.query;
