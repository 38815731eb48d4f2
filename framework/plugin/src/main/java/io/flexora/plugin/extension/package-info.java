/** The extensions of the plugins that run: from a bundle's module to the catalog. */
package io.flexora.plugin.extension;
