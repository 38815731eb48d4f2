/**
 * The plugin host: starts the OSGi framework, admits, wires, updates and removes bundles, and keeps
 * the catalog of the extensions that they bring.
 */
package io.flexora.plugin;
