/** How plugins, extensions and their options are shown. */
package io.flexora.cli.plugins;
